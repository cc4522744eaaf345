// The dissertation's rules on changing the members of a cluster, sections 4.1 and 4.2, one by one.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::NoteType;

namespace {

using Kind = Change::Kind;
constexpr NodeId n6{6};
const Change add_4{Kind::add_voter, n4};
const Change remove_1{Kind::remove, n1};
const Change remove_5{Kind::remove, n5};

Configuration with_learner(NodeId learner) {
  Configuration configuration = voters(three);
  configuration.learners = {learner};
  return configuration;
}

}  // namespace

TEST_CASE("4.1: a leader that is told to change the members appends C_new and replicates it") {
  Server server = leader_of_three();

  server.reconfigure({add_4});

  CHECK(server.out.refused_order == "");
  CHECK(server.raft.log().type(2) == wal::RecordType::configuration);
  CHECK(indexes(server.sent_to<AppendEntries>(n2).at(0).entries) == std::vector<Index>{2});
  CHECK(indexes(server.sent_to<AppendEntries>(n4).at(0).entries) == std::vector<Index>{2});
}

TEST_CASE("4.1: a leader counts by C_new as soon as it is in its log") {
  Server server = leader_of_three();

  server.reconfigure({add_4}).persist().accept(n2, 2);
  CHECK(server.raft.commit_index() == 1);

  server.accept(n4, 2);
  CHECK(server.raft.commit_index() == 2);
}

TEST_CASE("4.1: a follower asks the members of C_new for votes before that is committed") {
  const sim::Bytes bytes = entry({1, 1}, voters({n1, n2, n3, n4}));
  Server server(plain, three);
  server.start(1).receive(n2, append(1, {}, bytes)).persist();

  server.time_out();

  CHECK(server.sent_to<VoteRequest>(n4).size() == 1);
  server.persist().receive(n2, VoteResponse{Ballot::vote, 2, true});
  CHECK(server.raft.role() == Role::candidate);
  server.receive(n4, VoteResponse{Ballot::vote, 2, true});
  CHECK(server.raft.role() == Role::leader);
}

TEST_CASE("4.1: a server falls back to the configuration before when the entry leaves its log") {
  const sim::Bytes bytes = entry({1, 1}, voters({n1, n2, n3, n4}));
  const sim::Bytes other = entries(1, {2});
  Server server(plain, three);
  server.start(1).receive(n2, append(1, {}, bytes)).persist();
  CHECK(server.configuration() == voters({n1, n2, n3, n4}));

  server.receive(n3, append(2, {}, other));

  CHECK(server.configuration() == voters(three));
  CHECK(server.noted(NoteType::configuration));
}

TEST_CASE("4.1: a server finds its configuration in its log after a restart") {
  const sim::Bytes bytes = entry({1, 1}, voters({n1, n2, n3, n4}));
  Server server(plain, three);

  server.step(Start{1, sim::no_node, bytes});

  CHECK(server.configuration() == voters({n1, n2, n3, n4}));
}

TEST_CASE("4.1: no change begins before the previous one is committed") {
  Server server = leader_of_three();
  server.reconfigure({add_4});

  server.reconfigure({{Kind::add_voter, n5}});
  CHECK(server.out.refused_order == "a change is under way");
  CHECK(server.raft.log().last_index() == 2);

  server.persist().accept(n2, 2).accept(n4, 2).reconfigure({{Kind::add_voter, n5}});
  CHECK(server.out.refused_order == "");
}

TEST_CASE("no change begins before an entry of the leader's own term is committed (Ongaro, 2015)") {
  Server server(plain, three);
  server.start(1, {1}).win().persist();

  server.reconfigure({add_4});
  CHECK(server.out.refused_order == "no entry of this term is committed yet");

  server.accept(n2, 2).reconfigure({add_4});
  CHECK(server.out.refused_order == "");
}

TEST_CASE("only a leader changes the members, and only as configuration_change allows") {
  Server follower(plain, three);
  follower.start().reconfigure({add_4});
  CHECK(follower.out.refused_order == "this server does not lead");

  Server server = leader_of_three();
  server.reconfigure({remove_5});
  CHECK(server.out.refused_order == "node 5 is not a member");
  CHECK(server.out.store.token == no_token);
}

TEST_CASE("4.1: a server accepts entries from a leader that is not in its configuration") {
  const sim::Bytes bytes = entries(1, {1});
  Server server(plain, three);

  server.start().receive(n5, append(1, {}, bytes)).persist();

  CHECK(server.raft.leader() == n5);
  CHECK(server.sent_to<AppendResponse>(n5).at(0).match == 1);
}

TEST_CASE("4.1: a server votes for a candidate that is not in its configuration") {
  Server server(plain, three);

  server.start().receive(n5, VoteRequest{Ballot::vote, 1, {}});

  CHECK(server.reply<VoteResponse>()->granted);
}

TEST_CASE("a server that does not know of any cluster waits, and takes the log it is given") {
  const sim::Bytes bytes = entry({1, 1}, voters({n1, n4}));
  Server server(plain, Configuration{}, n4);
  server.start().time_out();
  CHECK(server.raft.role() == Role::follower);
  CHECK(server.raft.term() == 0);

  server.receive(n1, append(1, {}, bytes));

  CHECK(server.configuration() == voters({n1, n4}));
}

TEST_CASE("4.2.1: a learner receives the log and does not count for commits") {
  Server server(plain, with_learner(n4), n1);
  server.start().win().persist();

  CHECK(server.raft.role() == Role::leader);
  server.accept(n4, 1);
  CHECK(server.raft.commit_index() == 0);
  server.accept(n2, 1);
  CHECK(server.raft.commit_index() == 1);
}

TEST_CASE("4.2.1: a learner is not asked for votes, does not stand itself, and votes when asked") {
  Server candidate(plain, with_learner(n4), n1);
  candidate.start().time_out();
  CHECK(candidate.sent_to<VoteRequest>(n4).empty());
  CHECK(candidate.sent_to<VoteRequest>(n2).size() == 1);

  Server learner(plain, with_learner(n4), n4);
  learner.start().time_out();
  CHECK(learner.raft.role() == Role::follower);

  // It may be a voter by now and not know it yet.
  learner.receive(n1, VoteRequest{Ballot::vote, 1, {}});
  CHECK(learner.reply<VoteResponse>()->granted);
}

TEST_CASE("4.2.1: a learner that takes part in a quorum check does not keep a leader in office") {
  Options options = plain;
  options.check_quorum = true;
  Server server(options, with_learner(n4), n1);
  server.start().win().persist().accept(n4, 1);

  server.step(ElectionTimeout{});

  CHECK(server.raft.role() == Role::follower);
}

TEST_CASE("4.2.1: a new voter learns first and is promoted after a round shorter than a timeout") {
  Server server = leader_of_three();
  server.reconfigure({add_4}, Pace::when_caught_up).persist();
  CHECK(server.configuration().learners == NodeList{n4});
  server.accept(n2, 2);
  CHECK(server.raft.commit_index() == 2);

  server.heartbeat().heartbeat().accept(n4, 2);

  CHECK(server.noted(NoteType::caught_up));
  CHECK(server.configuration() == voters({n1, n2, n3, n4}));
}

TEST_CASE(
    "4.2.1: after a round of a timeout or longer another one begins with what came meanwhile") {
  Server server = leader_of_three();
  server.reconfigure({add_4}, Pace::when_caught_up).persist().accept(n2, 2);
  server.heartbeat().heartbeat().heartbeat().propose().persist();

  server.accept(n4, 2);
  CHECK_FALSE(server.noted(NoteType::caught_up));

  server.accept(n4, 3);
  CHECK(server.noted(NoteType::caught_up));
}

// "The algorithm waits a fixed number of rounds (such as 10). If the last round lasts less than an
// election timeout, then the leader adds the new server to the cluster […]. Otherwise, the leader
// aborts the configuration change with an error."
TEST_CASE("4.2.1, otherwise here: a plan waits for ever, and an order takes it back") {
  Server server = leader_of_three();
  server.reconfigure({add_4}, Pace::when_caught_up).persist().accept(n2, 2);
  for (Index last = 3; last < 40; ++last) {
    server.heartbeat().heartbeat().heartbeat().propose().persist();
    server.accept(n4, last - 1);
    REQUIRE_FALSE(server.noted(NoteType::caught_up));
    REQUIRE(server.configuration().planned == NodeList{n1, n2, n3, n4});
  }
  server.accept(n2, 39);

  server.reconfigure({{Kind::remove, n4}});

  CHECK(server.out.refused_order == "");
  CHECK(server.configuration() == voters(three));
}

TEST_CASE("a learner that has caught up waits until the plan itself is committed") {
  Server server = leader_of_three();
  server.reconfigure({add_4}, Pace::when_caught_up).persist();

  server.accept(n4, 2);
  CHECK(server.configuration().planned == NodeList{n1, n2, n3, n4});

  server.accept(n2, 2);
  CHECK(server.configuration() == voters({n1, n2, n3, n4}));
}

TEST_CASE("a plan is carried out by the next leader") {
  Configuration plan = with_learner(n4);
  plan.planned = {n1, n2, n3, n4};
  const sim::Bytes bytes = entry({1, 1}, plan);
  Server server(plain, three);
  server.start(1).receive(n2, append(1, {}, bytes)).persist().win().persist();

  server.accept(n4, 2).accept(n2, 2);

  CHECK(server.configuration() == voters({n1, n2, n3, n4}));
}

TEST_CASE("4.2.2: a leader that removes itself does not count itself") {
  Server server = leader_of_three();

  server.reconfigure({remove_1}).persist().accept(n2, 2);
  CHECK(server.raft.commit_index() == 1);
  CHECK(server.raft.role() == Role::leader);

  server.accept(n3, 2);
  CHECK(server.raft.commit_index() == 2);
}

TEST_CASE("4.2.2: a leader that is removed steps down once C_new is committed") {
  Server server = leader_of_three();

  server.reconfigure({remove_1}).persist().accept(n2, 2).accept(n3, 2);
  CHECK(server.raft.role() == Role::follower);
  CHECK(server.out.heartbeat == HeartbeatTimer::cancel);

  server.time_out();
  CHECK(server.raft.role() == Role::follower);
}

TEST_CASE("4.2.2: a server outside of its newest configuration stands while that may be lost") {
  const sim::Bytes bytes = entry({1, 1}, voters({n2}));
  Server server(plain, std::vector{n1, n2});
  server.step(Start{1, sim::no_node, bytes}).time_out().persist();
  CHECK(server.raft.role() == Role::candidate);

  // Its own vote does not count; with the other one it leads until C_new is committed.
  server.receive(n2, VoteResponse{Ballot::vote, 2, true});
  CHECK(server.raft.role() == Role::leader);
  server.persist().accept(n2, 2);
  CHECK(server.raft.role() == Role::follower);
}

TEST_CASE("4.2.2: a server that knows it was removed does not stand") {
  const sim::Bytes bytes = entry({1, 1}, voters({n2, n3}));
  Server server(plain, three);

  server.start(1).receive(n2, append(1, {}, bytes, 1)).persist().time_out();

  CHECK(server.raft.role() == Role::follower);
}

TEST_CASE("4.2.3: who hears a leader ignores the requests of a server that was removed") {
  const Options all;
  Server server(all, three);
  server.start(1).receive(n2, append(1, {}, {}));

  server.receive(n5, VoteRequest{Ballot::vote, 9, {7, 7}});
  CHECK(server.out.messages.empty());
  server.receive(n5, VoteRequest{Ballot::pre_vote, 9, {7, 7}});
  CHECK(server.out.messages.empty());
  CHECK(server.raft.term() == 1);
}

TEST_CASE("4.2.3: without stickiness a server that was removed deposes a leader") {
  Server server = leader_of_three();

  server.receive(n5, VoteRequest{Ballot::vote, 9, {}});

  CHECK(server.raft.role() == Role::follower);
  CHECK(server.raft.term() == 9);
}

TEST_CASE("a member that is removed and added again is looked at anew") {
  Server server = leader_of_three();
  server.reconfigure({{Kind::remove, n3}}).persist().accept(n2, 2);
  CHECK(server.raft.members().size() == 2);

  server.accept(n3, 2).reconfigure({{Kind::add_voter, n3}});

  CHECK(server.raft.members()[2].match == 0);
}

TEST_CASE("a quorum that shrinks commits what the smaller one holds already") {
  Server server(plain, std::vector{n1, n2, n3, n4});
  server.start().win().persist().accept(n2, 1).accept(n3, 1);
  server.propose().persist().accept(n2, 2);
  CHECK(server.raft.commit_index() == 1);

  server.reconfigure({{Kind::remove, n4}});

  CHECK(server.raft.commit_index() == 2);
}
