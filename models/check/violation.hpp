// A violation: which promise was broken, when, where, and in words.
#pragma once

#include <algorithm>
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
  /// If there are several: those that broke the promise, the one that is told of first.
  std::vector<std::uint16_t> groups = {};
};

/// The first violation of each check in full, in the order they happened; further ones are counted,
/// and the groups they are of are kept.
class ViolationLog {
 public:
  /// `explain` returns the text and is called for the first violation of its check only: a broken
  /// protocol may break its promise at every note.
  template <typename Explain>
  void report(Check check, const sim::Moment& moment, sim::NodeId node, Explain&& explain) {
    if (counts_[static_cast<std::size_t>(check)]++ == 0)
      first_.push_back({check, moment, node, about() + explain()});
    if (group_.has_value()) keep_group(check, *group_);
  }

  /// What is reported from now on concerns this one of several groups.
  void speak_of(std::uint16_t group) { group_ = group; }

  [[nodiscard]] std::span<const Violation> first() const { return first_; }
  [[nodiscard]] std::uint64_t count(Check check) const {
    return counts_[static_cast<std::size_t>(check)];
  }

 private:
  [[nodiscard]] std::string about() const {
    return group_.has_value() ? "group " + std::to_string(*group_) + ": " : std::string();
  }
  void keep_group(Check check, std::uint16_t group) {
    std::vector<std::uint16_t>& known = std::ranges::find(first_, check, &Violation::check)->groups;
    if (std::ranges::find(known, group) == known.end()) known.push_back(group);
  }

  std::optional<std::uint16_t> group_;
  std::vector<Violation> first_;
  std::array<std::uint64_t, checks> counts_{};
};

}  // namespace splitvote::check
