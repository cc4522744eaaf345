// The models in which each session has an order of its own: PRAM and causal memory.
#include "models/consistency/session_views.hpp"

#include <algorithm>

#include "models/consistency/causality.hpp"
#include "models/consistency/precedence.hpp"

namespace splitvote::consistency {

namespace {

enum class Sights : std::uint8_t {
  own,     // the others' reads tell the session nothing
  of_all,  // what the others saw comes before them for the session, too
};

// Each pass is linear, and most histories need two or three; none needs more than it has reads.
constexpr std::uint32_t passes_max = 1'000;

/// What one session must have had before each of its operations: everything that its order puts
/// there. Who is seen there comes behind all others of the key; that may put more before earlier
/// operations, hence another pass.
class SessionView {
 public:
  SessionView(const Observations& observations, const Writers& writers, Sights sights)
      : observations_(observations),
        writers_(writers),
        sights_(sights),
        ranks_(observations.nodes()),
        known_(observations.sessions()),
        overtaken_by_(observations.nodes()) {}

  Judgement judge(std::uint32_t session) {
    session_ = session;
    for (const Link& link : overtakings_) overtaken_by_[link.later].clear();
    overtakings_.clear();
    initial_.reset();
    for (std::uint32_t passes = 0; pass(); ++passes)
      if (passes == passes_max) return {Verdict::unknown, 0, {}, "the budget ended"};
    if (initial_) return {Verdict::violated, 0, std::move(initial_), {}};
    return consistency::judge(observations_, precedence());
  }

 private:
  static constexpr std::uint32_t unknown = UINT32_MAX;

  // True if what it found out puts something earlier than it took it to be.
  bool pass() {
    std::ranges::fill(ranks_, unknown);
    std::ranges::fill(known_, 0);
    bool again = false;
    for (Node node = observations_.begin(session_); node < observations_.begin(session_ + 1);
         ++node) {
      learn(node);
      for (const Sight& sight : observations_.sights(node)) again = compare(node, sight) || again;
    }
    return again && !initial_;
  }

  // The node, and whatever comes before it.
  void learn(Node node) {
    const std::uint32_t rank = observations_.place(node);
    const auto reach = [&](Node reached) {
      if (ranks_[reached] != unknown) return;
      ranks_[reached] = rank;
      std::uint32_t& known = known_[observations_.session(reached)];
      known = std::max(known, observations_.place(reached) + 1);
      open_.push_back(reached);
    };
    reach(node);
    while (!open_.empty()) {
      const Node at = open_.back();
      open_.pop_back();
      if (observations_.place(at) > 0) reach(at - 1);
      for (const Node before : overtaken_by_[at]) reach(before);
      if (!sees(at)) continue;
      for (const Sight& sight : observations_.sights(at))
        if (sight.writer != nobody_wrote) reach(sight.writer);
    }
  }

  [[nodiscard]] bool sees(Node node) const {
    return sights_ == Sights::of_all || observations_.session(node) == session_;
  }

  bool compare(Node node, const Sight& sight) {
    bool earlier = false;
    for (const Writers::Group& group : writers_.of(sight.key)) {
      Node bound = observations_.begin(group.session) + known_[group.session];
      if (group.session == session_) bound = std::min(bound, node);
      const Node known = writers_.last_before(group, bound);
      if (known == nobody_wrote || known == sight.writer) continue;
      if (sight.writer == nobody_wrote) {
        if (!initial_) initial_ = explain_initial(observations_, sight.key, node, known);
        return false;
      }
      std::vector<Node>& before = overtaken_by_[sight.writer];
      if (std::ranges::find(before, known) != before.end()) continue;
      before.push_back(known);
      overtakings_.push_back({known, sight.writer, Because::overtaken, sight.key, node});
      earlier = earlier || ranks_[known] > ranks_[sight.writer];
    }
    return earlier;
  }

  [[nodiscard]] Precedence precedence() const {
    Precedence made(observations_.nodes());
    add_sessions(observations_, made);
    for (Node node = 0; node < observations_.nodes(); ++node) {
      if (!sees(node)) continue;
      for (const Sight& sight : observations_.sights(node))
        if (sight.writer != nobody_wrote) made.add({sight.writer, node, Because::seen, sight.key});
    }
    for (const Link& link : overtakings_) made.add(link);
    return made;
  }

  const Observations& observations_;
  const Writers& writers_;
  const Sights sights_;
  std::uint32_t session_ = 0;
  std::vector<std::uint32_t> ranks_;  // by node: before which operation of the session it comes
  std::vector<std::uint32_t> known_;  // by session: how many of its nodes have a rank
  std::vector<std::vector<Node>> overtaken_by_;
  std::vector<Link> overtakings_;
  std::vector<Node> open_;
  std::optional<Contradiction> initial_;
};

Judgement judge_views(const Observations& observations, Sights sights) {
  const Writers writers(observations);
  SessionView view(observations, writers, sights);
  Judgement judgement = judge(observations);
  for (std::uint32_t session = 0; session < observations.sessions(); ++session) {
    Judgement one = view.judge(session);
    if (one.verdict == Verdict::violated) return one;
    if (one.verdict == Verdict::unknown) judgement = std::move(one);
  }
  return judgement;
}

}  // namespace

Judgement judge_pram(const Observations& observations) {
  if (observations.absurd()) return judge(observations);
  return judge_views(observations, Sights::own);
}

Judgement judge_causal_memory(const Observations& observations) {
  Judgement weaker = judge_causal(observations);
  if (weaker.verdict == Verdict::violated) return weaker;
  return judge_views(observations, Sights::of_all);
}

}  // namespace splitvote::consistency
