// The operations of a key as the search wants them: with states for values, and those that do the
// same known to each other.
#include "models/consistency/search_entries.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <utility>

namespace splitvote::consistency {

SearchEntries::SearchEntries(const ValueTable& values, std::span<const KeyOperation> operations,
                             ValueId initial_value)
    : space(values, operations), initial(space.of(initial_value)) {
  sort(operations);
  number_alike();
  number_states();
  build_pools();
}

void SearchEntries::sort(std::span<const KeyOperation> operations) {
  entries.reserve(operations.size());
  for (const bool returns : {true, false}) {
    for (const KeyOperation& operation : operations) {
      if ((operation.returned != never_returned) != returns) continue;
      SearchEntry entry{operation.invoked, operation.returned};
      entry.step = operation.step;
      entry.certain = operation.certain;
      if (entry.appends()) entry.piece = operation.target;
      if (!entry.blind()) entry.value = space.of(operation.value);
      if (entry.writes_state()) entry.target = space.of(operation.target);
      entries.push_back(entry);
    }
    if (returns) bounded = static_cast<std::uint32_t>(entries.size());
  }
}

void SearchEntries::number_alike() {
  std::vector<std::uint32_t> order(entries.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto what = [&](std::uint32_t at) {
    const SearchEntry& entry = entries[at];
    return std::tuple(entry.step, entry.value, entry.target, entry.piece);
  };
  std::ranges::sort(order, {}, what);
  std::uint32_t number = 0;
  for (std::size_t at = 0; at < order.size(); ++at) {
    if (at > 0 && what(order[at]) != what(order[at - 1])) ++number;
    entries[order[at]].alike = number;
  }
  alike = number + 1;
}

// Without appends a value comes from those that write it, and from nothing else.
void SearchEntries::number_states() {
  if (space.appends()) return;
  std::vector<State> numbered;
  for (const SearchEntry& entry : entries)
    numbered.insert(numbered.end(), {entry.value, entry.target});
  std::ranges::sort(numbered);
  const auto repeated = std::ranges::unique(numbered);
  numbered.erase(repeated.begin(), repeated.end());
  states = static_cast<std::uint32_t>(numbered.size());
  const auto number = [&](State state) {
    return static_cast<std::uint32_t>(std::ranges::lower_bound(numbered, state) - numbered.begin());
  };
  std::vector<std::pair<std::uint32_t, Position>> writes;
  for (SearchEntry& entry : entries) {
    entry.source = number(entry.value);
    entry.result = number(entry.target);
    if (entry.writes_state()) writes.emplace_back(entry.result, entry.invoked);
  }
  std::ranges::sort(writes);
  for (SearchEntry& entry : entries) {
    const auto behind = std::ranges::lower_bound(writes, std::pair(entry.source, entry.returned));
    if (behind == writes.begin() || (behind - 1)->first != entry.source) continue;
    entry.last_source = (behind - 1)->second;
  }
}

void SearchEntries::build_pools() {
  const auto uncertain = std::span(entries).subspan(bounded);
  std::ranges::sort(uncertain, {}, [](const SearchEntry& entry) {
    return std::tuple(entry.alike, entry.invoked);
  });
  pool_of.resize(uncertain.size());
  for (auto at = bounded; at < entries.size(); ++at) {
    const bool same = at > bounded && entries[at].alike == entries[at - 1].alike;
    if (!same) pools.push_back({at, at, entries[at].invoked});
    ++pools.back().end;
  }
  std::ranges::sort(pools, {},
                    [](const AlikePool& pool) { return std::tuple(pool.invoked, pool.begin); });
  for (std::uint32_t pool = 0; pool < pools.size(); ++pool)
    for (std::uint32_t at = pools[pool].begin; at < pools[pool].end; ++at)
      pool_of[at - bounded] = pool;
}

}  // namespace splitvote::consistency
