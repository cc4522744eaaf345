// What a scenario expects: safety, liveness, coverage, and thresholds on what was measured.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/load/predicate.hpp"
#include "sim/base/time.hpp"

namespace splitvote::load {

/// A moment of the run: a time, or the start or end of a step. A step that fires several times has
/// several. A bare step name is its start; a step without an end ends when it fires.
struct Anchor {
  enum class Kind : std::uint8_t { time, step_start, step_end };
  Kind kind = Kind::time;
  sim::Duration time;       // of time
  std::string step;         // of the others
  std::uint32_t index = 0;  // of the step in Scenario::timeline
  SourcePosition position;

  bool operator==(const Anchor&) const = default;
};

/// A check of the protocol, or a consistency model: `eventual` with the time that writes may take
/// to be seen by everybody, counted from `after` at the earliest; absent: from the end of the last
/// fault.
struct CheckName {
  std::string name;
  std::optional<Anchor> after;
  std::optional<sim::Duration> within;  // of `eventual`
  SourcePosition position;
  bool operator==(const CheckName&) const = default;
};

/// The part of a run in which something is expected: while a step is in force, or from an anchor
/// to another; nothing at all means the whole run.
struct Window {
  std::optional<Anchor> during;  // kind step_start names the step
  std::optional<Anchor> after;
  std::optional<Anchor> until;
  bool operator==(const Window&) const = default;
};

/// The predicate must not be true at any moment of the window. Counting measures (`commits`) count
/// from the window's start.
struct Never {
  Predicate that;
  Window window;
  SourcePosition position;
  bool operator==(const Never&) const = default;
};

/// The predicate must be true at some moment from `after` on, at most `within` later.
struct Eventually {
  Predicate that;
  Anchor after;
  std::optional<sim::Duration> within;  // absent: until the end of the run
  SourcePosition position;
  bool operator==(const Eventually&) const = default;
};

/// Something that must occur at least once in the whole sweep.
struct Sometimes {
  Predicate that;
  SourcePosition position;
  bool operator==(const Sometimes&) const = default;
};

/// A threshold on a measure (a predicate of kind comparison), or a baseline that it may exceed by
/// no more than a share.
struct Slo {
  struct Regression {
    Measure measure;
    sim::Ratio max;        // may exceed 1
    std::string baseline;  // a file; relative to the scenario's
    bool operator==(const Regression&) const = default;
  };
  std::variant<Predicate, Regression> bound;
  SourcePosition position;
  bool operator==(const Slo&) const = default;
};

struct Expectations {
  std::vector<CheckName> always;
  std::vector<CheckName> violated;  // checks that must find a violation: the scenario shows a flaw
  std::vector<Never> never;
  std::vector<Eventually> eventually;
  std::vector<Sometimes> sometimes;
  std::vector<Slo> slo;

  bool operator==(const Expectations&) const = default;
};

}  // namespace splitvote::load
