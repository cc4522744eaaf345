// Reading drawn spans of time: `5ms`, `1ms..2ms`, `{exponential: {mean: 2s, max: 10s}}` and so on.
#pragma once

#include <string_view>
#include <vector>

#include "scenarios/load/type.hpp"
#include "scenarios/load/values.hpp"

namespace splitvote::load {

/// Never negative.
[[nodiscard]] Type<Draw> draw();
/// May be negative.
[[nodiscard]] Type<Draw> signed_draw();
/// `2ms`, a distribution, `+80ms`, `-1ms` or `x3`.
[[nodiscard]] Type<Change> change();

[[nodiscard]] Draw fixed_draw(sim::Duration value);

/// Whether a map stands for a distribution, so that merging replaces it as a whole.
[[nodiscard]] bool is_distribution(const Node& node);

/// The distributions by name, with one sentence each: for `list`.
struct DistributionHelp {
  std::string_view name;
  std::string_view help;
};
[[nodiscard]] std::vector<DistributionHelp> distribution_helps();

}  // namespace splitvote::load
