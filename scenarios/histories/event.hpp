// An event of a history as its file has it: a process invokes something, or learns what became of
// it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/histories/datum.hpp"

namespace splitvote::histories {

/// Jepsen's words, which porcupine's logs share.
enum class EventType : std::uint8_t {
  invoke,
  ok,    // it took effect
  fail,  // it did not, and will not
  info,  // unknown; the process does nothing any more
};

struct Event {
  EventType type{};
  std::size_t offset = 0;
  std::string process;         // a number, or empty if the file has no processes
  std::string function;        // `read`, `cas`, `txn`
  std::optional<Datum> key;    // if it stands beside the value
  std::optional<Datum> value;  // absent: the file has none here
  std::optional<std::int64_t> time_ns;
};

[[nodiscard]] std::string_view name_of(EventType type);

}  // namespace splitvote::histories
