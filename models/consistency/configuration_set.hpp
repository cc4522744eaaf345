// The configurations a search has been at: by 128 bits each, or whole.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace splitvote::consistency {

/// 128 bits that stand for a configuration or for a part of one; parts are joined by `^` (Zobrist).
struct ConfigurationHash {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  constexpr bool operator==(const ConfigurationHash&) const = default;
  constexpr ConfigurationHash operator^(ConfigurationHash other) const {
    return {high ^ other.high, low ^ other.low};
  }
};

[[nodiscard]] ConfigurationHash hash_words(std::uint64_t first, std::uint64_t second);

/// Open addressing, in the order of insertion on every machine.
class ConfigurationSet {
 public:
  /// False if it was there already.
  [[nodiscard]] bool insert(ConfigurationHash hash);
  /// The same, compared by the words. A set takes one sort of insertion only.
  [[nodiscard]] bool insert(ConfigurationHash hash, std::span<const std::uint64_t> words);

  [[nodiscard]] std::size_t size() const { return size_; }
  void clear();

 private:
  /// Where a configuration's words lie.
  struct Text {
    std::size_t begin = 0;
    std::size_t size = 0;
  };
  void grow();
  [[nodiscard]] bool same(std::size_t slot, std::span<const std::uint64_t> words) const;

  std::vector<ConfigurationHash> slots_;  // {0, 0} is empty
  std::vector<Text> texts_;               // by slot; empty if only hashes are kept
  std::vector<std::uint64_t> words_;
  std::size_t size_ = 0;
};

}  // namespace splitvote::consistency
