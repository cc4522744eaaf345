// The monitor: watches what a scenario expects while the run goes on, and cues the steps that wait
// for a predicate.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/load/scenario.hpp"
#include "scenarios/run/director.hpp"
#include "scenarios/run/facts.hpp"

namespace splitvote::run {

enum class Finding : std::uint8_t { held, broken, unknown };

/// What became of one expectation of the kinds never, eventually and sometimes.
struct Verdict {
  Finding finding = Finding::unknown;
  sim::Moment moment;                      // when it was decided
  std::string remark;                      // in words: since when, until when, what was measured
  std::vector<std::uint16_t> groups = {};  // if broken and there are several: which are to blame
};

/// A value: copy it with the world. Time passes through alarms, changes through `on_change`.
class Monitor {
 public:
  explicit Monitor(const load::Scenario& scenario);

  /// Opens what begins with the run and sets the alarms for what begins at a time.
  void set_up(sim::World& world, Director& director, const Facts& facts);

  /// A step was started or ended, or an alarm went off.
  void on_cue(const Cue& cue, sim::World& world, Director& director, const Facts& facts);

  /// Something was noted. Cues the steps whose predicate has come true.
  void on_change(sim::World& world, Director& director, const Facts& facts);

  /// The run is over.
  void finish(const Facts& facts, bool budget_ended);

  /// The notes after which `on_change` has to be called.
  [[nodiscard]] std::uint64_t interest() const { return interest_; }

  // By their index in the scenario's expectations.
  [[nodiscard]] const std::vector<Verdict>& never() const { return never_; }
  [[nodiscard]] const std::vector<Verdict>& eventually() const { return eventually_; }
  [[nodiscard]] const std::vector<Verdict>& sometimes() const { return sometimes_; }

 private:
  /// A window of a `never` that is open.
  struct Watch {
    std::uint32_t never = 0;
    Baseline since;
    sim::Instant begin;
  };
  /// An `eventually` whose moment has come and whose predicate has not.
  struct Obligation {
    std::uint32_t eventually = 0;
    Baseline since;
    sim::Instant begin;
    std::optional<sim::Instant> deadline;
  };
  struct Alarm {
    enum class Kind : std::uint8_t {
      begin_never,
      end_never,
      begin_eventually,
      deadline,
      begin_when,
      end_when
    };
    Kind kind{};
    std::uint32_t index = 0;
  };
  enum class WhenState : std::uint8_t { later, waiting, done };

  void set_alarm(sim::World& world, Director& director, sim::Instant at, Alarm alarm);
  void on_alarm(const Alarm& alarm, sim::World& world, Director& director, const Facts& facts);
  void on_step(std::uint32_t step, load::Anchor::Kind kind, sim::World& world, Director& director,
               const Facts& facts);
  void begin_never(std::uint32_t index, const Facts& facts);
  void end_never(std::uint32_t index, const Facts& facts);
  void begin_eventually(std::uint32_t index, sim::World& world, Director& director,
                        const Facts& facts);
  void check_watches(const Facts& facts);
  void check_obligations(const Facts& facts);
  void check_whens(sim::World& world, Director& director, const Facts& facts);
  void check_sometimes(const Facts& facts);
  void miss(const Obligation& obligation, const Facts& facts);
  void compute_interest();

  const load::Scenario* scenario_;  // outlives the run; never changes
  std::vector<Verdict> never_;
  std::vector<Verdict> eventually_;
  std::vector<Verdict> sometimes_;
  std::vector<Watch> watches_;
  std::vector<Obligation> obligations_;
  std::vector<WhenState> whens_;  // by step
  std::vector<Alarm> alarms_;     // by number
  Baseline start_;
  std::uint64_t interest_ = 0;
};

}  // namespace splitvote::run
