// The cluster's state: what the predicates see.
#include "models/measure/cluster_state.hpp"

#include <doctest/doctest.h>

#include <array>

#include "tests/models/check/feed.hpp"

using namespace splitvote;
using measure::ClusterState;
using sim::NodeId;

namespace {

struct Sink {
  ClusterState state{3};
  void on_note(const sim::Moment& moment, NodeId node, const sim::Note& note) {
    state.on_note(moment, node, note);
  }
  void on_node(const sim::Moment&, NodeId node, sim::RecordKind what, std::uint64_t) {
    state.on_node(node, what);
  }
};

struct Run {
  Sink sink;
  testing::Feed<Sink> feed{sink};
  ClusterState& state = sink.state;

  Run() {
    for (int node = 0; node < 3; ++node) feed.start(node);
  }
};

constexpr std::array minority{NodeId{0}};
constexpr std::array majority{NodeId{1}, NodeId{2}};

}  // namespace

TEST_CASE("a fresh cluster has no leader") {
  Run run;

  CHECK(run.state.no_leader());
  CHECK_FALSE(run.state.single_leader());
  CHECK(run.state.leader() == sim::no_node);
}

TEST_CASE("with two leaders the one of the newer term is the leader and nobody is the single one") {
  Run run;
  run.feed.leader(0, 1);

  run.feed.leader(2, 2);

  CHECK_FALSE(run.state.single_leader());
  CHECK_FALSE(run.state.no_leader());
  CHECK(run.state.leader() == NodeId{2});
  CHECK(run.state.leader_in(majority));
  CHECK_FALSE(run.state.leader_in(minority));
}

TEST_CASE("a leader elected late in an old term does not replace the newer one") {
  Run run;
  run.feed.leader(0, 5);

  run.feed.leader(2, 4);

  CHECK(run.state.leader() == NodeId{0});
}

TEST_CASE("a leader that steps down, is paused, crashes or halts does not lead") {
  Run run;
  run.feed.leader(0, 1);

  SUBCASE("steps down") { run.feed.follower(0, 2); }
  SUBCASE("is paused") { run.feed.pause(0); }
  SUBCASE("crashes") { run.feed.crash(0); }
  SUBCASE("halts") { run.feed.note(0, models::NoteType::halted); }

  CHECK(run.state.no_leader());
  CHECK_FALSE(run.state.leader_in(minority));
}

TEST_CASE("a paused leader that goes on leads again, a crashed one does not") {
  Run run;
  run.feed.leader(0, 1);

  SUBCASE("resumed") {
    run.feed.pause(0);
    run.feed.resume(0);
    CHECK(run.state.single_leader());
  }
  SUBCASE("restarted") {
    run.feed.crash(0);
    run.feed.start(0);
    CHECK(run.state.no_leader());
  }
  SUBCASE("halted and restarted") {
    run.feed.note(0, models::NoteType::halted);
    run.feed.crash(0);
    run.feed.start(0);
    run.feed.leader(0, 2);
    CHECK(run.state.single_leader());
  }
}

TEST_CASE("an entry counts as committed once, for the node that was first to commit it") {
  Run run;
  run.feed.leader(0, 1);
  for (std::uint64_t index = 1; index <= 3; ++index)
    for (int node = 0; node < 3; ++node) run.feed.appended(node, index, 1);
  run.feed.committed(0, 2, 1);

  run.feed.committed(1, 2, 1);
  run.feed.committed(1, 3, 1);
  run.feed.committed(0, 3, 1);

  CHECK(run.state.commits() == 3);
  CHECK(run.state.commits_since({}, minority) == 2);
  CHECK(run.state.commits_since({}, majority) == 1);
}

TEST_CASE("commits since a mark leave out those before it") {
  Run run;
  run.feed.appended(1, 1, 1);
  run.feed.committed(1, 1, 1);
  const measure::CommitMark mark = run.state.commit_mark();
  run.feed.appended(1, 2, 1);
  run.feed.appended(1, 3, 1);

  run.feed.committed(1, 3, 1);

  CHECK(run.state.commits_since(mark, majority) == 2);
  CHECK(run.state.commits_since(mark, minority) == 0);
}

TEST_CASE("commits since a mark leave out entries that existed at it") {
  Run run;
  run.feed.appended(1, 1, 1);
  run.feed.appended(1, 2, 1);
  const measure::CommitMark mark = run.state.commit_mark();
  run.feed.appended(1, 3, 1);
  run.feed.appended(2, 1, 1);
  run.feed.appended(2, 2, 2);  // another leader puts its own entry at index 2

  run.feed.committed(1, 2, 1);
  CHECK(run.state.commits_since(mark, majority) + run.state.commits_since(mark, minority) == 0);

  run.feed.committed(2, 2, 2);
  CHECK(run.state.commits_since(mark, majority) + run.state.commits_since(mark, minority) == 1);
}

TEST_CASE("of two marks the later one knows more entries, however often they were copied") {
  Run run;
  run.feed.appended(1, 1, 1);
  const std::uint64_t before = run.state.commit_mark().created;
  run.feed.appended(2, 1, 1);
  CHECK(run.state.commit_mark().created == before);

  run.feed.appended(2, 2, 2);

  CHECK(run.state.commit_mark().created == before + 1);
}

TEST_CASE("what a restarted node commits again is not counted again") {
  Run run;
  for (int node = 0; node < 2; ++node) {
    run.feed.appended(node, 1, 1);
    run.feed.appended(node, 2, 2);
  }
  run.feed.committed(0, 2, 2);
  run.feed.crash(1);
  run.feed.start(1);
  run.feed.recovered(1, 2, 2, 0);
  run.feed.appended(1, 1, 1);
  run.feed.appended(1, 2, 2);

  run.feed.committed(1, 2, 2);

  CHECK(run.state.commits() == 2);
}

TEST_CASE("a commit over several terms counts what each of them has not committed yet") {
  Run run;
  for (int node = 0; node < 2; ++node) {
    run.feed.appended(node, 1, 1);
    run.feed.appended(node, 2, 2);
    run.feed.appended(node, 3, 2);
  }
  run.feed.committed(0, 1, 1);

  run.feed.committed(1, 3, 2);

  CHECK(run.state.commits_since({}, minority) == 1);
  CHECK(run.state.commits_since({}, majority) == 2);
}

TEST_CASE("a restarted server has committed nothing and holds nothing") {
  Run run;
  run.feed.settle(1, 1, 1);
  run.feed.crash(1);

  run.feed.start(1);

  CHECK(run.state.server(NodeId{1}).commit == 0);
  CHECK(run.state.server(NodeId{1}).log.last() == 0);
}

TEST_CASE("a server that gives committed entries up has not committed them") {
  Run run;
  run.feed.settle(1, 1, 1);
  run.feed.settle(1, 2, 1);

  run.feed.truncated(1, 2);

  CHECK(run.state.server(NodeId{1}).commit == 1);
}

TEST_CASE("rival entries at one index count each") {
  Run run;
  run.feed.appended(0, 1, 1);
  run.feed.committed(0, 1, 1);
  run.feed.appended(1, 1, 2);

  run.feed.committed(1, 1, 2);

  CHECK(run.state.commits_since({}, minority) == 1);
  CHECK(run.state.commits_since({}, majority) == 1);
}

TEST_CASE("logs have converged when all run, hold what is committed, and nobody holds more") {
  Run run;
  run.feed.leader(0, 1);
  for (int node = 0; node < 3; ++node) run.feed.appended(node, 1, 1);
  run.feed.committed(0, 1, 1);
  REQUIRE(run.state.logs_converged());

  SUBCASE("an entry on its way is no divergence") {
    run.feed.appended(0, 2, 1);
    CHECK(run.state.logs_converged());
  }
  SUBCASE("a committed entry that one node lacks") {
    run.feed.appended(0, 2, 1);
    run.feed.appended(1, 2, 1);
    run.feed.committed(0, 2, 1);
    CHECK_FALSE(run.state.logs_converged());
    run.feed.appended(2, 2, 1);
    CHECK(run.state.logs_converged());
  }
  SUBCASE("a server that is down has not converged until it is back with its log") {
    run.feed.crash(2);
    CHECK_FALSE(run.state.logs_converged());
    run.feed.start(2);
    CHECK_FALSE(run.state.logs_converged());
    run.feed.recovered(2, 1, 1, 0);
    run.feed.appended(2, 1, 1);
    CHECK(run.state.logs_converged());
  }
  SUBCASE("nor has one that is paused until it goes on") {
    run.feed.pause(2);
    CHECK_FALSE(run.state.logs_converged());
    run.feed.resume(2);
    CHECK(run.state.logs_converged());
  }
  SUBCASE("nor has one that halted, though its log is whole") {
    run.feed.note(2, models::NoteType::halted);
    CHECK_FALSE(run.state.logs_converged());
  }
  SUBCASE("an entry of another term") {
    run.feed.appended(0, 2, 1);
    run.feed.appended(2, 2, 7);
    CHECK_FALSE(run.state.logs_converged());
    run.feed.truncated(2, 2);
    CHECK(run.state.logs_converged());
  }
  SUBCASE("an entry that the leader lacks") {
    run.feed.appended(2, 2, 1);
    CHECK_FALSE(run.state.logs_converged());
  }
  SUBCASE("without a leader nothing has converged") {
    run.feed.crash(0);
    CHECK_FALSE(run.state.logs_converged());
  }
}

TEST_CASE("notes of clients change nothing") {
  Run run;

  run.feed.leader(7, 1);

  CHECK(run.state.no_leader());
}

TEST_CASE("who votes is known from the first configuration on and changes when one is committed") {
  Run run;
  CHECK_FALSE(run.state.membership().known());

  run.feed.note(0, models::NoteType::configuration, 0, 0b011, 0);
  CHECK(run.state.membership().votes(minority));
  CHECK_FALSE(run.state.membership().votes(majority));

  run.feed.note(0, models::NoteType::configuration, 5, 0b110, 0);
  CHECK_FALSE(run.state.membership().votes(majority));
  run.feed.committed(0, 5, 1);
  CHECK(run.state.membership().votes(majority));
  CHECK(run.state.membership().changes() == 1);
}

TEST_CASE("between two sets of voters those of both vote, and the change counts at its end") {
  Run run;
  run.feed.note(0, models::NoteType::configuration, 0, 0b001, 0);

  run.feed.note(0, models::NoteType::configuration, 5, 0b110, 0b001);
  run.feed.committed(0, 5, 1);
  CHECK(run.state.membership().joint());
  CHECK(run.state.membership().votes(minority));
  CHECK(run.state.membership().votes(majority));
  CHECK(run.state.membership().joints() == 1);
  CHECK(run.state.membership().changes() == 0);

  run.feed.note(0, models::NoteType::configuration, 6, 0b110, 0);
  run.feed.committed(0, 6, 1);
  CHECK_FALSE(run.state.membership().joint());
  CHECK_FALSE(run.state.membership().votes(minority));
  CHECK(run.state.membership().changes() == 1);
}

TEST_CASE("a configuration with the same voters is no change, and an older one tells nothing new") {
  Run run;
  run.feed.note(0, models::NoteType::configuration, 0, 0b011, 0);
  run.feed.note(0, models::NoteType::configuration, 5, 0b011, 0);
  run.feed.committed(0, 5, 1);
  CHECK(run.state.membership().changes() == 0);

  run.feed.note(1, models::NoteType::configuration, 3, 0b111, 0);
  run.feed.committed(1, 4, 1);
  CHECK(run.state.membership().newest().voters == 0b011);
}

TEST_CASE("a server that does not vote needs not to converge") {
  Run run;
  run.feed.note(0, models::NoteType::configuration, 0, 0b011, 0);
  run.feed.leader(0, 1);
  run.feed.settle(0, 1, 1);
  run.feed.settle(1, 1, 1);
  CHECK(run.state.logs_converged());

  run.feed.crash(1);
  CHECK_FALSE(run.state.logs_converged());
}
