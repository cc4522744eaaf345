// The four guarantees of Terry et al., Session Guarantees for Weakly Consistent Replicated Data
// (1994): promises to each session by itself.
#include "models/consistency/session_guarantees.hpp"

#include "models/consistency/overtaking.hpp"
#include "models/consistency/precedence.hpp"

namespace splitvote::consistency {

namespace {

enum class Known : std::uint8_t {
  written,  // by the session itself, before
  read,     // by the session itself, before
};

Judgement judge_sessions(const Observations& observations, Known known) {
  if (observations.absurd()) return judge(observations);
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

// A read sees one write and need not see any other, so the orders of the sessions' writes always
// have an order together that explains it: unless who reads would have to see itself.
Judgement judge_monotonic_writes(const Observations& observations) {
  return judge_own_future(observations,
                          [&](Node reader, Node) { return !observations.writes(reader).empty(); });
}

// What a session has seen comes before what it writes afterwards, for everybody.
Judgement judge_writes_follow_reads(const Observations& observations) {
  if (observations.absurd()) return judge(observations);
  Precedence precedence(observations.nodes());
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
