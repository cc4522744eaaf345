// Leadership transfer, sentence by sentence of section 3.10 of the dissertation, and priorities.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

/// The leader of term 1 that has committed its no-op; n2 and n3 have it, n4 and n5 do not.
Server leading(const Options& options = plain) {
  Server server(options);
  server.start().win().persist().accept(n2, 1).accept(n3, 1);
  return server;
}

Server& hand_over(Server& server, NodeId target = sim::no_node) {
  return server.step(TransferLeadership{target});
}

Options with_priorities(std::initializer_list<std::uint8_t> of_servers) {
  Options options = plain;
  options.check_quorum = true;
  std::copy(of_servers.begin(), of_servers.end(), options.priorities.begin());
  return options;
}

}  // namespace

TEST_CASE("3.10.1: the prior leader stops accepting new client requests") {
  Server server = leading();

  hand_over(server, n4).propose();

  CHECK(server.out.proposal.kind == Verdict::Kind::busy);
  CHECK(server.raft.log().last_index() == 1);
}

TEST_CASE(
    "3.10.2: it fully updates the target's log to match its own before it tells it anything") {
  Server server = leading();

  hand_over(server, n4);
  CHECK(server.sent<TimeoutNow>().empty());
  server.accept(n4, 1);

  CHECK(server.sent_to<TimeoutNow>(n4) == std::vector<TimeoutNow>{{1}});
}

TEST_CASE("3.10.3: it sends a TimeoutNow, at once if the target has everything") {
  Server server = leading();

  hand_over(server, n2);

  CHECK(server.sent_to<TimeoutNow>(n2) == std::vector<TimeoutNow>{{1}});
}

TEST_CASE("3.10.3: the target starts an election without waiting and without asking first") {
  Options options;  // PreVote and stickiness on
  Server server(options);
  server.start(1).receive(n2, append(1, {}, {}));

  server.receive(n2, TimeoutNow{1});

  CHECK(server.raft.role() == Role::candidate);
  CHECK(server.raft.term() == 2);
  REQUIRE(server.sent<VoteRequest>().size() == 4);
  CHECK(server.sent<VoteRequest>()[0].ballot == Ballot::transfer);
  CHECK(server.waits_for_disk());
}

TEST_CASE("4.2.3: a vote asked for by a transfer is given though a leader is heard") {
  Server server(Options{});
  server.start(1).receive(n2, append(1, {}, {}));
  Server other = server;

  server.receive(n3, VoteRequest{Ballot::transfer, 2, {}});
  other.receive(n3, VoteRequest{Ballot::vote, 2, {}});

  REQUIRE(server.reply<VoteResponse>());
  CHECK(server.reply<VoteResponse>()->granted);
  CHECK(other.out.messages.empty());
}

TEST_CASE("3.10: the target's election makes the prior leader step down") {
  Server server = leading();
  hand_over(server, n2);

  server.receive(n2, VoteRequest{Ballot::transfer, 2, {1, 1}});

  CHECK(server.raft.role() == Role::follower);
  CHECK(server.reply<VoteResponse>()->granted);
}

TEST_CASE(
    "3.10: if it does not complete after about an election timeout, the prior leader aborts it and "
    "accepts requests again") {
  Server server = leading();
  hand_over(server, n4);
  CHECK(server.out.election == ElectionTimer::arm_minimum);

  server.step(ElectionTimeout{});
  CHECK(server.noted(models::NoteType::transfer));
  server.propose();

  CHECK(server.out.proposal.kind == Verdict::Kind::accepted);
  server.accept(n4, 2);
  CHECK(server.sent<TimeoutNow>().empty());
}

TEST_CASE("3.10: where the quorum has a time of its own, a transfer changes nothing about that") {
  Options options;
  options.own_transfer_timer = true;
  Server server = leading(options);
  hand_over(server, n4);
  CHECK(server.out.arm_transfer);
  CHECK(server.out.election == ElectionTimer::keep);

  server.step(ElectionTimeout{});  // n2 and n3 had answered before the transfer
  CHECK(server.raft.role() == Role::leader);
  CHECK(server.out.election == ElectionTimer::arm_quorum);
  CHECK_FALSE(server.noted(models::NoteType::transfer));
  server.step(TransferTimeout{});
  CHECK(server.noted(models::NoteType::transfer));
  server.propose();
  CHECK(server.out.proposal.kind == Verdict::Kind::accepted);
  server.step(ElectionTimeout{});

  CHECK(server.raft.role() == Role::follower);
}

TEST_CASE("a transfer's time that is over when there is no transfer changes nothing") {
  Options options;
  options.own_transfer_timer = true;
  Server server = leading(options);

  server.step(TransferTimeout{});

  CHECK(server.raft.role() == Role::leader);
  CHECK_FALSE(server.noted(models::NoteType::transfer));
  CHECK(server.out.election == ElectionTimer::keep);
}

TEST_CASE("3.10: with a timer of its own a preferred server is left alone for as long again") {
  Options options;
  options.own_transfer_timer = true;
  options.priorities[sim::number(n2)] = 2;
  Server server = leading(options);
  server.step(QuorumTimeout{});
  REQUIRE(server.noted(models::NoteType::transfer));
  server.accept(n2, server.raft.log().last_index());

  server.step(TransferTimeout{});
  CHECK(server.out.arm_transfer);
  server.step(QuorumTimeout{});
  CHECK_FALSE(server.noted(models::NoteType::transfer));
  server.step(TransferTimeout{});
  CHECK_FALSE(server.out.arm_transfer);
  server.step(QuorumTimeout{});

  CHECK(server.noted(models::NoteType::transfer));
}

// "If the prior leader was mistaken and the target server is actually operational, then at worst
// this mistake will result in an extra election."
TEST_CASE("3.10: a target that stands after all, when it was given up, costs one election") {
  Server server = leading(Options{});
  hand_over(server, n2).step(ElectionTimeout{});
  REQUIRE(server.raft.role() == Role::leader);

  server.receive(n2, VoteRequest{Ballot::transfer, 2, {1, 1}});

  CHECK(server.raft.role() == Role::follower);
  CHECK(server.reply<VoteResponse>()->granted);
}

TEST_CASE("a lost TimeoutNow is sent again with the next answer of the target") {
  Server server = leading();
  hand_over(server, n2);

  server.heartbeat().accept(n2, 1);

  CHECK(server.sent_to<TimeoutNow>(n2).size() == 1);
}

TEST_CASE("a second TimeoutNow, and one of an older term, start no second election") {
  Server server;
  server.start(1).receive(n2, append(1, {}, {})).receive(n2, TimeoutNow{1});
  REQUIRE(server.raft.term() == 2);

  server.receive(n2, TimeoutNow{1});
  CHECK(server.raft.term() == 2);
  server.receive(n3, append(4, {}, {})).receive(n2, TimeoutNow{3});

  CHECK(server.raft.term() == 4);
  CHECK(server.raft.role() == Role::follower);
}

TEST_CASE("without a target it is the server with the longest log, whoever was heard last") {
  Server server = leading();
  server.propose().accept(n3, 2);

  hand_over(server);

  CHECK(server.sent_to<TimeoutNow>(n3).size() == 1);
}

TEST_CASE(
    "right after a check of the quorum, before anybody has answered, a transfer finds a target") {
  Options options = plain;
  options.check_quorum = true;
  Server server = leading(options);
  server.step(ElectionTimeout{});

  hand_over(server);

  CHECK(server.out.refused_order.empty());
  CHECK(server.sent<TimeoutNow>().size() == 1);
}

TEST_CASE(
    "an order to hand over is refused by a follower, to oneself, to strangers and to learners") {
  Configuration configuration = voters(three);
  configuration.learners = {n4};
  Server server(plain, configuration, n1);
  server.start();
  CHECK_FALSE(hand_over(server, n2).out.refused_order.empty());
  server.win();

  CHECK_FALSE(hand_over(server, n1).out.refused_order.empty());
  CHECK_FALSE(hand_over(server, n4).out.refused_order.empty());
  CHECK_FALSE(hand_over(server, n5).out.refused_order.empty());
  CHECK(hand_over(server, n2).out.refused_order.empty());
}

TEST_CASE("a target that ceases to be a voter meanwhile is told nothing, and stands for nothing") {
  Server leader(plain, three, n1);
  leader.start().win().persist().accept(n2, 1);
  hand_over(leader, n3).reconfigure({{Change::Kind::remove, n3}});
  leader.persist().accept(n2, 2).accept(n3, 2);
  CHECK(leader.sent<TimeoutNow>().empty());

  Configuration configuration = voters(three);
  configuration.witnesses = {n3};
  Server witness(plain, configuration, n3);
  witness.start(1).receive(n1, append(1, {}, {})).receive(n1, TimeoutNow{1});
  CHECK(witness.raft.role() == Role::follower);
}

TEST_CASE("a leader hands over to a server of higher priority that is there and up to date") {
  Server server = leading(with_priorities({1, 1, 3, 2, 1, 1}));

  server.step(ElectionTimeout{});

  CHECK(server.sent_to<TimeoutNow>(n2).size() == 1);
}

TEST_CASE(
    "a server of higher priority that has not answered lately is no reason to turn clients away") {
  Server server = leading(with_priorities({1, 1, 3, 1, 1, 1}));
  server.step(ElectionTimeout{});
  REQUIRE(server.sent<TimeoutNow>().size() == 1);
  server.accept(n3, 1).accept(n4, 1).step(ElectionTimeout{});

  server.accept(n3, 1).accept(n4, 1).step(ElectionTimeout{});
  server.propose();

  CHECK(server.out.proposal.kind == Verdict::Kind::accepted);
}

TEST_CASE("a transfer to a higher priority that failed is not tried again in the same breath") {
  Server server = leading(with_priorities({1, 1, 3, 1, 1, 1}));
  server.step(ElectionTimeout{}).accept(n2, 1).accept(n3, 1);

  server.step(ElectionTimeout{});

  CHECK(server.propose().out.proposal.kind == Verdict::Kind::accepted);
}

TEST_CASE(
    "with priority 0 a server never stands, not even when it is told to, and is never chosen") {
  Server shy(with_priorities({1, 0, 1, 1, 1, 1}));
  shy.start(1).time_out();
  CHECK(shy.raft.role() == Role::follower);
  shy.receive(n2, append(1, {}, {})).receive(n2, TimeoutNow{1});
  CHECK(shy.raft.role() == Role::follower);

  Server leader = leading(with_priorities({1, 1, 0, 1, 1, 1}));
  CHECK_FALSE(hand_over(leader, n2).out.refused_order.empty());
  CHECK(hand_over(leader).out.notes.back().a == sim::number(n3));
}
