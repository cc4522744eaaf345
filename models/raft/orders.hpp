// The orders a Raft server takes from its operator, and their frames.
#pragma once

#include <span>
#include <vector>

#include "models/raft/configuration_change.hpp"
#include "models/registry/order.hpp"
#include "sim/base/bytes.hpp"
#include "sim/trace/note.hpp"

namespace splitvote::raft {

/// Orders never travel: a server takes them from itself alone.
inline constexpr sim::MessageKind reconfigure_kind{40};
inline constexpr sim::MessageKind transfer_leadership_kind{41};
inline constexpr sim::MessageKind take_snapshot_kind{42};
inline constexpr sim::MessageKind forget_leader_kind{43};
inline constexpr sim::MessageKind leave_joint_kind{45};

struct ReconfigureOrder {
  std::vector<Change> changes;
  Pace pace = Pace::when_caught_up;

  bool operator==(const ReconfigureOrder&) const = default;
};

/// Replaces the frame by the order's: `[pace u8]{ [kind u8][node u16] }`.
void encode(const ReconfigureOrder& order, sim::Bytes& frame);

/// To this server, or with no_node to whoever has the longest log: `[node u16]`.
struct TransferOrder {
  NodeId target = sim::no_node;

  bool operator==(const TransferOrder&) const = default;
};
void encode(const TransferOrder& order, sim::Bytes& frame);

/// Any other order, for one group of the server instead of all: `[group u16][frame]`.
inline constexpr sim::MessageKind group_order_kind{44};
struct GroupOrder {
  std::uint16_t group = 0;
  sim::ByteView frame;
};
void encode(const GroupOrder& order, sim::Bytes& frame);
[[nodiscard]] bool decode(sim::ByteView frame, GroupOrder& order);

/// What is noted where there is no such group.
[[nodiscard]] sim::Note refusal(const GroupOrder& order);

/// Each expects a frame of its kind whose checksum is right.
[[nodiscard]] bool decode(sim::ByteView frame, TransferOrder& order);
[[nodiscard]] bool decode(sim::ByteView frame, ReconfigureOrder& order);

[[nodiscard]] std::span<const models::Order> orders();

}  // namespace splitvote::raft
