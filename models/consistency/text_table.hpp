// Interned texts: each distinct key or value once, named by a small number.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace splitvote::consistency {

/// Numbered from 0 in the order of first sight; 0 is the empty text.
enum class TextId : std::uint32_t {};
inline constexpr TextId empty_text{0};

/// A value of three arrays. Equal ids mean equal texts.
class TextTable {
 public:
  TextTable();

  [[nodiscard]] TextId intern(std::string_view text);
  [[nodiscard]] std::string_view text(TextId id) const;  // valid until the next `intern`
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t offset = 0;
    std::uint32_t size = 0;
    std::uint32_t hash = 0;
  };
  /// With the hash beside the id, most places are judged without a look at the entry, which is
  /// seldom in the cache.
  struct Slot {
    std::uint32_t id_plus_1 = 0;  // 0: nothing here
    std::uint32_t hash = 0;
  };

  void grow();

  std::string bytes_;
  std::vector<Entry> entries_;
  std::vector<Slot> slots_;  // open addressing by hash
};

}  // namespace splitvote::consistency
