// The presets against what real systems publish.
#include "models/raft/presets.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "tests/models/raft/published.hpp"

namespace splitvote::raft {
namespace {

std::string to_text(const models::Key& key, const models::Setting& setting) {
  if (const auto* flag = std::get_if<bool>(&setting)) return *flag ? "yes" : "no";
  if (const auto* count = std::get_if<std::uint64_t>(&setting)) return std::to_string(*count);
  if (const auto* choice = std::get_if<models::Choice>(&setting))
    return std::string(key.choices[choice->index]);
  const auto milliseconds = [](sim::Duration span) { return std::to_string(span.ns / 1'000'000); };
  if (const auto* span = std::get_if<sim::Duration>(&setting)) return milliseconds(*span) + "ms";
  const auto& range = std::get<models::DurationRange>(setting);
  return milliseconds(range.first) + ".." + milliseconds(range.last) + "ms";
}

// About the cluster that is simulated, or about what is asked of it, and not about a system.
const std::set<std::string_view> free_keys{"voters",        "witnesses",         "groups",
                                           "max_staleness", "clock_drift_bound", "apply_time",
                                           "priorities"};

TEST_CASE("a preset sets every key that is about a system to what the system publishes") {
  CHECK(presets.size() == published.size());
  for (const models::Preset& preset : presets) {
    CAPTURE(preset.name);
    REQUIRE(published.contains(preset.name));
    Table expected = published.at(preset.name);
    for (const models::Key& key : keys) {
      CAPTURE(key.name);
      const auto set = std::ranges::find(preset.values, key.name, &models::PresetValue::key);
      if (free_keys.contains(key.name)) {
        CHECK(!expected.contains(key.name));
        continue;
      }
      REQUIRE(set != preset.values.end());
      CHECK(to_text(key, set->value) == expected[key.name]);
      expected.erase(key.name);
    }
    CHECK(expected.empty());
  }
}

}  // namespace
}  // namespace splitvote::raft
