// The configurations a search has been at, by 128 bits each.
#pragma once

#include <cstddef>
#include <cstdint>
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
  [[nodiscard]] std::size_t size() const { return size_; }

 private:
  void grow();

  std::vector<ConfigurationHash> slots_;  // {0, 0} is empty
  std::size_t size_ = 0;
};

}  // namespace splitvote::consistency
