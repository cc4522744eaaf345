// Figure 2 of the paper, the box "State": one test per sentence.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

TEST_CASE("currentTerm is initialized to 0 on first boot and increases monotonically") {
  Server server;

  server.start();
  CHECK(server.raft.term() == 0);

  server.receive(n2, AppendEntries{.term = 4, .previous = {}, .entries = {}});
  server.receive(n3, AppendEntries{.term = 3, .previous = {}, .entries = {}});
  CHECK(server.raft.term() == 4);
}

TEST_CASE("votedFor is the candidate that received the vote in the current term, or null") {
  Server server;
  server.start();
  CHECK(server.raft.vote() == sim::no_node);

  server.receive(n2, VoteRequest{Ballot::vote, 1, {}});
  CHECK(server.raft.vote() == n2);

  server.receive(n3, AppendEntries{.term = 2, .previous = {}, .entries = {}});
  CHECK(server.raft.vote() == sim::no_node);
}

TEST_CASE(
    "each log entry holds its command and the term it was received in; the first index is 1") {
  Server server;
  server.start().win();

  server.propose("key", "command");

  wal::Record record;
  std::size_t size = 0;
  CHECK(server.raft.log().last() == LogPosition{2, 1});
  REQUIRE(wal::decode(server.raft.log().record(2), record, size) == wal::DecodeStatus::ok);
  CHECK(record.index == 2);
  CHECK(record.term == 1);
  CHECK(record.key == "key");
  CHECK(record.value == "command");
}

TEST_CASE("term and vote are updated on stable storage before a vote is answered") {
  Server server;
  server.start();

  server.receive(n2, VoteRequest{Ballot::vote, 3, {}});

  CHECK(server.out.store.hard_state);
  CHECK(server.out.store.term == 3);
  CHECK(server.out.store.vote == n2);
  REQUIRE(server.waits_for_disk());
  CHECK(server.out.messages[0].after == server.out.store.token);
}

TEST_CASE("a vote counts as given, for the notes, when it is on the disk") {
  Server server;
  server.start();
  server.receive(n2, VoteRequest{Ballot::vote, 3, {}});
  CHECK_FALSE(server.noted(models::NoteType::vote));

  server.persist();

  CHECK(std::ranges::count(server.out.notes, Remark{models::NoteType::vote, 3, 2, 0}) == 1);
}

TEST_CASE("log entries are updated on stable storage before they are answered") {
  Server server;
  server.start(1);
  const sim::Bytes two = entries(1, {1, 1});

  server.receive(n2, append(1, {}, two));
  CHECK(server.out.store.entries == IndexRange{1, 2});
  CHECK(server.out.messages.empty());

  server.persist();
  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->accepted);
  CHECK(server.reply<AppendResponse>()->match == 2);
}

TEST_CASE("a new term is updated on stable storage before a heartbeat in it is answered") {
  Server server;
  server.start(1);

  server.receive(n2, AppendEntries{.term = 2, .previous = {}, .entries = {}});

  CHECK(server.out.store.hard_state);
  CHECK(server.waits_for_disk());
}

TEST_CASE("commitIndex is initialized to 0, also after a restart, and increases monotonically") {
  Server server;
  server.start(1, {1, 1, 1});
  CHECK(server.raft.commit_index() == 0);

  server.receive(n2, append(1, {3, 1}, {}, 2));
  CHECK(server.raft.commit_index() == 2);
  server.receive(n2, append(1, {3, 1}, {}, 1));

  CHECK(server.raft.commit_index() == 2);
}

TEST_CASE("lastApplied is initialized to 0, also after a restart: everything is applied anew") {
  Server server;
  server.start(1, {1, 1, 1});

  server.receive(n2, append(1, {3, 1}, {}, 2));

  CHECK(server.out.committed == IndexRange{1, 2});
}

TEST_CASE("nextIndex[] is initialized, upon election, to leader last log index + 1") {
  Server server;
  server.start(3, {1, 2, 3});

  server.win();

  CHECK(server.raft.members()[1].next == 4);
  CHECK(server.raft.members()[4].next == 4);
}

TEST_CASE("matchIndex[] is initialized to 0 upon election and increases monotonically") {
  Server server;
  server.start(3, {1, 2, 3}).win();
  CHECK(server.raft.members()[1].match == 0);

  server.accept(n2, 4);
  server.accept(n2, 2);

  CHECK(server.raft.members()[1].match == 4);
}

TEST_CASE("nextIndex[] and matchIndex[] are reinitialized after election") {
  Server server;
  server.start().win().persist().accept(n2, 1).accept(n3, 1);
  server.receive(n4, AppendEntries{.term = 2, .previous = {1, 1}, .entries = {}}).persist();
  REQUIRE(server.raft.role() == Role::follower);

  server.win();

  CHECK(server.raft.members()[1].match == 0);
  CHECK(server.raft.members()[1].next == 2);
}

TEST_CASE("term, vote and log survive a restart as they were stored") {
  Server server;

  server.start(7, {1, 2, 2, 6}, n4);

  CHECK(server.raft.term() == 7);
  CHECK(server.raft.vote() == n4);
  CHECK(terms(server.raft.log()) == std::vector<Term>{1, 2, 2, 6});
  CHECK(server.raft.stored_index() == 4);
  CHECK(server.out.notes[0] == Remark{models::NoteType::recovered, 4, 7, 5});
}
