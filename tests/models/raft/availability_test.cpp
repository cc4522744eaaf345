// The dissertation on changes of members and availability: sections 4.2.4 and 4.4, and what
// sections 4.1, 4.2.1 and 4.3 and Figure 4.1 promise to those who wait meanwhile.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::NoteType;

namespace {

using Kind = Change::Kind;
const std::vector<NodeId> four{n1, n2, n3, n4};
const Change add_4{Kind::add_voter, n4};
const Change remove_3{Kind::remove, n3};

/// Has the log of a leader of term 1 who has just added n4: C_new is the second entry.
Server with_c_new(const Configuration& initial, NodeId self) {
  const sim::Bytes own = entries(1, {1});
  const sim::Bytes c_new = entry({2, 1}, voters(four));
  Server server(plain, initial, self);
  server.start(1).receive(n1, append(1, {}, own)).persist();
  server.receive(n1, append(1, {1, 1}, c_new)).persist();
  return server;
}
/// One of three that lacks it.
Server without_c_new(NodeId self) {
  Server server(plain, three, self);
  server.start(1, {1});
  return server;
}

/// Whether the server, who hears no leader, votes for this candidate.
bool votes_for(Server server, const Server& candidate) {
  const VoteRequest request{Ballot::vote, candidate.raft.term(), candidate.raft.log().last()};
  server.receive(candidate.raft.self(), request).persist();
  return server.raft.vote() == candidate.raft.self();
}

}  // namespace

// "Commitment of C_new allows three things to continue."
TEST_CASE("4.1: once C_new is committed, a server that it removed can be shut down") {
  Server server = leader_of_three();
  server.reconfigure({remove_3}).persist().accept(n2, 2);
  REQUIRE(server.raft.commit_index() == 2);

  server.propose().persist();

  CHECK(server.sent_to<AppendEntries>(n3).empty());
  server.accept(n2, 3);
  CHECK(server.raft.commit_index() == 3);
}

// "If one server were to fail, the new server's vote would be needed to form a majority and elect a
// leader."
TEST_CASE("4.1: a new server that does not know C_new yet gives the vote that C_new needs") {
  Server candidate = with_c_new(voters(three), n2);
  const Server newcomer(plain, Configuration{}, n4);
  candidate.time_out().persist();
  candidate.receive(n3, VoteResponse{Ballot::vote, 2, true});
  REQUIRE(candidate.raft.role() == Role::candidate);

  CHECK(votes_for(Server(newcomer).start(), candidate));
  candidate.receive(n4, VoteResponse{Ballot::vote, 2, true});

  CHECK(candidate.raft.role() == Role::leader);
}

// "Followers return the length of their logs in the AppendEntries response; this allows the leader
// to cap the follower's nextIndex accordingly."
TEST_CASE("4.2.1: a leader discovers with one refusal that a new server's log is empty") {
  Server server(plain, three);
  server.start(1, {1, 1, 1, 1, 1}).win().persist().accept(n2, 6).accept(n3, 6);
  Server newcomer(plain, Configuration{}, n4);
  server.reconfigure({add_4});
  newcomer.start().receive(n1, server.sent_to<AppendEntries>(n4).at(0));

  server.receive(n4, newcomer.sent<AppendResponse>().at(0));

  CHECK(indexes(server.sent_to<AppendEntries>(n4).at(0).entries).front() == 1);
}

// "One straightforward approach to do this would be to use the leadership transfer extension".
TEST_CASE("4.2.2, otherwise here: a leader that removes itself tells nobody to stand") {
  Server server = leader_of_three();

  server.reconfigure({{Kind::remove, n1}}).persist().accept(n2, 2).accept(n3, 2);

  CHECK(server.raft.role() == Role::follower);
  CHECK(server.sent<TimeoutNow>().empty());
}

// "If the available server with the most up-to-date log in the new cluster has the C_new entry, it
// can collect votes from a majority of C_new and become leader."
TEST_CASE("4.2.4: who has C_new is elected by C_new, also by those who do not have it") {
  Server candidate = with_c_new(Configuration{}, n4);

  candidate.time_out().persist();

  CHECK(votes_for(with_c_new(voters(three), n2), candidate));
  CHECK(votes_for(without_c_new(n3), candidate));
  CHECK_FALSE(votes_for(with_c_new(Configuration{}, n4), without_c_new(n3).time_out()));
}

// "Otherwise, the C_new entry must not have been committed. [The available server with the most
// up-to-date log] can collect votes from a majority of C_old and a majority of C_new, so no matter
// which configuration it uses, it can become leader."
TEST_CASE("4.2.4: if nobody available has C_new, both configurations elect the newest log") {
  Server candidate = without_c_new(n2);
  const Server newcomer(plain, Configuration{}, n4);

  candidate.time_out().persist();

  CHECK(votes_for(without_c_new(n3), candidate));
  CHECK(votes_for(Server(newcomer).start(), candidate));
  candidate.receive(n3, VoteResponse{Ballot::vote, 2, true});
  CHECK(candidate.raft.role() == Role::leader);
  CHECK(candidate.configuration() == voters(three));
}

// "If a leader can reliably send heartbeats to its own configuration, then neither it nor its
// followers will adopt a higher term: […] they will ignore any RequestVote messages with a higher
// term from other servers."
TEST_CASE("4.2.4: a leader is maintained: neither it nor who hears it adopts the term of others") {
  Server server = leader_of_three(Options{});
  server.reconfigure({remove_3}).persist();
  Server follower(Options{}, three, n2);
  follower.start(1, {1}).receive(n1, append(1, {1, 1}, {}));

  server.receive(n3, VoteRequest{Ballot::vote, 9, {7, 7}});
  follower.receive(n3, VoteRequest{Ballot::vote, 9, {7, 7}});

  CHECK(server.raft.role() == Role::leader);
  CHECK(server.raft.term() == 1);
  CHECK(follower.raft.term() == 1);
}

// "Leaders can continue to append client requests to their logs throughout the configuration
// change."
TEST_CASE("4.2.4: a leader takes requests while somebody catches up, and while C_new is open") {
  Server server = leader_of_three();

  server.reconfigure({add_4}, Pace::when_caught_up).propose();
  CHECK(server.out.proposal.kind == Verdict::Kind::accepted);
  server.persist().accept(n2, 3).accept(n4, 3).propose();
  CHECK(server.configuration() == voters(four));
  CHECK(server.raft.commit_index() == 3);

  CHECK(server.out.proposal.kind == Verdict::Kind::accepted);
}

TEST_CASE("4.3: a leader takes requests in the joint configuration, and after it") {
  Server server = leader_of_three();

  server.reconfigure({remove_3, add_4}).propose();
  CHECK(server.configuration().joint());
  CHECK(server.out.proposal.kind == Verdict::Kind::accepted);
  server.persist().accept(n2, 3).accept(n4, 3).propose();

  CHECK_FALSE(server.configuration().joint());
  CHECK(server.out.proposal.kind == Verdict::Kind::accepted);
}

// "Since new servers are caught up before being added to the cluster, a leader can advance its
// commit index and reply to clients in a timely manner."
TEST_CASE("4.2.4: commits wait for no new server that is still to catch up") {
  Server server = leader_of_three();
  server.reconfigure({add_4, {Kind::add_voter, n5}}, Pace::when_caught_up).propose().persist();

  server.accept(n2, 3);

  CHECK(server.raft.commit_index() == 3);
}

// "Adding one server and then removing the other allows the system to handle one server failure at
// all times throughout the process."
TEST_CASE("4.4: a server that is replaced by adding first is missed by nobody when another fails") {
  Server server = leader_of_three();

  server.reconfigure({add_4}).persist().accept(n3, 2).accept(n4, 2);
  CHECK(server.raft.commit_index() == 2);
  server.reconfigure({remove_3}).persist().accept(n4, 3);

  CHECK(server.raft.commit_index() == 3);
}

// "If one server was first removed before the other was added, the system would temporarily not be
// able to mask any failures (since two-server clusters cannot tolerate any failures)."
TEST_CASE("4.4: removed first, both of two are needed until another is added") {
  Server server = leader_of_three();
  server.reconfigure({remove_3}).persist().accept(n2, 2).propose().persist();
  REQUIRE(server.raft.commit_index() == 2);

  server.accept(n3, 3);
  CHECK(server.raft.commit_index() == 2);
  server.reconfigure({add_4}).persist().accept(n4, 4);

  CHECK(server.raft.commit_index() == 4);
}

// "The very first time a cluster is created, one server is initialized with a configuration entry
// as the first entry in its log."
TEST_CASE("4.4, otherwise here: the first configuration is every first server's, and in no log") {
  Server server(plain, voters({n1}), n1);

  server.start().win().persist();

  CHECK(server.raft.commit_index() == 1);
  CHECK(server.raft.configurations().newest_index() == 0);
  CHECK(server.raft.log().type(1) != wal::RecordType::configuration);
}

// "Other servers from then on should be initialized with empty logs; they are added to the cluster
// and learn of the current configuration through the membership change mechanism."
TEST_CASE("4.4: a cluster can begin with one server, and others learn of it with their log") {
  Server server(plain, voters({n1}), n1);
  server.start().win().persist().reconfigure({{Kind::add_voter, n2}}).persist();
  Server other(plain, Configuration{}, n2);
  other.start().time_out();
  CHECK(other.raft.term() == 0);

  AppendEntries whole;
  whole.term = 1;
  whole.entries = server.raft.log().bytes({1, 2});
  other.receive(n1, whole).persist();

  CHECK(other.configuration() == voters({n1, n2}));
  server.accept(n2, 2);
  CHECK(server.raft.commit_index() == 2);
}

// "AddServer RPC: 3. Wait until previous configuration in log is committed […] 5. Reply OK", when
// the new one is committed, too.
TEST_CASE("Figure 4.1, otherwise here: an order waits for nothing, and OK says that it has begun") {
  Server server = leader_of_three();

  server.reconfigure({add_4});
  CHECK(server.out.refused_order == "");
  CHECK(server.raft.commit_index() == 1);
  server.reconfigure({{Kind::add_voter, n5}});

  CHECK(server.out.refused_order == "a change is under way");
}
