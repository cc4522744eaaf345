// Leases, sections 6.4.1 and 4.2.3 of the dissertation: what a follower promises and for how long.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

Options with_leases() {
  Options options;
  options.leases = true;
  return options;
}

/// A leader that has committed its no-op.
Server leading() {
  Server server(with_leases());
  server.start().win().persist().accept(n2, 1).accept(n3, 1);
  return server;
}

/// A follower that has just heard n2 in term 1.
Server following() {
  Server server(with_leases());
  server.start(1).step(ElectionTimeout{});  // so long ago that it has promised nothing
  server.receive(n2, append(1, {}, {}, 0, 4));
  return server;
}

bool votes_for(Server server, NodeId candidate, Term term) {
  server.receive(candidate, VoteRequest{Ballot::vote, term, {9, 1}});
  const auto response = server.reply<VoteResponse>();
  return response && response->granted;
}

}  // namespace

TEST_CASE("6.4.1: each round of heartbeats may extend the lease once a majority has answered it") {
  Server server = leading();

  server.heartbeat();
  const std::uint64_t round = server.out.round_begun;
  REQUIRE(round != 0);
  server.accept(n2, 1, round);
  CHECK(server.out.round_confirmed < round);
  server.accept(n3, 1, round);

  CHECK(server.out.round_confirmed == round);
}

TEST_CASE("6.4.1: during the lease the leader answers without communication") {
  Server server = leading();

  server.step(Read{ReadId{3}, true});

  CHECK(server.out.ready_reads == std::vector<ReadyRead>{{ReadId{3}, 1}});
  CHECK(server.out.messages.empty());
}

TEST_CASE("without a lease a read waits for a round") {
  Server server = leading();

  server.step(Read{ReadId{3}, false});

  CHECK(server.out.ready_reads.empty());
  CHECK(server.sent<AppendEntries>().size() == 4);
}

TEST_CASE("a new leader has no lease before it has committed an entry of its own term") {
  Server server(with_leases());
  server.start().win().persist();

  server.step(Read{ReadId{3}, true});

  CHECK(server.out.ready_reads.empty());
}

TEST_CASE("6.4.1: a leader that tells a server to stand has no lease any more, even if it fails") {
  Server server = leading();
  server.step(TransferLeadership{n2});
  REQUIRE(server.sent<TimeoutNow>().size() == 1);

  server.step(Read{ReadId{3}, true});
  CHECK(server.out.ready_reads.empty());
  server.accept(n2, 1).accept(n3, 1).step(ElectionTimeout{}).step(Read{ReadId{4}, true});

  CHECK(server.out.ready_reads.empty());
}

TEST_CASE("a follower votes for nobody within the minimum election timeout of hearing a leader") {
  Server server = following();
  CHECK_FALSE(votes_for(server, n3, 2));

  server.step(ElectionTimeout{});

  CHECK(votes_for(server, n3, 2));
}

TEST_CASE("a restarted server votes for nobody for as long as it may have promised before") {
  Server server(with_leases());
  server.start(3);
  CHECK_FALSE(votes_for(server, n3, 4));
  CHECK_FALSE(votes_for(server, n3, 3));

  server.step(ElectionTimeout{});

  CHECK(votes_for(server, n3, 3));
}

TEST_CASE(
    "an answer of a higher term, which is no leader's, does not free a follower of its promise") {
  Server server = following();

  // To what it had sent when it led; n3 has stood for election in term 5 meanwhile, in vain.
  server.receive(n3, AppendResponse{.term = 5, .accepted = false, .hint = {}});
  REQUIRE(server.raft.term() == 5);
  CHECK_FALSE(votes_for(server, n3, 5));
  CHECK_FALSE(votes_for(server, n3, 6));
  server.step(ElectionTimeout{});

  CHECK(votes_for(server, n3, 6));
}

TEST_CASE("without leases a server that forgets its leader is free to vote") {
  Server server{Options{}};
  server.start(1).receive(n2, append(1, {}, {}));

  server.receive(n3, AppendResponse{.term = 5, .accepted = false, .hint = {}});

  CHECK(votes_for(server, n3, 6));
}
