// A history by positions: each has room for one invocation or return.
#include "scenarios/histories/happenings.hpp"

#include <algorithm>

namespace splitvote::histories {

namespace {

// Tables of texts have ids that nobody uses.
template <typename Id>
std::vector<Id> used(const consistency::History& history, Id consistency::Operation::*id) {
  std::vector<Id> ids;
  for (const consistency::Operation& operation : history.operations()) ids.push_back(operation.*id);
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
  return ids;
}

}  // namespace

std::vector<consistency::KeyId> keys_of(const consistency::History& history) {
  return used(history, &consistency::Operation::key);
}

std::vector<consistency::SessionId> sessions_of(const consistency::History& history) {
  return used(history, &consistency::Operation::session);
}

std::size_t rank_of(consistency::SessionId session,
                    const std::vector<consistency::SessionId>& sessions) {
  return static_cast<std::size_t>(std::ranges::lower_bound(sessions, session) - sessions.begin());
}

std::vector<Happening> happenings(const consistency::History& history) {
  constexpr std::uint32_t none = UINT32_MAX;
  std::vector<std::uint32_t> places(history.positions(), none);  // 2 * operation + returns
  std::uint32_t at = 0;
  for (const consistency::Operation& operation : history.operations()) {
    places[operation.invoked] = 2 * at;
    if (operation.has_returned()) places[operation.returned] = 2 * at + 1;
    ++at;
  }
  std::vector<Happening> all;
  for (const std::uint32_t place : places)
    if (place != none) all.push_back({consistency::OperationId{place / 2}, place % 2 != 0});
  return all;
}

}  // namespace splitvote::histories
