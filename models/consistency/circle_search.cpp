// A smallest circle in what must come before what.
#include "models/consistency/circle_search.hpp"

#include <algorithm>
#include <utility>

namespace splitvote::consistency {

namespace {

// Links that the search for a smaller circle may follow when it has one, beside four times as many
// as there are.
constexpr std::uint64_t steps_max = 1'000'000;

class CircleSearch {
 public:
  explicit CircleSearch(const Precedence& precedence)
      : precedence_(precedence),
        links_(precedence.links()),
        nodes_(precedence.size()),
        ends_(nodes_ + 1),
        successors_(links_.size()) {
    for (const Link& link : links_) ++ends_[link.earlier + 1];
    for (Node node = 0; node < nodes_; ++node) ends_[node + 1] += ends_[node];
    std::vector<std::uint32_t> next(ends_.begin(), ends_.end() - 1);
    for (std::uint32_t at = 0; at < links_.size(); ++at)
      successors_[next[links_[at].earlier]++] = at;
  }

  /// Whether nothing is left when everything that nothing left comes before is taken away, again
  /// and again.
  [[nodiscard]] bool finds_none() const {
    std::vector<std::uint32_t> before(nodes_, 0);
    for (const Link& link : links_) ++before[link.later];
    std::vector<Node> taken;
    for (Node node = 0; node < nodes_; ++node)
      if (before[node] == 0) taken.push_back(node);
    for (std::size_t at = 0; at < taken.size(); ++at)
      for (const std::uint32_t link : from(taken[at]))
        if (--before[links_[link].later] == 0) taken.push_back(links_[link].later);
    return taken.size() == nodes_;
  }

  [[nodiscard]] std::vector<Link> run() {
    for (const Link& link : links_)
      if (link.earlier == link.later) return {link};
    find_components();
    states_.resize(std::size_t{nodes_} * 2);
    for (const Link& link : links_)
      if (precedence_.stands_for_nobody(link.later)) smallest_ = 1;
    const std::uint64_t enough = steps_max + 4 * links_.size();
    for (const Node start : starts()) {
      if (!best_.empty() && (best_size_ == smallest_ || steps_ > enough)) break;
      search_from(start);
    }
    return std::move(best_);
  }

 private:
  /// A node, and how one came there: a way along a session goes on for nothing.
  struct State {
    Node start = nobody_wrote;  // the last one from which it was reached
    std::uint32_t size = 0;     // of the way from there
    std::uint32_t link = 0;     // the last one of the way
    bool in_session = false;    // where that begins: whether the way went along a session there
  };
  using StateId = std::uint32_t;

  [[nodiscard]] static StateId state(Node node, bool in_session) {
    return node * 2 + (in_session ? 1 : 0);
  }

  // No circle is larger than its component.
  [[nodiscard]] std::vector<Node> starts() const {
    std::vector<Node> made;
    const auto size = [&](Node node) { return component_sizes_[component_[node]]; };
    for (Node node = 0; node < nodes_; ++node)
      if (size(node) > 1 && !precedence_.is_waypoint(node)) made.push_back(node);
    std::ranges::sort(made, {}, [&](Node node) { return std::pair(size(node), node); });
    return made;
  }

  [[nodiscard]] std::span<const std::uint32_t> from(Node node) const {
    return std::span(successors_).subspan(ends_[node], ends_[node + 1] - ends_[node]);
  }

  // Tarjan, Depth-First Search and Linear Graph Algorithms (1972), without recursion.
  void find_components() {
    constexpr std::uint32_t none = UINT32_MAX;
    component_.assign(nodes_, none);
    std::vector<std::uint32_t> entered(nodes_, none);
    std::vector<std::uint32_t> lowest(nodes_);
    std::vector<std::uint32_t> next(ends_.begin(), ends_.end() - 1);
    std::vector<Node> way;
    std::vector<Node> open;
    std::uint32_t time = 0;
    const auto enter = [&](Node node) {
      entered[node] = lowest[node] = time++;
      way.push_back(node);
      open.push_back(node);
    };
    for (Node root = 0; root < nodes_; ++root) {
      if (entered[root] != none) continue;
      enter(root);
      while (!way.empty()) {
        const Node node = way.back();
        if (next[node] < ends_[node + 1]) {
          const Node later = links_[successors_[next[node]++]].later;
          if (entered[later] == none)
            enter(later);
          else if (component_[later] == none)
            lowest[node] = std::min(lowest[node], entered[later]);
          continue;
        }
        way.pop_back();
        if (!way.empty()) lowest[way.back()] = std::min(lowest[way.back()], lowest[node]);
        if (lowest[node] == entered[node]) close_component(node, open);
      }
    }
  }

  void close_component(Node first, std::vector<Node>& open) {
    const auto number = static_cast<std::uint32_t>(component_sizes_.size());
    component_sizes_.push_back(0);
    Node node{};
    do {
      node = open.back();
      open.pop_back();
      component_[node] = number;
      ++component_sizes_.back();
    } while (node != first);
  }

  // Breadth first, until the start is met again or no smaller circle can be.
  void search_from(Node start) {
    level_.assign(1, state(start, false));
    next_level_.clear();
    states_[state(start, false)] = {};
    for (std::uint32_t size = 0; !level_.empty(); ++size) {
      if (!best_.empty() && size >= best_size_) return;
      while (!level_.empty()) {
        const StateId at = level_.back();
        level_.pop_back();
        const bool returned = at / 2 == start && states_[at].start == start;
        if (returned) {
          best_size_ = size;
          best_ = way_to(at, start);
          return;
        }
        if (states_[at].size == size) expand(at, size, start);
      }
      std::swap(level_, next_level_);
    }
  }

  void expand(StateId at, std::uint32_t size, Node start) {
    const bool in_session = at % 2 != 0;
    for (const std::uint32_t index : from(at / 2)) {
      ++steps_;
      const Link& link = links_[index];
      if (component_[link.later] != component_[start]) continue;
      const bool session = link.because == Because::session;
      const bool along = session && in_session;
      const bool free = along || precedence_.stands_for_nobody(link.later);
      const std::uint32_t longer = size + (free ? 0 : 1);
      const StateId to = state(link.later, session);
      // Who comes along a session can do all that others can.
      if (reached(to, longer, start) || reached(to | 1, longer, start)) continue;
      states_[to] = {start, longer, index, in_session};
      (free ? level_ : next_level_).push_back(to);
    }
  }

  [[nodiscard]] bool reached(StateId id, std::uint32_t size, Node start) const {
    return states_[id].start == start && states_[id].size <= size;
  }

  [[nodiscard]] std::vector<Link> way_to(StateId at, Node start) const {
    std::vector<Link> way;
    bool along = false;
    do {
      const State& state = states_[at];
      Link link = links_[state.link];
      at = CircleSearch::state(link.earlier, state.in_session);
      link.earlier = precedence_.real(link.earlier);
      link.later = precedence_.real(link.later);
      if (along)
        way.back().earlier = link.earlier;
      else
        way.push_back(link);
      along = state.in_session && link.because == Because::session;
    } while (at / 2 != start);
    std::ranges::reverse(way);
    return way;
  }

  const Precedence& precedence_;
  const std::span<const Link> links_;
  const Node nodes_;  // with the waypoints
  std::vector<std::uint32_t> ends_;
  std::vector<std::uint32_t> successors_;  // links, by the node where they begin
  std::vector<std::uint32_t> component_;   // by node
  std::vector<std::uint32_t> component_sizes_;
  std::vector<State> states_;
  std::vector<StateId> level_;
  std::vector<StateId> next_level_;
  std::vector<Link> best_;
  std::size_t best_size_ = 0;
  std::size_t smallest_ = 2;  // that there can be: one goes by waypoints from a node to itself
  std::uint64_t steps_ = 0;
};

}  // namespace

bool has_circle(const Precedence& precedence) { return !CircleSearch(precedence).finds_none(); }

std::vector<Link> find_circle(const Precedence& precedence) {
  CircleSearch search(precedence);
  return search.finds_none() ? std::vector<Link>{} : search.run();
}

}  // namespace splitvote::consistency
