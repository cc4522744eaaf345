// Choosing from a few things at random: one by weight, some of many, all in another order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/random/stream.hpp"

namespace splitvote::sim {

/// The index of one of the weights, in proportion to them; one draw. Their sum is above 0 and below
/// 2^64. An index of weight 0 is never chosen.
[[nodiscard]] std::size_t choose_weighted(Stream& stream, std::span<const std::uint32_t> weights);

/// The index of one of `count` alike; one draw; count > 0.
[[nodiscard]] inline std::size_t choose(Stream& stream, std::size_t count) {
  SPLITVOTE_CHECK(count > 0);
  return below(stream.draw(), count);
}

/// Brings `count` items, chosen at random in random order, to the front (Fisher and Yates); one
/// draw each, also where there is no choice left; all of them if there are fewer.
template <typename Item>
void choose_front(Stream& stream, std::span<Item> items, std::size_t count) {
  for (std::size_t i = 0; i < count && i < items.size(); ++i) {
    const std::size_t other = i + below(stream.draw(), items.size() - i);
    std::swap(items[i], items[other]);
  }
}

/// `count` of the items (all, if there are fewer), every subset alike, in the order in which they
/// are given.
template <typename Item>
[[nodiscard]] std::vector<Item> pick(Stream& stream, std::span<const Item> items,
                                     std::size_t count) {
  std::vector<Item> picked;
  // Each item is taken with the chance of what is still wanted among what is still there (Knuth,
  // algorithm S), and always draws, so that the draws do not depend on what was picked.
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::size_t wanted = count < items.size() ? count - picked.size() : items.size();
    if (below(stream.draw(), items.size() - i) < wanted) picked.push_back(items[i]);
  }
  return picked;
}

/// Every order alike.
template <typename Item>
void shuffle(Stream& stream, std::span<Item> items) {
  choose_front(stream, items, items.size());
}

}  // namespace splitvote::sim
