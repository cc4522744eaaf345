// The four guarantees of Terry et al., Session Guarantees for Weakly Consistent Replicated Data
// (1994): promises to each session by itself.
#include "models/consistency/session_guarantees.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "models/consistency/list_reads.hpp"
#include "models/consistency/overtaking.hpp"
#include "models/consistency/precedence.hpp"

namespace splitvote::consistency {

namespace {

enum class Known : std::uint8_t {
  written,  // by the session itself, before
  read,     // by the session itself, before
};

std::optional<Contradiction> find_lack(const Observations& observations, Known known) {
  struct Knows {
    std::uint32_t session = UINT32_MAX;
    std::vector<Node> appends;
  };
  std::vector<Knows> keys(observations.keys());
  const auto known_of = [&](KeyId key, Node node) -> std::vector<Node>& {
    Knows& knows = keys[static_cast<std::size_t>(key)];
    if (knows.session != observations.session(node)) knows = {observations.session(node), {}};
    return knows.appends;
  };
  for (Node node = 0; node < observations.nodes(); ++node) {
    for (const Sight& sight : observations.sights(node)) {
      if (!observations.holds_list(sight.key)) continue;
      std::vector<Node>& appends = known_of(sight.key, node);
      std::vector<Node> list = list_of(observations, node);
      const auto lack = first_lack(appends_of(observations, node), appends);
      if (lack) return explain_lack(observations, sight.key, node, *lack);
      if (known == Known::read) appends = std::move(list);
    }
    if (known == Known::read) continue;
    for (const KeyId key : observations.writes(node)) known_of(key, node).push_back(node);
  }
  return {};
}

// Whether the lists that a session has read have one order, which keeps that of sessions if asked.
enum class OwnOrders : std::uint8_t { ignored, kept };
Judgement judge_lists(const Observations& observations, OwnOrders own_orders) {
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
  if (auto lack = find_lack(observations, known))
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

// A list that has an append, and lacks one which the session of that had made to it before.
std::optional<Contradiction> find_gap(const Observations& observations) {
  std::vector<Node> before(observations.nodes(), nobody_wrote);  // of the session, to the key
  std::vector<Node> last(observations.keys(), nobody_wrote);
  for (Node node = 0; node < observations.nodes(); ++node)
    for (const KeyId key : observations.writes(node)) {
      Node& earlier = last[static_cast<std::size_t>(key)];
      if (earlier != nobody_wrote && observations.session(earlier) == observations.session(node))
        before[node] = earlier;
      earlier = node;
    }
  for (Node node = 0; node < observations.nodes(); ++node) {
    const std::vector<Node> list = list_of(observations, node);
    std::vector<Node> needed;
    for (const Node one : list)
      if (before[one] != nobody_wrote) needed.push_back(before[one]);
    const auto lack = first_lack(appends_of(observations, node), needed);
    if (lack) return explain_lack(observations, observations.sights(node).front().key, node, *lack);
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
