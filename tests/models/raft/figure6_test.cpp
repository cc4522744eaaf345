// Figure 6.1 and section 6.3 of Ongaro's dissertation, the sessions of clients: one test per rule,
// and where this model departs from it.
#include <doctest/doctest.h>

#include <set>

#include "tests/models/client/core_bench.hpp"
#include "tests/models/raft/voter.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using client::OperationKind;
using client::Status;

TEST_CASE("ClientRequest, arguments: the entry holds the session, the sequence and the command") {
  Voter server;
  server.start_and_win().ask(swap(7, 3, 9, "v"));

  kv::Command command;
  REQUIRE(kv::decode(server.process->core().log().entry(2), command));

  CHECK(command.session == 7);
  CHECK(command.sequence == 3);
  CHECK(command.operation.kind == OperationKind::compare_and_swap);
  CHECK(command.operation.expected_revision == 9);
  CHECK(command.operation.value == "v");
}

TEST_CASE("ClientRequest 1: reply NOT_LEADER if not leader, with a hint when there is one") {
  Voter server;
  server.start();

  server.ask(put(7, 1, "v"));
  check_answer(server, Status::not_leader, 0);
  CHECK(server.answers().back().leader == sim::no_node);
  server.deliver(n3, append(1, {}, {})).complete();
  server.ask(put(7, 1, "v"));

  check_answer(server, Status::not_leader, 0);
  CHECK(server.answers().back().leader == n3);
  CHECK(server.process->core().log().last_index() == 0);
}

TEST_CASE("ClientRequest 2: append, replicate and commit the command, and no answer before") {
  Voter server;
  server.start_and_win().ask(put(7, 1, "v"));

  CHECK(server.process->core().log().last_index() == 2);
  CHECK(server.host.sent.back().kind == append_entries_kind);
  CHECK(server.answers().empty());
  check_value(server, "", 0);
  server.commit();

  check_answer(server, Status::ok, 2);
}

TEST_CASE("ClientRequest 2: a retry is an entry, too; only the state machine knows what it is") {
  Voter server;
  server.start_and_win().ask(put(7, 1, "v")).commit();

  server.ask(put(7, 1, "v"));
  CHECK(server.process->core().log().last_index() == 3);
  CHECK(server.answers().size() == 1);
  server.commit();

  CHECK(server.answers().size() == 2);
}

TEST_CASE("ClientRequest 3: a command whose answer has been discarded is not executed") {
  Voter server;
  server.start_and_win().ask(put(7, 1, "first")).ask(put(7, 2, "second")).commit();

  server.ask(put(7, 1, "first")).commit();

  check_value(server, "second", 3);
}

TEST_CASE("ClientRequest 3, otherwise here: no SESSION_EXPIRED, but an answer nobody takes") {
  Voter server;
  server.start_and_win().ask(put(7, 1, "first")).ask(put(7, 2, "second")).commit();
  server.ask(put(7, 1, "first")).commit();
  const client::Response late = server.answers().back();
  CHECK(late.sequence == 1);
  CHECK(late.revision == 0);

  client::CoreBench bench(client::plain_settings());
  bench.answer(client::server_a, Status::ok, 2);
  REQUIRE(bench.core.request(0).sequence == 2);
  bench.deliver(client::server_a, {.session = bench.core.request(0).session,
                                   .sequence = late.sequence,
                                   .status = late.status,
                                   .revision = late.revision});

  CHECK(bench.actions.empty());
}

TEST_CASE("ClientRequest 4: a sequence that was processed is answered with the stored response") {
  Voter server;
  server.start_and_win().ask(put(7, 1, "mine")).ask(put(8, 1, "another's")).commit();

  server.ask(put(7, 1, "mine")).commit();

  check_answer(server, Status::ok, 2);
  check_value(server, "another's", 3);
}

TEST_CASE("ClientRequest 4: a stored refusal is answered although the command would succeed now") {
  Voter server;
  server.start_and_win().ask(put(8, 1, "another's")).ask(swap(7, 1, 0, "mine")).commit();
  check_answer(server, Status::mismatch, 2);
  server.ask({8, 2, {OperationKind::remove, 0, "k", {}}}).commit();

  server.ask(swap(7, 1, 0, "mine")).commit();

  check_answer(server, Status::mismatch, 2);
  check_value(server, "", 0);
}

TEST_CASE("ClientRequest 5: commands are applied in the order of the log") {
  Voter server;
  server.start_and_win().ask(swap(7, 1, 0, "first")).ask(swap(8, 1, 0, "second")).commit();

  REQUIRE(server.answers().size() == 2);
  CHECK(server.answers()[0].session == 7);
  CHECK(server.answers()[0].status == Status::ok);
  CHECK(server.answers()[1].session == 8);
  CHECK(server.answers()[1].status == Status::mismatch);
  CHECK(server.answers()[1].revision == 2);
  check_value(server, "first", 2);
}

TEST_CASE("ClientRequest 6: the output is saved with the sequence for the client") {
  kv::Store store, other_client, other_sequence, other_output;
  (void)apply(store, put(8, 1, "v"), 5);
  (void)apply(store, swap(7, 1, 4, "w"), 6);
  (void)apply(other_client, put(8, 1, "v"), 5);
  (void)apply(other_client, swap(9, 1, 4, "w"), 6);
  (void)apply(other_sequence, put(8, 1, "v"), 5);
  (void)apply(other_sequence, swap(7, 2, 4, "w"), 6);
  // In vain as well, but answered revision 0: there was no key yet.
  (void)apply(other_output, swap(7, 1, 4, "w"), 4);
  (void)apply(other_output, put(8, 1, "v"), 5);

  CHECK(store != other_client);
  CHECK(store != other_sequence);
  CHECK(store != other_output);
}

TEST_CASE("ClientRequest 6: any prior response of the client is discarded") {
  kv::Store both, last;
  (void)apply(both, put(7, 1, "first"), 5);
  (void)apply(both, put(7, 2, "second"), 6);

  (void)apply(last, put(7, 2, "second"), 6);

  CHECK(both == last);
}

TEST_CASE("ClientRequest 7: the reply is OK with the state machine's output") {
  Voter server;
  server.options.reads = Reads::log;
  server.start_and_win().ask(put(7, 1, "v")).commit();
  check_answer(server, Status::ok, 2);

  server.ask({7, 2, {OperationKind::get, 0, "k", {}}}).commit();

  check_answer(server, Status::ok, 2);
  CHECK(server.answers().back().value == "v");
  CHECK(server.answers().back().session == 7);
  CHECK(server.answers().back().sequence == 2);
}

TEST_CASE("RegisterClient, otherwise here: clients name their sessions, and no two alike") {
  client::ClientSettings settings = client::plain_settings();
  settings.lanes_max = 3;
  std::set<std::uint64_t> sessions;

  for (const std::uint32_t starts : {0, 1, 2}) {
    const client::CoreBench bench(settings, starts);
    for (const std::uint32_t lane : {0, 1, 2}) sessions.insert(bench.core.request(lane).session);
  }

  CHECK(sessions.size() == 9);
  for (const std::uint64_t session : sessions) {
    CHECK((session >> 48) == sim::number(client::client_node));
  }
}

TEST_CASE("6.3: a client assigns a new serial number to every command, and none to a retry") {
  client::CoreBench bench(client::plain_settings());
  CHECK(bench.core.request(0).sequence == 1);

  bench.run_to(110);
  CHECK(bench.core.request(0).sequence == 1);
  bench.answer(client::server_a, Status::ok, 5);

  CHECK(bench.core.request(0).sequence == 2);
}

TEST_CASE("6.3: the session is the state machine's, so a follower that takes over knows it") {
  Voter server;
  const std::vector<client::Request> log{put(7, 1, "mine"), put(8, 1, "another's")};
  server.start().deliver(n2, append(1, {}, commands(log, 1), 2)).complete();
  server.win();

  server.ask(put(7, 1, "mine")).commit();

  check_answer(server, Status::ok, 1);
  check_value(server, "another's", 2);
}

TEST_CASE("6.3: a retry at the next leader, while the first is uncommitted, is executed once") {
  Voter server;
  const std::vector<client::Request> log{put(7, 1, "mine"), put(8, 1, "another's")};
  server.start().deliver(n2, append(1, {}, commands(log, 1), 0)).complete();
  REQUIRE(server.process->applied_index() == 0);
  server.host.run_timers(*server.process, server.host.now_ns + sim::milliseconds(600).ns);
  server.complete();
  server.elect();

  server.ask(put(7, 1, "mine"));
  REQUIRE(server.process->applied_index() == 0);
  server.commit();

  CHECK(server.process->applied_index() == 4);
  check_answer(server, Status::ok, 1);
  check_value(server, "another's", 2);
}

TEST_CASE("6.3: sessions survive a restart that has nothing but the log") {
  Voter server;
  server.start_and_win().ask(put(7, 1, "mine")).ask(put(8, 1, "another's")).commit();

  server.host.lose_power();
  server.start_and_win().ask(put(7, 1, "mine")).commit();

  check_answer(server, Status::ok, 2);
  check_value(server, "another's", 3);
}

TEST_CASE("6.3: sessions lie in the snapshot that a server restarts from") {
  Voter server;
  server.options.snapshot_entries = 3;
  server.options.core.trailing_entries = 0;
  server.start_and_win().ask(put(7, 1, "mine")).ask(put(8, 1, "another's")).commit();
  REQUIRE(server.process->core().log().base().index == 3);

  server.host.lose_power();
  server.start_and_win().ask(put(7, 1, "mine")).commit();

  check_answer(server, Status::ok, 2);
  check_value(server, "another's", 3);
}

TEST_CASE("6.3: sessions lie in the snapshot that a lagging follower gets and then leads with") {
  Voter leader;
  leader.options.snapshot_entries = 3;
  leader.start_and_win().ask(put(7, 1, "mine")).ask(put(8, 1, "another's")).commit();
  const Snapshot snapshot = leader.process->core().snapshot();
  REQUIRE(snapshot.last.index == 3);
  Voter follower;
  follower.start();
  follower.deliver(n2, InstallSnapshot{.term = snapshot.last.term,
                                       .last = snapshot.last,
                                       .size = snapshot.content->size(),
                                       .checksum = sim::crc32c(*snapshot.content),
                                       .offset = 0,
                                       .configuration = *snapshot.configuration,
                                       .chunk = *snapshot.content});
  follower.complete();
  REQUIRE(follower.process->applied_index() == 3);

  follower.win().ask(put(7, 1, "mine")).commit();

  check_answer(follower, Status::ok, 2);
  check_value(follower, "another's", 3);
}

TEST_CASE("6.3, concurrent requests: here each of a client's lanes is a session of its own") {
  kv::Store store;
  (void)apply(store, put(7, 1, "of lane 7"), 5);
  (void)apply(store, put(8, 1, "of lane 8"), 6);

  CHECK(apply(store, put(7, 1, "of lane 7"), 7).revision == 5);
  CHECK(apply(store, put(8, 1, "of lane 8"), 8).revision == 6);

  CHECK(store.get("k").revision == 6);
}

TEST_CASE("6.3, concurrent requests: a command that its own session overtook is never executed") {
  kv::Store store;
  (void)apply(store, put(7, 2, "second"), 5);

  CHECK(apply(store, put(7, 1, "first"), 6).revision == 0);
  CHECK(store.get("k").value == "second");
}

TEST_CASE("6.3, concurrent requests: so a client begins no second one before the first has ended") {
  client::CoreBench bench(client::plain_settings());

  bench.run_to(999);
  CHECK(bench.of(client::ActionKind::invoke).empty());
  bench.run_to(1000);

  CHECK(bench.of(client::ActionKind::complete).size() == 1);
  CHECK(bench.of(client::ActionKind::invoke).size() == 1);
}

// Section 6.3: "if the client [...] retries the command, the command is executed a second time".
TEST_CASE("6.3, without sessions: a command that is committed twice is executed twice") {
  Voter server;
  server.options.sessions = false;
  server.start_and_win().ask(put(7, 1, "v")).commit();
  server.ask(put(8, 1, "another's")).commit();

  server.ask(put(7, 1, "v")).commit();

  check_answer(server, Status::ok, 4);
  check_value(server, "v", 4);
}

TEST_CASE("6.3, without sessions: a compare-and-swap that is retried is told of itself") {
  Voter server;
  server.options.sessions = false;
  server.start_and_win().ask(swap(7, 1, 0, "v")).commit();
  check_answer(server, Status::ok, 2);

  server.ask(swap(7, 1, 0, "v")).commit();

  check_answer(server, Status::mismatch, 2);
}

TEST_CASE("6.3, without sessions: the log says so, and every server executes it alike") {
  Voter server;
  server.options.sessions = false;
  server.start_and_win().ask(put(7, 3, "v"));

  kv::Command command;
  REQUIRE(kv::decode(server.process->core().log().entry(2), command));
  CHECK(command.sequence == kv::no_sequence);
  kv::Store store;
  CHECK(store.apply(command, 2).revision == 2);
  CHECK(store.apply(command, 3).revision == 3);

  CHECK(store.get("k").revision == 3);
}

TEST_CASE("6.3, expiry: servers agree when sessions expire, here never, however many come") {
  kv::Store store;
  (void)apply(store, put(1, 1, "mine"), 1);
  for (std::uint64_t other = 2; other <= 100'000; ++other) {
    (void)apply(store, put(other, 1, "another's"), other);
  }

  CHECK(apply(store, put(1, 1, "mine"), 100'001).revision == 1);
  CHECK(store.get("k").revision == 100'000);
}

TEST_CASE("6.3, expiry: so a session that no server knows is new, whatever its first sequence") {
  kv::Store store;

  // Those before were reads by ReadIndex, of which the state machine learns nothing.
  CHECK(apply(store, put(7, 4, "v"), 5).revision == 5);

  CHECK(store.get("k").value == "v");
}
