// ReadIndex: section 8 of the paper and section 6.4 of the dissertation.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

/// A leader that has committed its no-op.
Server leading() {
  Server server;
  server.start().win().persist().accept(n2, 1).accept(n3, 1);
  return server;
}

}  // namespace

TEST_CASE("a read waits until a majority has confirmed the leader after it came") {
  Server server = leading();

  server.step(Read{ReadId{7}});
  CHECK(server.out.ready_reads.empty());
  REQUIRE(server.sent<AppendEntries>().size() == 4);
  const std::uint64_t round = server.sent<AppendEntries>()[0].read_round;
  server.accept(n2, 1, round);
  CHECK(server.out.ready_reads.empty());
  server.accept(n3, 1, round);

  CHECK(server.out.ready_reads == std::vector<ReadyRead>{{ReadId{7}, 1}});
}

TEST_CASE("answers to what was sent before the read confirm nothing") {
  Server server = leading();

  server.step(Read{ReadId{7}});
  server.accept(n2, 1, 0).accept(n3, 1, 0).accept(n4, 1, 0);

  CHECK(server.out.ready_reads.empty());
}

TEST_CASE("a read of a leader that has committed nothing in its term waits for its first commit") {
  Server server;
  server.start(3, {1, 2}).win().persist();

  server.step(Read{ReadId{1}});
  CHECK(server.out.messages.empty());
  server.accept(n2, 3).accept(n3, 3);
  CHECK(server.out.ready_reads.empty());
  server.accept(n2, 3, 1).accept(n3, 3, 1);

  CHECK(server.out.ready_reads == std::vector<ReadyRead>{{ReadId{1}, 3}});
}

TEST_CASE("the read index is the commit index of when the round began") {
  Server server = leading();
  server.step(Read{ReadId{1}});
  server.propose().persist().accept(n2, 2).accept(n3, 2);
  REQUIRE(server.raft.commit_index() == 2);

  server.accept(n2, 2, 1).accept(n3, 2, 1);

  CHECK(server.out.ready_reads == std::vector<ReadyRead>{{ReadId{1}, 1}});
}

TEST_CASE("reads that come during a round share the next one, which begins when the first ends") {
  Server server = leading();
  server.step(Read{ReadId{1}});
  server.step(Read{ReadId{2}});
  CHECK(server.out.messages.empty());
  server.step(Read{ReadId{3}});

  server.accept(n2, 1, 1).accept(n3, 1, 1);
  CHECK(server.out.ready_reads == std::vector<ReadyRead>{{ReadId{1}, 1}});
  REQUIRE(server.sent<AppendEntries>().size() == 4);
  CHECK(server.sent<AppendEntries>()[0].read_round == 2);
  server.accept(n2, 1, 2).accept(n3, 1, 2);

  CHECK(server.out.ready_reads == std::vector<ReadyRead>{{ReadId{2}, 1}, {ReadId{3}, 1}});
}

TEST_CASE("a follower's refusal of entries confirms the leader as well") {
  Server server = leading();
  server.step(Read{ReadId{1}});

  server.accept(n2, 1, 1);
  server.receive(
      n4, AppendResponse{.term = 1, .accepted = false, .match = 0, .hint = {}, .read_round = 1});

  CHECK(server.out.ready_reads.size() == 1);
}

TEST_CASE(
    "a follower echoes the newest round it has seen in this term, and forgets it with the term") {
  Server server;
  server.start(1).receive(n2, append(1, {}, {}, 0, 9));
  CHECK(server.reply<AppendResponse>()->read_round == 9);

  server.receive(n2, append(1, {}, {}, 0, 8));
  CHECK(server.reply<AppendResponse>()->read_round == 9);
  server.receive(n3, append(2, {}, {}, 0, 1));

  CHECK(server.reply<AppendResponse>()->read_round == 1);
}

TEST_CASE("a lost round is repeated by the next heartbeat") {
  Server server = leading();
  server.step(Read{ReadId{1}});

  server.step(HeartbeatTimeout{});

  CHECK(server.sent<AppendEntries>().at(0).read_round == 1);
}

TEST_CASE("a leader that steps down turns its waiting reads away") {
  Server server = leading();
  server.step(Read{ReadId{1}}).step(Read{ReadId{2}});

  server.receive(n3, VoteRequest{Ballot::vote, 5, {}});

  CHECK(server.out.refused_reads == std::vector<ReadId>{ReadId{1}, ReadId{2}});
  server.win();
  server.persist().accept(n2, 2).accept(n3, 2);
  CHECK(server.out.ready_reads.empty());
}

TEST_CASE("a server that does not lead turns a read away") {
  Server server;
  server.start(1).step(Read{ReadId{4}});

  CHECK(server.out.refused_reads == std::vector<ReadId>{ReadId{4}});
}

TEST_CASE("a cluster of one confirms itself") {
  Server server(plain, {n1}, n1);
  server.start().time_out().persist().persist();

  server.step(Read{ReadId{1}});

  CHECK(server.out.ready_reads == std::vector<ReadyRead>{{ReadId{1}, 1}});
}

TEST_CASE("a round never looks like a loss: it asks for what is known to match") {
  Server server = leading();
  server.propose();

  server.step(Read{ReadId{1}});

  CHECK(server.sent_to<AppendEntries>(n2).at(0).previous == LogPosition{1, 1});
}

TEST_CASE("with leases, a heartbeat begins a round with a number of its own, or none") {
  Options options = plain;
  options.leases = true;
  Server server(options);
  server.start().win().persist().accept(n2, 1).accept(n3, 1).heartbeat();
  CHECK(server.out.round_begun == 1);
  server.receive(n4, AppendEntries{.term = 2, .previous = {}, .entries = {}}).win();
  REQUIRE(server.raft.role() == Role::leader);

  // An answer to the new leader's first entries carries round 1 as well.
  server.heartbeat();

  CHECK(server.out.round_begun == 0);
}
