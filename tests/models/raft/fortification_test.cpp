// Fortification: whom a follower may not depose, until when, and what its leader makes of that. The
// rules are those of CockroachDB's pkg/raft.
#include <doctest/doctest.h>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::NoteType;

namespace {

constexpr SupportEpoch epoch = 4;

Options fortifying() {
  Options options;
  options.fortification = true;
  return options;
}

/// Follows n2 in term 1; its node supports n2's.
Server following() {
  Server server(fortifying());
  server.start(1).receive(n2, append(1, {}, {}, 0));
  return server;
}

Server& fortify(Server& server, Term term = 1, SupportEpoch support = epoch) {
  return server.step(Received{n2, Fortify{term}, support});
}

Server fortified() {
  Server server = following();
  fortify(server);
  REQUIRE(server.raft.is_fortified());
  return server;
}

Server leading() {
  Server server(fortifying());
  server.start().win().persist().accept(n2, 1).accept(n3, 1);
  return server;
}

Server& promise(Server& server, NodeId follower, Index commit = 1, SupportEpoch given = epoch) {
  return server.receive(follower, FortifyResponse{server.raft.term(), given, commit});
}

bool votes(Server server, Ballot ballot) {
  server.receive(n3, VoteRequest{ballot, 7, {9, 1}});
  if (!server.reply<VoteResponse>()) server.persist();
  const auto responses = server.sent_to<VoteResponse>(n3);
  return responses.size() == 1 && responses[0].granted;
}

}  // namespace

TEST_CASE("a follower whose node supports the leader's promises, and needs no election timer") {
  Server server = following();
  REQUIRE(server.out.election == ElectionTimer::arm_minimum);

  fortify(server);

  CHECK(server.out.election == ElectionTimer::cancel);
  REQUIRE(server.reply<FortifyResponse>());
  CHECK(*server.reply<FortifyResponse>() == FortifyResponse{1, epoch, 0});
  CHECK(server.noted(NoteType::fortification));
  server.receive(n2, append(1, {}, {}, 0));
  CHECK(server.out.election == ElectionTimer::cancel);
}

TEST_CASE("nobody promises without support, to somebody else, or for another term") {
  SUBCASE("no support") {
    Server server = following();
    fortify(server, 1, 0);
    CHECK(server.out.messages.empty());
    CHECK_FALSE(server.raft.is_fortified());
  }
  SUBCASE("not its leader") {
    Server server = following();
    server.step(Received{n3, Fortify{1}, epoch});
    CHECK_FALSE(server.raft.is_fortified());
  }
  SUBCASE("an older term") {
    Server server = following();
    server.receive(n2, append(3, {}, {}, 0));
    fortify(server, 1);
    CHECK_FALSE(server.raft.is_fortified());
  }
  SUBCASE("it has no such option") {
    Server server;
    server.start(1).receive(n2, append(1, {}, {}, 0));
    fortify(server);
    CHECK_FALSE(server.raft.is_fortified());
  }
}

TEST_CASE("whoever has promised votes for nobody but whom the leader has chosen") {
  CHECK_FALSE(votes(fortified(), Ballot::vote));
  CHECK_FALSE(votes(fortified(), Ballot::pre_vote));
  CHECK(votes(fortified(), Ballot::transfer));
}

TEST_CASE("a late request of a candidate that was chosen before ends no promise") {
  Server server(fortifying());
  server.start(1).receive(n2, append(3, {}, {}, 0));
  fortify(server, 3);
  server.receive(n4, VoteRequest{Ballot::transfer, 3, {}}).persist();
  server.receive(n4, VoteRequest{Ballot::transfer, 2, {}}).persist();

  CHECK(server.raft.is_fortified());
}

TEST_CASE("whoever was promised not to be deposed leads no more if it stands itself") {
  Server server = fortified();
  server.receive(n2, VoteRequest{Ballot::pre_vote, 2, {9, 1}}).persist();
  CHECK(server.raft.is_fortified());
  server.receive(n2, VoteRequest{Ballot::vote, 2, {9, 1}}).persist();

  CHECK_FALSE(server.raft.is_fortified());
  CHECK(server.raft.vote() == n2);
}

TEST_CASE("a candidate with an entry of a later term deposes nobody who still leads") {
  Server server = fortified();
  server.receive(n3, VoteRequest{Ballot::vote, 4, {9, 2}}).persist();

  CHECK_FALSE(server.raft.is_fortified());
  CHECK(server.raft.vote() == n3);
}

TEST_CASE("whoever has promised does not stand, whatever timer goes off") {
  Server server = fortified();
  server.time_out();
  server.time_out();

  CHECK(server.raft.role() == Role::follower);
  CHECK(server.out.messages.empty());
}

TEST_CASE("a late answer of a higher term does not end a promise") {
  Server server = fortified();
  server.receive(n3, VoteResponse{Ballot::vote, 6, false}).persist();
  REQUIRE(server.raft.term() == 6);

  CHECK(server.raft.is_fortified());
  CHECK_FALSE(votes(server, Ballot::vote));
}

TEST_CASE("an operator cannot make it forget its leader") {
  Server server = fortified();
  server.step(ForgetLeader{});

  CHECK(server.out.refused_order == "this server has fortified its leader");
  CHECK(server.raft.leader() == n2);
}

TEST_CASE("a leader of a later term ends the promise to the one before") {
  Server server = fortified();
  server.receive(n3, append(2, {}, {}, 0));

  CHECK_FALSE(server.raft.is_fortified());
  CHECK(server.out.election == ElectionTimer::arm_minimum);
}

TEST_CASE("lost support ends the promise, and it stands after a random rest") {
  Server server = fortified();
  server.step(SupportLost{});

  CHECK_FALSE(server.raft.is_fortified());
  CHECK(server.out.election == ElectionTimer::arm_rest);
  CHECK(votes(server, Ballot::vote));
}

TEST_CASE("lost support means nothing to whoever has promised nothing") {
  Server server = following();
  server.step(SupportLost{});

  CHECK(server.out.election == ElectionTimer::keep);
}

TEST_CASE("a leader that has stepped down frees whom it was promised to, no older one does") {
  Server server = following();
  server.receive(n2, append(3, {}, {}, 0));
  fortify(server, 3);

  server.receive(n2, Defortify{2});
  CHECK(server.raft.is_fortified());
  server.receive(n3, Defortify{3});
  CHECK(server.raft.is_fortified());
  server.receive(n2, Defortify{3});
  CHECK_FALSE(server.raft.is_fortified());
  CHECK(server.out.election == ElectionTimer::arm_rest);
}

TEST_CASE("whoever is told to stand by its leader does") {
  Server server = fortified();
  server.receive(n2, TimeoutNow{1}).persist();

  CHECK(server.raft.role() == Role::candidate);
  CHECK_FALSE(server.raft.is_fortified());
}

TEST_CASE("a leader sends a request for the promise with each heartbeat, and none to the settled") {
  Server server = leading();
  server.heartbeat();
  CHECK(server.sent<Fortify>().size() == 4);
  promise(server, n2);
  promise(server, n3, 0);  // has not heard of the commit
  promise(server, n4);     // has not all entries

  server.step(HeartbeatTimeout{set_of(n2) | set_of(n3) | set_of(n4)});

  CHECK(server.sent_to<AppendEntries>(n2).empty());
  CHECK(server.sent_to<Fortify>(n2).empty());
  CHECK(server.sent_to<AppendEntries>(n3).size() == 1);
  CHECK(server.sent_to<AppendEntries>(n4).size() == 1);
  CHECK(server.sent_to<AppendEntries>(n5).size() == 1);
  CHECK(server.out.heartbeat == HeartbeatTimer::arm);
}

TEST_CASE("a settled follower is sent heartbeats while its leader waits for an answer") {
  Server server = leading();
  promise(server, n2);
  const auto silent = [&] {
    server.step(HeartbeatTimeout{set_of(n2)});
    return server.sent_to<AppendEntries>(n2).empty();
  };
  REQUIRE(silent());

  SUBCASE("to a round of reads") {
    server.step(Read{ReadId{1}});
    CHECK_FALSE(silent());
    const std::uint64_t round = server.sent_to<AppendEntries>(n2)[0].read_round;
    server.accept(n2, 1, round).accept(n3, 1, round);
    CHECK(silent());
  }
  SUBCASE("to a hand-over") {
    server.step(TransferLeadership{n2});
    CHECK_FALSE(silent());
  }
}

TEST_CASE("what a follower knows to be committed is what it says in a new epoch, be it less") {
  Server server = leading();
  promise(server, n2);
  promise(server, n2, 0, epoch + 1);

  server.step(HeartbeatTimeout{set_of(n2)});

  CHECK(server.sent_to<AppendEntries>(n2).size() == 1);
}

TEST_CASE("a follower repeats a lost question itself, as long as it is open") {
  Server server = fortified();
  server.step(Read{ReadId{1}});
  REQUIRE(server.sent_to<ReadIndexRequest>(n2).size() == 1);
  CHECK(server.out.election == ElectionTimer::arm_minimum);

  server.step(ElectionTimeout{});
  REQUIRE(server.sent_to<ReadIndexRequest>(n2).size() == 1);
  CHECK(server.out.election == ElectionTimer::arm_minimum);
  const ReadIndexRequest asked = server.sent_to<ReadIndexRequest>(n2)[0];
  server.receive(n2, ReadIndexResponse{asked.term, asked.incarnation, asked.sequence, 1});
  server.step(ElectionTimeout{});

  CHECK(server.out.messages.empty());
  CHECK(server.out.election == ElectionTimer::keep);
  CHECK(server.raft.is_fortified());
}

TEST_CASE("whoever is not supported any more is sent heartbeats again") {
  Server server = leading();
  promise(server, n2);
  server.step(HeartbeatTimeout{set_of(n2)});
  REQUIRE(server.sent_to<AppendEntries>(n2).empty());

  server.heartbeat();

  CHECK(server.sent_to<AppendEntries>(n2).size() == 1);
}

TEST_CASE("a promise counts in its term, and the newest of it") {
  Server server = leading();
  const auto given = [&] {
    return std::ranges::find(server.raft.members(), n2, &Member::id)->fortified;
  };
  promise(server, n2, 1, 5);
  promise(server, n2, 1, 3);
  CHECK(given() == 5);
  server.receive(n2, FortifyResponse{server.raft.term() + 1, 9, 1});
  CHECK(given() == 5);

  // Elected again, it has to be promised anew.
  server.receive(n3, append(server.raft.term() + 1, {1, 1}, {}, 1)).persist();
  REQUIRE(server.raft.role() == Role::follower);
  server.win().persist();
  REQUIRE(server.raft.role() == Role::leader);
  CHECK(given() == 0);
}

TEST_CASE("a leader that steps down says so to everybody, until a later term has committed") {
  Server server = leading();
  const Term led = server.raft.term();
  server.step(QuorumTimeout{~NodeSet{0}});
  REQUIRE(server.raft.role() == Role::follower);
  REQUIRE(server.sent<Defortify>().size() == 4);
  CHECK(server.sent<Defortify>()[0].term == led);

  server.step(ElectionTimeout{});
  CHECK(server.sent<Defortify>().size() == 4);
  const sim::Bytes log = entries(2, {led + 1});
  server.receive(n3, append(led + 1, {1, led}, log, 2)).persist();
  REQUIRE(server.raft.commit_index() == 2);
  server.step(ElectionTimeout{});

  CHECK(server.sent<Defortify>().empty());
}

TEST_CASE("a leader that may not stand any more goes on to say that its followers are free") {
  Server server(fortifying(), three);
  server.start().win().persist().accept(n2, 1).accept(n3, 1);
  server.reconfigure({{Change::Kind::remove, n1}}).persist().accept(n2, 2).accept(n3, 2);
  REQUIRE(server.raft.role() == Role::follower);

  for (int times = 0; times < 10; ++times) {
    server.step(ElectionTimeout{});
    CHECK(server.sent<Defortify>().size() == 2);
    CHECK(server.out.election != ElectionTimer::keep);
  }
}

TEST_CASE("a quorum is counted with oneself, of both halves of a joint configuration") {
  Server server = leading();
  CHECK_FALSE(server.raft.is_quorum(set_of(n2)));
  CHECK(server.raft.is_quorum(set_of(n2) | set_of(n5)));
  CHECK_FALSE(server.raft.is_quorum(set_of(NodeId{9}) | set_of(n2)));

  server.reconfigure({{Change::Kind::add_voter, NodeId{6}},
                      {Change::Kind::add_voter, NodeId{7}},
                      {Change::Kind::remove, n4},
                      {Change::Kind::remove, n5}});
  REQUIRE(server.configuration().joint());

  CHECK_FALSE(server.raft.is_quorum(set_of(n4) | set_of(n5)));
  CHECK_FALSE(server.raft.is_quorum(set_of(NodeId{6}) | set_of(NodeId{7})));
  CHECK(server.raft.is_quorum(set_of(n2) | set_of(n3)));
}
