// Byte buffers with little-endian encoding; a reader that reports malformed input instead of
// throwing.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

namespace splitvote::sim {

static_assert(std::endian::native == std::endian::little,
              "the wire and disk formats are little-endian");

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

[[nodiscard]] inline ByteView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline void append(Bytes& target, ByteView source) {
  target.insert(target.end(), source.begin(), source.end());
}

/// Appends the value's bytes, least significant first.
template <typename Integer>
requires std::is_integral_v<Integer>
void append_integer(Bytes& target, Integer value) {
  const std::size_t offset = target.size();
  target.resize(offset + sizeof value);
  std::memcpy(target.data() + offset, &value, sizeof value);
}

/// Reads fields from the front. After the first field that does not fit, `failed()` is true and
/// every further field is zero or empty, so a decoder reads everything and asks once.
class Reader {
 public:
  explicit Reader(ByteView bytes) : rest_(bytes) {}

  template <typename Integer>
  requires std::is_integral_v<Integer>
  [[nodiscard]] Integer integer() {
    Integer value{};
    if (rest_.size() < sizeof value) return fail(), value;
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_ = rest_.subspan(sizeof value);
    return value;
  }

  [[nodiscard]] ByteView bytes(std::size_t size) {
    if (rest_.size() < size) return fail(), ByteView{};
    const ByteView taken = rest_.first(size);
    rest_ = rest_.subspan(size);
    return taken;
  }

  [[nodiscard]] ByteView rest() const { return rest_; }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool finished() const { return !failed_ && rest_.empty(); }

 private:
  void fail() {
    failed_ = true;
    rest_ = {};
  }

  ByteView rest_;
  bool failed_ = false;
};

}  // namespace splitvote::sim
