// What must come before what, and why; a circle in it is a contradiction.
#include "models/consistency/precedence.hpp"

#include <algorithm>

namespace splitvote::consistency {

namespace {

// Links that the search for the smallest circle may follow.
constexpr std::uint64_t steps_max = 20'000'000;

std::string words(const Observations& observations, const Link& link) {
  const std::string key(observations.name(link.key));
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
      return earlier + " saw " + key + " before " + later + " wrote to it";
    case Because::succeeded:
      return earlier + " wrote to " + key + " before " + later + ", as a list shows";
    case Because::real_time:
      return earlier + " returned before " + later + " was invoked";
  }
  return "?";
}

}  // namespace

Node Precedence::real(Node node) const {
  if (!is_waypoint(node) || stands_for_[node - nodes_] == nobody_wrote) return node;
  return stands_for_[node - nodes_];
}

Precedence::Successors Precedence::successors() const {
  Successors made;
  made.ends.assign(size_ + 1, 0);
  for (const Link& link : links_) ++made.ends[link.earlier + 1];
  for (Node node = 0; node < size_; ++node) made.ends[node + 1] += made.ends[node];
  made.links.resize(links_.size());
  std::vector<std::uint32_t> next(made.ends.begin(), made.ends.end() - 1);
  for (std::uint32_t at = 0; at < links_.size(); ++at) made.links[next[links_[at].earlier]++] = at;
  return made;
}

// What is left when everything that nothing left comes before is taken away, again and again.
std::vector<std::uint8_t> Precedence::on_circles(const Successors& successors) const {
  std::vector<std::uint32_t> before(size_, 0);
  for (const Link& link : links_) ++before[link.later];
  std::vector<Node> ready;
  for (Node node = 0; node < size_; ++node)
    if (before[node] == 0) ready.push_back(node);
  std::vector<std::uint8_t> left(size_, 1);
  while (!ready.empty()) {
    const Node node = ready.back();
    ready.pop_back();
    left[node] = 0;
    for (std::uint32_t at = successors.ends[node]; at < successors.ends[node + 1]; ++at) {
      const Node later = links_[successors.links[at]].later;
      if (--before[later] == 0) ready.push_back(later);
    }
  }
  return left;
}

// Backwards from a node that is left, until the way meets itself: some circle.
std::vector<Node> Precedence::some_circle(std::span<const std::uint8_t> left) const {
  std::vector<Node> before(size_, nobody_wrote);
  for (const Link& link : links_)
    if (left[link.earlier] != 0 && left[link.later] != 0) before[link.later] = link.earlier;
  std::vector<std::uint8_t> passed(size_, 0);
  auto at = static_cast<Node>(std::ranges::find(left, 1) - left.begin());
  for (; passed[at] == 0; at = before[at]) passed[at] = 1;
  std::vector<Node> circle;
  for (Node node = at; circle.empty() || node != at; node = before[node])
    if (!is_waypoint(node)) circle.push_back(node);
  return circle;
}

// Breadth first from every node of one circle, then from all others.
std::vector<Link> Precedence::find_circle() const {
  const Successors after = successors();
  const std::vector<std::uint8_t> left = on_circles(after);
  if (std::ranges::find(left, 1) == left.end()) return {};
  std::vector<Node> starts = some_circle(left);
  for (Node node = 0; node < nodes_; ++node)
    if (left[node] != 0) starts.push_back(node);
  std::vector<Link> best;
  Search search{std::vector<std::uint32_t>(size_), std::vector<Node>(size_, nobody_wrote), {}, 0};
  for (const Node start : starts) {
    if (!best.empty() && (search.steps > steps_max || best.size() <= 2)) break;
    if (!closes(start, after, left, search)) continue;
    std::vector<Link> circle;
    for (Node at = start; circle.empty() || at != start; at = circle.back().earlier)
      circle.push_back(links_[search.came_by[at]]);
    std::ranges::reverse(circle);
    for (Link& link : circle)
      link = {real(link.earlier), real(link.later), link.because, link.key, link.witness};
    if (best.empty() || circle.size() < best.size()) best = std::move(circle);
  }
  return best;
}

bool Precedence::closes(Node start, const Successors& after, std::span<const std::uint8_t> left,
                        Search& search) const {
  search.queue.assign(1, start);
  for (std::size_t head = 0; head < search.queue.size(); ++head) {
    const Node node = search.queue[head];
    for (std::uint32_t at = after.ends[node]; at < after.ends[node + 1]; ++at) {
      const Node later = links_[after.links[at]].later;
      ++search.steps;
      if (left[later] == 0 || search.reached_from[later] == start) continue;
      search.reached_from[later] = start;
      search.came_by[later] = after.links[at];
      if (later == start) return true;
      search.queue.push_back(later);
    }
  }
  return false;
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
    for (const Sight& glimpse : observations.glimpses(node))
      precedence.add({glimpse.writer, node, Because::seen, glimpse.key});
}

void add_successions(const Observations& observations, Precedence& precedence) {
  for (const Succession& one : observations.successions())
    if (one.earlier != nobody_wrote)
      precedence.add({one.earlier, one.later, Because::succeeded, one.key});
}

Contradiction explain_initial(const Observations& observations, KeyId key, Node reader,
                              Node known) {
  Contradiction contradiction;
  for (const Node one : {known, reader})
    contradiction.operations.push_back(static_cast<OperationId>(observations.origin(one)));
  std::ranges::sort(contradiction.operations);
  contradiction.explanation = "<" + observations.describe(reader) + "> had to know of <" +
                              observations.describe(known) + ">, but found " +
                              std::string(observations.name(key)) + " as it was at the beginning.";
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
    for (const Node node : {direct.earlier, direct.later, direct.witness})
      if (node != nobody_wrote)
        contradiction.operations.push_back(static_cast<OperationId>(observations.origin(node)));
  }
  std::ranges::sort(contradiction.operations);
  const auto repeated = std::ranges::unique(contradiction.operations);
  contradiction.operations.erase(repeated.begin(), repeated.end());
  contradiction.explanation = "each of these would come before itself: " + text + ".";
  return contradiction;
}

Judgement judge(const Observations& observations) {
  if (observations.absurd()) return {Verdict::violated, 0, observations.absurd(), {}};
  if (observations.undecided().empty()) return {};
  return {Verdict::unknown, 0, {}, observations.undecided()};
}

Judgement judge(const Observations& observations, const Precedence& precedence) {
  if (observations.absurd()) return judge(observations);
  const std::vector<Link> circle = precedence.find_circle();
  if (circle.empty()) return judge(observations);
  return {Verdict::violated, 0, explain(observations, circle), {}};
}

}  // namespace splitvote::consistency
