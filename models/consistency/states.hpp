// What a key can hold, as far as anybody can tell: values that nobody ever saw are one.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "models/consistency/key_operations.hpp"

namespace splitvote::consistency {

/// Equal if and only if no operation of the key, nor anything that can follow, tells two values
/// apart.
enum class State : std::uint64_t {};

/// A value counts only if some operation mentions it: read it, expected it, or met another one
/// instead. With appends what counts is the beginnings of those values too: a state is then the
/// first of the sorted values that begins with it, and its length.
class StateSpace {
 public:
  StateSpace(const ValueTable& values, std::span<const KeyOperation> operations);

  [[nodiscard]] State of(ValueId value) const;
  /// What `state` becomes when `piece` is appended as that step appends.
  [[nodiscard]] State append(State state, Step step, ValueId piece) const;
  /// Whether appends alone may lead from one to the other, which somebody mentions.
  [[nodiscard]] bool may_grow_into(State from, State to) const;
  [[nodiscard]] bool appends() const { return appends_; }

  /// A value that no operation mentions, and with which none that is mentioned begins.
  static constexpr State unseen{UINT64_MAX};

 private:
  struct Text {
    std::string_view content;
    bool list = false;
  };
  static constexpr State absent{UINT64_MAX - 1};

  [[nodiscard]] State first_with(const Text& prefix) const;
  [[nodiscard]] static State state(std::size_t first, std::size_t length);
  [[nodiscard]] static std::size_t first(State state);
  [[nodiscard]] static std::size_t length(State state);

  const ValueTable& values_;
  std::vector<ValueId> mentioned_;  // sorted
  std::vector<Text> texts_;         // with appends: the same, sorted by form and content
  bool appends_ = false;
};

}  // namespace splitvote::consistency
