// The configurations a search has been at, where one that has used less stands for those that have
// used more.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/consistency/configuration_set.hpp"

namespace splitvote::consistency {

/// A configuration has a fixed part, in which two must agree to be compared, and a set of what it
/// has used up. Whatever goes on from a configuration goes on from one that has used less.
class VisitedSet {
 public:
  struct Configuration {
    ConfigurationHash fixed;
    std::span<const std::uint64_t> words;  // the fixed part spelled out; empty: its hash will do
    std::span<const std::uint32_t> used;   // ascending
    std::span<const std::uint64_t> more_used;  // one bit each; always as many words
  };

  /// False if one that has used the same or less was there already.
  [[nodiscard]] bool insert(const Configuration& configuration);

  /// How often `insert` has said true.
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  static constexpr std::uint32_t none = UINT32_MAX;

  struct Slot {
    ConfigurationHash fixed;  // {0, 0}: nothing here
    std::uint32_t first = none;
    std::uint32_t words = 0;  // how many
    std::size_t begin = 0;    // of them
  };
  struct Node {
    std::uint32_t next = none;
    std::uint32_t size = 0;
    std::size_t begin = 0;  // of what it has used
    std::size_t more = 0;
  };

  [[nodiscard]] Slot& locate(ConfigurationHash fixed, std::span<const std::uint64_t> words);
  [[nodiscard]] bool covers(const Node& node, const Configuration& configuration) const;
  [[nodiscard]] std::size_t keep_more(std::span<const std::uint64_t> more);
  void grow();

  std::vector<Slot> slots_;  // open addressing
  std::vector<Node> nodes_;
  std::vector<std::uint64_t> words_;
  std::vector<std::uint32_t> used_;
  std::vector<std::uint64_t> more_;
  std::size_t filled_ = 0;
  std::size_t size_ = 0;
};

}  // namespace splitvote::consistency
