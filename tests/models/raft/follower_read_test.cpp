// Reads at followers (dissertation, section 6.4): when a question for a read index is repeated.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

/// A follower of n2 that has seen round 5 and has a read without an index.
Server asking() {
  Server server;
  server.start(1, {1}).receive(n2, append(1, {1, 1}, {}, 1, 5));
  server.step(Read{ReadId{7}});
  REQUIRE(server.sent_to<ReadIndexRequest>(n2).size() == 1);
  return server;
}

Server& heartbeat(Server& server, std::uint64_t round) {
  return server.receive(n2, append(1, {1, 1}, {}, 1, round));
}

std::size_t questions(const Server& server) { return server.sent<ReadIndexRequest>().size(); }

}  // namespace

TEST_CASE("a question is not repeated when a round begins that may be its own") {
  Server server = asking();

  CHECK(questions(heartbeat(server, 6)) == 0);
}

TEST_CASE("nor at the next round: one may have been under way when the leader was asked") {
  Server server = asking();
  heartbeat(server, 6);

  CHECK(questions(heartbeat(server, 7)) == 0);
}

TEST_CASE("a question is repeated at a heartbeat that begins no round: it may have been lost") {
  Server server = asking();

  CHECK(questions(heartbeat(server, 5)) == 1);
}

TEST_CASE("so it is when its round has begun: the answer may have been lost") {
  Server server = asking();
  heartbeat(server, 6);

  CHECK(questions(heartbeat(server, 6)) == 1);
}

TEST_CASE("where every heartbeat begins a round, a question is repeated with every third") {
  Server server = asking();
  CHECK(questions(heartbeat(server, 6)) == 0);
  CHECK(questions(heartbeat(server, 7)) == 0);
  CHECK(questions(heartbeat(server, 8)) == 1);
  CHECK(questions(heartbeat(server, 9)) == 0);
  CHECK(questions(heartbeat(server, 10)) == 0);

  CHECK(questions(heartbeat(server, 11)) == 1);
}

TEST_CASE("a repeated question stands for all reads that wait, and no answer leaves none to ask") {
  Server server = asking();
  server.step(Read{ReadId{8}});
  const std::uint64_t newest = server.reply<ReadIndexRequest>()->sequence;

  heartbeat(server, 5);
  CHECK(server.sent<ReadIndexRequest>().at(0).sequence == newest);
  server.receive(n2, ReadIndexResponse{1, 0, newest, 1});
  CHECK(server.out.ready_reads.size() == 2);

  CHECK(questions(heartbeat(server, 5)) == 0);
}

// Rounds are numbered anew in each term.
TEST_CASE("what was asked of an earlier leader does not keep the next one from being asked again") {
  Server server = asking();
  server.receive(n3, append(2, {1, 1}, {}, 1, 1)).step(Read{ReadId{9}});
  REQUIRE(server.sent_to<ReadIndexRequest>(n3).size() == 1);

  server.receive(n3, append(2, {1, 1}, {}, 1, 1));

  CHECK(questions(server) == 1);
}
