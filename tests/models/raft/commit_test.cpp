// Section 5.4.2, "Committing entries from previous terms", and Figure 8.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

TEST_CASE("Figure 8 (c): an entry of an older term is not committed by counting replicas") {
  // S1 leads term 4 with (1, 2) and has brought entry 2 of term 2 to a majority.
  Server server;
  server.start(3, {1, 2}).win();
  server.persist();
  REQUIRE(server.raft.term() == 4);

  server.accept(n2, 2).accept(n3, 2);

  CHECK(server.raft.commit_index() == 0);
}

TEST_CASE("Figure 8 (d): the uncounted entry may be overwritten by a leader of a later term") {
  Server server;
  server.start(2, {1, 2});
  const sim::Bytes three_entries = entries(2, {3});

  server.receive(n5, append(5, {1, 1}, three_entries));

  CHECK(terms(server.raft.log()) == std::vector<Term>{1, 3});
}

TEST_CASE("Figure 8 (e): an entry of its own term commits everything before it") {
  Server server;
  server.start(3, {1, 2}).win();
  server.persist();

  server.accept(n2, 3).accept(n3, 3);

  CHECK(server.raft.commit_index() == 3);
  CHECK(server.out.committed == IndexRange{1, 3});
  CHECK(server.out.notes.back() == Remark{models::NoteType::committed, 3, 4, 0});
}

TEST_CASE("a new leader commits the entries of older terms with its own no-op") {
  Server server;
  server.start(7, {1, 5, 7});

  server.win();

  wal::Record record;
  std::size_t size = 0;
  REQUIRE(wal::decode(server.raft.log().record(4), record, size) == wal::DecodeStatus::ok);
  CHECK(record.type == wal::RecordType::no_op);
  CHECK(record.term == 8);
}

TEST_CASE("an answer that claims more than the leader has counts for nothing") {
  Server server;
  server.start().win().persist();

  server.accept(n2, 9).accept(n3, 9);

  CHECK(server.raft.commit_index() == 0);
}

TEST_CASE("answers of an older term count for nothing") {
  Server server;
  server.start(3, {1, 2}).win().persist();

  server.receive(n2, AppendResponse{.term = 3, .accepted = true, .match = 3, .hint = {}});
  server.receive(n3, AppendResponse{.term = 3, .accepted = true, .match = 3, .hint = {}});

  CHECK(server.raft.commit_index() == 0);
}

TEST_CASE("an overwritten entry's late sync does not vouch for what replaced it") {
  Server server;
  server.start(1);
  const sim::Bytes old_entries = entries(1, {1, 1, 1});
  const sim::Bytes new_entries = entries(2, {2, 2});
  server.receive(n2, append(1, {}, old_entries));
  const Token first = server.unsynced;
  server.receive(n3, append(2, {1, 1}, {}));
  server.receive(n3, append(2, {1, 1}, new_entries));

  server.step(Persisted{first});

  CHECK(server.raft.stored_index() == 1);
  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->match == 1);
  server.persist();
  CHECK(server.raft.stored_index() == 3);
}

TEST_CASE("a server asked to remove what it knows to be committed halts") {
  Server server;
  server.start(1, {1, 1}).receive(n2, append(1, {2, 1}, {}, 2));
  const sim::Bytes other = entries(2, {3});

  server.receive(n3, append(3, {1, 1}, other));

  REQUIRE(server.out.halted != nullptr);
  CHECK(server.raft.log().last_index() == 2);
}

TEST_CASE("group commit: one answer vouches for everything that became durable") {
  Server server;
  server.start(1);
  const sim::Bytes one = entries(1, {1});
  const sim::Bytes two = entries(2, {1});
  const sim::Bytes more = entries(3, {1});
  server.receive(n2, append(1, {}, one));
  server.receive(n2, append(1, {1, 1}, two));
  server.receive(n2, append(1, {2, 1}, more));

  server.persist();

  REQUIRE(server.reply<AppendResponse>());
  CHECK(server.reply<AppendResponse>()->match == 3);
}
