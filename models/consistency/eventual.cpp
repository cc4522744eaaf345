// Eventual consistency with a bound: writes are visible to everybody some time after they returned.
#include "models/consistency/eventual.hpp"

#include <algorithm>
#include <tuple>

#include "models/consistency/list_reads.hpp"
#include "models/consistency/overtaking.hpp"
#include "models/consistency/precedence.hpp"

namespace splitvote::consistency {

namespace {

/// A read at its invocation, a write when it is due. At the same time reads come first.
struct Event {
  sim::Instant time;
  bool due = false;
  Node node{};
};

std::vector<Event> events_of(const History& history, const Observations& observations,
                             const EventualSettings& settings) {
  std::vector<Event> events;
  for (Node node = 0; node < observations.nodes(); ++node) {
    const std::uint32_t origin = observations.origin(node);
    const Times& times = history.times()[origin];
    if (!observations.sights(node).empty()) events.push_back({times.invoked, false, node});
    const bool returned = history.operations()[origin].has_returned();
    if (returned && !observations.writes(node).empty())
      events.push_back({std::max(times.returned, settings.healed) + settings.bound, true, node});
  }
  std::ranges::sort(
      events, {}, [](const Event& event) { return std::tuple(event.time, event.due, event.node); });
  return events;
}

}  // namespace

Judgement judge_eventual(const History& history, const EventualSettings& settings) {
  const Observations observations = Observations::of(history);
  if (observations.absurd()) return judge(observations);
  if (history.times().empty() && !history.operations().empty())
    return {Verdict::unknown, 0, {}, "the history has no times"};
  Overtaking overtaking(observations);
  overtaking.begin();
  std::vector<std::vector<Node>> due(observations.keys());  // appends to lists
  for (const Event& event : events_of(history, observations, settings)) {
    if (event.due) {
      for (const KeyId key : observations.writes(event.node)) {
        overtaking.learn(key, event.node);
        if (observations.holds_list(key)) due[static_cast<std::size_t>(key)].push_back(event.node);
      }
      continue;
    }
    for (const Sight& sight : observations.sights(event.node)) {
      const auto lack = first_lack(appends_of(observations, event.node),
                                   due[static_cast<std::size_t>(sight.key)]);
      if (lack)
        return {Verdict::violated, 0, explain_lack(observations, sight.key, event.node, *lack), {}};
      const auto overtaken = overtaking.see(sight.key, event.node, sight.writer);
      if (overtaken)
        return {Verdict::violated, 0, explain(observations, sight.key, *overtaken), {}};
    }
  }
  Precedence precedence(observations.nodes());
  add_lists(observations, precedence);
  return judge(observations, precedence);
}

}  // namespace splitvote::consistency
