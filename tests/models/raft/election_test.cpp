// PreVote, CheckQuorum and leader stickiness: what keeps a healthy leader, and deposes a deaf one.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

constexpr Options pre_vote{.pre_vote = true, .check_quorum = false, .leader_stickiness = false};
constexpr Options check_quorum{.pre_vote = false, .check_quorum = true, .leader_stickiness = true};
const AppendEntries heartbeat{.term = 1, .previous = {}, .entries = {}};

}  // namespace

TEST_CASE("PreVote: a server that times out asks for the next term and keeps its own") {
  Server server(pre_vote);
  server.start(3, {1, 3});

  server.time_out();

  CHECK(server.raft.role() == Role::pre_candidate);
  CHECK(server.raft.term() == 3);
  CHECK(server.out.store.token == no_token);
  REQUIRE(server.sent<VoteRequest>().size() == 4);
  CHECK(server.sent<VoteRequest>()[0] == VoteRequest{Ballot::pre_vote, 4, {2, 3}});
  CHECK_FALSE(server.waits_for_disk());
}

TEST_CASE("PreVote: only a majority of pre-votes begins a term") {
  Server server(pre_vote);
  server.start(3).time_out();

  server.receive(n2, VoteResponse{Ballot::pre_vote, 4, true});
  CHECK(server.raft.role() == Role::pre_candidate);
  server.receive(n3, VoteResponse{Ballot::pre_vote, 4, true});

  CHECK(server.raft.role() == Role::candidate);
  CHECK(server.raft.term() == 4);
}

TEST_CASE("PreVote: pre-votes are not votes") {
  Server server(pre_vote);
  server.start(3).time_out();
  server.receive(n2, VoteResponse{Ballot::pre_vote, 4, true});
  server.receive(n3, VoteResponse{Ballot::pre_vote, 4, true}).persist();

  server.receive(n4, VoteResponse{Ballot::pre_vote, 4, true});
  server.receive(n5, VoteResponse{Ballot::pre_vote, 4, true});

  CHECK(server.raft.role() == Role::candidate);
}

TEST_CASE("PreVote: a cut-off server stays in its term for ever") {
  Server server(pre_vote);
  server.start(3).time_out().time_out().time_out();

  CHECK(server.raft.term() == 3);
  CHECK(server.sent<VoteRequest>().size() == 4);
}

TEST_CASE("PreVote: whoever hears a leader does not answer") {
  Server server(pre_vote);
  server.start(1).receive(n2, heartbeat);

  server.receive(n3, VoteRequest{Ballot::pre_vote, 2, {}});

  CHECK(server.out.messages.empty());
}

// etcd's raft: the leader a server hears counts only together with CheckQuorum.
TEST_CASE("without pre_vote_stickiness the log alone decides about a pre-vote") {
  Options options = pre_vote;
  options.pre_vote_stickiness = false;
  Server server(options);
  server.start(2, {1, 2}).receive(n2, AppendEntries{.term = 2, .previous = {2, 2}, .entries = {}});

  server.receive(n3, VoteRequest{Ballot::pre_vote, 3, {1, 1}});
  CHECK(server.reply<VoteResponse>() == VoteResponse{Ballot::pre_vote, 2, false});
  server.receive(n3, VoteRequest{Ballot::pre_vote, 3, {2, 2}});

  CHECK(server.reply<VoteResponse>() == VoteResponse{Ballot::pre_vote, 3, true});
  CHECK(server.raft.leader() == n2);
  CHECK(server.raft.term() == 2);
}

TEST_CASE("without pre_vote_stickiness a leader itself grants a pre-vote, and leads on") {
  Options options = pre_vote;
  options.pre_vote_stickiness = false;
  Server server(options);
  server.start().win();

  server.receive(n3, VoteRequest{Ballot::pre_vote, 2, {1, 1}});

  CHECK(server.reply<VoteResponse>() == VoteResponse{Ballot::pre_vote, 2, true});
  CHECK(server.raft.role() == Role::leader);
}

TEST_CASE(
    "PreVote: once the minimum timeout has passed since the leader was heard, it is granted") {
  Server server(pre_vote);
  server.start(1).receive(n2, heartbeat).step(ElectionTimeout{});

  server.receive(n3, VoteRequest{Ballot::pre_vote, 2, {}});

  REQUIRE(server.reply<VoteResponse>());
  CHECK(*server.reply<VoteResponse>() == VoteResponse{Ballot::pre_vote, 2, true});
}

TEST_CASE("PreVote: granting changes neither term nor vote nor timer") {
  Server server(pre_vote);
  server.start(1);

  server.receive(n3, VoteRequest{Ballot::pre_vote, 2, {}});

  CHECK(server.raft.term() == 1);
  CHECK(server.raft.vote() == sim::no_node);
  CHECK(server.out.election == ElectionTimer::keep);
  CHECK(server.out.store.token == no_token);
}

TEST_CASE("PreVote: several candidates may be granted the same term") {
  Server server(pre_vote);
  server.start(1);

  server.receive(n3, VoteRequest{Ballot::pre_vote, 2, {}});
  CHECK(server.reply<VoteResponse>()->granted);
  server.receive(n4, VoteRequest{Ballot::pre_vote, 2, {}});

  CHECK(server.reply<VoteResponse>()->granted);
}

TEST_CASE("PreVote: a log that is not up to date is refused, in the voter's own term") {
  Server server(pre_vote);
  server.start(3, {1, 3});

  server.receive(n3, VoteRequest{Ballot::pre_vote, 9, {5, 2}});

  CHECK(*server.reply<VoteResponse>() == VoteResponse{Ballot::pre_vote, 3, false});
}

TEST_CASE("PreVote: a refusal in a newer term makes the pre-candidate a follower of that term") {
  Server server(pre_vote);
  server.start(3).time_out();

  server.receive(n2, VoteResponse{Ballot::pre_vote, 7, false});

  CHECK(server.raft.role() == Role::follower);
  CHECK(server.raft.term() == 7);
}

TEST_CASE("PreVote: a pre-candidate that hears the leader follows it again") {
  Server server(pre_vote);
  server.start(1).time_out();

  server.receive(n2, heartbeat);

  CHECK(server.raft.role() == Role::follower);
  CHECK(server.raft.leader() == n2);
}

TEST_CASE("without PreVote a server that comes back deposes the leader by its term") {
  Server leader;
  leader.start().win();

  leader.receive(n5, VoteRequest{Ballot::vote, 9, {}});

  CHECK(leader.raft.role() == Role::follower);
  CHECK(leader.raft.term() == 9);
}

TEST_CASE("stickiness: whoever hears a leader ignores a candidate of a later term") {
  Server server(check_quorum);
  server.start(1).receive(n2, heartbeat);

  server.receive(n3, VoteRequest{Ballot::vote, 2, {}});

  CHECK(server.out.messages.empty());
  CHECK(server.raft.term() == 1);
}

TEST_CASE("stickiness: it ends when the minimum election timeout has passed without the leader") {
  Server server(check_quorum);
  server.start(1).receive(n2, heartbeat).step(ElectionTimeout{});

  server.receive(n3, VoteRequest{Ballot::vote, 2, {}});

  REQUIRE(server.reply<VoteResponse>());
  CHECK(server.reply<VoteResponse>()->granted);
}

TEST_CASE("stickiness: the leader itself is not deposed by a candidate") {
  Server server(check_quorum);
  server.start().win();

  server.receive(n3, VoteRequest{Ballot::vote, 5, {9, 4}});

  CHECK(server.raft.role() == Role::leader);
}

TEST_CASE("stickiness: a leader that reaches a server of a later term steps down for it") {
  Server server(check_quorum);
  server.start().win();

  server.receive(n3, AppendResponse{.term = 5, .hint = {}});

  CHECK(server.raft.role() == Role::follower);
  CHECK(server.raft.term() == 5);
}

TEST_CASE("stickiness: without CheckQuorum it is off") {
  Server server({.pre_vote = false, .check_quorum = false, .leader_stickiness = true});
  server.start(1).receive(n2, heartbeat);

  server.receive(n3, VoteRequest{Ballot::vote, 2, {}});

  CHECK(server.reply<VoteResponse>());
}

TEST_CASE("CheckQuorum: a leader that no majority answers steps down in its own term") {
  Server server(check_quorum);
  server.start().win();
  CHECK(server.out.election == ElectionTimer::arm_quorum);
  server.accept(n2, 1);

  server.step(ElectionTimeout{});

  CHECK(server.raft.role() == Role::follower);
  CHECK(server.raft.term() == 1);
  CHECK(server.raft.leader() == sim::no_node);
  CHECK(server.out.heartbeat == HeartbeatTimer::cancel);
}

TEST_CASE("CheckQuorum: a leader that a majority answers stays, and must be answered again") {
  Server server(check_quorum);
  server.start().win().accept(n2, 1).accept(n3, 1);

  server.step(ElectionTimeout{});
  CHECK(server.raft.role() == Role::leader);
  CHECK(server.out.election == ElectionTimer::arm_quorum);
  server.step(ElectionTimeout{});

  CHECK(server.raft.role() == Role::follower);
}

TEST_CASE("CheckQuorum: a refusal of entries is an answer too") {
  Server server(check_quorum);
  server.start(1, {1, 1, 1}).win();

  server.refuse(n2, 3, {1, 0}).refuse(n3, 3, {1, 0});
  server.step(ElectionTimeout{});

  CHECK(server.raft.role() == Role::leader);
}

TEST_CASE("CheckQuorum: where its caller knows who is silent, all others count") {
  Server server(check_quorum);
  server.start().win();

  server.step(QuorumTimeout{set_of(n2) | set_of(n3)});
  CHECK(server.raft.role() == Role::leader);
  CHECK(server.out.election == ElectionTimer::arm_quorum);
  server.step(QuorumTimeout{set_of(n2) | set_of(n3) | set_of(n4)});

  CHECK(server.raft.role() == Role::follower);
  CHECK(server.raft.leader() == sim::no_node);
}

TEST_CASE("CheckQuorum: an answer of a member is told, whatever it says, and of nobody else") {
  Server server(check_quorum);
  server.start().win();

  CHECK(server.accept(n2, 1).out.answered == n2);
  CHECK(server.refuse(n3, 3, {1, 0}).out.answered == n3);
  CHECK(server.step(HeartbeatTimeout{}).out.answered == sim::no_node);
  server.receive(n2, AppendResponse{.term = 0, .hint = {}});
  CHECK(server.out.answered == sim::no_node);
}

TEST_CASE("a look at the quorum is nothing to whoever does not lead") {
  Server server(check_quorum);
  server.start(1);

  server.step(QuorumTimeout{set_of(n2) | set_of(n3) | set_of(n4)});

  CHECK(server.raft.role() == Role::follower);
  CHECK(server.out.election == ElectionTimer::keep);
}

TEST_CASE("without CheckQuorum a leader that nobody answers leads for ever") {
  Server server;
  server.start().win();
  CHECK(server.out.election == ElectionTimer::cancel);

  server.step(ElectionTimeout{});

  CHECK(server.raft.role() == Role::leader);
}

TEST_CASE("a server that forgot nothing refuses to vote twice after a restart") {
  Server server;
  server.start(4, {}, n3);

  server.receive(n2, VoteRequest{Ballot::vote, 4, {}});

  CHECK_FALSE(server.reply<VoteResponse>()->granted);
}

TEST_CASE(
    "responses of strangers, and whatever seems to come from the server itself, are not heard") {
  Server server;
  server.start(1).win();

  server.receive(NodeId{77}, VoteResponse{Ballot::vote, 9, false});
  server.receive(NodeId{77}, AppendResponse{.term = 9, .hint = {}});
  server.receive(n1, VoteRequest{Ballot::vote, 9, {}});

  CHECK(server.raft.term() == 2);
  CHECK(server.out.messages.empty());
}

TEST_CASE("a follower that forgets its leader gives a pre-vote it refused, and obeys it again") {
  Server server(pre_vote);
  server.start(1).receive(n2, AppendEntries{.term = 1, .previous = {}, .entries = {}});
  server.receive(n3, VoteRequest{Ballot::pre_vote, 2, {}});
  CHECK(server.out.messages.empty());

  server.step(ForgetLeader{});
  CHECK(server.out.messages.empty());
  CHECK(server.raft.leader() == sim::no_node);
  server.receive(n3, VoteRequest{Ballot::pre_vote, 2, {}});
  CHECK(server.reply<VoteResponse>()->granted);

  server.receive(n2, AppendEntries{.term = 1, .previous = {}, .entries = {}});
  CHECK(server.raft.leader() == n2);
}

TEST_CASE("with leases a follower that forgets its leader keeps what it may have promised to it") {
  Options options = check_quorum;
  options.leases = true;
  Server server(options);
  server.start(1).receive(n2, AppendEntries{.term = 1, .previous = {}, .entries = {}});

  server.step(ForgetLeader{}).receive(n3, VoteRequest{Ballot::vote, 2, {}});

  CHECK(server.out.messages.empty());
  CHECK(server.raft.term() == 1);
}
