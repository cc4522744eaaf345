// A linearizable history in which a search that remembers configurations by 128 bits takes two of
// them for one.
#pragma once

#include <array>
#include <bitset>
#include <string>
#include <vector>

#include "models/consistency/configuration_set.hpp"
#include "models/consistency/history.hpp"

namespace splitvote::testing {

/// Operations of which the bits cancel each other. The bits of single operations are joined by
/// `^`, so of 129 some must.
inline std::vector<std::uint32_t> cancelling_operations() {
  constexpr std::uint32_t bits = 128;
  struct Sum {
    std::bitset<bits> hash;
    std::bitset<bits + 1> operations;
  };
  std::array<Sum, bits> by_highest;  // each with a bit that those before it lack
  for (std::uint32_t at = 0;; ++at) {
    const consistency::ConfigurationHash hash = consistency::hash_words(at, 0);
    Sum sum{std::bitset<bits>(hash.high) << 64 | std::bitset<bits>(hash.low), {}};
    sum.operations.set(at);
    for (std::uint32_t bit = bits; bit-- > 0 && sum.hash.any();) {
      if (!sum.hash.test(bit)) continue;
      Sum& other = by_highest[bit];
      if (other.hash.none()) {
        other = sum;
        break;
      }
      sum.hash ^= other.hash;
      sum.operations ^= other.operations;
    }
    if (sum.hash.any()) continue;
    std::vector<std::uint32_t> all;
    for (std::uint32_t one = 0; one <= at; ++one)
      if (sum.operations.test(one)) all.push_back(one);
    return all;
  }
}

/// Two ways of swaps lead from `s` to `t`, and one swap back, which returns before a value in the
/// middle of one of the ways is read. So the other way was gone first; who has gone this one first
/// is where the bits are the same, and from there nothing leads on.
inline consistency::History colliding_history(std::uint32_t way_read) {
  using consistency::OperationId;
  using consistency::OperationKind;
  using consistency::Outcome;
  const std::vector<std::uint32_t> chosen = cancelling_operations();
  const std::size_t half = chosen.size() / 2;
  consistency::History history;
  consistency::ValueTable& values = history.values();
  const auto place = [&](std::uint32_t way, std::size_t step) {
    const std::size_t last = way == 0 ? half : chosen.size() - half;
    if (step == 0 || step == last) return values.text(step == 0 ? "s" : "t");
    return values.text((way == 0 ? "a" : "b") + std::to_string(step));
  };
  const auto invoke = [&](OperationKind kind, consistency::ValueId from, consistency::ValueId to) {
    const std::string name = std::to_string(history.operations().size());
    return history.invoke({history.session(name), history.key("x"), kind, to, from});
  };
  history.set_initial(values.text("s"));
  std::vector<std::pair<OperationId, Outcome>> open;
  std::size_t next = 0;
  for (std::uint32_t at = 0; at <= chosen.back(); ++at) {
    if (at != chosen[next]) {
      const auto met =
          invoke(OperationKind::compare_and_swap, values.text("nowhere"), values.text("u"));
      open.emplace_back(met, Outcome::mismatch);
      continue;
    }
    const std::uint32_t way = next < half ? 0 : 1;
    const std::size_t step = way == 0 ? next : next - half;
    const consistency::ValueId from = place(way, step);
    open.emplace_back(invoke(OperationKind::compare_and_swap, from, place(way, step + 1)),
                      Outcome::ok);
    ++next;
  }
  history.complete(invoke(OperationKind::compare_and_swap, values.text("t"), values.text("s")),
                   Outcome::ok);
  const consistency::ValueId middle = place(way_read, 3);
  history.complete(invoke(OperationKind::read, consistency::nothing, consistency::nothing),
                   Outcome::ok, middle);
  for (const auto& [operation, outcome] : open) history.complete(operation, outcome);
  return history;
}

}  // namespace splitvote::testing
