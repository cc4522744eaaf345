// A Raft process without asynchronous storage: what comes while its disk works waits.
#include <doctest/doctest.h>

#include "tests/models/raft/stage.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::NoteType;

namespace {

/// Its server waits for its disk.
struct WaitingStage : Stage {
  WaitingStage() {
    options.async_storage = false;
    options.core = plain;
  }
  /// One of three, which n2 leads, while its disk writes the first entry.
  WaitingStage& follow() {
    members = three;
    start();
    const sim::Bytes log = entries(1, {1});
    AppendEntries append;
    append.term = 1;
    append.commit = 1;
    append.entries = log;
    deliver(n2, append);
    return *this;
  }
};

std::size_t sent(const Stage& stage, sim::MessageKind kind) {
  const auto count = std::ranges::count(stage.host.sent, kind, &models::SentFrame::kind);
  return static_cast<std::size_t>(count);
}

AppendEntries heartbeat_of(Term term, LogPosition previous) {
  AppendEntries heartbeat;
  heartbeat.term = term;
  heartbeat.previous = previous;
  return heartbeat;
}

}  // namespace

TEST_CASE("a get that comes while the log is written is answered when that is done") {
  WaitingStage stage;
  stage.lead().put(1, "k", "v").complete();
  REQUIRE(stage.answers().size() == 1);
  stage.put(2, "k", "w").get(3, "k");
  CHECK(stage.answers().size() == 1);

  stage.complete();

  REQUIRE(stage.answers().size() == 3);
  CHECK(stage.answers()[1].sequence == 2);
  CHECK(stage.answers()[2].value == "w");
}

TEST_CASE("with asynchronous storage the same get is answered at once") {
  WaitingStage stage;
  stage.options.async_storage = true;
  stage.lead().put(1, "k", "v").complete();

  stage.put(2, "k", "w").get(3, "k");

  REQUIRE(stage.answers().size() == 2);
  CHECK(stage.answers()[1].value == "v");
}

TEST_CASE("all that has waited is one write") {
  WaitingStage stage;
  stage.lead();
  stage.put(1, "k", "a").put(2, "k", "b").put(3, "k", "c");
  CHECK(stage.process->core().log().last_index() == 2);

  stage.host.complete_disk_once(*stage.process);

  CHECK(stage.process->core().log().last_index() == 4);
  stage.host.complete_disk_once(*stage.process);
  CHECK(stage.answers().size() == 3);
  CHECK(stage.host.disk_pending() == 0);
}

TEST_CASE("what waits goes on waiting if the end of a write begins another") {
  WaitingStage stage;
  stage.start();
  stage.host.run_timers(*stage.process, stage.host.now_ns + sim::milliseconds(300).ns);
  stage.put(1, "k", "v");

  // The vote is written, the server leads, and its no-op is under way.
  stage.host.complete_disk_once(*stage.process);

  CHECK(stage.process->core().role() == Role::leader);
  CHECK(stage.process->core().log().last_index() == 1);
  CHECK(stage.complete().answers().size() == 1);
}

TEST_CASE("a follower whose disk works answers no heartbeat, and both when it is done") {
  WaitingStage stage;
  stage.follow().deliver(n2, heartbeat_of(1, {1, 1}));
  CHECK(stage.host.sent.empty());

  stage.complete();

  CHECK(stage.host.sent.size() == 2);
  CHECK(stage.process->core().stored_index() == 1);
}

TEST_CASE("a timeout that passes beside a message that waits deposes nobody") {
  WaitingStage stage;
  stage.follow().deliver(n2, heartbeat_of(1, {1, 1}));
  stage.host.run_timers(*stage.process, stage.host.now_ns + sim::milliseconds(150).ns);

  stage.complete();

  CHECK(stage.process->core().role() == Role::follower);
  CHECK(stage.process->core().leader() == n2);
  CHECK(stage.host.armed(election_timer) == stage.host.now_ns + sim::milliseconds(150).ns);
}

TEST_CASE("a timeout that passed while the disk worked is acted on when it is done") {
  WaitingStage stage;
  stage.follow();
  stage.host.run_timers(*stage.process, stage.host.now_ns + sim::milliseconds(150).ns);
  CHECK_FALSE(stage.host.armed(election_timer));

  stage.complete();

  // The first part of it; the second is a draw.
  REQUIRE(stage.host.armed(election_timer));
  CHECK(*stage.host.armed(election_timer) <= stage.host.now_ns + sim::milliseconds(150).ns);
  stage.host.run_timers(*stage.process, *stage.host.armed(election_timer));
  CHECK(stage.process->core().role() == Role::candidate);
}

TEST_CASE("a leader whose disk works sends no heartbeats") {
  WaitingStage stage;
  stage.members = three;
  stage.start();
  stage.host.run_timers(*stage.process, stage.host.now_ns + sim::milliseconds(300).ns);
  stage.complete().deliver(n2, VoteResponse{Ballot::vote, 1, true});
  REQUIRE(stage.process->core().role() == Role::leader);
  const std::size_t before = sent(stage, heartbeat_kind);

  stage.host.run_timers(*stage.process, stage.host.now_ns + sim::milliseconds(200).ns);
  CHECK(sent(stage, heartbeat_kind) == before);
  stage.complete();

  // One of the four that were due, to each follower.
  CHECK(sent(stage, heartbeat_kind) == before + 2);
}

TEST_CASE("that a message was refused waits for the disk, too") {
  WaitingStage stage;
  stage.members = three;
  stage.lead();
  stage.deliver(n2, VoteResponse{Ballot::vote, stage.process->core().term(), true}).complete();
  const auto accept = [&] {
    stage.deliver(n2, AppendResponse{.term = stage.process->core().term(),
                                     .accepted = true,
                                     .match = stage.process->core().log().last_index(),
                                     .hint = {}});
  };
  accept();
  const auto replication = [&] { return stage.process->core().members()[1].replication; };
  REQUIRE(replication() == Replication::replicate);
  stage.put(1, "k", "v");

  stage.process->on_refused(stage.host, n2);
  CHECK(replication() == Replication::replicate);
  stage.complete();

  CHECK(replication() == Replication::probe);
}

TEST_CASE("a server whose disk fails forgets what waited") {
  WaitingStage stage;
  stage.lead().put(1, "k", "a").put(2, "k", "b");
  stage.host.disk_status = sim::DiskStatus::io_error;

  stage.complete();

  CHECK(stage.process->halted());
  CHECK(stage.answers().empty());
  stage.put(3, "k", "c");
  CHECK(stage.host.disk_pending() == 0);
}

TEST_CASE("a server that halts while it reads what waited hears and writes nothing more") {
  WaitingStage stage;
  const sim::Bytes other = entries(1, {2});
  AppendEntries append = heartbeat_of(2, {});
  append.entries = other;
  stage.follow().deliver(n3, append).deliver(n3, heartbeat_of(2, {1, 2}));

  stage.complete();

  // It was to remove what is committed. The answer is that of the first entry, which is durable.
  CHECK(stage.process->halted());
  CHECK(stage.host.sent.size() == 1);
  CHECK(stage.host.disk_pending() == 0);
}
