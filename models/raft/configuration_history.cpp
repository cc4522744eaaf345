// The list is short: a log holds few configurations, and what is compacted takes its own along.
#include "models/raft/configuration_history.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"

namespace splitvote::raft {

const ConfigurationHistory::Place& ConfigurationHistory::up_to(Index index) const {
  const auto behind = std::ranges::upper_bound(places_, index, {}, &Place::index);
  SPLITVOTE_CHECK(behind != places_.begin());
  return *std::prev(behind);
}

void ConfigurationHistory::append(Index index, Configuration configuration) {
  SPLITVOTE_CHECK(index > newest_index());
  places_.push_back({index, std::move(configuration)});
}

void ConfigurationHistory::compact(Index last) {
  const auto behind = std::ranges::upper_bound(places_, last, {}, &Place::index);
  if (behind != places_.begin()) places_.erase(places_.begin(), std::prev(behind));
}

bool ConfigurationHistory::truncate_from(Index first) {
  const std::size_t before = places_.size();
  while (places_.size() > 1 && newest_index() >= first) places_.pop_back();
  return places_.size() < before;
}

}  // namespace splitvote::raft
