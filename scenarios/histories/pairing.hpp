// Each completion finds its invocation, process by process.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <deque>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "scenarios/histories/event.hpp"

namespace splitvote::histories {

/// Gives the events to a target in their order:
///
///     std::uint32_t session(std::string_view name);
///     Read<std::uint32_t> invoke(std::uint32_t session, const Event& invocation);
///     Read<void> complete(std::uint32_t operation, const Event& invocation, const Event& told);
///
/// A process that goes on after `info` becomes another session, `7 (2)`.
template <typename Target>
class Pairing {
 public:
  Pairing(Target& target, Mistakes& mistakes) : target_(target), mistakes_(mistakes) {}

  void pair(std::span<const Event> events) {
    for (const Event& event : events) {
      if (mistakes_.full()) return;
      const Read<void> taken = event.type == EventType::invoke ? invoke(event) : complete(event);
      if (!taken) mistakes_.add(taken.error());
    }
  }

 private:
  /// What a process does.
  struct Lane {
    std::uint32_t number = 0;  // of those without a process
    std::uint32_t session = 0;
    std::uint32_t incarnation = 0;
    std::uint32_t operation = 0;
    const Event* open = nullptr;  // the invocation that waits for its completion
    bool understood = false;      // else there is no operation
    bool retired = true;          // the next operation begins a session
  };

  /// What has no process is done by as many as there must be.
  Lane& lane_to_invoke(const Event& event) {
    if (!event.process.empty()) return lanes_[event.process];
    for (Lane& lane : nameless_)
      if (lane.open == nullptr) return lane;
    nameless_.emplace_back().number = static_cast<std::uint32_t>(nameless_.size());
    return nameless_.back();
  }

  /// Of those without a process the first that does the same with the same value, if there is one.
  Lane& lane_to_complete(const Event& event) {
    if (!event.process.empty() || nameless_.empty()) return lanes_[event.process];
    Lane* best = &nameless_.front();
    int likeness = 0;
    for (Lane& lane : nameless_) {
      if (lane.open == nullptr) continue;
      const bool same = lane.open->function == event.function;
      const bool alike_too =
          same && event.value && lane.open->value && alike(*lane.open->value, *event.value);
      const int here = alike_too ? 3 : same ? 2 : 1;
      if (here <= likeness) continue;
      likeness = here;
      best = &lane;
    }
    return *best;
  }

  Read<void> invoke(const Event& event) {
    Lane& lane = lane_to_invoke(event);
    if (lane.open != nullptr)
      return mistake(event.offset,
                     fmt::format("{} is still busy with '{}'", name(event), lane.open->function),
                     "a process has one operation open at most");
    if (lane.retired) {
      const std::string again =
          ++lane.incarnation == 1 ? "" : fmt::format(" ({})", lane.incarnation);
      lane.session = target_.session(name_of(lane, event) + again);
      lane.retired = false;
    }
    lane.open = &event;
    const Read<std::uint32_t> operation = target_.invoke(lane.session, event);
    lane.understood = operation.has_value();
    if (!operation) return std::unexpected(operation.error());
    lane.operation = *operation;
    return {};
  }

  Read<void> complete(const Event& event) {
    Lane& lane = lane_to_complete(event);
    const Event* const invocation = std::exchange(lane.open, nullptr);
    if (invocation == nullptr)
      return mistake(
          event.offset,
          fmt::format("{} completes '{}', which it did not invoke", name(event), event.function),
          "an invoke comes before every ok, fail and info");
    lane.retired = event.type == EventType::info;
    if (invocation->function != event.function)
      return mistake(event.offset, fmt::format("{} completes '{}', but it invoked '{}'",
                                               name(event), event.function, invocation->function));
    if (!lane.understood) return {};
    return target_.complete(lane.operation, *invocation, event);
  }

  static std::string name_of(const Lane& lane, const Event& event) {
    if (!event.process.empty()) return event.process;
    return lane.number < 2 ? "nameless" : fmt::format("nameless {}", lane.number);
  }

  static std::string name(const Event& event) {
    return event.process.empty() ? "the nameless process" : "process " + event.process;
  }

  Target& target_;
  Mistakes& mistakes_;
  std::unordered_map<std::string, Lane> lanes_;
  std::deque<Lane> nameless_;
};

}  // namespace splitvote::histories
