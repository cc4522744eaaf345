// What returned before what was invoked, as links.
#include "models/consistency/real_time.hpp"

#include <algorithm>

namespace splitvote::consistency {

namespace {

struct Moment {
  Position position = 0;
  Node node{};
  bool returns = false;
};

std::vector<Moment> events_of(const Observations& observations) {
  std::vector<Moment> events;
  for (Node node = 0; node < observations.nodes(); ++node) {
    events.push_back({observations.invoked(node), node, false});
    if (observations.returned(node) != never_returned)
      events.push_back({observations.returned(node), node, true});
  }
  std::ranges::sort(events, {}, &Moment::position);
  return events;
}

}  // namespace

// Each return is a waypoint behind the one before.
void add_real_time(const Observations& observations, Precedence& precedence) {
  Node last = nobody_wrote;
  for (const Moment& event : events_of(observations)) {
    if (!event.returns) {
      if (last != nobody_wrote) precedence.add({last, event.node, Because::real_time});
      continue;
    }
    const Node waypoint = precedence.add_waypoint();
    if (last != nobody_wrote) precedence.add({last, waypoint, Because::real_time});
    precedence.add({event.node, waypoint, Because::real_time});
    last = waypoint;
  }
}

// Who returned before somebody was invoked who has returned, too, comes before that one anyway.
std::vector<Link> real_time_links(const Observations& observations, std::size_t count_max) {
  std::vector<Link> links;
  std::vector<Node> last;  // of those that returned, whoever precedes none of them
  for (const Moment& event : events_of(observations)) {
    if (!event.returns) {
      for (const Node earlier : last) {
        if (links.size() == count_max) return links;
        links.push_back({earlier, event.node, Because::real_time});
      }
      continue;
    }
    std::erase_if(last, [&](Node earlier) {
      return observations.returned(earlier) < observations.invoked(event.node);
    });
    last.push_back(event.node);
  }
  return links;
}

}  // namespace splitvote::consistency
