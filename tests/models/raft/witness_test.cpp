// Witnesses: voters that store the log and hold no state.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

TEST_CASE("a witness votes and stores the log, and never stands") {
  Configuration configuration = voters(three);
  configuration.witnesses = {n3};
  const sim::Bytes bytes = entries(1, {1});
  Server server(plain, configuration, n3);
  server.start().time_out();
  CHECK(server.raft.witness());
  CHECK(server.raft.role() == Role::follower);

  server.receive(n2, VoteRequest{Ballot::vote, 1, {}});
  CHECK(server.reply<VoteResponse>()->granted);
  server.persist().receive(n2, append(1, {}, bytes)).persist();
  CHECK(server.sent_to<AppendResponse>(n2).at(0).match == 1);
}

TEST_CASE("a witness counts for commits and elections") {
  Configuration configuration = voters(three);
  configuration.witnesses = {n3};
  Server server(plain, configuration, n1);
  server.start().time_out().persist().receive(n3, VoteResponse{Ballot::vote, 1, true});
  CHECK(server.raft.role() == Role::leader);

  server.persist().accept(n3, 1);

  CHECK(server.raft.commit_index() == 1);
}
