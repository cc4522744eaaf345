// Strong identifiers shared by every room: nodes, events, faults.
#pragma once

#include <compare>
#include <cstdint>
#include <type_traits>

namespace splitvote::sim {

/// A node of the simulated world, numbered from 0 in the order of the topology (servers, then
/// clients).
enum class NodeId : std::uint16_t {};
inline constexpr NodeId no_node{0xffff};

/// The n-th event the engine executed, from 1; 0 is "before the first event", the cause of set-up.
enum class EventId : std::uint64_t {};
inline constexpr EventId no_event{0};

/// One scheduled fault of a run, numbered from 0 in the order the verbs were requested.
enum class FaultId : std::uint32_t {};
inline constexpr FaultId no_fault{0xffffffff};

/// How often a node has been started; 0 before the first start. A crash ends an incarnation.
enum class Incarnation : std::uint32_t {};

template <typename Id>
requires std::is_enum_v<Id>
[[nodiscard]] constexpr auto number(Id id) -> std::underlying_type_t<Id> {
  return static_cast<std::underlying_type_t<Id>>(id);
}

}  // namespace splitvote::sim
