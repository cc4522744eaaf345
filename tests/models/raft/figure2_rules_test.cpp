// Figure 2 of the paper, the box "Rules for Servers": one test per sentence.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

TEST_CASE("all servers: whatever commitIndex passes is handed out to be applied, once, in order") {
  Server server;
  server.start(1, {1, 1, 1, 1});

  server.receive(n2, append(1, {4, 1}, {}, 2));
  CHECK(server.out.committed == IndexRange{1, 2});
  server.receive(n2, append(1, {4, 1}, {}, 4));

  CHECK(server.out.committed == IndexRange{3, 4});
}

TEST_CASE(
    "all servers: a request with a newer term makes it currentTerm and the server a follower") {
  Server server;
  server.start().win();

  server.receive(n2, VoteRequest{Ballot::vote, 6, {}});

  CHECK(server.raft.term() == 6);
  CHECK(server.raft.role() == Role::follower);
  CHECK(server.out.heartbeat == HeartbeatTimer::cancel);
  CHECK(server.out.election == ElectionTimer::arm_minimum);
}

TEST_CASE(
    "all servers: a response with a newer term makes it currentTerm and the server a follower") {
  Server candidate;
  candidate.start().time_out();
  Server leader;
  leader.start().win();

  candidate.receive(n2, VoteResponse{Ballot::vote, 6, false});
  leader.receive(n2, AppendResponse{.term = 7, .hint = {}});

  CHECK(candidate.raft.term() == 6);
  CHECK(candidate.raft.role() == Role::follower);
  CHECK(leader.raft.term() == 7);
  CHECK(leader.raft.role() == Role::follower);
}

TEST_CASE("all servers: AppendEntries with a newer term does the same to a leader") {
  Server server;
  server.start().win();

  server.receive(n2, AppendEntries{.term = 6, .previous = {}, .entries = {}});

  CHECK(server.raft.term() == 6);
  CHECK(server.raft.role() == Role::follower);
  CHECK(server.raft.leader() == n2);
}

TEST_CASE("followers: respond to RPCs from candidates and leaders") {
  Server server;
  server.start(1);

  server.receive(n2, VoteRequest{Ballot::vote, 1, {}});
  CHECK(server.reply<VoteResponse>());
  server.receive(n2, AppendEntries{.term = 1, .previous = {}, .entries = {}});

  CHECK(server.reply<AppendResponse>());
}

TEST_CASE("followers: election timeout without AppendEntries or granted vote: become candidate") {
  Server server;
  server.start(1);

  server.step(ElectionTimeout{});
  CHECK(server.raft.role() == Role::follower);
  CHECK(server.out.election == ElectionTimer::arm_rest);
  server.step(ElectionTimeout{});

  CHECK(server.raft.role() == Role::candidate);
}

TEST_CASE("followers: AppendEntries from the current leader begins the election timeout anew") {
  Server server;
  server.start(1).step(ElectionTimeout{});

  server.receive(n2, AppendEntries{.term = 1, .previous = {}, .entries = {}});
  CHECK(server.out.election == ElectionTimer::arm_minimum);
  server.step(ElectionTimeout{});

  CHECK(server.raft.role() == Role::follower);
}

TEST_CASE("followers: granting a vote begins the election timeout anew") {
  Server server;
  server.start(1).step(ElectionTimeout{});

  server.receive(n2, VoteRequest{Ballot::vote, 2, {}});
  CHECK(server.out.election == ElectionTimer::arm_minimum);
  server.step(ElectionTimeout{});

  CHECK(server.raft.role() == Role::follower);
}

TEST_CASE("followers: refusing a vote leaves the election timeout alone") {
  Server server;
  server.start(1, {1}).step(ElectionTimeout{});

  server.receive(n2, VoteRequest{Ballot::vote, 2, {}});
  CHECK(server.out.election == ElectionTimer::keep);
  server.step(ElectionTimeout{});

  CHECK(server.raft.role() == Role::candidate);
}

TEST_CASE("candidates: on conversion, increment currentTerm") {
  Server server;
  server.start(4).time_out();

  CHECK(server.raft.term() == 5);
}

TEST_CASE("candidates: on conversion, vote for self, which counts once it is on the disk") {
  Server server;
  server.start(4).time_out();
  CHECK(server.raft.vote() == n1);

  server.receive(n2, VoteResponse{Ballot::vote, 5, true});
  server.receive(n3, VoteResponse{Ballot::vote, 5, true});
  CHECK(server.raft.role() == Role::candidate);
  server.persist();

  CHECK(server.raft.role() == Role::leader);
}

TEST_CASE("candidates: on conversion, reset the election timer") {
  Server server;
  server.start(4).time_out();

  CHECK(server.out.election == ElectionTimer::arm_minimum);
}

TEST_CASE("candidates: on conversion, send RequestVote to all other servers") {
  Server server;
  server.start(4).time_out();

  CHECK(server.sent<VoteRequest>().size() == 4);
  CHECK(server.sent_to<VoteRequest>(n1).empty());
}

TEST_CASE("candidates: votes from a majority make a leader, fewer do not") {
  Server server;
  server.start().time_out().persist();

  server.receive(n2, VoteResponse{Ballot::vote, 1, true});
  server.receive(n2, VoteResponse{Ballot::vote, 1, true});
  CHECK(server.raft.role() == Role::candidate);
  server.receive(n3, VoteResponse{Ballot::vote, 1, true});

  CHECK(server.raft.role() == Role::leader);
}

TEST_CASE("candidates: votes of an older term count for nothing") {
  Server server;
  server.start().time_out().time_out().persist();

  server.receive(n2, VoteResponse{Ballot::vote, 1, true});
  server.receive(n3, VoteResponse{Ballot::vote, 1, true});

  CHECK(server.raft.term() == 2);
  CHECK(server.raft.role() == Role::candidate);
}

TEST_CASE("candidates: AppendEntries from a new leader makes a follower") {
  Server server;
  server.start().time_out();

  server.receive(n3, AppendEntries{.term = 1, .previous = {}, .entries = {}});

  CHECK(server.raft.role() == Role::follower);
  CHECK(server.raft.leader() == n3);
  CHECK(server.raft.vote() == n1);
}

TEST_CASE("candidates: election timeout elapses: start a new election") {
  Server server;
  server.start().time_out();

  server.time_out();

  CHECK(server.raft.term() == 2);
  CHECK(server.sent<VoteRequest>().size() == 4);
}

TEST_CASE("leaders: upon election, send AppendEntries to each server") {
  Server server;
  server.start().win();

  CHECK(server.sent<AppendEntries>().size() == 4);
}

TEST_CASE("leaders: repeat heartbeats during idle periods") {
  Server server;
  server.start().win();
  CHECK(server.out.heartbeat == HeartbeatTimer::arm);

  server.step(HeartbeatTimeout{});

  CHECK(server.out.messages.size() == 4);
  CHECK(server.out.heartbeat == HeartbeatTimer::arm);
}

TEST_CASE("leaders: a command is appended to the local log") {
  Server server;
  server.start().win();

  server.propose("a", "1");

  CHECK(server.raft.log().last() == LogPosition{2, 1});
  CHECK(server.out.proposal.kind == Verdict::Kind::accepted);
  CHECK(server.out.proposal.position == LogPosition{2, 1});
  CHECK(server.out.store.entries == IndexRange{2, 2});
}

TEST_CASE("leaders: respond after the entry is applied to the state machine") {
  Server server;
  server.start().win().persist().propose().persist();

  server.accept(n2, 2);
  CHECK(server.out.committed.empty());
  server.accept(n3, 2);

  CHECK(server.out.committed == IndexRange{1, 2});
}

TEST_CASE("leaders: if last log index >= nextIndex, send entries starting at nextIndex") {
  Server server;
  server.start().win().accept(n2, 1).accept(n3, 1);

  server.propose();

  REQUIRE(server.sent_to<AppendEntries>(n2).size() == 1);
  CHECK(indexes(server.sent_to<AppendEntries>(n2)[0].entries) == std::vector<Index>{2});
}

TEST_CASE("leaders: if successful, update nextIndex and matchIndex") {
  Server server;
  server.start().win();

  server.accept(n2, 1);

  CHECK(server.raft.members()[1].match == 1);
  CHECK(server.raft.members()[1].next == 2);
}

TEST_CASE("leaders: if it fails because of inconsistency, decrement nextIndex and retry") {
  Server server;
  server.start(2, {1, 1, 2, 2}).win();

  server.refuse(n2, 4, {2, 0});

  CHECK(server.raft.members()[1].next == 2);
  REQUIRE(server.sent_to<AppendEntries>(n2).size() == 1);
  CHECK(server.sent_to<AppendEntries>(n2)[0].previous == LogPosition{1, 1});
}

TEST_CASE("leaders: an N that a majority has stored, of the current term, becomes commitIndex") {
  Server server;
  server.start(1, {1}).win().persist();

  server.accept(n2, 2);
  CHECK(server.raft.commit_index() == 0);
  server.accept(n4, 2);

  CHECK(server.raft.commit_index() == 2);
}

TEST_CASE("leaders: its own disk is one of the majority, and only when the entry is on it") {
  Server server;
  server.start().win();

  server.accept(n2, 1).accept(n3, 1);
  CHECK(server.raft.commit_index() == 0);
  server.persist();

  CHECK(server.raft.commit_index() == 1);
}

TEST_CASE("leaders: followers alone can be the majority while the leader's disk is slow") {
  Server server;
  server.start().win();

  server.accept(n2, 1).accept(n3, 1).accept(n4, 1);

  CHECK(server.raft.commit_index() == 1);
  CHECK(server.raft.stored_index() == 0);
}

TEST_CASE("a proposal to a server that does not lead is turned away") {
  Server server;
  server.start(1).propose();

  CHECK(server.out.proposal.kind == Verdict::Kind::not_leader);
  CHECK(server.raft.log().last_index() == 0);
}

TEST_CASE("a cluster of one elects itself and commits alone, each when its disk is done") {
  Server server(plain, {n1}, n1);
  server.start().time_out();
  CHECK(server.raft.role() == Role::candidate);

  server.persist();
  CHECK(server.raft.role() == Role::leader);
  CHECK(server.raft.commit_index() == 0);
  server.persist();

  CHECK(server.raft.commit_index() == 1);
}
