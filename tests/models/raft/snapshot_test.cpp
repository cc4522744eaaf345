// Figure 13 and section 7 of the paper: snapshots that a server takes by itself, is sent, and
// starts from, one test per sentence.
#include <doctest/doctest.h>

#include "tests/models/raft/snapshots.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::NoteType;

// Section 7: what a server does by itself.

TEST_CASE("each server takes snapshots independently: a follower, too, shortens its log") {
  Server server(chunked(), three);
  const sim::Bytes log = entries(1, {1, 1, 1});
  server.start(1).receive(n2, append(1, {}, log, 2)).persist();

  server.step(SnapshotSaved{snapshot({2, 1})});

  CHECK(server.raft.log().base() == LogPosition{2, 1});
  CHECK(server.raft.log().last_index() == 3);
  CHECK(server.noted(NoteType::compacted));
  CHECK(server.out.messages.empty());
}

TEST_CASE("some entries stay behind a snapshot for followers that are only a little behind") {
  Server server(chunked(2), three);
  const sim::Bytes log = entries(1, {1, 1, 1, 1});
  server.start(1).receive(n2, append(1, {}, log, 4)).persist();

  server.step(SnapshotSaved{snapshot({4, 1})});

  CHECK(server.raft.log().base() == LogPosition{2, 1});
}

TEST_CASE("if more entries are to stay than there are, all stay") {
  Server server(chunked(5), three);
  const sim::Bytes log = entries(1, {1, 1, 1, 1});
  server.start(1).receive(n2, append(1, {}, log, 4)).persist();

  server.step(SnapshotSaved{snapshot({4, 1})});

  CHECK(server.raft.log().base() == LogPosition{});
  CHECK_FALSE(server.noted(NoteType::compacted));
}

TEST_CASE("last included index and term support the consistency check of the first entry behind") {
  Server server(chunked(), three);
  const sim::Bytes log = entries(1, {1, 1, 1});
  server.start(1).receive(n2, append(1, {}, log, 3)).persist();
  server.step(SnapshotSaved{snapshot({3, 1})});
  const sim::Bytes next = entries(4, {1});

  server.receive(n2, append(1, {3, 1}, next)).persist();

  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->accepted);
  CHECK(server.reply<AppendResponse>()->match == 4);
}

TEST_CASE("entries from before a snapshot are held, whoever sends them again") {
  Server server(chunked(), three);
  const sim::Bytes log = entries(1, {1, 1, 1});
  server.start(1).receive(n2, append(1, {}, log, 3)).persist();
  server.step(SnapshotSaved{snapshot({3, 1})});
  const sim::Bytes again = entries(2, {1, 1, 1});

  server.receive(n2, append(1, {1, 1}, again)).persist();

  CHECK(server.raft.log().last_index() == 4);
  CHECK(server.raft.log().base().index == 3);
}

TEST_CASE("what a durable snapshot stands for is durable, and the leader hears of it at once") {
  Server server(chunked(), three);
  const sim::Bytes log = entries(1, {1, 1});
  server.start(1).receive(n2, append(1, {}, log, 2));
  REQUIRE(server.raft.stored_index() == 0);

  server.step(SnapshotSaved{snapshot({2, 1})});

  CHECK(server.raft.stored_index() == 2);
  REQUIRE(server.sent<AppendResponse>().size() == 1);
  CHECK(server.sent<AppendResponse>()[0].match == 2);
}

TEST_CASE("a vote compares with the snapshot if the log behind it is empty") {
  Server server(chunked(), three);
  server.step(Start{.term = 3, .entries = {}, .base = {9, 3}, .snapshot = snapshot({9, 3})});

  server.receive(n2, VoteRequest{Ballot::vote, 4, {8, 3}}).persist();
  CHECK(server.raft.vote() == sim::no_node);
  server.receive(n3, VoteRequest{Ballot::vote, 5, {9, 3}}).persist();

  CHECK(server.raft.vote() == n3);
}

// Figure 13: the receiver.

TEST_CASE("InstallSnapshot 1: reply immediately if term < currentTerm") {
  Server server(chunked(), three);
  server.start(5);

  server.receive(n2, chunk(3, snapshot({9, 3}), 0));

  REQUIRE(server.reply<InstallSnapshotResponse>());
  CHECK(server.reply<InstallSnapshotResponse>()->term == 5);
  CHECK(server.raft.leader() == sim::no_node);
}

TEST_CASE("InstallSnapshot is heard of a leader: it begins its term and restarts the timeout") {
  Server server(chunked(), three);
  server.start(1);

  server.receive(n2, chunk(3, snapshot({9, 2}), 0));

  CHECK(server.raft.term() == 3);
  CHECK(server.raft.leader() == n2);
  CHECK(server.out.election == ElectionTimer::arm_minimum);
}

TEST_CASE("InstallSnapshot 2 to 4: chunks are put together, and each answer says what is wanted") {
  Server server(chunked(), three);
  server.start(3);
  const Snapshot sent = snapshot({9, 3});

  server.receive(n2, chunk(3, sent, 0));
  CHECK(server.reply<InstallSnapshotResponse>() == wants(3, {9, 3}, 0, 10));
  server.receive(n2, chunk(3, sent, 10));

  CHECK(server.reply<InstallSnapshotResponse>() == wants(3, {9, 3}, 10, 20));
  CHECK_FALSE(server.out.store.snapshot);
}

TEST_CASE("a chunk that comes twice, or before its turn, changes nothing") {
  Server server(chunked(), three);
  server.start(3);
  const Snapshot sent = snapshot({9, 3});
  server.receive(n2, chunk(3, sent, 0));

  server.receive(n2, chunk(3, sent, 0));
  CHECK(server.reply<InstallSnapshotResponse>() == wants(3, {9, 3}, 0, 10));
  server.receive(n2, chunk(3, sent, 20));

  CHECK(server.reply<InstallSnapshotResponse>() == wants(3, {9, 3}, 20, 10));
}

TEST_CASE("InstallSnapshot 5: a snapshot of something else makes the follower begin anew") {
  Server server(chunked(), three);
  server.start(3);
  server.receive(n2, chunk(3, snapshot({9, 3}), 0));

  server.receive(n2, chunk(3, snapshot({12, 3}), 0));

  CHECK(server.reply<InstallSnapshotResponse>() == wants(3, {12, 3}, 0, 10));
}

TEST_CASE("a new leader with the same snapshot goes on where the old one stopped") {
  Server server(chunked(), three);
  server.start(3);
  const Snapshot sent = snapshot({9, 3});
  server.receive(n2, chunk(3, sent, 0)).receive(n2, chunk(3, sent, 10));

  server.receive(n3, chunk(4, sent, 0)).persist();

  CHECK(server.raft.leader() == n3);
  server.receive(n3, chunk(4, sent, 20));
  CHECK(server.out.store.snapshot);
}

TEST_CASE("a snapshot that is not what its checksum says is not installed, and begun anew") {
  Server server(chunked(), three);
  server.start(3);
  const Snapshot sent = snapshot({9, 3}, 10);
  InstallSnapshot broken = chunk(3, sent, 0);
  broken.checksum ^= 1;

  server.receive(n2, broken);

  CHECK(server.reply<InstallSnapshotResponse>() == wants(3, {9, 3}, 0, 0));
  CHECK(server.raft.log().last_index() == 0);
}

TEST_CASE("InstallSnapshot 6: if the log holds the last included entry, what follows it stays") {
  Server server(chunked(), three);
  const sim::Bytes log = entries(1, {1, 2, 2, 2});
  server.start(2).receive(n2, append(2, {}, log)).persist();

  server.receive(n2, chunk(2, snapshot({3, 2}), 0));

  CHECK(server.raft.log().last_index() == 4);
  CHECK(server.raft.commit_index() == 3);
  CHECK(server.out.committed == IndexRange{1, 3});
  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->match == 4);
}

TEST_CASE("a snapshot of what is committed here already is answered with all that is held") {
  Server server(chunked(), three);
  const sim::Bytes log = entries(1, {1, 1, 1});
  server.start(1).receive(n2, append(1, {}, log, 3)).persist();
  server.step(SnapshotSaved{snapshot({3, 1})});

  server.receive(n2, chunk(1, snapshot({2, 1}), 0));

  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->match == 3);
  CHECK_FALSE(server.out.store.snapshot);
}

TEST_CASE("InstallSnapshot 7 and 8: the entire log is discarded and the snapshot counts") {
  Server server(chunked(), three);
  const sim::Bytes log = entries(1, {1, 1, 1, 1});
  server.start(1).receive(n2, append(1, {}, log, 2)).persist();

  server.receive(n2, chunk(3, snapshot({3, 2}, 10), 0));

  CHECK(server.raft.log().base() == LogPosition{3, 2});
  CHECK(server.raft.log().last_index() == 3);
  CHECK(server.raft.commit_index() == 3);
  CHECK(server.raft.snapshot().last == LogPosition{3, 2});
  CHECK(server.out.store.snapshot);
  CHECK(server.noted(NoteType::restored));
  CHECK(server.out.committed.empty());
}

TEST_CASE("that a snapshot is installed is said when it is durable, by an AppendResponse") {
  Server server(chunked(), three);
  server.start(3);

  server.receive(n2, chunk(3, snapshot({9, 3}, 10), 0));
  CHECK(server.out.messages.empty());
  CHECK(server.raft.stored_index() == 0);
  server.persist();

  CHECK(server.raft.stored_index() == 9);
  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->match == 9);
}

TEST_CASE("a chunk of a snapshot that is still on its way to the disk is answered with the truth") {
  Server server(chunked(), three);
  server.start(3);
  server.receive(n2, chunk(3, snapshot({9, 3}, 10), 0));

  server.receive(n2, chunk(3, snapshot({9, 3}, 10), 0));

  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->match == 0);
}

TEST_CASE("a write from before an installation that ends late vouches for committed entries only") {
  Server server(chunked(), three);
  const sim::Bytes log = entries(1, {1, 1, 1, 1});
  server.start(1).receive(n2, append(1, {}, log, 2));
  const Token write = server.unsynced;
  server.receive(n2, chunk(3, snapshot({9, 2}, 10), 0));
  REQUIRE(server.raft.stored_index() == 0);

  server.step(Persisted{write});
  CHECK(server.raft.stored_index() == 2);
  server.persist();

  CHECK(server.raft.stored_index() == 9);
}

TEST_CASE("a second snapshot may be installed before the first is durable") {
  Server server(chunked(), three);
  server.start(3);
  server.receive(n2, chunk(3, snapshot({9, 3}, 10), 0));
  const Token first = server.unsynced;

  server.receive(n2, chunk(3, snapshot({12, 3}, 10), 0));
  server.step(Persisted{first});
  CHECK(server.raft.stored_index() == 9);
  server.persist();

  CHECK(server.raft.snapshot().last == LogPosition{12, 3});
  CHECK(server.raft.stored_index() == 12);
}

TEST_CASE(
    "entries behind an installed snapshot are taken before it is durable, and vouched after") {
  Server server(chunked(), three);
  server.start(3);
  server.receive(n2, chunk(3, snapshot({9, 3}, 10), 0));
  const sim::Bytes next = entries(10, {3});

  server.receive(n2, append(3, {9, 3}, next, 10));
  CHECK(server.out.committed == IndexRange{10, 10});
  CHECK(server.out.messages.empty());
  server.persist();

  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->match == 10);
}

TEST_CASE("a snapshot of one's own that is saved after a leader's was installed changes nothing") {
  Server server(chunked(), three);
  const sim::Bytes log = entries(1, {1, 1, 1});
  server.start(1).receive(n2, append(1, {}, log, 3)).persist();
  server.receive(n2, chunk(1, snapshot({9, 1}, 10), 0));

  server.step(SnapshotSaved{snapshot({3, 1})});

  CHECK(server.raft.snapshot().last == LogPosition{9, 1});
  CHECK(server.raft.log().base() == LogPosition{9, 1});
}

// Starting from files.

TEST_CASE("a server begins with its snapshot committed and the entries behind it in its log") {
  Server server(chunked(), three);
  const sim::Bytes log = entries(4, {2, 2, 3});

  server.step(Start{.term = 3, .entries = log, .base = {3, 2}, .snapshot = snapshot({5, 2})});

  CHECK(server.raft.commit_index() == 5);
  CHECK(server.raft.log().first_index() == 4);
  CHECK(server.raft.log().last_index() == 6);
  CHECK(server.raft.stored_index() == 6);
}

TEST_CASE("a log that ends before the snapshot, or disagrees with it, is not continued") {
  Server shorter(chunked(), three), other(chunked(), three);
  const sim::Bytes log = entries(1, {1, 1, 1});

  shorter.step(Start{.term = 3, .entries = log, .snapshot = snapshot({5, 2})});
  other.step(Start{.term = 3, .entries = log, .snapshot = snapshot({2, 2})});

  CHECK(shorter.raft.log().base() == LogPosition{5, 2});
  CHECK(shorter.raft.log().last_index() == 5);
  CHECK(other.raft.log().base() == LogPosition{2, 2});
  CHECK(other.raft.log().last_index() == 2);
}

TEST_CASE("a snapshot that reached the disk before its term is proof of the term, without a vote") {
  Server server(chunked(), three);

  server.step(Start{.term = 1, .vote = n2, .entries = {}, .snapshot = snapshot({9, 4})});

  CHECK(server.raft.term() == 4);
  CHECK(server.raft.vote() == sim::no_node);
}
