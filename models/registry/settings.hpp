// A protocol's configuration keys and the values a scenario gave them.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "sim/base/ratio.hpp"
#include "sim/base/time.hpp"

namespace splitvote::models {

/// The type of a key decides how its text is read: `10ms`, `150ms..300ms`, `64KiB`, `true`, one of
/// `choices`, `1%`, `[2, 1, 1]`.
enum class KeyType : std::uint8_t {
  duration,
  duration_range,
  size,
  count,
  boolean,
  choice,
  share,
  per_node
};

struct DurationRange {
  sim::Duration first;
  sim::Duration last;  // not below first
  constexpr bool operator==(const DurationRange&) const = default;
};

/// A small number for each of the first `count` servers, in their order; nothing is said of others.
struct PerNode {
  std::array<std::uint8_t, 64> values{};
  std::size_t count = 0;
  constexpr bool operator==(const PerNode&) const = default;
};

/// duration -> Duration; duration_range -> DurationRange; size (bytes) and count -> uint64; boolean
/// -> bool; choice -> the index into `choices`, as size_t wrapped in Choice; share -> Ratio;
/// per_node -> PerNode.
struct Choice {
  std::size_t index = 0;
  constexpr bool operator==(const Choice&) const = default;
};
using Setting =
    std::variant<sim::Duration, DurationRange, std::uint64_t, bool, Choice, sim::Ratio, PerNode>;

/// One configuration key under `protocol:`.
struct Key {
  std::string_view name;
  KeyType type{};
  Setting fallback;                             // the value when the scenario does not say
  std::string_view help;                        // one sentence
  std::span<const std::string_view> choices{};  // of a choice
  std::uint64_t minimum = 0;  // of the number, the bytes, the nanoseconds (both ends of a range)
  std::uint64_t maximum = INT64_MAX;
};

/// Every key of the protocol with its value; complete, because the loader fills in the fallbacks.
class Settings {
 public:
  void set(std::string_view key, Setting value) {
    values_.insert_or_assign(std::string(key), value);
  }

  /// The key must exist with that type; asking for another is our own bug.
  template <typename Type>
  [[nodiscard]] Type get(std::string_view key) const {
    return *std::get_if<Type>(&values_.find(key)->second);
  }
  [[nodiscard]] const auto& all() const { return values_; }

 private:
  std::map<std::string, Setting, std::less<>> values_;
};

}  // namespace splitvote::models
