// A violation: which promise was broken, when, where, and in words.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/check/check_table.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::check {

struct Violation {
  Check check{};
  sim::Moment moment;
  sim::NodeId node = sim::no_node;
  std::string explanation;  // one or more sentences, without the time and the node's name in front
  std::optional<std::uint16_t> group = {};  // if there are several and it is a promise of one
};

/// The first violation of each check in full, in the order they happened; further ones are counted.
class ViolationLog {
 public:
  /// `explain` returns the text and is called for the first violation of its check only: a broken
  /// protocol may break its promise at every note.
  template <typename Explain>
  void report(Check check, const sim::Moment& moment, sim::NodeId node, Explain&& explain) {
    if (counts_[static_cast<std::size_t>(check)]++ == 0)
      first_.push_back({check, moment, node, about() + explain(), group_});
  }

  /// What is reported from now on concerns this one of several groups, or none in particular.
  void speak_of(std::optional<std::uint16_t> group) { group_ = group; }

  [[nodiscard]] std::span<const Violation> first() const { return first_; }
  [[nodiscard]] std::uint64_t count(Check check) const {
    return counts_[static_cast<std::size_t>(check)];
  }

 private:
  [[nodiscard]] std::string about() const {
    return group_.has_value() ? "group " + std::to_string(*group_) + ": " : std::string();
  }

  std::optional<std::uint16_t> group_;
  std::vector<Violation> first_;
  std::array<std::uint64_t, checks> counts_{};
};

}  // namespace splitvote::check
