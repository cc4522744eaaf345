// The four guarantees of Terry et al., Session Guarantees for Weakly Consistent Replicated Data
// (1994): promises to each session by itself.
#include "models/consistency/session_guarantees.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "models/consistency/circle_search.hpp"
#include "models/consistency/list_reads.hpp"
#include "models/consistency/overtaking.hpp"
#include "models/consistency/precedence.hpp"

namespace splitvote::consistency {

namespace {

enum class Known : std::uint8_t {
  written,  // by the session itself, before
  read,     // by the session itself, before
};

/// Whether lists lack appends of which their readers had to know by what their session did before.
/// The walk stands at the last list of the key that was read.
class LackSearch {
 public:
  LackSearch(const Observations& observations, Known known)
      : observations_(observations),
        known_(known),
        walk_(observations.lists(), observations.keys()),
        shown_(observations.nodes(), 0),
        keys_(observations.keys()) {}

  std::optional<Contradiction> run() {
    for (Node node = 0; node < observations_.nodes(); ++node) {
      for (const Sight& sight : observations_.sights(node)) {
        if (!observations_.holds_list(sight.key)) continue;
        if (auto lack = read(node, sight)) return lack;
      }
      for (const KeyId key : observations_.writes(node)) append(node, key);
    }
    return {};
  }

 private:
  /// Of one session at a time.
  struct Key {
    std::uint32_t session = UINT32_MAX;
    std::vector<Node> own;       // appends
    std::uint32_t shown = 0;     // how many of them are
    std::optional<ListId> read;  // the last list
  };

  Key& of(KeyId id, Node node) {
    Key& key = keys_[static_cast<std::size_t>(id)];
    if (key.session != observations_.session(node)) key = {observations_.session(node), {}, 0, {}};
    return key;
  }

  std::optional<Contradiction> read(Node node, const Sight& sight) {
    Key& key = of(sight.key, node);
    const auto is_own = [&](Node one) {
      return observations_.session(one) == key.session && one < node;
    };
    gone_.clear();
    walk_.go(
        sight.key, sight.list,
        [&](Node one) {
          shown_[one] = 0;
          key.shown -= is_own(one) ? 1 : 0;
          gone_.push_back(one);
        },
        [&](Node one) {
          shown_[one] = 1;
          key.shown += is_own(one) ? 1 : 0;
        });
    const std::optional<ListId> before = key.read;
    key.read = sight.list;
    const auto is_lost = [&](Node one) { return shown_[one] == 0; };
    if (known_ == Known::written && key.shown < key.own.size())
      return explain(sight.key, node, key.own);
    if (known_ == Known::read && before && std::ranges::any_of(gone_, is_lost))
      return explain(sight.key, node, observations_.appenders(*before));
    return {};
  }

  void append(Node node, KeyId id) {
    if (!observations_.holds_list(id)) return;
    Key& key = of(id, node);
    key.own.push_back(node);
    key.shown += shown_[node];
  }

  [[nodiscard]] std::optional<Contradiction> explain(KeyId key, Node node,
                                                     std::span<const Node> known) const {
    const auto lack = first_lack(appends_of(observations_, node), known);
    return explain_lack(observations_, key, node, lack.value());
  }

  const Observations& observations_;
  const Known known_;
  ListWalk walk_;
  std::vector<std::uint8_t> shown_;  // by node: in the list of its key where the walk stands
  std::vector<Key> keys_;
  std::vector<Node> gone_;
};

// Whether the lists that a session has read have one order, which keeps that of sessions if asked.
// If those of all sessions have one together, they do.
enum class OwnOrders : std::uint8_t { ignored, kept };
Judgement judge_lists(const Observations& observations, OwnOrders own_orders) {
  Precedence all(observations.nodes());
  add_lists(observations, all);
  if (own_orders == OwnOrders::kept) add_sessions(observations, all);
  if (!has_circle(all)) return judge(observations);
  for (std::uint32_t session = 0; session < observations.sessions(); ++session) {
    Precedence precedence(observations.nodes());
    add_lists(observations, session, precedence);
    if (precedence.links().empty()) continue;
    if (own_orders == OwnOrders::kept) add_sessions(observations, precedence);
    Judgement judgement = judge(observations, precedence);
    if (judgement.verdict == Verdict::violated) return judgement;
  }
  return judge(observations);
}

Judgement judge_sessions(const Observations& observations, Known known) {
  if (observations.absurd()) return judge(observations);
  if (auto lack = LackSearch(observations, known).run())
    return {Verdict::violated, 0, std::move(lack), {}};
  Judgement lists = judge_lists(observations, OwnOrders::ignored);
  if (lists.verdict == Verdict::violated) return lists;
  Overtaking overtaking(observations);
  std::uint32_t session = UINT32_MAX;
  for (Node node = 0; node < observations.nodes(); ++node) {
    if (observations.session(node) != session) overtaking.begin();
    session = observations.session(node);
    for (const Sight& sight : observations.sights(node)) {
      if (known == Known::read && sight.writer != nobody_wrote)
        overtaking.learn(sight.key, sight.writer);
      const auto overtaken = overtaking.see(sight.key, node, sight.writer);
      if (overtaken)
        return {Verdict::violated, 0, explain(observations, sight.key, *overtaken), {}};
    }
    if (known == Known::read) continue;
    for (const KeyId key : observations.writes(node)) overtaking.learn(key, node);
  }
  return judge(observations);
}

/// By node: which append to the same key its session made before, and which behind.
struct Neighbours {
  std::vector<Node> before;
  std::vector<Node> behind;
};

Neighbours neighbours(const Observations& observations) {
  Neighbours made{std::vector<Node>(observations.nodes(), nobody_wrote),
                  std::vector<Node>(observations.nodes(), nobody_wrote)};
  std::vector<Node> last(observations.keys(), nobody_wrote);
  for (Node node = 0; node < observations.nodes(); ++node)
    for (const KeyId key : observations.writes(node)) {
      Node& earlier = last[static_cast<std::size_t>(key)];
      if (earlier != nobody_wrote && observations.session(earlier) == observations.session(node)) {
        made.before[node] = earlier;
        made.behind[earlier] = node;
      }
      earlier = node;
    }
  return made;
}

// A list that has an append, and lacks one which the session of that had made to it before.
std::optional<Contradiction> find_gap(const Observations& observations) {
  const auto [before, behind] = neighbours(observations);
  ListWalk walk(observations.lists(), observations.keys());
  std::vector<std::uint8_t> shown(observations.nodes(), 0);
  std::vector<std::uint32_t> gaps(observations.keys(), 0);  // where the walk stands
  const auto is_gap = [&](Node earlier, Node later) {
    return earlier != nobody_wrote && later != nobody_wrote && shown[earlier] == 0 &&
                   shown[later] != 0
               ? 1u
               : 0u;
  };
  for (Node node = 0; node < observations.nodes(); ++node) {
    const ListId list = list_told(observations, node);
    if (observations.lists().is_empty(list)) continue;
    const KeyId key = observations.sights(node).front().key;
    const auto change = [&](Node one) {
      const auto around = [&] { return is_gap(before[one], one) + is_gap(one, behind[one]); };
      std::uint32_t& count = gaps[static_cast<std::size_t>(key)];
      count -= around();
      shown[one] ^= 1;
      count += around();
    };
    walk.go(key, list, change, change);
    if (gaps[static_cast<std::size_t>(key)] == 0) continue;
    std::vector<Node> needed;
    for (const Node one : observations.appenders(list))
      if (before[one] != nobody_wrote) needed.push_back(before[one]);
    const auto lack = first_lack(appends_of(observations, node), needed);
    return explain_lack(observations, key, node, lack.value());
  }
  return {};
}

// Whoever reads what its session writes later, where the model has somebody see itself then.
template <class Sees>
Judgement judge_own_future(const Observations& observations, Sees sees_itself) {
  Precedence precedence(observations.nodes());
  for (Node node = 0; node < observations.nodes(); ++node) {
    for (const Sight& sight : observations.sights(node)) {
      const Node writer = sight.writer;
      if (writer == nobody_wrote || writer <= node) continue;
      if (observations.session(writer) != observations.session(node)) continue;
      if (!sees_itself(node, writer)) continue;
      precedence.add({node, writer, Because::session});
      precedence.add({writer, node, Because::seen, sight.key});
    }
  }
  return judge(observations, precedence);
}

}  // namespace

Judgement judge_read_your_writes(const Observations& observations) {
  return judge_sessions(observations, Known::written);
}

Judgement judge_monotonic_reads(const Observations& observations) {
  Judgement future = judge_own_future(
      observations, [&](Node, Node writer) { return !observations.sights(writer).empty(); });
  if (future.verdict == Verdict::violated) return future;
  return judge_sessions(observations, Known::read);
}

// A read of a register sees one write and need not see any other, so the orders of the sessions'
// writes always have an order together that explains it: unless who reads would have to see itself.
Judgement judge_monotonic_writes(const Observations& observations) {
  if (observations.absurd()) return judge(observations);
  if (auto lack = find_gap(observations)) return {Verdict::violated, 0, std::move(lack), {}};
  Judgement lists = judge_lists(observations, OwnOrders::kept);
  if (lists.verdict == Verdict::violated) return lists;
  return judge_own_future(observations,
                          [&](Node reader, Node) { return !observations.writes(reader).empty(); });
}

// What a session has seen comes before what it writes afterwards, for everybody.
Judgement judge_writes_follow_reads(const Observations& observations) {
  if (observations.absurd()) return judge(observations);
  Precedence precedence(observations.nodes());
  add_lists(observations, precedence);
  Node seen = nobody_wrote;
  for (Node node = 0; node < observations.nodes(); ++node) {
    if (observations.place(node) == 0) seen = nobody_wrote;
    if (seen != nobody_wrote && !observations.writes(node).empty())
      precedence.add({seen, node, Because::followed});
    for (const Sight& sight : observations.sights(node)) {
      if (sight.writer == nobody_wrote) continue;
      const Node waypoint = precedence.add_waypoint();
      if (seen != nobody_wrote) precedence.add({seen, waypoint, Because::followed});
      precedence.add({sight.writer, waypoint, Because::seen, sight.key, node});
      seen = waypoint;
    }
  }
  return judge(observations, precedence);
}

}  // namespace splitvote::consistency
