// Witnesses: voters that store the log and hold no state.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

Configuration with_witness() {
  Configuration configuration = voters(three);
  configuration.witnesses = {n3};
  return configuration;
}

/// The witness leads term 1 behind an entry of its own log, with the vote of n2.
Server leading_witness() {
  Server server(plain, with_witness(), n3);
  server.start(1, {1}).time_out().time_out().persist();
  server.receive(n2, VoteResponse{Ballot::vote, 2, true}).persist();
  REQUIRE(server.raft.role() == Role::leader);
  return server;
}

}  // namespace

TEST_CASE("a witness votes and stores the log") {
  const sim::Bytes bytes = entries(1, {1});
  Server server(plain, with_witness(), n3);
  server.start();
  CHECK(server.raft.witness());

  server.receive(n2, VoteRequest{Ballot::vote, 1, {}});
  CHECK(server.reply<VoteResponse>()->granted);
  server.persist().receive(n2, append(1, {}, bytes)).persist();
  CHECK(server.sent_to<AppendResponse>(n2).at(0).match == 1);
}

TEST_CASE("a witness lets one election timeout pass before it stands") {
  Server server(plain, with_witness(), n3);
  server.start().time_out();
  CHECK(server.raft.role() == Role::follower);
  CHECK(server.raft.term() == 0);
  CHECK(server.out.election == ElectionTimer::arm_minimum);

  server.time_out();

  CHECK(server.raft.role() == Role::candidate);
}

TEST_CASE("a witness that hears a leader gives way anew") {
  const sim::Bytes bytes = entries(1, {1});
  Server server(plain, with_witness(), n3);
  server.start().time_out().receive(n2, append(1, {}, bytes)).persist();

  server.time_out();
  CHECK(server.raft.role() == Role::follower);
  server.time_out();
  CHECK(server.raft.role() == Role::candidate);
}

TEST_CASE("a witness that gives way forgets its leader, and gives its pre-vote to others") {
  Options options;
  Server server(options, with_witness(), n3);
  server.start().receive(n2, append(1, {}, entries(1, {1}))).persist().time_out();

  server.receive(n1, VoteRequest{Ballot::pre_vote, 2, {1, 1}});

  CHECK(server.reply<VoteResponse>()->granted);
}

TEST_CASE("a witness that leads takes no proposal") {
  Server server = leading_witness();
  server.propose();
  CHECK(server.out.proposal.kind == Verdict::Kind::not_leader);
  CHECK(server.raft.log().last_index() == 2);
}

TEST_CASE("a witness hands over to the first server with data that has all of its log") {
  Server server = leading_witness();
  server.refuse(n2, 1, {1, 0}).accept(n2, 1);
  CHECK(server.sent<TimeoutNow>().empty());

  server.accept(n2, 2);

  CHECK(server.sent_to<TimeoutNow>(n2).size() == 1);
}

TEST_CASE("a witness whose word was lost hands over again after an election timeout") {
  Server server = leading_witness();
  server.refuse(n2, 1, {1, 0}).accept(n2, 2).accept(n2, 2);
  server.step(ElectionTimeout{});

  server.accept(n1, 2);

  CHECK(server.sent_to<TimeoutNow>(n1).size() == 1);
}

TEST_CASE("nobody hands over to a witness, and a witness obeys no such word") {
  Server leader(plain, with_witness(), n1);
  leader.start().time_out().persist().receive(n2, VoteResponse{Ballot::vote, 1, true}).persist();
  leader.accept(n3, 1).accept(n2, 0).step(TransferLeadership{n3});
  CHECK(leader.out.refused_order == "nobody else may lead, or the target may not");

  Server server(plain, with_witness(), n3);
  server.start().receive(n1, TimeoutNow{1});
  CHECK(server.raft.role() == Role::follower);
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
