// Eventual consistency with a bound: writes are visible to everybody some time after they returned.
#include "models/consistency/eventual.hpp"

#include <algorithm>
#include <optional>
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

/// Nothing if nobody can be told behind it.
std::optional<sim::Instant> due_time(sim::Instant returned, const EventualSettings& settings) {
  const sim::Instant from = std::max(returned, settings.healed);
  if (from > sim::end_of_time - settings.bound) return std::nullopt;
  return from + settings.bound;
}

std::vector<Event> events_of(const History& history, const Observations& observations,
                             const EventualSettings& settings) {
  std::vector<Event> events;
  for (Node node = 0; node < observations.nodes(); ++node) {
    const std::uint32_t origin = observations.origin(node);
    const Times& times = history.times()[origin];
    if (!observations.sights(node).empty()) events.push_back({times.invoked, false, node});
    const bool returned = history.operations()[origin].has_returned();
    if (!returned || observations.writes(node).empty()) continue;
    if (const auto due = due_time(times.returned, settings)) events.push_back({*due, true, node});
  }
  std::ranges::sort(
      events, {}, [](const Event& event) { return std::tuple(event.time, event.due, event.node); });
  return events;
}

/// Appends to lists that are due, and how many of them the list of their key has that was read
/// last.
class DueAppends {
 public:
  explicit DueAppends(const Observations& observations)
      : observations_(observations),
        walk_(observations.lists(), observations.keys()),
        nodes_(observations.nodes()),
        keys_(observations.keys()) {}

  void add(KeyId id, Node node) {
    Key& key = of(id);
    key.due.push_back(node);
    nodes_[node].due = true;
    key.shown += nodes_[node].shown ? 1 : 0;
  }

  /// One that the list lacks.
  std::optional<Node> lack(Node reader, const Sight& sight) {
    Key& key = of(sight.key);
    walk_.go(
        sight.key, sight.list,
        [&](Node one) {
          nodes_[one].shown = false;
          key.shown -= nodes_[one].due ? 1 : 0;
        },
        [&](Node one) {
          nodes_[one].shown = true;
          key.shown += nodes_[one].due ? 1 : 0;
        });
    if (key.shown == key.due.size()) return {};
    return first_lack(appends_of(observations_, reader), key.due);
  }

 private:
  struct Key {
    std::vector<Node> due;
    std::size_t shown = 0;
  };
  struct Append {
    bool due = false;
    bool shown = false;
  };

  Key& of(KeyId key) { return keys_[static_cast<std::size_t>(key)]; }

  const Observations& observations_;
  ListWalk walk_;
  std::vector<Append> nodes_;
  std::vector<Key> keys_;
};

}  // namespace

Judgement judge_eventual(const History& history, const EventualSettings& settings) {
  const Observations observations = Observations::of(history);
  if (observations.absurd()) return judge(observations);
  if (history.times().empty() && !history.operations().empty())
    return {Verdict::unknown, 0, {}, "the history has no times"};
  Overtaking overtaking(observations);
  overtaking.begin();
  DueAppends due(observations);
  for (const Event& event : events_of(history, observations, settings)) {
    if (event.due) {
      for (const KeyId key : observations.writes(event.node)) {
        overtaking.learn(key, event.node);
        if (observations.holds_list(key)) due.add(key, event.node);
      }
      continue;
    }
    for (const Sight& sight : observations.sights(event.node)) {
      const auto lack = due.lack(event.node, sight);
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
