// Figure 13 of the paper, "InstallSnapshot RPC": one test per sentence.
#include <doctest/doctest.h>

#include "sim/base/checksum.hpp"
#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

const sim::Bytes ten(10, std::byte{7});
const sim::Bytes members = *encoded(voters(five));

/// A chunk of a snapshot of ten bytes that stands for the entries up to `last`.
InstallSnapshot chunk(Term term, LogPosition last, std::uint64_t offset, std::uint64_t size) {
  return {.term = term,
          .last = last,
          .size = ten.size(),
          .checksum = sim::crc32c(ten),
          .offset = offset,
          .configuration = members,
          .chunk = sim::ByteView(ten).subspan(offset, size)};
}

/// A leader of term 1 that has just saved a snapshot and let go of its log: n4 and n5 need it.
Server compacted() {
  Options options = plain;
  options.trailing_entries = 0;
  options.snapshot_chunk_bytes = 4;
  Server server(options);
  server.start().win().propose().propose().persist().accept(n2, 3).accept(n3, 3);
  server.step(SnapshotSaved{{{3, 1}, std::make_shared<const sim::Bytes>(ten), nullptr}});
  return server;
}

}  // namespace

TEST_CASE("invoked by the leader to send chunks of a snapshot to a follower, in order") {
  Server server = compacted();

  REQUIRE(server.sent_to<InstallSnapshot>(n4).size() == 1);
  CHECK(server.sent_to<InstallSnapshot>(n4)[0].offset == 0);
  server.receive(n4, InstallSnapshotResponse{1, {3, 1}, 0, 4});

  REQUIRE(server.sent_to<InstallSnapshot>(n4).size() == 1);
  CHECK(server.sent_to<InstallSnapshot>(n4)[0].offset == 4);
}

TEST_CASE("InstallSnapshot carries term, lastIncludedIndex, lastIncludedTerm, offset and data") {
  const Server server = compacted();

  REQUIRE(server.sent_to<InstallSnapshot>(n4).size() == 1);
  const InstallSnapshot sent = server.sent_to<InstallSnapshot>(n4)[0];
  CHECK(sent.term == 1);
  CHECK(sent.last == LogPosition{3, 1});
  CHECK(sent.offset == 0);
  CHECK(std::ranges::equal(sent.chunk, sim::ByteView(ten).first(4)));
}

TEST_CASE("leaderId: a follower learns from a snapshot where to redirect clients") {
  Server server;
  server.start(1);

  server.receive(n4, chunk(1, {5, 1}, 0, 4));

  CHECK(server.raft.leader() == n4);
}

TEST_CASE("done: the chunk that reaches the size is the last") {
  Server server = compacted();
  server.receive(n4, InstallSnapshotResponse{1, {3, 1}, 0, 8});

  REQUIRE(server.sent_to<InstallSnapshot>(n4).size() == 1);
  const InstallSnapshot sent = server.sent_to<InstallSnapshot>(n4)[0];

  CHECK(sent.offset + sent.chunk.size() == sent.size);
}

TEST_CASE("the result's term is currentTerm, for the leader to update itself") {
  Server leader = compacted();
  Server follower;
  follower.start(5);

  follower.receive(n2, chunk(1, {5, 1}, 0, 4));
  REQUIRE(follower.reply<InstallSnapshotResponse>());
  CHECK(follower.reply<InstallSnapshotResponse>()->term == 5);
  leader.receive(n4, *follower.reply<InstallSnapshotResponse>());

  CHECK(leader.raft.role() == Role::follower);
  CHECK(leader.raft.term() == 5);
}

TEST_CASE("InstallSnapshot 1: reply immediately if term < currentTerm, and nothing changes") {
  Server server;
  server.start(5, {1});

  server.receive(n2, chunk(1, {5, 1}, 0, 10));

  CHECK(server.reply<InstallSnapshotResponse>());
  CHECK(server.raft.log().last_index() == 1);
  CHECK_FALSE(server.raft.snapshot().exists());
  CHECK(server.raft.leader() == sim::no_node);
  CHECK(server.out.election == ElectionTimer::keep);
}

TEST_CASE("InstallSnapshot 2: the first chunk of another snapshot begins anew") {
  Server server;
  server.start(1).receive(n2, chunk(1, {5, 1}, 0, 4));

  server.receive(n2, chunk(1, {6, 1}, 0, 3));

  REQUIRE(server.reply<InstallSnapshotResponse>());
  CHECK(*server.reply<InstallSnapshotResponse>() == InstallSnapshotResponse{1, {6, 1}, 0, 3});
}

TEST_CASE("InstallSnapshot 3: data is written at its offset, and only where it belongs") {
  Server server;
  server.start(1).receive(n2, chunk(1, {5, 1}, 0, 4));

  server.receive(n2, chunk(1, {5, 1}, 8, 2));
  CHECK(server.reply<InstallSnapshotResponse>()->next_offset == 4);
  server.receive(n2, chunk(1, {5, 1}, 0, 4));
  CHECK(server.reply<InstallSnapshotResponse>()->next_offset == 4);
  server.receive(n2, chunk(1, {5, 1}, 4, 4));

  CHECK(server.reply<InstallSnapshotResponse>()->next_offset == 8);
}

TEST_CASE("InstallSnapshot 4: reply and wait for more data chunks if done is false") {
  Server server;
  server.start(1, {1});

  server.receive(n2, chunk(1, {5, 1}, 0, 9));

  REQUIRE(server.reply<InstallSnapshotResponse>());
  CHECK(*server.reply<InstallSnapshotResponse>() == InstallSnapshotResponse{1, {5, 1}, 0, 9});
  CHECK_FALSE(server.raft.snapshot().exists());
  CHECK(server.raft.log().last_index() == 1);
}

TEST_CASE("InstallSnapshot 5: save the snapshot; it is answered when it is durable") {
  Server server;
  server.start(1).receive(n2, chunk(1, {5, 1}, 0, 4));

  server.receive(n2, chunk(1, {5, 1}, 4, 6));
  CHECK(server.out.store.snapshot);
  CHECK(server.out.messages.empty());
  server.persist();

  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->accepted);
  CHECK(server.reply<AppendResponse>()->match == 5);
}

TEST_CASE("InstallSnapshot 5: a snapshot that is damaged on its way is asked for again") {
  Server server;
  server.start(1);
  InstallSnapshot damaged = chunk(1, {5, 1}, 0, 10);
  damaged.checksum ^= 1;

  server.receive(n2, damaged);

  REQUIRE(server.reply<InstallSnapshotResponse>());
  CHECK(server.reply<InstallSnapshotResponse>()->next_offset == 0);
  CHECK_FALSE(server.raft.snapshot().exists());
}

TEST_CASE("InstallSnapshot 5: one with a smaller index than what is committed changes nothing") {
  Server server;
  server.start(1, {1, 1, 1}).receive(n2, append(1, {3, 1}, {}, 3));

  server.receive(n2, chunk(1, {2, 1}, 0, 10));

  CHECK_FALSE(server.raft.snapshot().exists());
  CHECK(server.raft.commit_index() == 3);
  CHECK(server.raft.log().last_index() == 3);
}

TEST_CASE("InstallSnapshot 6: with its last entry in the log, retain what follows it and reply") {
  Server server;
  server.start(1, {1, 1, 1});

  server.receive(n2, chunk(1, {2, 1}, 0, 10));

  CHECK(terms(server.raft.log()) == std::vector<Term>{1, 1, 1});
  CHECK(server.raft.commit_index() == 2);
  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->match == 2);
}

TEST_CASE("InstallSnapshot 7: otherwise discard the entire log, whatever lies behind") {
  Server server;
  server.start(2, {1, 1, 1, 1, 1, 1});

  server.receive(n2, chunk(2, {5, 2}, 0, 10));

  CHECK(server.raft.log().base() == LogPosition{5, 2});
  CHECK(server.raft.log().last_index() == 5);
}

TEST_CASE("InstallSnapshot 8: reset the state machine and load the snapshot's configuration") {
  Server server(plain, voters({n1, n2}), n1);
  server.start(1);

  server.receive(n2, chunk(1, {5, 1}, 0, 10));

  CHECK(std::ranges::count(server.out.notes, Remark{models::NoteType::restored, 5, 1, 1}) == 1);
  CHECK(*server.raft.snapshot().content == ten);
  CHECK(server.raft.commit_index() == 5);
  CHECK(server.configuration() == voters(five));
}

TEST_CASE("the next entries go on behind the snapshot") {
  Server server = compacted();
  server.propose();

  server.accept(n4, 3);

  REQUIRE(server.sent_to<AppendEntries>(n4).size() == 1);
  CHECK(server.sent_to<AppendEntries>(n4)[0].previous == LogPosition{3, 1});
}
