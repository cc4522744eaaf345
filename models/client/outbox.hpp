// The client core's outbox: what it wants done, in order.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/client/operation.hpp"
#include "sim/base/ids.hpp"

namespace splitvote::client {

enum class ActionKind : std::uint8_t {
  invoke,    // lane, operation number: the lane's operation begins
  send,      // lane, target: one attempt of the lane's operation
  complete,  // lane, operation number, outcome, revision, value: the operation has ended
  overload,  // operation = how many arrivals so far found every lane taken
};

/// What a lane's operation is, `ClientCore::request` tells: it is the same until the core is called
/// again.
struct Action {
  ActionKind kind{};
  std::uint32_t lane = 0;
  std::uint64_t operation = 0;
  sim::NodeId target = sim::no_node;
  Outcome outcome{};
  std::uint64_t revision = 0;
  std::string_view value = {};  // valid as long as the response it came in
};

/// Reused: emptied by whoever carried the actions out, and it keeps its room.
using Outbox = std::vector<Action>;

}  // namespace splitvote::client
