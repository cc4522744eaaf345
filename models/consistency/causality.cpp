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
  done_.assign(nodes, 0);
  goes_back_.assign(observations.lists().size(), 0);
  list_rows_.assign(observations.lists().size(), 0);
  std::vector<Node> next(sessions);
  std::vector<Progress> progress(sessions);
  std::vector<std::vector<std::uint32_t>> waiting(nodes);  // sessions, for a writer
  std::vector<std::uint32_t> ready;
  for (std::uint32_t session = 0; session < sessions; ++session) {
    next[session] = observations.begin(session);
    ready.push_back(session);
  }
  Node taken = 0;
  while (!ready.empty()) {
    const std::uint32_t session = ready.back();
    ready.pop_back();
    for (Node& node = next[session]; node < observations.begin(session + 1); ++node) {
      const Node missing = missing_for(node, progress[session]);
      if (missing != nobody_wrote) {
        waiting[missing].push_back(session);
        break;
      }
      take(node);
      ++taken;
      progress[session] = {};
      ready.insert(ready.end(), waiting[node].begin(), waiting[node].end());
    }
  }
  circular_ = taken < nodes;
  list_rows_ = {};
  rows_ = {};
}

Node Causality::missing_for(Node node, Progress& progress) const {
  const auto sights = observations_.sights(node);
  const ListForest& lists = observations_.lists();
  for (; progress.sight < sights.size(); ++progress.sight, progress.list.reset()) {
    const Sight& sight = sights[progress.sight];
    if (sight.writer != nobody_wrote && done_[sight.writer] == 0) return sight.writer;
    if (!progress.list) progress.list = sight.list;
    for (ListId& list = *progress.list; !lists.is_empty(list) && list_rows_[list] == 0;
         list = lists.before(list))
      if (lists.last(list) != nobody_wrote && done_[lists.last(list)] == 0) return lists.last(list);
  }
  return nobody_wrote;
}

void Causality::take(Node node) {
  std::uint32_t* own = &clocks_[std::size_t{node} * observations_.sessions()];
  if (observations_.place(node) > 0) join(own, clock(node - 1));
  for (const Sight& sight : observations_.sights(node)) {
    if (!observations_.lists().is_empty(sight.list))
      join(own, known_by(sight.list));
    else if (sight.writer != nobody_wrote)
      join(own, clock(sight.writer));
  }
  own[observations_.session(node)] = observations_.place(node) + 1;
  done_[node] = 1;
}

// From that of the longest list that it begins with and that was read before.
const std::uint32_t* Causality::known_by(ListId list) {
  if (list_rows_[list] != 0) return rows_[list_rows_[list] - 1].data();
  const ListForest& lists = observations_.lists();
  std::vector<ListId> way;
  ListId at = list;
  for (; !lists.is_empty(at) && list_rows_[at] == 0; at = lists.before(at)) way.push_back(at);
  std::vector<std::uint32_t> known(observations_.sessions(), 0);
  if (!lists.is_empty(at)) known = rows_[list_rows_[at] - 1];
  bool goes_back = goes_back_[at] != 0;
  for (; !way.empty(); way.pop_back()) {
    const Node writer = lists.last(way.back());
    if (writer == nobody_wrote) continue;
    goes_back = goes_back || observations_.place(writer) < known[observations_.session(writer)];
    join(known.data(), clock(writer));
  }
  goes_back_[list] = goes_back ? 1 : 0;
  rows_.push_back(std::move(known));
  list_rows_[list] = static_cast<std::uint32_t>(rows_.size());
  return rows_.back().data();
}

void Causality::join(std::uint32_t* clock, const std::uint32_t* other) const {
  for (std::uint32_t at = 0; at < observations_.sessions(); ++at)
    clock[at] = std::max(clock[at], other[at]);
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
        causality_(observations) {}

  Judgement judge() {
    if (causality_.too_large())
      return {Verdict::unknown, 0, {}, "there are too many sessions for so many operations"};
    for (Node node = 0; node < observations_.nodes() && !causality_.circular(); ++node)
      for (const Sight& sight : observations_.sights(node)) find_lack(node, sight);
    if (lack_) return {Verdict::violated, 0, std::move(lack_), {}};
    return consistency::judge(observations_, [&](Telling telling) { return precedence(telling); });
  }

 private:
  [[nodiscard]] Precedence precedence(Telling telling) const {
    Precedence made(observations_.nodes());
    for (Node node = 0; node < observations_.nodes() && !causality_.circular(); ++node)
      for (const Sight& sight : observations_.sights(node)) compare(node, sight, telling, made);
    add_sessions(observations_, made);
    if (telling == Telling::shortly)
      add_sights_shortly(observations_, 0, observations_.nodes(), made);
    else
      add_sights(observations_, made);
    if (order_ == Order::of_all) {
      add_successions(observations_, made);
      add_lists(observations_, made);
    }
    return made;
  }

  /// Of the session, the node knows whatever is before this.
  [[nodiscard]] Node bound(Node node, std::uint32_t session) const {
    const Node behind = observations_.begin(session) + causality_.known(node, session);
    return session == observations_.session(node) ? behind - 1 : behind;
  }

  // A list has what the node knows of; a key that it found as it was at the beginning, nothing.
  void find_lack(Node node, const Sight& sight) {
    if (lack_) return;
    const ListForest& lists = observations_.lists();
    const bool listed = observations_.holds_list(sight.key) && !lists.is_empty(sight.list);
    if (!listed && sight.writer != nobody_wrote) return;
    std::size_t known = 0;
    for (const Writers::Group& group : writers_.of(sight.key))
      known += writers_.before(group, bound(node, group.session)).size();
    if (listed && known == lists.elements(sight.list)) return;
    const std::vector<Node> appends = appends_of(observations_, node);
    for (const Writers::Group& group : writers_.of(sight.key)) {
      const auto before = writers_.before(group, bound(node, group.session));
      if (before.empty()) continue;
      if (!listed) {
        lack_ = explain_initial(observations_, sight.key, node, before.back());
        return;
      }
      const auto lack = first_lack(appends, before);
      if (!lack) continue;
      lack_ = explain_lack(observations_, sight.key, node, *lack);
      return;
    }
  }

  // Everybody of whom the node knows and who wrote to the key comes before whom it saw; of a list
  // its own order says so.
  void compare(Node node, const Sight& sight, Telling telling, Precedence& precedence) const {
    if (order_ == Order::of_each && observations_.holds_list(sight.key) &&
        causality_.goes_back(sight.list))
      compare_order(node, sight.key, precedence);
    if (sight.writer == nobody_wrote) return;
    if (telling == Telling::shortly && observations_.holds_list(sight.key)) return;
    for (const Writers::Group& group : writers_.of(sight.key)) {
      const Node known = writers_.last_before(group, bound(node, group.session));
      if (known == nobody_wrote || known == sight.writer) continue;
      if (causality_.before(known, sight.writer)) continue;
      if (order_ == Order::of_all || causality_.before(sight.writer, known))
        precedence.add({known, sight.writer, Because::overtaken, sight.key, node});
    }
  }

  // Nothing stands behind what knows of it.
  void compare_order(Node node, KeyId key, Precedence& precedence) const {
    const std::vector<Node> list = list_of(observations_, node);
    std::vector<Node> first(observations_.sessions(), nobody_wrote);  // of those behind
    std::vector<std::uint32_t> sessions;
    for (std::size_t at = list.size(); at-- > 0;) {
      for (const std::uint32_t session : sessions)
        if (causality_.before(first[session], list[at]))
          precedence.add({list[at], first[session], Because::succeeded, key, node});
      const std::uint32_t own = observations_.session(list[at]);
      if (first[own] == nobody_wrote) sessions.push_back(own);
      first[own] = std::min(first[own], list[at]);
    }
  }

  const Observations& observations_;
  const Order order_;
  const Writers writers_;
  const Causality causality_;
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
