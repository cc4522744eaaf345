// As few operations as contradict a model without real time, and how they knew of each other.
#include "models/consistency/smallest_contradiction.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "models/consistency/circle_search.hpp"
#include "models/consistency/precedence.hpp"
#include "models/consistency/shrinking.hpp"

namespace splitvote::consistency {

namespace {

// Nodes that are judged, in all questions together.
constexpr std::uint64_t judged_max = 200'000;

/// The links by which one node knows of another: along sessions, and by what was seen.
class Knowledge {
 public:
  explicit Knowledge(const Observations& observations) : links_(observations.nodes()) {
    add_sessions(observations, links_);
    add_sights(observations, links_);
  }

  /// The shortest way from the one to the other; empty if there is none.
  [[nodiscard]] std::vector<Link> way(Node from, Node to) const {
    Precedence closed = links_;
    closed.add({to, from, Because::known});
    std::vector<Link> circle = find_circle(closed);
    const auto closing = std::ranges::find(circle, Because::known, &Link::because);
    if (closing == circle.end()) return {};
    std::ranges::rotate(circle, closing + 1);
    circle.pop_back();
    return circle;
  }

 private:
  Precedence links_;
};

/// From what was found to the smallest set: nodes of the whole, sorted.
class Shrinking {
 public:
  using Judge = std::function<Judgement(const Observations&)>;

  Shrinking(const Observations& observations, const Judge& judge)
      : observations_(observations), judge_(judge), nodes_by_origin_(observations.nodes()) {
    for (Node node = 0; node < observations.nodes(); ++node) nodes_by_origin_[node] = node;
    std::ranges::sort(nodes_by_origin_, {}, [&](Node node) { return observations_.origin(node); });
  }

  /// False if nothing that contradicts by itself was found within the budget.
  bool run(const Contradiction& found) {
    nodes_ = nodes_of(found);
    bool known = contradict();
    if (!known) {
      add_ways(found);
      known = contradict();
    }
    if (!known) {
      add_past();
      known = contradict();
    }
    if (!known) {
      add_all();
      known = contradict();
    }
    if (known) minimal_ = take_away(nodes_, [&](std::span<const Node> rest) { return ask(rest); });
    return known;
  }

  [[nodiscard]] std::span<const Node> nodes() const { return nodes_; }
  [[nodiscard]] bool minimal() const { return minimal_; }

 private:
  [[nodiscard]] Node node_of(OperationId id) const {
    const auto origin = [&](Node node) { return observations_.origin(node); };
    return *std::ranges::lower_bound(nodes_by_origin_, static_cast<std::uint32_t>(id), {}, origin);
  }

  [[nodiscard]] std::vector<Node> nodes_of(const Contradiction& found) const {
    std::vector<Node> made;
    for (const OperationId id : found.operations) made.push_back(node_of(id));
    std::ranges::sort(made);
    return made;
  }

  Answer ask(std::span<const Node> nodes) {
    judged_ += nodes.size();
    if (judged_ > judged_max) return Answer::ended;
    const Judgement judgement = judge_(observations_.restricted_to(nodes));
    if (judgement.verdict == Verdict::violated) return Answer::contradicts;
    return judgement.verdict == Verdict::ok ? Answer::fits : Answer::cannot_say;
  }
  bool contradict() { return ask(nodes_) == Answer::contradicts; }

  // How they knew of each other, and who wrote to a register what was replaced.
  void add_ways(const Contradiction& found) {
    const Knowledge knowledge(observations_);
    for (const Arrow& arrow : found.arrows) {
      if (arrow.because == Because::replaced)
        for (const Sight& sight : observations_.sights(node_of(arrow.earlier)))
          if (sight.key == arrow.key && sight.writer != nobody_wrote &&
              observations_.lists().is_empty(sight.list))
            nodes_.push_back(sight.writer);
      if (arrow.because != Because::known && arrow.because != Because::overtaken) continue;
      const Node from = node_of(arrow.earlier);
      const Node to = node_of(arrow.witness.value_or(arrow.later));
      for (const Link& link : knowledge.way(from, to)) nodes_.push_back(link.later);
    }
    sort_nodes();
  }

  // Whatever those can have known of.
  void add_past() {
    std::vector<std::uint8_t> known(observations_.nodes(), 0);
    for (const Node node : nodes_) known[node] = 1;
    for (std::size_t at = 0; at < nodes_.size(); ++at) {
      const auto add = [&](Node node) {
        if (node == nobody_wrote || known[node] != 0) return;
        known[node] = 1;
        nodes_.push_back(node);
      };
      const Node node = nodes_[at];
      if (observations_.place(node) > 0) add(node - 1);
      for (const Sight& sight : observations_.sights(node)) {
        add(sight.writer);
        for (const Node writer : observations_.glimpses(sight)) add(writer);
      }
    }
    sort_nodes();
  }

  void add_all() {
    nodes_ = nodes_by_origin_;
    sort_nodes();
  }

  void sort_nodes() {
    std::ranges::sort(nodes_);
    const auto repeated = std::ranges::unique(nodes_);
    nodes_.erase(repeated.begin(), repeated.end());
  }

  const Observations& observations_;
  const Judge& judge_;
  std::vector<Node> nodes_by_origin_;
  std::vector<Node> nodes_;
  std::uint64_t judged_ = 0;
  bool minimal_ = false;
};

/// Says how one had to know of another, unless one link is all of the way.
void add_knowledge(const Observations& observations, Contradiction& contradiction) {
  const Knowledge knowledge(observations);
  const auto node_of = [&](OperationId id) {
    Node node = 0;
    while (observations.origin(node) != static_cast<std::uint32_t>(id)) ++node;
    return node;
  };
  std::vector<Arrow> ways;
  for (const Arrow& arrow : contradiction.arrows) {
    if (arrow.because != Because::known && arrow.because != Because::overtaken) continue;
    const Node from = node_of(arrow.earlier);
    const Node to = node_of(arrow.witness.value_or(arrow.later));
    const std::vector<Link> way = knowledge.way(from, to);
    if (way.size() <= 1) continue;
    std::string text;
    for (const Link& link : way) {
      text += (text.empty() ? "" : "; ") + words(observations, link);
      ways.push_back(splitvote::consistency::arrow(observations, link));
    }
    contradiction.explanation +=
        " <" + observations.describe(to) + "> had to know because " + text + ".";
  }
  contradiction.arrows.insert(contradiction.arrows.end(), ways.begin(), ways.end());
}

}  // namespace

Contradiction smallest_contradiction(const Observations& observations, const Contradiction& found,
                                     const std::function<Judgement(const Observations&)>& judge) {
  if (observations.absurd()) return found;
  Shrinking shrinking(observations, judge);
  if (!shrinking.run(found)) return found;
  const Observations rest = observations.restricted_to(shrinking.nodes());
  Contradiction smallest = judge(rest).contradiction.value();
  add_knowledge(rest, smallest);
  smallest.operations.clear();
  for (Node node = 0; node < rest.nodes(); ++node)
    smallest.operations.push_back(static_cast<OperationId>(rest.origin(node)));
  std::ranges::sort(smallest.operations);
  smallest.minimal = shrinking.minimal();
  return smallest;
}

}  // namespace splitvote::consistency
