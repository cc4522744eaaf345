// What must come before what, and why; a circle in it is a contradiction.
#include "models/consistency/precedence.hpp"

#include <algorithm>

#include "models/consistency/anomaly.hpp"
#include "models/consistency/circle_search.hpp"

namespace splitvote::consistency {

std::string words(const Observations& observations, const Link& link) {
  const std::string key = observations.spell(link.key);
  const std::string earlier = "<" + observations.describe(link.earlier) + ">";
  const std::string later = "<" + observations.describe(link.later) + ">";
  switch (link.because) {
    case Because::session:
      return earlier + " comes before " + later + " in its session";
    case Because::seen:
      return later + " saw what " + earlier + " wrote to " + key;
    case Because::followed:
      return later + " comes behind <" + observations.describe(link.witness) +
             "> in its session, which saw what " + earlier + " wrote to " + key;
    case Because::overtaken:
      return earlier + " comes before " + later + ", because <" +
             observations.describe(link.witness) + "> knew of both and saw the latter's " + key;
    case Because::replaced:
      if (link.witness != nobody_wrote)
        return earlier + " saw what <" + observations.describe(link.witness) + "> wrote to " + key +
               ", which must come before what " + later + " wrote";
      return earlier + " saw " + key + " before " + later + " wrote to it";
    case Because::succeeded:
      return earlier + " wrote to " + key + " before " + later + ", as a list shows";
    case Because::excluded:
      return earlier + " wrote to " + key + " before " + later +
             ", because its snapshot lacks what that wrote";
    case Because::real_time:
      return earlier + " returned before " + later + " was invoked";
    case Because::known:
      return later + " had to know of " + earlier;
  }
  return "?";
}

void add_sessions(const Observations& observations, Precedence& precedence) {
  for (Node node = 1; node < observations.nodes(); ++node)
    if (observations.session(node) == observations.session(node - 1))
      precedence.add({node - 1, node, Because::session});
}

void add_sights(const Observations& observations, Precedence& precedence) {
  for (Node node = 0; node < observations.nodes(); ++node)
    for (const Sight& sight : observations.sights(node))
      if (sight.writer != nobody_wrote)
        precedence.add({sight.writer, node, Because::seen, sight.key});
  for (Node node = 0; node < observations.nodes(); ++node)
    for (const Sight& sight : observations.sights(node))
      for (const Node writer : observations.glimpses(sight))
        precedence.add({writer, node, Because::seen, sight.key});
}

void add_sights_shortly(const Observations& observations, Node first, Node end,
                        Precedence& precedence) {
  const ListForest& lists = observations.lists();
  std::vector<Node> waypoints(lists.size(), nobody_wrote);
  std::vector<ListId> way;
  for (Node node = first; node < end; ++node)
    for (const Sight& sight : observations.sights(node)) {
      for (ListId list = sight.list; !lists.is_empty(list) && waypoints[list] == nobody_wrote;
           list = lists.before(list))
        way.push_back(list);
      for (; !way.empty(); way.pop_back()) {
        const ListId list = way.back();
        const Node before = waypoints[lists.before(list)];
        waypoints[list] = precedence.add_waypoint();
        if (before != nobody_wrote) precedence.add({before, waypoints[list], Because::seen});
        if (lists.last(list) != nobody_wrote)
          precedence.add({lists.last(list), waypoints[list], Because::seen});
      }
      const Node source = lists.is_empty(sight.list) ? sight.writer : waypoints[sight.list];
      if (source != nobody_wrote) precedence.add({source, node, Because::seen, sight.key});
    }
}

void add_successions(const Observations& observations, Precedence& precedence) {
  for (const Succession& one : observations.successions())
    if (one.earlier != nobody_wrote)
      precedence.add({one.earlier, one.later, Because::succeeded, one.key});
}

Arrow arrow(const Observations& observations, const Link& link) {
  const auto id = [&](Node node) { return static_cast<OperationId>(observations.origin(node)); };
  Arrow made{id(link.earlier), id(link.later), link.because, link.key, {}};
  if (link.witness != nobody_wrote) made.witness = id(link.witness);
  return made;
}

Contradiction explain_initial(const Observations& observations, KeyId key, Node reader,
                              Node known) {
  Contradiction contradiction;
  for (const Node one : {known, reader})
    contradiction.operations.push_back(static_cast<OperationId>(observations.origin(one)));
  std::ranges::sort(contradiction.operations);
  contradiction.explanation = "<" + observations.describe(reader) + "> had to know of <" +
                              observations.describe(known) + ">, but found " +
                              observations.spell(key) + " as it was at the beginning.";
  contradiction.arrows = {arrow(observations, {known, reader, Because::known, key}),
                          arrow(observations, {reader, known, Because::replaced, key})};
  return contradiction;
}

// A way through waypoints is one link, from where it enters the first to where it leaves the last.
Contradiction explain(const Observations& observations, std::span<const Link> circle) {
  Contradiction contradiction;
  std::string text;
  const Link* entry = nullptr;
  for (const Link& link : circle) {
    if (entry == nullptr) entry = &link;
    if (link.later >= observations.nodes()) continue;
    Link direct = *entry;
    direct.later = link.later;
    direct.because = link.because;
    entry = nullptr;
    text += (text.empty() ? "" : "; ") + words(observations, direct);
    contradiction.arrows.push_back(arrow(observations, direct));
    for (const Node node : {direct.earlier, direct.later, direct.witness})
      if (node != nobody_wrote)
        contradiction.operations.push_back(static_cast<OperationId>(observations.origin(node)));
  }
  std::ranges::sort(contradiction.operations);
  const auto repeated = std::ranges::unique(contradiction.operations);
  contradiction.operations.erase(repeated.begin(), repeated.end());
  contradiction.explanation = "each of these would come before itself: " + text + ".";
  if (observations.of_transactions()) contradiction.anomaly = anomaly_of(contradiction.arrows);
  return contradiction;
}

Judgement judge(const Observations& observations) {
  if (observations.absurd()) return {Verdict::violated, 0, observations.absurd(), {}};
  if (observations.undecided().empty()) return {};
  return {Verdict::unknown, 0, {}, observations.undecided()};
}

Judgement judge(const Observations& observations, const std::function<Precedence(Telling)>& make) {
  if (observations.absurd()) return judge(observations);
  const bool lists = observations.lists().size() > observations.lists().first();
  if (lists && !has_circle(make(Telling::shortly))) return judge(observations);
  return judge(observations, make(Telling::wholly));
}

Judgement judge(const Observations& observations, const Precedence& precedence) {
  if (observations.absurd()) return judge(observations);
  const std::vector<Link> circle = find_circle(precedence);
  if (circle.empty()) return judge(observations);
  return {Verdict::violated, 0, explain(observations, circle), {}};
}

}  // namespace splitvote::consistency
