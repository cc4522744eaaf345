// Figure 2 of the paper, the box "AppendEntries RPC": one test per sentence.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

TEST_CASE("AppendEntries carries the leader's term, prevLogIndex, prevLogTerm and leaderCommit") {
  Server server;
  server.start(2, {1, 2}).win();

  const auto sent = server.sent_to<AppendEntries>(n3);

  REQUIRE(sent.size() == 1);
  CHECK(sent[0].term == 3);
  CHECK(sent[0].previous == LogPosition{2, 2});
  CHECK(sent[0].commit == 0);
  CHECK(indexes(sent[0].entries) == std::vector<Index>{3});
}

TEST_CASE("leaderId: a follower learns from AppendEntries where to redirect clients") {
  Server server;
  server.start(1);

  server.receive(n4, AppendEntries{.term = 1, .previous = {}, .entries = {}});

  CHECK(server.raft.leader() == n4);
}

TEST_CASE("entries[] are empty for a heartbeat") {
  Server server;
  server.start().win();

  server.step(HeartbeatTimeout{});

  REQUIRE(server.sent<AppendEntries>().size() == 4);
  CHECK(server.sent<AppendEntries>()[0].entries.empty());
}

TEST_CASE("the result's term is currentTerm, for the leader to update itself") {
  Server server;
  server.start(5);

  server.receive(n2, AppendEntries{.term = 3, .previous = {}, .entries = {}});

  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->term == 5);
}

TEST_CASE("the result is true if the follower has the entry at prevLogIndex and prevLogTerm") {
  Server server;
  server.start(2, {1, 2});

  server.receive(n2, append(2, {2, 2}, {}));

  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->accepted);
  CHECK(server.reply<AppendResponse>()->match == 2);
}

TEST_CASE("AppendEntries 1: reply false if term < currentTerm, and nothing changes") {
  Server server;
  server.start(5);
  const sim::Bytes one = entries(1, {3});

  server.receive(n2, append(3, {}, one));

  REQUIRE(server.reply<AppendResponse>());
  CHECK_FALSE(server.reply<AppendResponse>()->accepted);
  CHECK(server.raft.log().last_index() == 0);
  CHECK(server.raft.leader() == sim::no_node);
  CHECK(server.out.election == ElectionTimer::keep);
}

TEST_CASE("AppendEntries 2: reply false if the log has no entry at prevLogIndex") {
  Server server;
  server.start(2, {1, 1});
  const sim::Bytes one = entries(5, {2});

  server.receive(n2, append(2, {4, 2}, one));

  REQUIRE(server.reply<AppendResponse>());
  CHECK_FALSE(server.reply<AppendResponse>()->accepted);
  CHECK(terms(server.raft.log()) == std::vector<Term>{1, 1});
}

TEST_CASE("AppendEntries 2: reply false if the term at prevLogIndex does not match prevLogTerm") {
  Server server;
  server.start(3, {1, 1});
  const sim::Bytes one = entries(3, {3});

  server.receive(n2, append(3, {2, 2}, one));

  REQUIRE(server.reply<AppendResponse>());
  CHECK_FALSE(server.reply<AppendResponse>()->accepted);
  CHECK(terms(server.raft.log()) == std::vector<Term>{1, 1});
}

TEST_CASE("AppendEntries 3: an entry that conflicts is deleted with all that follow it") {
  Server server;
  server.start(3, {1, 1, 2, 2, 2});
  const sim::Bytes one = entries(3, {3});

  server.receive(n2, append(3, {2, 1}, one));

  CHECK(terms(server.raft.log()) == std::vector<Term>{1, 1, 3});
  CHECK(server.out.notes[0] == Remark{models::NoteType::truncated, 3, 0, 0});
  CHECK(server.raft.stored_index() == 2);
}

TEST_CASE(
    "AppendEntries 3: entries that do not conflict stay, even behind an older message's end") {
  Server server;
  server.start(1, {1, 1, 1, 1});
  const sim::Bytes two = entries(1, {1, 1});

  server.receive(n2, append(1, {}, two));

  CHECK(server.raft.log().last_index() == 4);
  CHECK(server.out.store.token == no_token);
  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->match == 2);
}

TEST_CASE("AppendEntries 4: append any new entries not already in the log") {
  Server server;
  server.start(1, {1, 1});
  const sim::Bytes three_entries = entries(2, {1, 1, 1});

  server.receive(n2, append(1, {1, 1}, three_entries));

  CHECK(server.raft.log().last_index() == 4);
  CHECK(server.out.store.entries == IndexRange{3, 4});
  CHECK(std::ranges::equal(server.raft.log().bytes({2, 4}), sim::ByteView(three_entries)));
}

TEST_CASE("AppendEntries 5: commitIndex = leaderCommit if the last new entry is behind it") {
  Server server;
  server.start(1);
  const sim::Bytes bytes = entries(1, {1, 1, 1});

  server.receive(n2, append(1, {}, bytes, 2));

  CHECK(server.raft.commit_index() == 2);
  CHECK(server.out.committed == IndexRange{1, 2});
}

TEST_CASE(
    "AppendEntries 5: commitIndex = index of the last new entry if leaderCommit is behind it") {
  Server server;
  server.start(2, {1, 1, 1, 1});
  const sim::Bytes one = entries(2, {1});

  // Entries 3 and 4 are not known to be the leader's.
  server.receive(n2, append(2, {1, 1}, one, 4));

  CHECK(server.raft.commit_index() == 2);
}

TEST_CASE("a heartbeat commits no further than the entries it vouches for") {
  Server server;
  server.start(2, {1, 1, 1});

  server.receive(n2, append(2, {1, 1}, {}, 3));

  CHECK(server.raft.commit_index() == 1);
}

TEST_CASE("the answer claims only what is on the disk, whatever the leader vouches for") {
  Server server;
  server.start(1, {1});
  const sim::Bytes two = entries(2, {1, 1});
  server.receive(n2, append(1, {1, 1}, two));

  server.receive(n2, append(1, {3, 1}, {}));

  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->accepted);
  CHECK(server.reply<AppendResponse>()->match == 1);
}
