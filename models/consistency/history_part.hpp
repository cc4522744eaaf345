// Some operations of a history as if there were no others.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/consistency/key_operations.hpp"

namespace splitvote::consistency {

/// An answer is heeded if none of those operations is forgotten that may have made what it tells,
/// by the values alone. So what contradicts did so before, too: an order of all is one of the part.
class HistoryPart {
 public:
  struct Member {
    KeyOperation operation;
    KeyId key{};
    std::uint32_t session = 0;
  };

  /// All of it, at first.
  explicit HistoryPart(const History& history);

  void restrict_to(std::span<const std::uint32_t> operations);

  /// Of the whole history, as they were invoked, without those that say nothing.
  [[nodiscard]] std::span<const Member> all() const { return members_; }
  [[nodiscard]] bool keeps(const Member& one) const {
    return kept_[static_cast<std::size_t>(one.operation.id)] != 0;
  }
  [[nodiscard]] bool heeds(const Member& one) const;

 private:
  struct Writer {
    KeyId key{};
    ValueId value = nothing;
    std::uint32_t operation = 0;
  };

  std::vector<Member> members_;
  std::vector<Writer> writers_;         // by key and value
  std::vector<std::uint8_t> appended_;  // by key
  std::vector<std::uint8_t> kept_;      // by operation
};

/// Why nobody can say what an order of the history would have to be, or null.
[[nodiscard]] const char* not_to_be_searched(const History& history);

}  // namespace splitvote::consistency
