// The director: fires the steps of the timeline, heals them, and remembers when each was in force.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/measure/measurements.hpp"
#include "scenarios/load/scenario.hpp"
#include "scenarios/run/cast.hpp"
#include "scenarios/run/selection.hpp"
#include "sim/fault/injector.hpp"
#include "sim/world/world.hpp"

namespace splitvote::run {

/// One firing of one step.
struct Firing {
  std::uint32_t step = 0;  // index in Scenario::timeline
  sim::Instant start;
  std::optional<sim::Instant> end;  // a verb without duration ends when it fires
  measure::CommitMarks commits;     // the entries that existed when it fired
  std::vector<sim::FaultId> faults;
};

/// What came of a control event.
struct Cue {
  enum class Kind : std::uint8_t { nothing, started, ended, alarm };
  Kind kind = Kind::nothing;
  std::uint32_t step = 0;            // of started and ended
  std::vector<std::uint32_t> ended;  // further steps that a `heal` ended
  std::uint64_t alarm = 0;           // the caller's own mark
};

/// A value: copy it with the world.
class Director {
 public:
  Director(const load::Scenario& scenario, const Cast& cast, std::uint64_t seed)
      : scenario_(&scenario), cast_(&cast), seed_(seed) {}

  /// Schedules every step that waits for a time.
  void set_up(sim::World& world);

  /// Fires a step that waited for its predicate, as an event of its own at the present time.
  void cue(sim::World& world, std::uint32_t step);

  /// Has the world come back at `at` with an alarm of the caller's.
  void schedule_alarm(sim::World& world, sim::Instant at, std::uint64_t alarm);

  /// Carries out what a control event was scheduled for.
  Cue on_control(sim::World& world, std::uint64_t mark, const measure::Measurements& measured,
                 sim::Watcher& watcher);

  [[nodiscard]] const StepGroups& groups() const { return groups_; }
  [[nodiscard]] const sim::Injector& injector() const { return injector_; }

  /// The last firing of a step, or null.
  [[nodiscard]] const Firing* last_firing(std::uint32_t step) const;
  [[nodiscard]] const Firing* last_firing(const std::string& step) const;

 private:
  struct Planned {
    enum class Kind : std::uint8_t { fire, heal, alarm };
    Kind kind{};
    std::uint32_t step = 0;
    std::uint32_t firing = 0;  // of heal
    std::uint64_t alarm = 0;
  };

  void plan(sim::World& world, sim::Instant at, Planned planned);
  void plan_next(sim::World& world, std::uint32_t step, sim::Instant after);
  [[nodiscard]] sim::Stream& stream(sim::Purpose purpose, std::uint32_t step);
  [[nodiscard]] const load::Action& choose(std::uint32_t step);
  Cue fire(sim::World& world, std::uint32_t step, const measure::Measurements& measured,
           sim::Watcher& watcher);
  Cue heal(sim::World& world, std::uint32_t firing, sim::Watcher& watcher);
  void heal_targets(sim::World& world, const load::Heal& verb, Cue& cue, sim::Watcher& watcher);
  bool end(sim::World& world, Firing& firing, sim::Watcher& watcher);

  const load::Scenario* scenario_;  // outlives the run; never changes
  const Cast* cast_;
  std::uint64_t seed_;
  sim::Injector injector_;
  std::vector<Planned> planned_;  // by the mark of their control event
  std::vector<Firing> firings_;
  StepGroups groups_;
  std::map<std::pair<sim::Purpose, std::uint32_t>, sim::Stream> streams_;  // by purpose and step
};

}  // namespace splitvote::run
