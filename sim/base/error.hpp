// Result: a value or the reason there is none, for input that comes from outside the simulator.
#pragma once

#include <expected>
#include <string>
#include <utility>

namespace splitvote::sim {

/// One sentence without a full stop: what is wrong and what would be right.
struct Error {
  std::string message;
};

template <typename Value>
using Result = std::expected<Value, Error>;

[[nodiscard]] inline std::unexpected<Error> failure(std::string message) {
  return std::unexpected<Error>(Error{std::move(message)});
}

}  // namespace splitvote::sim
