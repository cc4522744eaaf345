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

  /// Of a longer chain only this many are compared, the latest first.
  static constexpr std::uint32_t compared_max = 16;

  /// False if the same one was there already, or, among the latest ones of its fixed part, one that
  /// has used less.
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
    std::uint32_t size = 0;   // of the chain
    std::uint32_t oldest = none;
  };
  struct Node {
    std::uint32_t next = none;
    std::uint32_t size = 0;
    std::size_t begin = 0;  // of what it has used
    std::size_t more = 0;
  };

  /// Of a long chain, to find the same one again.
  struct Known {
    std::uint32_t hash = 0;
    std::uint32_t node = none;
    std::uint32_t chain = none;  // by the node that came first
  };

  [[nodiscard]] Slot& locate(ConfigurationHash fixed, std::span<const std::uint64_t> words);
  [[nodiscard]] bool covers(const Node& node, const Configuration& configuration) const;
  [[nodiscard]] bool is_known(const Slot& slot, const Configuration& configuration) const;
  [[nodiscard]] bool is_same(const Node& node, const Configuration& configuration) const;
  void know(const Slot& slot, std::uint32_t node, std::size_t more);
  void grow_known();
  [[nodiscard]] std::size_t keep_more(std::span<const std::uint64_t> more);
  void grow();

  std::vector<Slot> slots_;  // open addressing
  std::vector<Node> nodes_;
  std::vector<std::uint64_t> words_;
  std::vector<std::uint32_t> used_;
  std::vector<std::uint64_t> more_;
  std::vector<Known> known_;  // open addressing
  std::size_t known_filled_ = 0;
  std::size_t filled_ = 0;
  std::size_t size_ = 0;
};

}  // namespace splitvote::consistency
