// The dissertation's rules on joint consensus, section 4.3, one by one.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

using Kind = Change::Kind;
constexpr NodeId n6{6};
const std::vector<Change> replace_2_and_3{
    {Kind::remove, n2}, {Kind::remove, n3}, {Kind::add_voter, n4}, {Kind::add_voter, n5}};

/// From {1, 2, 3} to {1, 4, 5}.
Configuration joint() {
  Configuration configuration = voters({n1, n4, n5});
  configuration.outgoing = {n1, n2, n3};
  return configuration;
}

constexpr Options on_order = [] {
  Options options = plain;
  options.joint_exit = JointExit::on_order;
  return options;
}();

/// Leads three in term 1 with entry 1 committed, and has just appended C_old,new as entry 2.
Server changing(const Options& options = plain) {
  Server server(options, three);
  server.start().win().persist().accept(n2, 1).accept(n3, 1).reconfigure(replace_2_and_3).persist();
  REQUIRE(server.configuration() == joint());
  return server;
}

}  // namespace

TEST_CASE("4.3: agreement for entries needs separate majorities from the old and new voters") {
  Server server = changing();
  server.accept(n4, 2).accept(n5, 2);
  CHECK(server.raft.commit_index() == 1);

  server.accept(n2, 2);
  CHECK(server.raft.commit_index() == 2);
}

TEST_CASE("4.3: the old majority alone does not commit either") {
  Server server = changing();

  server.accept(n2, 2).accept(n3, 2);

  CHECK(server.raft.commit_index() == 1);
}

TEST_CASE("4.3: log entries are replicated to all servers in both configurations") {
  Server server = changing();

  server.propose();

  CHECK(server.sent_to<AppendEntries>(n2).size() == 1);
  CHECK(server.sent_to<AppendEntries>(n3).size() == 1);
  CHECK(server.raft.members().size() == 5);
}

TEST_CASE("4.3: an election needs separate majorities from the old and new voters") {
  const sim::Bytes bytes = entry({1, 1}, joint());
  Server server(plain, three);
  server.step(Start{1, sim::no_node, bytes}).time_out().persist();

  server.receive(n4, VoteResponse{Ballot::vote, 2, true});
  CHECK(server.raft.role() == Role::candidate);
  server.receive(n5, VoteResponse{Ballot::vote, 2, true});
  CHECK(server.raft.role() == Role::candidate);
  server.receive(n3, VoteResponse{Ballot::vote, 2, true});
  CHECK(server.raft.role() == Role::leader);
}

TEST_CASE("4.3: any server from either configuration may serve as leader") {
  const sim::Bytes bytes = entry({1, 1}, joint());
  Server old_server(plain, three, n2);
  Server new_server(plain, three, n3);

  old_server.step(Start{1, sim::no_node, bytes}).time_out();
  Server added(plain, voters(three), n5);
  added.step(Start{1, sim::no_node, bytes}).time_out();

  CHECK(old_server.raft.role() == Role::candidate);
  CHECK(added.raft.role() == Role::candidate);
}

TEST_CASE("4.3: once C_old,new is committed the leader appends C_new, and only once") {
  Server server = changing();

  server.accept(n4, 2).accept(n2, 2);
  CHECK(server.configuration() == voters({n1, n4, n5}));
  CHECK(server.raft.log().last_index() == 3);

  server.accept(n5, 2).accept(n3, 2);
  CHECK(server.raft.log().last_index() == 3);
}

TEST_CASE("4.3: a leader that finds C_old,new in its log completes the change") {
  const sim::Bytes bytes = entry({1, 1}, joint());
  Server server(plain, three);
  server.step(Start{1, sim::no_node, bytes}).win().persist();
  CHECK(server.configuration() == joint());

  server.accept(n2, 2).accept(n4, 2);

  CHECK(server.configuration() == voters({n1, n4, n5}));
}

TEST_CASE("4.3: C_new is committed by the new voters alone") {
  Server server = changing();
  server.accept(n4, 2).accept(n2, 2).persist();

  server.accept(n2, 3).accept(n3, 3);
  CHECK(server.raft.commit_index() == 2);

  server.accept(n4, 3);
  CHECK(server.raft.commit_index() == 3);
}

TEST_CASE("4.3: a leader that is not in C_new leads until that is committed, then steps down") {
  Server server(plain, three);
  server.start().win().persist().accept(n2, 1).accept(n3, 1);
  server.reconfigure({{Kind::remove, n1}, {Kind::add_voter, n4}}).persist();
  server.accept(n2, 2).accept(n4, 2);
  CHECK(server.configuration() == voters({n2, n3, n4}));
  CHECK(server.raft.role() == Role::leader);

  server.persist().accept(n2, 3);
  CHECK(server.raft.role() == Role::leader);
  server.accept(n4, 3);
  CHECK(server.raft.role() == Role::follower);
}

TEST_CASE("4.3: a server whose C_old,new leaves its log counts by C_old again") {
  const sim::Bytes bytes = entry({1, 1}, joint());
  const sim::Bytes other = entries(1, {2});
  Server server(plain, three);
  server.start(1).receive(n2, append(1, {}, bytes)).persist();
  REQUIRE(server.configuration() == joint());

  server.receive(n3, append(2, {}, other)).persist();

  CHECK(server.configuration() == voters(three));
  CHECK(server.raft.members().size() == 3);
}

TEST_CASE("4.3: no further change begins while the configuration is joint") {
  Server server = changing();

  server.reconfigure({{Kind::add_voter, n6}});

  CHECK(server.out.refused_order == "a change is under way");
}

TEST_CASE("with an explicit exit a leader stays in the joint configuration until it is told") {
  Server server = changing(on_order);
  server.step(LeaveJoint{});
  CHECK(server.out.refused_order == "a change is under way");

  server.accept(n2, 2).accept(n4, 2).heartbeat();
  REQUIRE(server.raft.commit_index() == 2);
  CHECK(server.configuration() == joint());
  server.step(LeaveJoint{});

  CHECK(server.out.refused_order == "");
  CHECK(server.configuration() == voters({n1, n4, n5}));
  CHECK(server.sent_to<AppendEntries>(n4).size() == 1);
}

TEST_CASE("with an explicit exit entries are committed by both majorities until then") {
  Server server = changing(on_order);
  server.accept(n2, 2).accept(n4, 2).propose().persist();

  server.accept(n4, 3).accept(n5, 3);
  CHECK(server.raft.commit_index() == 2);
  server.accept(n2, 3);

  CHECK(server.raft.commit_index() == 3);
}

TEST_CASE("with an explicit exit a change has to wait for it, and so does the next leader") {
  const sim::Bytes bytes = entry({1, 1}, joint());
  Server server(on_order, three);
  server.step(Start{1, sim::no_node, bytes}).win().persist().step(LeaveJoint{});
  CHECK(server.out.refused_order == "no entry of this term is committed yet");
  server.accept(n2, 2).accept(n4, 2);
  CHECK(server.configuration() == joint());

  server.reconfigure({{Kind::add_voter, n6}});
  CHECK(server.out.refused_order == "the configuration is joint");
  server.step(LeaveJoint{});

  CHECK(server.configuration() == voters({n1, n4, n5}));
}

TEST_CASE("only a leader whose configuration is joint leaves it when it is told to") {
  Server follower(on_order, three);
  follower.start().step(LeaveJoint{});
  CHECK(follower.out.refused_order == "this server does not lead");

  Server server(on_order, three);
  server.start().win().persist().accept(n2, 1).step(LeaveJoint{});

  CHECK(server.out.refused_order == "the configuration is not joint");
  CHECK(server.raft.log().last_index() == 1);
}

TEST_CASE("where all changes are joint, one voter is added by both majorities") {
  Options options = plain;
  options.joint_consensus = JointConsensus::always;
  Server server(options, three);
  server.start().win().persist().accept(n2, 1).reconfigure({{Kind::add_voter, n4}}).persist();
  CHECK(server.configuration().outgoing == NodeList{n1, n2, n3});

  server.accept(n2, 2);
  CHECK(server.raft.commit_index() == 1);
  server.accept(n4, 2);

  CHECK(server.configuration() == voters({n1, n2, n3, n4}));
}

TEST_CASE("a leader stays in office as long as it hears majorities of both configurations") {
  Options options = plain;
  options.check_quorum = true;
  Server server = changing(options);
  server.step(ElectionTimeout{});  // those who are new had no time to answer yet
  CHECK(server.raft.role() == Role::leader);

  server.accept(n4, 1).accept(n2, 1).step(ElectionTimeout{});
  CHECK(server.raft.role() == Role::leader);

  server.accept(n2, 1).accept(n3, 1).step(ElectionTimeout{});
  CHECK(server.raft.role() == Role::follower);
}

TEST_CASE("a read is answered when majorities of both configurations have confirmed its round") {
  Server server = changing();
  server.step(Read{ReadId{7}});

  server.accept(n2, 1, 1).accept(n3, 1, 1);
  CHECK(server.out.ready_reads.empty());

  server.accept(n5, 1, 1);
  CHECK(server.out.ready_reads.size() == 1);
}

TEST_CASE("a voter that is demoted votes until the joint phase ends and then only learns") {
  Server server(plain, three);
  server.start().win().persist().accept(n2, 1).accept(n3, 1);
  server.reconfigure({{Kind::demote, n3}, {Kind::add_voter, n4}}).persist();
  server.accept(n2, 2).accept(n3, 2).accept(n4, 2);

  CHECK(server.configuration().voters == NodeList{n1, n2, n4});
  CHECK(server.configuration().learners == NodeList{n3});
  CHECK(server.raft.members().size() == 4);
}
