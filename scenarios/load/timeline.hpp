// The timeline: steps, each a trigger and an action or a choice of actions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "scenarios/load/predicate.hpp"
#include "scenarios/load/values.hpp"
#include "scenarios/load/verbs.hpp"

namespace splitvote::load {

/// Fires once, at this time since the start of the run.
struct At {
  Draw time;
  bool operator==(const At&) const = default;
};

/// Fires first one period after `from`, then again a newly drawn period after each firing, while
/// the time is below `until`.
struct Every {
  Draw period;
  sim::Duration from;
  std::optional<sim::Duration> until;
  bool operator==(const Every&) const = default;
};

/// Fires once, when the predicate becomes true, or at `from` if it is true by then.
struct When {
  Predicate predicate;
  sim::Duration from;
  std::optional<sim::Duration> until;
  bool operator==(const When&) const = default;
};

using Trigger = std::variant<At, Every, When>;

struct Action {
  std::uint32_t weight = 1;  // of a choice
  Verb verb;
  std::optional<Draw> lasts;  // `for:`; absent: until something heals it
  SourcePosition position;
  bool whole = true;  // false in a step that was refused: not all of the verb could be read

  bool operator==(const Action&) const = default;
};

struct Step {
  std::string name;  // unique; made of the verb and whom it hits if the file gives none
  Trigger trigger;
  std::vector<Action> actions;  // one, or two and more of which each firing draws one by weight
  SourcePosition position;

  bool operator==(const Step&) const = default;
};

}  // namespace splitvote::load
