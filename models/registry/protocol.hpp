// What a protocol registers about itself: adding one is a room under models/ and one line in
// registry.cpp.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "models/registry/order.hpp"
#include "models/registry/settings.hpp"
#include "sim/world/host.hpp"

namespace splitvote::models {

struct NamedMessage {
  sim::MessageKind kind{};
  std::string_view name;
};

/// A word of the scenario language that the protocol adds, with one sentence of help.
struct NamedHelp {
  std::string_view name;
  std::string_view help;
};

/// Values of some keys under one name, as a real system sets them.
struct PresetValue {
  std::string_view key;
  Setting value;
};
struct Preset {
  std::string_view name;
  std::string_view help;  // which version of what, and what of it cannot be said
  std::span<const PresetValue> values;
};

struct Protocol {
  std::string_view name;
  std::string_view help;
  std::span<const Key> keys;
  std::span<const Preset> presets;
  std::span<const NamedMessage> messages;  // kinds 8 and up
  std::span<const Order> orders;      // verbs of a timeline that only this protocol understands
  std::span<const NamedHelp> checks;  // safety properties that make sense for it, for `always:`
  std::span<const NamedHelp> metrics;
  std::span<const NamedHelp> predicates;

  /// Why these settings contradict each other, or nothing: an empty string.
  std::string (*contradiction)(const Settings& settings);

  /// The process of one member. `members` are the servers in order of their numbers.
  std::unique_ptr<sim::Process> (*make_server)(const Settings& settings,
                                               std::span<const sim::NodeId> members,
                                               sim::NodeId self);

  /// How many groups run on the servers, each with a leader and a log of its own; null: one.
  std::uint16_t (*groups)(const Settings& settings) = nullptr;

  /// Why these settings, which do not contradict each other, do not fit so many servers, or
  /// nothing; null: they always do.
  std::string (*misfit)(const Settings& settings, std::size_t servers) = nullptr;
};

/// All protocols, in order of their names; the first is the default of nobody: `protocol.kind` is
/// mandatory.
[[nodiscard]] std::span<const Protocol> protocols();
[[nodiscard]] const Protocol* find_protocol(std::string_view name);

}  // namespace splitvote::models
