// Figure 2 of the paper, the box "RequestVote RPC": one test per sentence.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

bool grants(Server& server, VoteRequest request) {
  server.receive(n2, request);
  return server.reply<VoteResponse>() && server.reply<VoteResponse>()->granted;
}

}  // namespace

TEST_CASE("RequestVote carries the candidate's term and its last entry's index and term") {
  Server server;
  server.start(4, {1, 4, 4});

  server.time_out();

  REQUIRE(server.sent<VoteRequest>().size() == 4);
  CHECK(server.sent<VoteRequest>()[0] == VoteRequest{Ballot::vote, 5, {3, 4}});
}

TEST_CASE("a request waits until the candidate's own term and vote are on its disk") {
  Server server;
  server.start(4);

  server.time_out();

  CHECK(server.waits_for_disk());
  CHECK(server.out.store.term == 5);
  CHECK(server.out.store.vote == n1);
}

TEST_CASE("the result's term is currentTerm, for the candidate to update itself") {
  Server server;
  server.start(9);

  server.receive(n2, VoteRequest{Ballot::vote, 8, {}});

  REQUIRE(server.reply<VoteResponse>());
  CHECK(*server.reply<VoteResponse>() == VoteResponse{Ballot::vote, 9, false});
}

TEST_CASE("RequestVote 1: reply false if term < currentTerm") {
  Server server;
  server.start(9);

  CHECK_FALSE(grants(server, {Ballot::vote, 8, {100, 7}}));
}

TEST_CASE("RequestVote 2: grant the vote if votedFor is null and the log is up to date") {
  Server server;
  server.start(1, {1});

  CHECK(grants(server, {Ballot::vote, 2, {1, 1}}));
}

TEST_CASE("RequestVote 2: grant the vote again if votedFor is the candidate") {
  Server server;
  server.start(2, {1}, n2);

  CHECK(grants(server, {Ballot::vote, 2, {1, 1}}));
}

TEST_CASE("RequestVote 2: refuse if the vote went to another candidate") {
  Server server;
  server.start(2, {1}, n3);

  CHECK_FALSE(grants(server, {Ballot::vote, 2, {1, 1}}));
  CHECK(server.raft.vote() == n3);
}

TEST_CASE("RequestVote 2: refuse a candidate whose last entry has an older term, however long") {
  Server server;
  server.start(3, {1, 3});

  CHECK_FALSE(grants(server, {Ballot::vote, 4, {9, 2}}));
}

TEST_CASE("RequestVote 2: refuse a candidate whose log is shorter at the same last term") {
  Server server;
  server.start(3, {1, 3, 3});

  CHECK_FALSE(grants(server, {Ballot::vote, 4, {2, 3}}));
}

TEST_CASE("RequestVote 2: grant a candidate whose last entry has a later term, however short") {
  Server server;
  server.start(3, {1, 1, 1});

  CHECK(grants(server, {Ballot::vote, 4, {1, 3}}));
}

TEST_CASE("a refused candidate's newer term is adopted all the same") {
  Server server;
  server.start(3, {1, 3});

  server.receive(n2, VoteRequest{Ballot::vote, 8, {1, 1}});

  CHECK(server.raft.term() == 8);
  CHECK(*server.reply<VoteResponse>() == VoteResponse{Ballot::vote, 8, false});
}
