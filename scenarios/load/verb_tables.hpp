// The verbs as keys of a step or of an alternative of a choice.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scenarios/load/table.hpp"
#include "scenarios/load/timeline.hpp"

namespace splitvote::load {

/// An action while it is being read: there may be no verb yet, or one too many.
struct ActionDraft {
  std::uint32_t weight = 1;
  std::optional<Verb> verb;   // as much of it as could be read
  bool whole = true;          // all of it could
  std::vector<Verb> surplus;  // further verbs, which are refused
  std::string key;            // the verb's
  SourcePosition key_position;
  std::optional<Draw> lasts;
  SourcePosition position;
};

/// One row per verb, and `for`.
[[nodiscard]] const Table<ActionDraft>& action_table();

/// The actions of a draft. Those of one that is refused have references worth judging, too.
[[nodiscard]] std::vector<Action> actions_of(ActionDraft draft, const SourcePosition& position);

/// Whether there is a verb, and `for` only where it can be healed; complains if not.
[[nodiscard]] bool check_action(Reader& reader, const Node& node, const ActionDraft& draft);

}  // namespace splitvote::load
