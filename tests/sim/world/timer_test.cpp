// Timers: armed, re-armed and cancelled against an ideal queue that removes entries; drift and
// freeze.
#include <doctest/doctest.h>

#include <array>
#include <random>

#include "tests/sim/world/puppet.hpp"

using namespace splitvote::sim;

namespace {

constexpr TimerId zero{0};
constexpr TimerId one{1};

/// A timer started once, at the beginning of the run.
Script arms(TimerId timer, Duration after) {
  return {.start = [=](Host& host) { host.arm(timer, after); }};
}

// What a handler does after a firing, drawn beforehand: the same for the world and for the oracle.
struct Step {
  int timer = 0;
  bool cancel = false;
  Duration after;
};
using Plan = std::vector<std::vector<Step>>;  // by how many timers have fired before

Plan random_plan(std::mt19937_64& random) {
  Plan plan(400);
  for (std::vector<Step>& steps : plan) {
    for (int i = static_cast<int>(random() % 4); i >= 0; --i) {
      // Few distinct spans: many timers fall due at the same nanosecond.
      steps.push_back({.timer = static_cast<int>(random() % 6),
                       .cancel = random() % 5 == 0,
                       .after = microseconds(static_cast<std::int64_t>(random() % 8) * 10)});
    }
  }
  return plan;
}

struct Firing {
  std::int64_t ns = 0;
  int timer = 0;
  bool operator==(const Firing&) const = default;
};

// What is done to the node's clocks during the run.
struct Change {
  Instant at;
  enum class Kind { drift, freeze, thaw, pause, resume } kind{};
  std::int64_t drift_ppb = 0;
};

/// Arming and cancelling on a list of at most one entry per timer: the smallest (time, order of
/// arming) fires.
class IdealTimers {
 public:
  void follow(const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      Entry& entry = entries_[static_cast<std::size_t>(step.timer)];
      entry.armed = !step.cancel;
      if (step.cancel) continue;
      entry.deadline = clock_.read(now_) + step.after;
      entry.due = clock_.when(now_, entry.deadline);
      entry.order = next_order_++;
    }
  }

  void apply(const Change& change) {
    now_ = change.at;
    switch (change.kind) {
      case Change::Kind::drift:
        clock_.set_drift(now_, change.drift_ppb);
        break;
      case Change::Kind::freeze:
        clock_.freeze(now_);
        break;
      case Change::Kind::thaw:
        clock_.thaw(now_);
        break;
      case Change::Kind::pause:
        paused_ = true;
        return;
      case Change::Kind::resume:
        if (!paused_) return;
        paused_ = false;
        break;
    }
    for (Entry& entry : entries_) {
      if (!entry.armed) continue;
      entry.due = clock_.when(now_, entry.deadline);
      entry.order = next_order_++;
    }
  }

  /// Fires the next timer that is due before `limit`; its number, or -1.
  int fire(Instant limit) {
    int next = -1;
    if (paused_) return next;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (!entries_[i].armed || entries_[i].due >= limit) continue;
      if (next < 0 || earlier(entries_[i], entries_[static_cast<std::size_t>(next)]))
        next = static_cast<int>(i);
    }
    if (next < 0) return next;
    Entry& entry = entries_[static_cast<std::size_t>(next)];
    now_ = entry.due;
    entry.armed = false;
    return next;
  }

  [[nodiscard]] Instant now() const { return now_; }

 private:
  struct Entry {
    bool armed = false;
    LocalInstant deadline;
    Instant due;
    int order = 0;
  };
  static bool earlier(const Entry& left, const Entry& right) {
    return left.due != right.due ? left.due < right.due : left.order < right.order;
  }

  std::array<Entry, 6> entries_{};
  LocalClock clock_;
  Instant now_;
  int next_order_ = 0;
  bool paused_ = false;
};

std::vector<Firing> ideal_run(const Plan& plan, const std::vector<Change>& changes) {
  IdealTimers timers;
  std::vector<Firing> firings;
  timers.follow(plan[0]);
  for (std::size_t change = 0; change <= changes.size(); ++change) {
    const Instant limit = change < changes.size() ? changes[change].at : end_of_time;
    for (int timer = timers.fire(limit); timer >= 0; timer = timers.fire(limit)) {
      firings.push_back({timers.now().ns, timer});
      if (firings.size() < plan.size()) timers.follow(plan[firings.size()]);
    }
    if (change < changes.size()) timers.apply(changes[change]);
  }
  return firings;
}

void follow(Host& host, const std::vector<Step>& steps) {
  for (const Step& step : steps) {
    const TimerId timer{static_cast<std::uint8_t>(step.timer)};
    if (step.cancel)
      host.cancel(timer);
    else
      host.arm(timer, step.after);
  }
}

void apply(World& world, const Change& change, Watcher& watcher) {
  switch (change.kind) {
    case Change::Kind::drift:
      return world.set_drift(first, change.drift_ppb);
    case Change::Kind::freeze:
      return world.freeze_clocks(first);
    case Change::Kind::thaw:
      return world.thaw_clocks(first);
    case Change::Kind::pause:
      (void)world.pause(first, watcher);
      return;
    case Change::Kind::resume:
      (void)world.resume(first, watcher);
      return;
  }
}

std::vector<Firing> world_run(const Plan& plan, const std::vector<Change>& changes) {
  Stage stage;
  auto fired = std::make_shared<std::vector<Firing>>();
  stage.play(0, {.start = [&](Host& host) { follow(host, plan[0]); },
                 .timer =
                     [&, fired](Host& host, TimerId timer) {
                       fired->push_back({stage.world.now().ns, static_cast<int>(timer)});
                       if (fired->size() < plan.size()) follow(host, plan[fired->size()]);
                     }});
  // Before everything else at its time: scheduled before the run.
  for (const Change& change : changes) stage.world.schedule_control(change.at, 0);
  for (const Change& change : changes) {
    while (stage.world.advance(end_of_time, stage.audience).stop != Stop::control) {
    }
    apply(stage.world, change, stage.audience);
  }
  (void)stage.world.advance(end_of_time, stage.audience);
  return *fired;
}

std::vector<Change> random_changes(std::mt19937_64& random) {
  std::vector<Change> changes;
  for (std::int64_t at = 0; at < 4 * ms;) {
    at += 1 + static_cast<std::int64_t>(random() % 40) * 10 * us;
    changes.push_back(
        {.at = {at},
         .kind = static_cast<Change::Kind>(random() % 5),
         .drift_ppb = static_cast<std::int64_t>(random() % 400'000'000) - 200'000'000});
  }
  changes.push_back({.at = {5 * ms}, .kind = Change::Kind::thaw});
  changes.push_back({.at = {5 * ms}, .kind = Change::Kind::resume});
  return changes;
}

}  // namespace

TEST_CASE("timers fire in the order of an ideal queue that removes what is re-armed or cancelled") {
  std::size_t total = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const Plan plan = random_plan(random);

    const std::vector<Firing> firings = world_run(plan, {});

    CHECK(firings == ideal_run(plan, {}));
    total += firings.size();
  }
  CHECK(total > 20'000);
}

TEST_CASE(
    "so they do while the clock drifts, stands and goes on, and the node pauses and resumes") {
  std::size_t total = 0;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    CAPTURE(seed);
    std::mt19937_64 random(seed);
    const Plan plan = random_plan(random);
    const std::vector<Change> changes = random_changes(random);

    const std::vector<Firing> firings = world_run(plan, changes);

    CHECK(firings == ideal_run(plan, changes));
    total += firings.size();
  }
  CHECK(total > 20'000);
}

TEST_CASE("re-arming for later, earlier or the same time replaces the deadline") {
  Stage stage;
  stage.play(0, {.start = [](Host& host) {
               host.arm(zero, milliseconds(5));
               host.arm(zero, milliseconds(9));
               host.arm(one, milliseconds(9));
               host.arm(one, milliseconds(4));
               host.arm(TimerId{2}, milliseconds(6));
               host.arm(TimerId{2}, milliseconds(6));
             }});

  CHECK(stage.told_by(seconds(1)) == std::vector<Line>{{0, 0, "start"},
                                                       {4 * ms, 0, "timer 1"},
                                                       {6 * ms, 0, "timer 2"},
                                                       {9 * ms, 0, "timer 0"}});
}

TEST_CASE("a cancelled timer does not fire; armed again it fires once") {
  Stage stage;
  stage.play(0, {.start = [](Host& host) {
               host.arm(zero, milliseconds(2));
               host.arm(one, milliseconds(2));
               host.cancel(zero);
               host.cancel(one);
               host.arm(one, milliseconds(3));
             }});

  CHECK(stage.told_by(seconds(1)) == std::vector<Line>{{0, 0, "start"}, {3 * ms, 0, "timer 1"}});
}

TEST_CASE("a timer that is re-armed for later costs no executed event") {
  Stage stage;
  stage.play(0, {.start = [](Host& host) {
               host.arm(zero, milliseconds(2));
               host.arm(zero, milliseconds(5));
             }});
  (void)stage.told_by(seconds(1));

  CHECK(number(stage.world.last_event()) == 2);  // the start and the one firing
}

TEST_CASE("a negative span counts as none") {
  Stage stage;
  stage.play(0, arms(zero, milliseconds(-3)));

  CHECK(stage.told_by(seconds(1)) == std::vector<Line>{{0, 0, "start"}, {0, 0, "timer 0"}});
}

TEST_CASE("a timer runs on its node's clock") {
  std::vector<NodeConfiguration> nodes(2);
  nodes[0].drift_ppb = 100'000;  // gains 0.1 ms a second
  Stage stage(nodes);
  stage.play(0, arms(zero, seconds(1)));

  // 10^9 / 1.0001 = 999 900 009.999 000…, and a clock reads whole nanoseconds.
  CHECK(stage.told_by(seconds(2)).back() == Line{999'900'010, 0, "timer 0"});
}

TEST_CASE("a change of drift moves the timers that are armed") {
  Stage stage;
  stage.play(0, arms(zero, seconds(1)));
  stage.run_to(milliseconds(500));
  stage.world.set_drift(first, 100'000'000);

  // The other half second passes at 1.1: 500 ms / 1.1 = 454 545 454.54….
  CHECK(stage.told_by(seconds(2)).back() == Line{954'545'455, 0, "timer 0"});
}

TEST_CASE("a freeze puts the timers off by as long as it lasts") {
  Stage stage;
  stage.play(0, arms(zero, seconds(1)));
  stage.run_to(milliseconds(300));
  stage.world.freeze_clocks(first);
  stage.run_to(milliseconds(550));
  stage.world.thaw_clocks(first);

  CHECK(stage.told_by(seconds(2)).back() == Line{1'250 * ms, 0, "timer 0"});
}

TEST_CASE("a timer armed on a frozen clock waits for it to go on") {
  Stage stage;
  stage.world.freeze_clocks(first);
  stage.play(0, arms(zero, milliseconds(10)));
  stage.run_to(milliseconds(300));
  CHECK(stage.told_by(milliseconds(300)).size() == 1);
  stage.world.thaw_clocks(first);

  CHECK(stage.told_by(seconds(2)) == std::vector<Line>{{310 * ms, 0, "timer 0"}});
}

TEST_CASE("a timer on a clock that stands for ever never fires") {
  Stage stage;
  stage.world.freeze_clocks(first);
  stage.play(0, arms(zero, milliseconds(10)));

  (void)stage.world.advance(end_of_time, stage.audience);

  CHECK(stage.audience.lines == std::vector<Line>{{0, 0, "start"}});
}

TEST_CASE("stepping the wall clock moves no timer") {
  Stage stage;
  stage.play(0, arms(zero, seconds(1)));
  stage.run_to(milliseconds(500));
  stage.world.step_wall_clock(first, seconds(100));

  CHECK(stage.told_by(seconds(2)).back() == Line{1'000 * ms, 0, "timer 0"});
}
