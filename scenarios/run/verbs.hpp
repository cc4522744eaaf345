// From the words of a step to faults on nodes and directions, at the moment at which it fires.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "scenarios/load/verbs.hpp"
#include "scenarios/run/selection.hpp"
#include "sim/fault/fault.hpp"

namespace splitvote::run {

/// What a verb comes to now.
struct ResolvedVerb {
  std::vector<sim::Fault> faults;
  std::string text;  // `crash n3 (power lost, unsynced data random)`
  std::map<std::string, std::vector<sim::NodeId>> groups;  // what `step.group` means from now on
};

/// Heal and mark are not faults of the world: they come to no faults at all, and a text.
[[nodiscard]] ResolvedVerb resolve_verb(const load::Verb& verb, const Selection& selection,
                                        sim::World& world);

/// The kinds that the names stand for, of the client and the protocol; all kinds if there are no
/// names.
[[nodiscard]] sim::KindMask kinds_named(const std::vector<load::MessageName>& names,
                                        std::string_view protocol);

}  // namespace splitvote::run
