// What the literature calls a circle of transactions.
#include "models/consistency/anomaly.hpp"

#include <algorithm>

namespace splitvote::consistency {

namespace {

bool is_inferred(const Arrow& arrow) {
  return arrow.because == Because::followed || arrow.because == Because::overtaken ||
         arrow.because == Because::excluded ||
         (arrow.because == Because::replaced && arrow.witness.has_value());
}

bool is_replacement(const Arrow& arrow) { return arrow.because == Because::replaced; }

// Each of the two wrote to a key that the other one had seen, or would have had to see.
std::string anomaly_of_two(const Arrow& one, const Arrow& other) {
  const bool same_key = one.key == other.key;
  const auto writes = [](const Arrow& arrow) {
    return is_replacement(arrow) || arrow.because == Because::succeeded;
  };
  if (!writes(one) || !writes(other)) return {};
  if (same_key && (is_replacement(one) || is_replacement(other))) return "lost update";
  return is_replacement(one) && is_replacement(other) ? "write skew" : "";
}

bool has_adjacent_replacements(std::span<const Arrow> circle) {
  for (std::size_t at = 0; at < circle.size(); ++at)
    if (is_replacement(circle[at]) && is_replacement(circle[(at + 1) % circle.size()])) return true;
  return false;
}

}  // namespace

std::string anomaly_of(std::span<const Arrow> circle) {
  if (std::ranges::any_of(circle, is_inferred)) return {};
  if (circle.size() == 2)
    if (std::string name = anomaly_of_two(circle[0], circle[1]); !name.empty()) return name;
  const auto count = [&](Because because) {
    return std::ranges::count(circle, because, &Arrow::because);
  };
  std::string name = "G0";
  if (count(Because::seen) > 0) name = "G1c";
  if (count(Because::replaced) == 1) name = "G-single";
  if (count(Because::replaced) > 1)
    name = has_adjacent_replacements(circle) ? "G2-item" : "G-nonadjacent";
  if (count(Because::real_time) > 0) return name + "-realtime";
  return count(Because::session) > 0 ? name + "-process" : name;
}

}  // namespace splitvote::consistency
