// The Raft process and its clients: leases by the clock, reads at followers, busy leaders.
#include <doctest/doctest.h>

#include "tests/models/raft/stage.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::NoteType;

namespace {

template <typename Type>
std::vector<Type> sent(const Stage& stage) {
  std::vector<Type> found;
  for (const models::SentFrame& frame : stage.host.sent) {
    Message message;
    if (frame.kind == client::response_kind || !decode(frame.frame, message)) continue;
    if (const auto* wanted = std::get_if<Type>(&message)) found.push_back(*wanted);
  }
  return found;
}

/// Lets the next heartbeat go and answers its round.
std::int64_t one_round(Stage& stage) {
  stage.host.run_timers(*stage.process, *stage.host.armed(heartbeat_timer));
  const std::int64_t begun = stage.host.now_ns;
  answer(stage, n2, sent<AppendEntries>(stage).back().read_round);
  return begun;
}

/// The same with leases.
Stage& lead_leased(Stage& stage, sim::Ratio drift) {
  stage.options.reads = Reads::lease;
  stage.options.core.leases = true;
  stage.options.clock_drift_bound = drift;
  return lead_three(stage);
}

/// A leader of three with so slow a state machine that has applied its no-op, and committed a put.
Stage& lead_slowly(Stage& stage, sim::Duration apply_time) {
  stage.options.apply_time = apply_time;
  lead_three(stage);
  stage.host.run_timers(*stage.process, *stage.host.armed(apply_timer));
  REQUIRE(stage.process->applied_index() == 1);
  stage.put(1, "k", "new").complete();
  answer(stage, n2, 0);
  REQUIRE(stage.process->core().commit_index() == 2);
  return stage;
}

/// Three voters of which n1 follows n2.
Stage& follow(Stage& stage) {
  stage.members = three;
  stage.options.reads = Reads::follower;
  stage.start();
  return stage.deliver(n2, AppendEntries{.term = 1, .previous = {}, .entries = {}}).complete();
}

}  // namespace

TEST_CASE(
    "a leased read is answered at once, and no longer when the lease has ended by the clock") {
  Stage stage;
  lead_leased(stage, {1, 100});
  const std::int64_t begun = one_round(stage);
  // 150 ms of which no clock of 1 % makes less than 99/101.
  const std::int64_t end = begun + 150'000'000 / 101 * 99;

  stage.host.now_ns = end - 1;
  stage.get(1, "k");
  CHECK(stage.answers().size() == 1);
  stage.host.now_ns = end;
  stage.get(2, "k");

  CHECK(stage.answers().size() == 1);
}

// Random worlds found it, seed 2562 with leases and ticks of 10ms alone: a follower whose tick was
// about to end counted it as a whole one, and stood for election while the lease lasted.
TEST_CASE("a lease is shorter by a tick, the first of which may be over at once at a follower") {
  Stage stage;
  stage.options.tick = sim::milliseconds(50);
  lead_leased(stage, {0, 1});
  const std::int64_t end = one_round(stage) + 100'000'000;

  stage.host.now_ns = end - 1;
  stage.get(1, "k");
  CHECK(stage.answers().size() == 1);
  stage.host.now_ns = end;
  stage.get(2, "k");
  CHECK(stage.answers().size() == 1);
}

TEST_CASE("with reads: leader whoever leads answers at once, from what it has committed") {
  Stage stage;
  stage.options.reads = Reads::leader;
  lead_three(stage);
  stage.put(1, "k", "new").complete();
  answer(stage, n2, 0);
  REQUIRE(stage.answers().size() == 1);
  const std::size_t before = stage.host.sent.size();

  stage.host.now_ns += sim::seconds(3600).ns;  // however long nobody has answered
  stage.get(2, "k");

  REQUIRE(stage.answers().size() == 2);
  CHECK(stage.answers()[1].value == "new");
  CHECK(stage.host.sent.size() == before + 1);
}

TEST_CASE("with reads: leader a follower sends its clients to the leader") {
  Stage stage;
  stage.members = three;
  stage.options.reads = Reads::leader;
  stage.start();
  stage.deliver(n2, AppendEntries{.term = 1, .previous = {}, .entries = {}}).complete();

  stage.get(1, "k");

  REQUIRE(stage.answers().size() == 1);
  CHECK(stage.answers()[0].status == client::Status::not_leader);
  CHECK(stage.answers()[0].leader == n2);
}

TEST_CASE("a lease counts from when its round began, however late the answer comes") {
  Stage stage;
  lead_leased(stage, {0, 1});
  stage.host.run_timers(*stage.process, *stage.host.armed(heartbeat_timer));
  const std::int64_t begun = stage.host.now_ns;
  stage.host.now_ns = begun + sim::milliseconds(149).ns;
  answer(stage, n2, sent<AppendEntries>(stage).back().read_round).get(1, "k");
  CHECK(stage.answers().size() == 1);

  stage.host.now_ns = begun + sim::milliseconds(150).ns;
  stage.get(2, "k");

  CHECK(stage.answers().size() == 1);
}

TEST_CASE("a lease ends with the office, and a new office begins without one") {
  Stage stage;
  lead_leased(stage, {0, 1});
  one_round(stage);

  stage.deliver(n3, AppendResponse{.term = 9, .accepted = false, .hint = {}}).get(1, "k");

  REQUIRE(stage.answers().size() == 1);
  CHECK(stage.answers()[0].status == client::Status::not_leader);
}

TEST_CASE("a leader that has too much uncommitted tells writers that it is busy, and notes it") {
  Stage limited;
  limited.options.core.uncommitted_bytes_max = 1;
  lead_three(limited);

  limited.put(1, "k", "v").put(2, "k", "w");

  REQUIRE(limited.answers().size() == 1);
  CHECK(limited.answers()[0].status == client::Status::busy);
  CHECK(limited.answers()[0].sequence == 2);
  CHECK(limited.host.noted(NoteType::throttled).size() == 1);
}

TEST_CASE("a follower answers a read when it has applied what its leader said") {
  Stage stage;
  follow(stage).get(1, "k");
  REQUIRE(sent<ReadIndexRequest>(stage).size() == 1);
  const ReadIndexRequest asked = sent<ReadIndexRequest>(stage)[0];
  stage.deliver(n2, ReadIndexResponse{1, asked.incarnation, asked.sequence, 1});
  CHECK(stage.answers().empty());
  sim::Bytes value, log;
  kv::encode_value({5, 1, {client::OperationKind::put, 0, "k", "new"}}, value);
  wal::encode({1, 1, wal::RecordType::command, "k", sim::as_text(value)}, log);

  stage.deliver(n2, AppendEntries{.term = 1, .previous = {}, .commit = 1, .entries = log});

  REQUIRE(stage.answers().size() == 1);
  CHECK(stage.answers()[0].value == "new");
}

TEST_CASE("with apply_time an entry is applied, and answered, so long after its commit") {
  Stage stage;
  lead_slowly(stage, sim::milliseconds(7));
  stage.put(2, "k", "newer").complete();
  answer(stage, n2, 0);
  const std::int64_t committed = stage.host.now_ns;

  stage.host.run_timers(*stage.process, committed + sim::milliseconds(7).ns - 1);
  CHECK(stage.process->applied_index() == 1);
  CHECK(stage.answers().empty());
  stage.host.run_timers(*stage.process, committed + sim::milliseconds(7).ns);
  CHECK(stage.process->applied_index() == 2);
  CHECK(stage.answers().size() == 1);
  // One behind the other.
  stage.host.run_timers(*stage.process, committed + sim::milliseconds(14).ns - 1);
  CHECK(stage.answers().size() == 1);
  stage.host.run_timers(*stage.process, committed + sim::milliseconds(14).ns);
  CHECK(stage.answers().size() == 2);
}

// "The leader waits for its state machine to advance at least as far as the readIndex."
TEST_CASE("6.4, step 4: a leader whose state machine lags answers when that is at the readIndex") {
  Stage stage;
  lead_slowly(stage, sim::milliseconds(100));

  stage.get(2, "k");
  one_round(stage);
  CHECK(stage.answers().empty());
  stage.host.run_timers(*stage.process, *stage.host.armed(apply_timer));

  REQUIRE(stage.answers().size() == 2);
  CHECK(stage.answers()[1].value == "new");
}

TEST_CASE("a follower whose state machine lags answers when that is at the index it was told") {
  Stage stage;
  stage.options.apply_time = sim::milliseconds(5);
  follow(stage).get(1, "k");
  const ReadIndexRequest asked = sent<ReadIndexRequest>(stage)[0];
  stage
      .deliver(n2,
               AppendEntries{.term = 1, .previous = {}, .commit = 1, .entries = entries(1, {1})})
      .complete();
  stage.deliver(n2, ReadIndexResponse{1, asked.incarnation, asked.sequence, 1});
  REQUIRE(stage.process->core().commit_index() == 1);

  CHECK(stage.answers().empty());
  stage.host.run_timers(*stage.process, *stage.host.armed(apply_timer));
  CHECK(stage.answers().size() == 1);
}

// etcd's ErrTooManyRequests.
TEST_CASE("a leader whose state machine lacks as much as it may is busy, until it has applied") {
  Stage stage;
  stage.options.max_unapplied_entries = 1;
  lead_slowly(stage, sim::milliseconds(7));  // entry 2 waits: as much as there may be
  stage.put(2, "k", "newer").complete();
  answer(stage, n2, 0);
  REQUIRE(stage.process->core().commit_index() == 3);

  stage.put(3, "k", "newest");
  REQUIRE(stage.answers().size() == 1);
  CHECK(stage.answers()[0].status == client::Status::busy);
  CHECK(stage.process->core().log().last_index() == 3);
  stage.host.run_timers(*stage.process, *stage.host.armed(apply_timer));
  stage.put(3, "k", "newest");

  CHECK(stage.process->core().log().last_index() == 4);
}

TEST_CASE("a server that becomes a witness while reads wait for its state machine refuses them") {
  Stage stage;
  lead_slowly(stage, sim::milliseconds(100));
  stage.get(2, "k");
  one_round(stage);
  REQUIRE(stage.answers().empty());
  Configuration changed = configuration_of(three);
  changed.witnesses = {n1};
  const sim::Bytes change = entry({3, 2}, changed);

  stage.deliver(n2, AppendEntries{.term = 2, .previous = {2, 1}, .commit = 3, .entries = change})
      .complete();
  REQUIRE(stage.process->core().witness());
  stage.host.run_timers(*stage.process, *stage.host.armed(apply_timer));

  REQUIRE(stage.answers().size() == 1);
  CHECK(stage.answers()[0].status == client::Status::not_leader);
}

// Here nothing is waited for: what is committed is applied in the step that commits it.
TEST_CASE("6.4, step 4: the leader's state machine is as far as the readIndex when it answers") {
  Stage stage;
  stage.lead().put(1, "k", "new").complete();
  stage.host.lose_power();
  stage.start();
  stage.host.run_timers(*stage.process, stage.host.now_ns + sim::milliseconds(300).ns);
  stage.host.complete_disk_once(*stage.process);
  REQUIRE(stage.process->core().role() == models::Role::leader);
  REQUIRE(stage.process->applied_index() == 0);
  const std::size_t before = stage.answers().size();

  // Its no-op is on its way to the disk, and one step commits it, the put, and the round.
  stage.get(2, "k");
  CHECK(stage.answers().size() == before);
  stage.complete();

  REQUIRE(stage.answers().size() == before + 1);
  CHECK(stage.answers().back().value == "new");
}

TEST_CASE("6.4, step 4: a leased read at a leader sees what the same message has committed") {
  Stage stage;
  lead_leased(stage, {0, 1});
  one_round(stage);
  stage.put(1, "k", "new").complete();

  answer(stage, n2, 0).get(2, "k");

  REQUIRE(stage.answers().size() == 2);
  CHECK(stage.answers()[1].value == "new");
}

// "Servers would include the index corresponding to the state machine state with each reply to
// clients. Clients would track the latest index […], and they'd provide this information to servers
// on each request. If a server received a request for a client that had seen an index greater than
// the server's last applied log index, it'd not service the request (yet)."
TEST_CASE("6.4.1, otherwise here: a read names no index, and a server that lags answers it") {
  Stage stage;
  lead_leased(stage, {0, 1});
  one_round(stage);
  stage.put(1, "k", "old").complete();
  answer(stage, n2, 0);

  // Its clock stands still from here on. Another leader has given the client revision 9 meanwhile,
  // which the client cannot say: its request is these fields and no more.
  const client::Request request{.session = 5, .sequence = 2, .operation = {}};
  const auto& [session, sequence, operation] = request;
  CHECK(session == 5);
  stage.get(sequence, "k");

  REQUIRE(stage.answers().size() == 2);
  CHECK(stage.answers()[1].value == "old");
  CHECK(stage.answers()[1].revision < 9);
}

TEST_CASE("an index that was meant for an earlier start of a follower answers nothing") {
  Stage stage;
  follow(stage).get(1, "k");
  const ReadIndexRequest asked = sent<ReadIndexRequest>(stage)[0];
  follow(stage).get(2, "k");
  REQUIRE(sent<ReadIndexRequest>(stage).back().sequence == asked.sequence);

  stage.deliver(n2, ReadIndexResponse{1, asked.incarnation, asked.sequence, 0});
  stage.deliver(n2, ReadIndexResponse{1, asked.incarnation, asked.sequence, 1});

  CHECK(stage.answers().empty());
}

TEST_CASE("a witness has nothing to read from and says so, whoever may answer reads") {
  Stage stage;
  stage.options.reads = Reads::follower;
  Configuration configuration = voters(three);
  configuration.witnesses = {n1};
  stage.process.emplace(stage.options, configuration, n1);
  stage.process->on_start(stage.host);
  stage.complete();
  const sim::Bytes log = entries(1, {1});
  stage.deliver(n2, AppendEntries{.term = 1, .previous = {}, .commit = 1, .entries = log});

  stage.get(1, "k");

  REQUIRE(stage.answers().size() == 1);
  CHECK(stage.answers()[0].status == client::Status::not_leader);
}
