// Conflict hints (section 5.3), probing, pipelining, batches and the window of messages in flight.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

/// A leader of term 1 whose followers have its first entry.
Server leading(const Options& options) {
  Server server(options);
  server.start().win().persist();
  for (const NodeId node : {n2, n3, n4, n5}) server.accept(node, 1);
  return server;
}

const Member& member(const Server& server, NodeId node) {
  return *std::ranges::find(server.raft.members(), node, &Member::id);
}

/// How often a follower with this log refuses before it has the log of a new leader.
int refusals(ConflictHints hints, const std::vector<Term>& log) {
  Options options = plain;
  options.conflict_hints = hints;
  Server leader(options);
  leader.start(5, {1, 1, 4, 4, 4, 4, 4, 4, 4, 4}).win();
  Server follower(options, five, n2);
  follower.start(5, log);

  AppendEntries message = leader.sent_to<AppendEntries>(n2).at(0);
  for (int refusals = 0; refusals < 100; ++refusals) {
    follower.receive(n1, message);
    if (follower.out.messages.empty()) follower.persist();
    const auto answer = follower.sent<AppendResponse>().back();
    if (answer.accepted) {
      CHECK(terms(follower.raft.log()) == terms(leader.raft.log()));
      return refusals;
    }
    leader.receive(n2, answer);
    message = leader.sent_to<AppendEntries>(n2).at(0);
  }
  return -1;
}

}  // namespace

TEST_CASE("a follower whose log is too short says where it ends") {
  Server server;
  server.start(2, {1, 1, 1});

  server.receive(n2, append(2, {7, 2}, {}));

  CHECK(server.reply<AppendResponse>()->match == 7);
  CHECK(server.reply<AppendResponse>()->hint == LogPosition{4, 0});
}

TEST_CASE("a follower in conflict says the conflicting term and the first index of that term") {
  Server server;
  server.start(4, {1, 2, 2, 2, 3});

  server.receive(n2, append(4, {4, 4}, {}));

  CHECK(server.reply<AppendResponse>()->hint == LogPosition{2, 2});
}

TEST_CASE("conflict_hints index: a follower says where its log ends only if it is too short") {
  Options options = plain;
  options.conflict_hints = ConflictHints::index;
  Server server(options);
  server.start(4, {1, 2, 2, 2, 3});

  server.receive(n2, append(4, {9, 4}, {}));
  CHECK(server.reply<AppendResponse>()->hint == LogPosition{6, 0});
  server.receive(n2, append(4, {4, 4}, {}));

  CHECK(server.reply<AppendResponse>()->hint == LogPosition{4, 0});
}

TEST_CASE("conflict_hints none: a follower says nothing of its log") {
  Options options = plain;
  options.conflict_hints = ConflictHints::none;
  Server server(options);
  server.start(4, {1, 2, 2, 2, 3});

  server.receive(n2, append(4, {9, 4}, {}));
  CHECK(server.reply<AppendResponse>()->hint == LogPosition{9, 0});
  server.receive(n2, append(4, {4, 4}, {}));

  CHECK(server.reply<AppendResponse>()->hint == LogPosition{4, 0});
}

// The leader's log is 1, 1, then eight entries of term 4 and its no-op; by Figure 2 it goes back by
// one from index 10, by the hints to what both may have.
TEST_CASE("how many refusals a short log and a divergent one cost with each kind of hints") {
  const std::vector<Term> too_short{1, 1};
  const std::vector<Term> divergent{1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2};

  CHECK(refusals(ConflictHints::none, too_short) == 8);
  CHECK(refusals(ConflictHints::none, divergent) == 8);
  CHECK(refusals(ConflictHints::index, too_short) == 1);
  CHECK(refusals(ConflictHints::index, divergent) == 8);
  CHECK(refusals(ConflictHints::term, too_short) == 1);
  CHECK(refusals(ConflictHints::term, divergent) == 1);
}

TEST_CASE("a leader without entries of the conflicting term skips all of that term at once") {
  Server server;
  server.start(5, {1, 1, 1, 4, 4, 5}).win();

  server.refuse(n2, 6, {2, 2});

  CHECK(member(server, n2).next == 2);
}

TEST_CASE("a leader with entries of the conflicting term continues behind its last one") {
  Server server;
  server.start(5, {1, 2, 2, 4, 4, 5}).win();

  server.refuse(n2, 6, {2, 2});

  CHECK(member(server, n2).next == 4);
}

TEST_CASE("a refusal never raises next, whatever the hint says") {
  Server server;
  server.start(5, {1, 2, 2, 4, 4, 5}).win();

  server.refuse(n2, 6, {100, 0});
  CHECK(member(server, n2).next == 6);
  server.refuse(n2, 5, {100, 0});

  CHECK(member(server, n2).next == 5);
}

TEST_CASE("Figure 7 (f): three terms of foreign entries are bypassed in at most three refusals") {
  const std::vector<Term> leader_log{1, 1, 1, 4, 4, 5, 5, 6, 6, 6};
  Server leader;
  leader.start(7, leader_log).win();
  Server follower(plain, five, n2);
  follower.start(7, {1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3});

  int refusals = 0;
  Message message = leader.sent_to<AppendEntries>(n2).at(0);
  for (; refusals < 4; ++refusals) {
    follower.receive(n1, message);
    if (follower.out.messages.empty()) follower.persist();
    const auto answer = follower.sent<AppendResponse>().back();
    if (answer.accepted) break;
    leader.receive(n2, answer);
    message = leader.sent_to<AppendEntries>(n2).at(0);
  }

  CHECK(refusals <= 3);
  CHECK(terms(follower.raft.log()) == terms(leader.raft.log()));
}

TEST_CASE("without parallel_disk a leader announces itself at once, and its no-op from its disk") {
  Options options = plain;
  options.parallel_disk = false;
  Server server(options);
  server.start(1, {1}).win();
  REQUIRE(server.sent_to<AppendEntries>(n2).size() == 1);
  CHECK(server.sent_to<AppendEntries>(n2)[0].entries.empty());

  server.persist();

  REQUIRE(server.sent_to<AppendEntries>(n2).size() == 1);
  CHECK(indexes(server.sent_to<AppendEntries>(n2)[0].entries) == std::vector<Index>{2});
}

TEST_CASE("without parallel_disk nobody is sent more than the leader's disk holds") {
  Options options = plain;
  options.parallel_disk = false;
  Server server(options);
  server.start().win().persist().accept(n2, 1);
  server.propose("a");
  CHECK(server.sent<AppendEntries>().empty());
  const Token first = server.unsynced;
  server.propose("b").step(Persisted{first});
  CHECK(indexes(server.sent_to<AppendEntries>(n2).at(0).entries) == std::vector<Index>{2});

  server.persist();

  CHECK(indexes(server.sent_to<AppendEntries>(n2).at(0).entries) == std::vector<Index>{3});
}

TEST_CASE("probe: one message is out at a time") {
  Server server;
  server.start().win();
  CHECK(member(server, n2).replication == Replication::probe);

  server.propose().propose();

  CHECK(server.sent<AppendEntries>().empty());
}

TEST_CASE("probe: a lost probe is repaired by the next heartbeat's answer") {
  Server server;
  server.start(1, {1}).win();

  server.step(HeartbeatTimeout{});
  CHECK(server.sent_to<AppendEntries>(n2).at(0).previous == LogPosition{1, 1});
  server.accept(n2, 1);

  CHECK(member(server, n2).replication == Replication::replicate);
  CHECK(indexes(server.sent_to<AppendEntries>(n2).at(0).entries) == std::vector<Index>{2});
}

TEST_CASE("replicate: entries leave without waiting for the answers before them") {
  Server server = leading(plain);

  server.propose();
  CHECK(indexes(server.sent_to<AppendEntries>(n2).at(0).entries) == std::vector<Index>{2});
  server.propose();

  CHECK(indexes(server.sent_to<AppendEntries>(n2).at(0).entries) == std::vector<Index>{3});
  CHECK(member(server, n2).inflight_count == 2);
}

TEST_CASE("the window: what does not fit waits and travels as one batch when an answer comes") {
  Options options = plain;
  options.inflight_messages_max = 2;
  Server server = leading(options);
  server.propose().propose().propose().propose();
  CHECK(server.sent<AppendEntries>().empty());

  server.accept(n2, 2);

  REQUIRE(server.sent<AppendEntries>().size() == 1);
  CHECK(indexes(server.sent<AppendEntries>()[0].entries) == std::vector<Index>{4, 5});
}

TEST_CASE("the window: one answer frees every message before it") {
  Options options = plain;
  options.inflight_messages_max = 3;
  Server server = leading(options);
  server.propose().propose().propose();

  server.accept(n2, 4);

  CHECK(member(server, n2).inflight_count == 0);
  CHECK(member(server, n2).next == 5);
}

TEST_CASE("the window: a full window that was lost altogether is found by the next heartbeat") {
  Options options = plain;
  options.inflight_messages_max = 2;
  Server server = leading(options);
  server.propose().propose().propose();

  server.step(HeartbeatTimeout{});
  CHECK(server.sent_to<AppendEntries>(n2).at(0).previous == LogPosition{3, 1});
  server.refuse(n2, 3, {2, 0});

  CHECK(member(server, n2).replication == Replication::probe);
  CHECK(indexes(server.sent_to<AppendEntries>(n2).at(0).entries) == std::vector<Index>{2, 3, 4});
}

TEST_CASE("unreachable: what streamed may be lost, so the follower is probed from its match on") {
  Server server = leader_of_three();
  server.propose().persist().accept(n2, 2).propose().propose();
  REQUIRE(server.raft.members()[1].next == 5);

  server.step(Unreachable{n2});

  CHECK(server.out.messages.empty());
  CHECK(server.raft.members()[1].replication == Replication::probe);
  CHECK(server.raft.members()[1].next == 3);
  CHECK(server.raft.members()[2].replication == Replication::replicate);
  server.propose();
  CHECK(indexes(server.sent_to<AppendEntries>(n2).at(0).entries) == std::vector<Index>{3, 4, 5});
  server.propose();
  CHECK(server.sent_to<AppendEntries>(n2).empty());
  CHECK(server.sent_to<AppendEntries>(n3).size() == 1);
  server.persist().accept(n2, 5);
  CHECK(server.raft.members()[1].replication == Replication::replicate);
}

TEST_CASE("unreachable: a follower's report, or one of oneself or a stranger, is of no meaning") {
  Server follower(plain, three);
  follower.start(1).receive(n2, append(1, {}, {}));
  follower.step(Unreachable{n2});
  CHECK(follower.raft.leader() == n2);
  CHECK(follower.out.election == ElectionTimer::keep);

  Server server = leader_of_three();
  server.step(Unreachable{n1}).step(Unreachable{NodeId{77}});
  for (const Member& member : server.raft.members()) {
    if (member.id != n1) CHECK(member.replication == Replication::replicate);
  }
}

TEST_CASE("a refusal that a newer answer has overtaken changes nothing") {
  Server server = leading(plain);
  server.propose().propose().accept(n2, 3);

  server.refuse(n2, 2, {2, 0});

  CHECK(member(server, n2).replication == Replication::replicate);
  CHECK(member(server, n2).next == 4);
}

TEST_CASE("a batch holds no more entries than allowed") {
  Options options = plain;
  options.batch_entries_max = 2;
  Server server(options);
  server.start(1, {1, 1, 1, 1, 1}).win();

  server.refuse(n2, 5, {1, 0});

  CHECK(indexes(server.sent_to<AppendEntries>(n2).at(0).entries) == std::vector<Index>{1, 2});
}

TEST_CASE("a batch holds no more bytes than allowed, but always one entry") {
  const std::size_t size = entries(1, {1}).size();
  Options options = plain;
  options.batch_bytes_max = static_cast<std::uint32_t>(3 * size);
  Server exact(options);
  exact.start(1, {1, 1, 1, 1, 1}).win();
  options.batch_bytes_max = static_cast<std::uint32_t>(3 * size - 1);
  Server less(options);
  less.start(1, {1, 1, 1, 1, 1}).win();
  options.batch_bytes_max = 1;
  Server tiny(options);
  tiny.start(1, {1, 1, 1, 1, 1}).win();

  exact.refuse(n2, 5, {1, 0});
  less.refuse(n2, 5, {1, 0});
  tiny.refuse(n2, 5, {1, 0});

  CHECK(exact.sent_to<AppendEntries>(n2).at(0).entries.size() == 3 * size);
  CHECK(less.sent_to<AppendEntries>(n2).at(0).entries.size() == 2 * size);
  CHECK(tiny.sent_to<AppendEntries>(n2).at(0).entries.size() == size);
}

TEST_CASE("entries travel and are stored in the bytes the leader made") {
  Server leader = leading(plain);
  Server follower(plain, five, n2);
  follower.start(1);
  leader.propose("key", "value");
  const auto sent = leader.sent_to<AppendEntries>(n2).at(0);
  const sim::Bytes first = {leader.raft.log().record(1).begin(), leader.raft.log().record(1).end()};

  follower.receive(n1, append(1, {}, first)).receive(n1, sent);

  CHECK(std::ranges::equal(follower.raft.log().bytes({1, 2}), leader.raft.log().bytes({1, 2})));
  CHECK(follower.raft.log().hash(2) == leader.raft.log().hash(2));
}

TEST_CASE("a copy of a core continues as the original would") {
  Server server = leading(plain);
  Server copy = server;

  server.propose("a", "1").accept(n2, 2);
  copy.propose("a", "1").accept(n2, 2);

  CHECK(server.out.notes == copy.out.notes);
  CHECK(std::ranges::equal(server.raft.log().bytes({1, 2}), copy.raft.log().bytes({1, 2})));
}
