// Causality: what each node may have known of the others, by sessions and by what it saw.
#include "models/consistency/causality.hpp"

#include <algorithm>
#include <tuple>

#include "models/consistency/list_reads.hpp"

namespace splitvote::consistency {

Writers::Writers(const Observations& observations) {
  std::vector<std::uint32_t> ends(observations.keys() + 1, 0);
  for (Node node = 0; node < observations.nodes(); ++node)
    for (const KeyId key : observations.writes(node)) ++ends[static_cast<std::size_t>(key) + 1];
  for (std::size_t key = 0; key < observations.keys(); ++key) ends[key + 1] += ends[key];
  writers_.resize(ends.back());
  std::vector<std::uint32_t> next(ends.begin(), ends.end() - 1);
  for (Node node = 0; node < observations.nodes(); ++node)
    for (const KeyId key : observations.writes(node))
      writers_[next[static_cast<std::size_t>(key)]++] = node;
  group_ends_.push_back(0);
  for (std::size_t key = 0; key < observations.keys(); ++key) {
    for (std::uint32_t at = ends[key]; at < ends[key + 1]; ++at) {
      const std::uint32_t session = observations.session(writers_[at]);
      if (at == ends[key] || groups_.back().session != session)
        groups_.push_back({session, at, at});
      ++groups_.back().end;
    }
    group_ends_.push_back(static_cast<std::uint32_t>(groups_.size()));
  }
}

std::span<const Node> Writers::before(const Group& group, Node bound) const {
  const auto begin = writers_.begin() + group.begin;
  return {begin, std::lower_bound(begin, writers_.begin() + group.end, bound)};
}

Node Writers::last_before(const Group& group, Node bound) const {
  const std::span<const Node> found = before(group, bound);
  return found.empty() ? nobody_wrote : found.back();
}

// Nodes are taken as soon as all they know of directly have been.
Causality::Causality(const Observations& observations) : observations_(observations) {
  const std::uint32_t sessions = observations.sessions();
  const Node nodes = observations.nodes();
  too_large_ = std::uint64_t{nodes} * sessions > entries_max;
  if (too_large_) return;
  clocks_.assign(std::size_t{nodes} * sessions, 0);
  std::vector<std::uint8_t> done(nodes, 0);
  std::vector<Node> next(sessions);
  std::vector<std::vector<std::uint32_t>> waiting(nodes);  // sessions, for a writer
  std::vector<std::uint32_t> ready;
  for (std::uint32_t session = 0; session < sessions; ++session) {
    next[session] = observations.begin(session);
    ready.push_back(session);
  }
  Node taken = 0;
  const auto take = [&](Node node, std::uint32_t session) {
    std::uint32_t* clock = &clocks_[std::size_t{node} * sessions];
    const auto join = [&](Node other) {
      const std::uint32_t* known = &clocks_[std::size_t{other} * sessions];
      for (std::uint32_t at = 0; at < sessions; ++at) clock[at] = std::max(clock[at], known[at]);
    };
    if (observations.place(node) > 0) join(node - 1);
    for (const Sight& sight : observations.sights(node))
      if (sight.writer != nobody_wrote) join(sight.writer);
    for (const Sight& glimpse : observations.glimpses(node)) join(glimpse.writer);
    clock[session] = observations.place(node) + 1;
    done[node] = 1;
    ++taken;
    ready.insert(ready.end(), waiting[node].begin(), waiting[node].end());
  };
  while (!ready.empty()) {
    const std::uint32_t session = ready.back();
    ready.pop_back();
    for (Node& node = next[session]; node < observations.begin(session + 1); ++node) {
      const Node missing = missing_for(node, done);
      if (missing != nobody_wrote) {
        waiting[missing].push_back(session);
        break;
      }
      take(node, session);
    }
  }
  circular_ = taken < nodes;
}

Node Causality::missing_for(Node node, std::span<const std::uint8_t> done) const {
  for (const auto sights : {observations_.sights(node), observations_.glimpses(node)})
    for (const Sight& sight : sights)
      if (sight.writer != nobody_wrote && done[sight.writer] == 0) return sight.writer;
  return nobody_wrote;
}

namespace {

enum class Order : std::uint8_t {
  of_each,  // every read has its own order of what it knows
  of_all,   // the writes have one order for everybody
};

class CausalCheck {
 public:
  CausalCheck(const Observations& observations, Order order)
      : observations_(observations),
        order_(order),
        writers_(observations),
        causality_(observations),
        precedence_(observations.nodes()) {}

  void compare() {
    if (causality_.too_large() || causality_.circular()) return;
    for (Node node = 0; node < observations_.nodes(); ++node)
      for (const Sight& sight : observations_.sights(node)) compare(node, sight);
  }

  Judgement judge() {
    if (causality_.too_large())
      return {Verdict::unknown, 0, {}, "there are too many sessions for so many operations"};
    compare();
    add_sessions(observations_, precedence_);
    add_sights(observations_, precedence_);
    if (order_ == Order::of_all) {
      add_successions(observations_, precedence_);
      add_lists(observations_, precedence_);
    }
    if (lack_) return {Verdict::violated, 0, std::move(lack_), {}};
    return consistency::judge(observations_, precedence_);
  }

 private:
  // Everybody of whom the node knows and who wrote to the key comes before whom it saw.
  void compare(Node node, const Sight& sight) {
    if (observations_.holds_list(sight.key)) compare_list(node, sight.key);
    for (const Writers::Group& group : writers_.of(sight.key)) {
      const Node known = writers_.last_before(group, bound(node, group.session));
      if (known == nobody_wrote || known == sight.writer) continue;
      if (sight.writer == nobody_wrote) {
        if (!lack_) lack_ = explain_initial(observations_, sight.key, node, known);
        return;
      }
      if (causality_.before(known, sight.writer)) continue;
      if (order_ == Order::of_all || causality_.before(sight.writer, known))
        precedence_.add({known, sight.writer, Because::overtaken, sight.key, node});
    }
  }

  /// Of the session, the node knows whatever is before this.
  [[nodiscard]] Node bound(Node node, std::uint32_t session) const {
    const Node behind = observations_.begin(session) + causality_.known(node, session);
    return session == observations_.session(node) ? behind - 1 : behind;
  }

  // It lacks nothing of which the node knows, and nothing stands behind what knows of it.
  void compare_list(Node node, KeyId key) {
    const std::vector<Node> list = list_of(observations_, node);
    if (list.empty() || lack_) return;
    const std::vector<Node> appends = appends_of(observations_, node);
    std::size_t known = 0;
    for (const Writers::Group& group : writers_.of(key))
      known += writers_.before(group, bound(node, group.session)).size();
    for (const Writers::Group& group : writers_.of(key)) {
      if (known == list.size()) break;
      const auto lack = first_lack(appends, writers_.before(group, bound(node, group.session)));
      if (!lack) continue;
      lack_ = explain_lack(observations_, key, node, *lack);
      return;
    }
    if (order_ == Order::of_each) compare_order(node, key, list);
  }

  void compare_order(Node node, KeyId key, std::span<const Node> list) {
    std::vector<Node> first(observations_.sessions(), nobody_wrote);  // of those behind
    std::vector<std::uint32_t> sessions;
    for (std::size_t at = list.size(); at-- > 0;) {
      for (const std::uint32_t session : sessions)
        if (causality_.before(first[session], list[at]))
          precedence_.add({list[at], first[session], Because::succeeded, key, node});
      const std::uint32_t own = observations_.session(list[at]);
      if (first[own] == nobody_wrote) sessions.push_back(own);
      first[own] = std::min(first[own], list[at]);
    }
  }

  const Observations& observations_;
  const Order order_;
  const Writers writers_;
  const Causality causality_;
  Precedence precedence_;
  std::optional<Contradiction> lack_;  // a node knew of a write and found the key without
};

}  // namespace

Judgement judge_causal(const Observations& observations) {
  if (observations.absurd()) return judge(observations);
  return CausalCheck(observations, Order::of_each).judge();
}

Judgement judge_causal_convergence(const Observations& observations) {
  if (observations.absurd()) return judge(observations);
  return CausalCheck(observations, Order::of_all).judge();
}

}  // namespace splitvote::consistency
