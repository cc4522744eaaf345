// The Raft process on a host in the test's hand: recovery, clients, disk errors, damaged frames.
#include <doctest/doctest.h>

#include <set>

#include "tests/models/raft/stage.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::FakeHost;
using models::NoteType;

TEST_CASE("a server joins only when what it read is on its disk") {
  Stage stage;
  stage.process.emplace(stage.options, stage.members, n1);

  stage.process->on_start(stage.host);
  CHECK_FALSE(stage.host.next_timer());
  stage.complete();

  CHECK(stage.host.armed(election_timer) == sim::milliseconds(150).ns);
  CHECK(stage.host.noted(NoteType::recovered).size() == 1);
}

TEST_CASE("an election timeout lies within its range and differs from draw to draw") {
  Stage stage;
  stage.members = three;
  stage.start();
  std::vector<std::int64_t> timeouts;

  for (int i = 0; i < 50; ++i) {
    const std::int64_t begin = stage.host.now_ns;
    const std::size_t sent = stage.host.sent.size();
    while (stage.host.sent.size() == sent) {
      stage.host.run_timers(*stage.process, *stage.host.next_timer());
    }
    timeouts.push_back(stage.host.now_ns - begin);
  }

  CHECK(std::ranges::min(timeouts) >= sim::milliseconds(150).ns);
  CHECK(std::ranges::max(timeouts) <= sim::milliseconds(300).ns);
  // 50 uniform draws leave a tenth of the range empty at an end with probability 0.9^50 < 1 %.
  CHECK(std::ranges::max(timeouts) - std::ranges::min(timeouts) > sim::milliseconds(100).ns);
}

TEST_CASE("with ticks an election timeout is a whole number of them, up to one tick early") {
  Stage stage;
  stage.members = three;
  stage.options.election_timeout = {sim::milliseconds(1000), sim::milliseconds(1900)};
  stage.options.heartbeat_interval = sim::milliseconds(100);
  stage.options.tick = sim::milliseconds(100);
  stage.start();
  std::set<std::int64_t> ticks;

  // The first timeout begins within a tick; each later one with a tick, when the last one ended.
  for (int i = 0; i < 100; ++i) {
    const std::int64_t begin = stage.host.now_ns;
    const std::size_t sent = stage.host.sent.size();
    while (stage.host.sent.size() == sent) {
      stage.host.run_timers(*stage.process, *stage.host.next_timer());
    }
    const std::int64_t waited = stage.host.now_ns - begin;
    if (i == 0) CHECK(waited > sim::milliseconds(900).ns);
    if (i > 0) CHECK(waited % sim::milliseconds(100).ns == 0);
    if (i > 0) ticks.insert(waited / sim::milliseconds(100).ns);
  }

  // 99 draws leave out one of ten values with probability 10 * 0.9^99 < 0.1 %.
  CHECK(ticks == std::set<std::int64_t>{10, 11, 12, 13, 14, 15, 16, 17, 18, 19});
}

TEST_CASE("a put is answered when it is committed, with its index as revision") {
  Stage stage;
  stage.lead().put(1, "k", "v");
  CHECK(stage.answers().empty());

  stage.complete();

  REQUIRE(stage.answers().size() == 1);
  CHECK(stage.answers()[0].status == client::Status::ok);
  CHECK(stage.answers()[0].session == 5);
  CHECK(stage.answers()[0].sequence == 1);
  CHECK(stage.answers()[0].revision == 2);
  REQUIRE(stage.host.noted(NoteType::served).size() == 1);
  CHECK(stage.host.noted(NoteType::served)[0].c == 0);
}

TEST_CASE("a get by ReadIndex is answered from the store and leaves the log alone") {
  Stage stage;
  stage.lead().put(1, "k", "v").complete();

  stage.get(2, "k");

  REQUIRE(stage.answers().size() == 2);
  CHECK(stage.answers()[1].value == "v");
  CHECK(stage.answers()[1].revision == 2);
  CHECK(stage.process->core().log().last_index() == 2);
  CHECK(stage.host.noted(NoteType::served)[1].c == 1);
}

TEST_CASE("a get through the log is an entry of its own") {
  Stage stage;
  stage.options.reads = Reads::log;
  stage.lead().put(1, "k", "v").complete();

  stage.get(2, "k");
  CHECK(stage.answers().size() == 1);
  stage.complete();

  REQUIRE(stage.answers().size() == 2);
  CHECK(stage.answers()[1].value == "v");
  CHECK(stage.process->core().log().last_index() == 3);
}

TEST_CASE("a local get is answered at once, leader or not, from what was applied here") {
  Stage stage;
  stage.options.reads = Reads::local;
  stage.members = three;
  sim::Bytes value, log;
  kv::encode_value({5, 1, {client::OperationKind::put, 0, "k", "old"}}, value);
  wal::encode({1, 1, wal::RecordType::command, "k", sim::as_text(value)}, log);
  value.clear();
  kv::encode_value({5, 2, {client::OperationKind::put, 0, "k", "new"}}, value);
  wal::encode({1, 2, wal::RecordType::command, "k", sim::as_text(value)}, log);
  stage.start().deliver(n2, AppendEntries{.term = 1, .previous = {}, .commit = 1, .entries = log});
  stage.complete();
  const std::size_t sent = stage.host.sent.size();

  stage.get(1, "k").get(2, "absent").put(3, "k", "mine");

  REQUIRE(stage.process->core().role() == models::Role::follower);
  REQUIRE(stage.process->core().log().last_index() == 2);
  CHECK(stage.host.sent.size() == sent + 3);
  REQUIRE(stage.answers().size() == 3);
  CHECK(stage.answers()[0].status == client::Status::ok);
  CHECK(stage.answers()[0].value == "old");
  CHECK(stage.answers()[0].revision == 1);
  CHECK(stage.answers()[1].status == client::Status::ok);
  CHECK(stage.answers()[1].revision == 0);
  CHECK(stage.answers()[2].status == client::Status::not_leader);
}

TEST_CASE("a retried command is executed once and answered alike") {
  Stage stage;
  stage.lead().put(1, "k", "v").complete();

  stage.put(1, "k", "v").complete();

  REQUIRE(stage.answers().size() == 2);
  CHECK(stage.answers()[1].revision == stage.answers()[0].revision);
  CHECK(stage.process->store().get("k").revision == 2);
}

TEST_CASE("a follower turns clients away and names the leader") {
  Stage stage;
  stage.members = three;
  stage.start().deliver(n2, AppendEntries{.term = 1, .previous = {}, .entries = {}});

  stage.put(1, "k", "v").get(2, "k");

  REQUIRE(stage.answers().size() == 2);
  CHECK(stage.answers()[0].status == client::Status::not_leader);
  CHECK(stage.answers()[0].leader == n2);
  CHECK(stage.answers()[1].status == client::Status::not_leader);
}

// "They must discard this information when starting a new election or when the term changes.
// Otherwise, they might needlessly delay clients (for example, it would be possible for two servers
// to redirect to each other, placing clients in an infinite loop)."
TEST_CASE("6.2: a follower forgets who leads when it starts an election") {
  Stage stage;
  stage.members = three;
  stage.start().deliver(n2, AppendEntries{.term = 1, .previous = {}, .entries = {}}).complete();

  stage.host.run_timers(*stage.process, stage.host.now_ns + sim::milliseconds(300).ns);
  stage.put(1, "k", "v");

  REQUIRE(stage.answers().size() == 1);
  CHECK(stage.answers()[0].status == client::Status::not_leader);
  CHECK(stage.answers()[0].leader == sim::no_node);
}

TEST_CASE("6.2: a follower forgets who leads when the term changes") {
  Stage stage;
  stage.members = three;
  stage.options.core = plain;
  stage.start().deliver(n2, AppendEntries{.term = 1, .previous = {}, .entries = {}}).complete();

  stage.deliver(n3, VoteRequest{Ballot::vote, 2, {}}).put(1, "k", "v");

  REQUIRE(stage.answers().size() == 1);
  CHECK(stage.answers()[0].leader == sim::no_node);
}

TEST_CASE("a proposal whose entry was overwritten is never answered: it may live elsewhere") {
  Stage stage;
  stage.members = three;
  stage.options.core = plain;
  stage.lead().deliver(n2, VoteResponse{Ballot::vote, 1, true}).put(1, "k", "v").complete();
  REQUIRE(stage.process->core().log().last_index() == 2);
  const sim::Bytes other = entries(1, {2, 2, 2});

  stage.deliver(n3, append(2, {}, other, 3)).complete();

  CHECK(stage.host.noted(NoteType::truncated).size() == 1);
  CHECK(stage.process->applied_index() == 3);
  CHECK(stage.answers().empty());
}

TEST_CASE("a deposed leader still answers when its entry is committed by the next one") {
  Stage stage;
  stage.members = three;
  stage.options.core = plain;
  stage.lead().deliver(n2, VoteResponse{Ballot::vote, 1, true}).put(1, "k", "v").complete();

  stage.deliver(n3, append(2, {2, 1}, {}, 2)).complete();

  REQUIRE(stage.answers().size() == 1);
  CHECK(stage.answers()[0].status == client::Status::ok);
}

TEST_CASE("what was answered survives a loss of power") {
  Stage stage;
  stage.lead().put(1, "k", "v").complete();
  REQUIRE(stage.answers().size() == 1);

  stage.host.lose_power();
  stage.lead().get(2, "k").complete();

  CHECK(stage.process->core().term() == 2);
  REQUIRE(stage.answers().size() == 2);
  CHECK(stage.answers()[1].value == "v");
}

TEST_CASE("a server that lost power remembers its vote and says so") {
  Stage stage;
  stage.members = three;
  stage.start().deliver(n2, VoteRequest{Ballot::vote, 4, {}}).complete();
  REQUIRE(stage.host.noted(NoteType::vote).size() == 1);

  stage.host.lose_power();
  stage.start().deliver(n3, VoteRequest{Ballot::vote, 4, {}}).complete();

  CHECK(stage.host.noted(NoteType::recovered).back().c == 3);
  CHECK(stage.host.noted(NoteType::vote).size() == 1);
}

TEST_CASE("a vote leaves only when it is on the disk") {
  Stage stage;
  stage.members = three;
  stage.start().deliver(n2, VoteRequest{Ballot::vote, 4, {}});
  CHECK(stage.host.sent.empty());

  stage.complete();

  REQUIRE(stage.host.sent.size() == 1);
  CHECK(stage.host.sent[0].target == n2);
  CHECK(stage.host.sent[0].kind == vote_response_kind);
}

TEST_CASE("group commit: while one sync is under way everything else waits for the next") {
  Stage stage;
  stage.lead().put(1, "a", "1");
  CHECK(stage.host.disk_pending() == 1);

  stage.request(2, client::OperationKind::put, "b", "2");
  stage.request(3, client::OperationKind::put, "c", "3");
  CHECK(stage.host.disk_pending() == 1);
  stage.complete();

  CHECK(stage.answers().size() == 3);
}

// "To avoid availability gaps, [writing a snapshot] must be done concurrently with normal
// operation", of a copy: "new updates can be accepted without impacting the snapshot being
// written".
TEST_CASE("5.1.1: while a snapshot is written a server goes on, and it is of before") {
  Stage stage;
  stage.options.snapshot_entries = 3;
  stage.lead().put(1, "k1", "v").complete().put(2, "k2", "v");
  stage.host.complete_disk_once(*stage.process);
  REQUIRE(stage.host.noted(NoteType::saving).size() == 1);

  stage.put(3, "late", "v");
  stage.host.complete_disk_once(*stage.process);
  stage.host.complete_disk_once(*stage.process);
  CHECK(stage.answers().size() == 3);
  CHECK(stage.host.noted(NoteType::saved).empty());
  stage.complete();

  kv::Store saved;
  CHECK(stage.process->core().snapshot().last.index == 3);
  REQUIRE(saved.restore(*stage.process->core().snapshot().content));
  CHECK(saved.get("k2").value == "v");
  CHECK(saved.get("late").revision == 0);
}

TEST_CASE("a server whose sync fails halts and is silent from then on") {
  Stage stage;
  stage.lead().put(1, "k", "v");

  stage.host.disk_status = sim::DiskStatus::io_error;
  stage.complete();
  stage.get(2, "k").put(3, "k", "w");

  REQUIRE(stage.host.noted(NoteType::halted).size() == 1);
  CHECK(stage.host.noted(NoteType::halted)[0].detail == "a sync of the log failed");
  CHECK(stage.answers().empty());
  CHECK_FALSE(stage.host.next_timer());
}

TEST_CASE("a server whose log is damaged halts instead of forgetting") {
  Stage stage;
  stage.lead().put(1, "k", "v").complete().put(2, "k", "w").complete();
  const sim::FileId file = stage.host.open("wal");
  const sim::Bytes noise(8, std::byte{0xee});
  REQUIRE(stage.host.write(file, stage.host.size(file) / 2, noise) == sim::DiskStatus::ok);

  stage.start();

  CHECK(stage.host.noted(NoteType::halted).size() == 1);
  CHECK_FALSE(stage.host.next_timer());
}

TEST_CASE("a frame that was damaged on the way is noted and dropped") {
  Stage stage;
  stage.members = three;
  stage.start();
  sim::Bytes frame;
  encode(VoteRequest{Ballot::vote, 4, {}}, frame);
  frame[9] ^= std::byte{1};

  stage.process->on_message(stage.host, n2, frame);
  stage.process->on_message(stage.host, n2, {});

  REQUIRE(stage.host.noted(NoteType::frame_rejected).size() == 2);
  CHECK(stage.host.noted(NoteType::frame_rejected)[0].a == 0);
  CHECK(stage.process->core().term() == 0);
}

TEST_CASE("an intact frame that is not a message of Raft is noted under its kind") {
  Stage stage;
  stage.start();
  sim::Bytes frame;
  wire::begin_frame(frame, append_entries_kind);
  wire::end_frame(frame);

  stage.process->on_message(stage.host, n2, frame);

  REQUIRE(stage.host.noted(NoteType::frame_rejected).size() == 1);
  CHECK(stage.host.noted(NoteType::frame_rejected)[0].a == 12);
}

TEST_CASE("a clone goes on as the original would, on a host of its own") {
  Stage original;
  original.lead().put(1, "k", "v").complete();
  const std::size_t sent = original.host.sent.size();
  FakeHost other{n1};
  (void)other.open("wal");
  const std::unique_ptr<sim::Process> clone = original.process->clone();
  client::Request request{.session = 5, .sequence = 2, .operation = {}};
  request.operation = {client::OperationKind::put, 0, "k", "w"};
  sim::Bytes frame;
  client::encode(request, frame);

  original.put(2, "k", "w").complete();
  clone->on_message(other, client_node, frame);
  other.complete_disk(*clone);

  REQUIRE(other.sent.size() == 1);
  REQUIRE(original.host.sent.size() == sent + 1);
  CHECK(other.sent[0].frame == original.host.sent[sent].frame);
}

TEST_CASE("nobody is answered twice and reads reuse their places") {
  Stage stage;
  stage.lead();

  for (std::uint64_t sequence = 1; sequence <= 100; ++sequence) {
    stage.request(sequence,
                  sequence % 2 == 0 ? client::OperationKind::get : client::OperationKind::put, "k",
                  "v");
    stage.complete();
  }

  REQUIRE(stage.answers().size() == 100);
  CHECK(stage.answers()[99].sequence == 100);
  CHECK(stage.host.noted(NoteType::applied).size() == 51);
}
