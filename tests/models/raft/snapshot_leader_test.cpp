// Section 7 of the paper, chapter 5 of the dissertation: what a leader does for those that lag
// behind, one test per sentence, and what a transfer in chunks adds to them.
#include <doctest/doctest.h>

#include "tests/models/raft/snapshots.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::NoteType;

TEST_CASE("a leader sends its snapshot if it has discarded the next entry that a follower needs") {
  const Leader leader;

  REQUIRE(leader.sent_to<InstallSnapshot>(n3).size() == 1);
  const InstallSnapshot install = leader.sent_to<InstallSnapshot>(n3)[0];
  CHECK(install.term == 2);
  CHECK(install.last == LogPosition{5, 2});
  CHECK(install.offset == 0);
  CHECK(install.size == 25);
  CHECK(install.chunk.size() == 10);
  CHECK(install.checksum == sim::crc32c(*snapshot({5, 2}).content));
  CHECK(leader.sent_to<InstallSnapshot>(n2).empty());
}

TEST_CASE("a follower that lacks nothing but what trails gets entries and no snapshot") {
  Leader leader(chunked(3));
  CHECK(leader.sent<InstallSnapshot>().empty());

  leader.refuse(n3, 4, {3, 0});

  CHECK(leader.sent<InstallSnapshot>().empty());
  REQUIRE(leader.sent_to<AppendEntries>(n3).size() == 1);
  CHECK(indexes(leader.sent_to<AppendEntries>(n3)[0].entries) == std::vector<Index>{3, 4, 5});
}

TEST_CASE("a probe that has to go back behind the beginning of the log ends in a snapshot") {
  Leader leader(chunked(3));
  REQUIRE(leader.sent<InstallSnapshot>().empty());

  leader.refuse(n3, 4, {1, 0});

  CHECK(leader.offsets() == Offsets{0});
}

TEST_CASE("a new leader finds out what a follower lacks and sends its own snapshot") {
  Server server(chunked(), three);
  server.step(Start{.term = 3, .entries = {}, .base = {9, 3}, .snapshot = snapshot({9, 3})}).win();

  server.refuse(n3, 9, {4, 0});

  REQUIRE(server.sent_to<InstallSnapshot>(n3).size() == 1);
  CHECK(server.sent_to<InstallSnapshot>(n3)[0].last == LogPosition{9, 3});
}

TEST_CASE("chunks are sent in order, each when the one before it is answered") {
  Leader leader;

  leader.answer(0, 10);
  CHECK(leader.offsets() == Offsets{10});
  leader.answer(10, 20);
  CHECK(leader.offsets() == Offsets{20});
  CHECK(leader.sent_to<InstallSnapshot>(n3)[0].chunk.size() == 5);
}

TEST_CASE("a follower that has a part already is sent the rest") {
  Leader leader;

  leader.answer(0, 20);

  CHECK(leader.offsets() == Offsets{20});
}

TEST_CASE("a follower that has lost its part with its memory is sent everything again") {
  Leader leader;
  leader.answer(0, 10).answer(10, 20);

  leader.answer(20, 0);

  CHECK(leader.offsets() == Offsets{0});
}

TEST_CASE("an answer to an older chunk, late or twice, sends nothing") {
  Leader leader;
  leader.answer(0, 10).answer(10, 20);

  leader.answer(0, 10);
  CHECK(leader.offsets().empty());
  leader.answer(10, 20);
  CHECK(leader.offsets().empty());
}

TEST_CASE("an answer about another snapshot, or from beyond its end, sends nothing") {
  Leader leader;

  leader.receive(n3, wants(2, {4, 1}, 0, 10));
  CHECK(leader.offsets().empty());
  leader.answer(0, 26);
  CHECK(leader.offsets().empty());
}

TEST_CASE("a chunk without an answer is sent again after two heartbeats, then four, then eight") {
  Leader leader;

  leader.beat(2);
  CHECK(leader.offsets().empty());
  leader.beat(1);
  CHECK(leader.offsets() == Offsets{0});
  leader.beat(4);
  CHECK(leader.offsets().empty());
  leader.beat(1);
  CHECK(leader.offsets() == Offsets{0});
  leader.beat(8);
  CHECK(leader.offsets().empty());
  leader.beat(1);
  CHECK(leader.offsets() == Offsets{0});
}

TEST_CASE("a chunk to a follower that cannot be reached is sent again once that is heard") {
  Leader leader;
  leader.step(Unreachable{n3});
  CHECK(leader.offsets().empty());

  leader.heartbeat();
  CHECK(leader.offsets().empty());
  leader.accept(n3, 0).heartbeat();

  CHECK(leader.offsets() == Offsets{0});
}

TEST_CASE("to a follower that is silent no chunk is sent again until it is heard of, then soon") {
  Leader leader;
  for (int i = 0; i < 100; ++i) {
    leader.step(HeartbeatTimeout{});
    CHECK(leader.offsets().empty());
  }

  leader.beat(2);
  CHECK(leader.offsets().empty());
  leader.beat(1);

  CHECK(leader.offsets() == Offsets{0});
}

TEST_CASE("on a slow link the leader learns to wait: later chunks are sent once") {
  Leader leader;
  leader.beat(3);  // sent again in vain
  leader.beat(2).answer(0, 10);
  REQUIRE(leader.offsets() == Offsets{10});

  for (int i = 0; i < 4; ++i) {
    leader.beat(1);
    CHECK(leader.offsets().empty());
  }
  leader.answer(10, 20);

  CHECK(leader.offsets() == Offsets{20});
}

TEST_CASE("a chunk that is answered at once, sent once, makes the leader impatient again") {
  Leader leader;
  leader.beat(3).answer(0, 10).answer(10, 20);

  leader.beat(2);
  CHECK(leader.offsets().empty());
  leader.beat(1);

  CHECK(leader.offsets() == Offsets{20});
}

TEST_CASE("during a transfer there are heartbeats that every log agrees with, and no entries") {
  Leader leader;

  leader.propose();
  CHECK(leader.sent_to<AppendEntries>(n3).empty());
  leader.beat(1);

  REQUIRE(leader.sent_to<AppendEntries>(n3).size() == 1);
  CHECK(leader.sent_to<AppendEntries>(n3)[0].previous == LogPosition{});
  CHECK(leader.sent_to<AppendEntries>(n3)[0].entries.empty());
}

TEST_CASE("a follower that answers chunks counts for CheckQuorum") {
  Options options = chunked();
  options.check_quorum = true;
  Leader leader(options);
  leader.step(ElectionTimeout{});  // forgets who was active
  REQUIRE(leader.raft.role() == Role::leader);

  leader.answer(0, 10).step(ElectionTimeout{});
  CHECK(leader.raft.role() == Role::leader);
  leader.step(ElectionTimeout{});

  CHECK(leader.raft.role() == Role::follower);
}

TEST_CASE("a read is confirmed by a follower that is being sent a snapshot") {
  Leader leader;
  leader.step(Read{ReadId{7}});
  REQUIRE(leader.out.ready_reads.empty());
  REQUIRE(leader.sent_to<AppendEntries>(n3).size() == 1);
  CHECK(leader.sent_to<AppendEntries>(n3)[0].previous == LogPosition{});

  leader.accept(n3, 0, leader.sent_to<AppendEntries>(n3)[0].read_round);

  CHECK(leader.out.ready_reads == std::vector<ReadyRead>{{ReadId{7}, 5}});
}

TEST_CASE("a follower that has installed the snapshot gets the entries behind it") {
  Leader leader;
  leader.propose().propose();

  leader.accept(n3, 5);

  REQUIRE(leader.sent_to<AppendEntries>(n3).size() == 1);
  CHECK(leader.sent_to<AppendEntries>(n3)[0].previous == LogPosition{5, 2});
  CHECK(indexes(leader.sent_to<AppendEntries>(n3)[0].entries) == std::vector<Index>{6, 7});
}

TEST_CASE("a transfer goes on with its snapshot though there is a newer one, then begins with it") {
  Leader leader;
  leader.propose().persist().accept(n2, 6);
  leader.step(SnapshotSaved{snapshot({6, 2})});
  CHECK(leader.offsets().empty());

  leader.answer(0, 10);
  CHECK(leader.sent_to<InstallSnapshot>(n3)[0].last == LogPosition{5, 2});
  leader.accept(n3, 5);

  REQUIRE(leader.offsets() == Offsets{0});
  CHECK(leader.sent_to<InstallSnapshot>(n3)[0].last == LogPosition{6, 2});
}

TEST_CASE("entries that were under way when a follower was given up end the transfer") {
  Leader leader;

  leader.accept(n3, 5);
  leader.beat(1);

  CHECK(leader.offsets().empty());
  CHECK(leader.sent_to<AppendEntries>(n3)[0].previous == LogPosition{5, 2});
}

TEST_CASE("a leader that sends a snapshot steps down for a later term like any other") {
  Leader leader;

  leader.receive(n3, wants(9, {5, 2}, 0, 0));

  CHECK(leader.raft.role() == Role::follower);
  CHECK(leader.raft.term() == 9);
}
