// When a leader looks at its quorum, by its clock.
#include <doctest/doctest.h>

#include "models/raft/orders.hpp"
#include "tests/models/raft/stage.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

constexpr std::int64_t ms = 1'000'000;

/// The leader of three that steps down 400 ms after the last answers of a majority; 2 has just
/// answered.
Stage& lead_by_age(Stage& stage, sim::Duration tick = {}) {
  stage.options.quorum_check = QuorumCheck::answer_age;
  stage.options.quorum_timeout = sim::milliseconds(400);
  stage.options.tick = tick;
  return lead_three(stage);
}

/// A follower says that it sleeps.
void sleep_at(Stage& stage, NodeId follower) {
  const Raft& core = stage.process->core();
  stage.deliver(follower, AppendResponse{.term = core.term(),
                                         .accepted = true,
                                         .match = core.log().last_index(),
                                         .hint = {},
                                         .quiesced = true});
}

bool leads(const Stage& stage) { return stage.process->core().role() == Role::leader; }

/// When the server has this role; nobody says anything meanwhile.
std::int64_t run_until(Stage& stage, Role role) {
  const std::int64_t patience = stage.host.now_ns + 10'000 * ms;
  while (stage.process->core().role() != role) {
    stage.host.run_timers(*stage.process, stage.host.now_ns + 1 * ms);
    REQUIRE(stage.host.now_ns < patience);
  }
  return stage.host.now_ns;
}

/// When this leader steps down, if nobody answers any more.
std::int64_t end_of(Stage& stage) { return run_until(stage, Role::follower); }

}  // namespace

TEST_CASE("a leader looks at its quorum after quorum_timeout, or the shortest election timeout") {
  Stage stage;
  SUBCASE("by default") {
    lead_three(stage);
    CHECK(*stage.host.armed(election_timer) == stage.host.now_ns + 150'000'000);
  }
  SUBCASE("when told") {
    stage.options.quorum_timeout = sim::milliseconds(400);
    lead_three(stage);
    CHECK(*stage.host.armed(election_timer) == stage.host.now_ns + 400'000'000);
  }
}

TEST_CASE("by the age of answers a leader steps down one quorum_timeout after the last one") {
  Stage stage;
  lead_by_age(stage);
  std::int64_t last = stage.host.now_ns;
  SUBCASE("of the only follower that answers") {}
  SUBCASE("right before it would have been too late, and between two looks") {
    stage.host.run_timers(*stage.process, last + 399 * ms);
    answer(stage, n2, 0);
    last += 399 * ms;
  }
  SUBCASE("of either follower: both are not needed") {
    stage.host.run_timers(*stage.process, last + 100 * ms);
    answer(stage, n3, 0);
    last += 100 * ms;
  }

  CHECK(end_of(stage) == last + 400 * ms);
}

TEST_CASE("by the age of answers of five servers the second newest answer counts") {
  Stage stage;
  stage.options.quorum_check = QuorumCheck::answer_age;
  stage.options.quorum_timeout = sim::milliseconds(400);
  stage.options.core.pre_vote = false;
  stage.members = {n1, n2, n3, n4, n5};
  stage.lead();
  const Term term = stage.process->core().term();
  stage.deliver(n2, VoteResponse{Ballot::vote, term, true});
  stage.deliver(n3, VoteResponse{Ballot::vote, term, true}).complete();
  REQUIRE(leads(stage));
  answer(stage, n4, 0);
  stage.host.run_timers(*stage.process, stage.host.now_ns + 300 * ms);
  answer(stage, n2, 0);
  const std::int64_t second = stage.host.now_ns;
  for (int again = 0; again < 3; ++again) {
    stage.host.run_timers(*stage.process, stage.host.now_ns + 90 * ms);
    answer(stage, n3, 0);
  }
  REQUIRE(leads(stage));

  CHECK(end_of(stage) == second + 400 * ms);
}

TEST_CASE("by the age of answers a new leader has a quorum_timeout to be answered") {
  Stage stage;
  stage.options.quorum_check = QuorumCheck::answer_age;
  stage.members = three;
  stage.options.core.pre_vote = false;
  stage.lead();
  stage.deliver(n2, VoteResponse{Ballot::vote, stage.process->core().term(), true});
  const std::int64_t begun = stage.host.now_ns;

  CHECK(end_of(stage) == begun + 150 * ms);
}

TEST_CASE("by the age of answers an office begins without those of the one before") {
  Stage stage;
  lead_by_age(stage);
  stage.host.run_timers(*stage.process, stage.host.now_ns + 390 * ms);
  answer(stage, n2, 0);
  const Term later = stage.process->core().term() + 1;
  stage.deliver(n3, AppendEntries{.term = later, .previous = {}, .entries = {}}).complete();
  REQUIRE_FALSE(leads(stage));
  run_until(stage, Role::candidate);
  stage.complete();
  stage.deliver(n2, VoteResponse{Ballot::vote, stage.process->core().term(), true}).complete();
  REQUIRE(leads(stage));
  const std::int64_t begun = stage.host.now_ns;

  CHECK(end_of(stage) == begun + 400 * ms);
}

TEST_CASE("by the age of answers with ticks a leader steps down with a tick, not too early") {
  Stage stage;
  lead_by_age(stage, sim::milliseconds(50));
  const std::int64_t last = stage.host.now_ns;

  const std::int64_t end = end_of(stage);

  CHECK(end >= last + 400 * ms);
  CHECK(end <= last + 450 * ms);
}

TEST_CASE("by the age of answers a new member counts as heard when it becomes one") {
  Stage stage;
  lead_by_age(stage);
  stage.host.run_timers(*stage.process, stage.host.now_ns + 390 * ms);
  answer(stage, n2, 0);
  sim::Bytes order;
  encode(ReconfigureOrder{{{.kind = Change::Kind::add_voter, .node = n4}}, Pace::at_once}, order);
  stage.process->on_message(stage.host, n1, order);
  REQUIRE(stage.process->core().configurations().newest().voters.size() == 4);
  const std::int64_t added = stage.host.now_ns;
  stage.host.run_timers(*stage.process, added + 200 * ms);
  answer(stage, n2, 0);

  // Of four, two beside the leader: 2 and, until it is as old, the new one.
  CHECK(end_of(stage) == added + 400 * ms);
}

TEST_CASE("by the age of answers a group that wakes begins to count anew") {
  Stage stage;
  stage.options.core.quiesce = true;
  stage.options.core.catch_up_heartbeats = 2;
  lead_by_age(stage);
  for (int beat = 0; beat < 4; ++beat) {
    stage.host.run_timers(*stage.process, *stage.host.armed(heartbeat_timer));
    for (const NodeId follower : {n2, n3}) sleep_at(stage, follower);
  }
  REQUIRE(stage.process->core().quiescent());
  stage.host.now_ns += 300 * ms;
  stage.get(1, "k");
  REQUIRE_FALSE(stage.process->core().quiescent());
  const std::int64_t woken = stage.host.now_ns;

  CHECK(end_of(stage) == woken + 400 * ms);
}

TEST_CASE("by the age of answers one that came while the disk was busy counts when it is heard") {
  Stage stage;
  stage.options.async_storage = false;
  lead_by_age(stage);
  const std::int64_t last = stage.host.now_ns;
  stage.put(1, "k", "v");  // its write has not ended yet
  stage.host.run_timers(*stage.process, last + 350 * ms);
  answer(stage, n2, 0);
  stage.host.run_timers(*stage.process, last + 450 * ms);
  REQUIRE(leads(stage));
  stage.complete();

  CHECK(leads(stage));
  CHECK(end_of(stage) == last + 450 * ms + 400 * ms);
}
