// Sequential consistency: one order of everything that keeps the order of each session.
#include "models/consistency/sequential.hpp"

#include <algorithm>

#include "models/consistency/causality.hpp"
#include "models/consistency/configuration_set.hpp"
#include "models/consistency/session_views.hpp"

namespace splitvote::consistency {

namespace {

/// A configuration is how many nodes of each session were done. That tells what the keys hold as
/// far as anybody will look: whoever writes waits until all who must see what is there have seen
/// it.
class SequentialSearch {
 public:
  explicit SequentialSearch(const Observations& observations)
      : observations_(observations),
        next_(observations.sessions()),
        held_(observations.keys(), nobody_wrote),
        unseen_(observations.first_write(observations.nodes())),
        unseen_initial_(observations.keys()),
        successor_ends_(observations.nodes() + 1),
        predecessors_(observations.nodes()) {
    for (std::uint32_t session = 0; session < observations.sessions(); ++session)
      next_[session] = observations.begin(session);
    for (Node node = 0; node < observations.nodes(); ++node)
      for (const Sight& sight : observations.sights(node)) ++waiting(sight.key, sight.writer);
    const std::vector<Link> links = overtakings(observations);
    for (const Link& link : links) ++successor_ends_[link.earlier + 1];
    for (Node node = 0; node < observations.nodes(); ++node)
      successor_ends_[node + 1] += successor_ends_[node];
    successors_.resize(links.size());
    std::vector<std::uint32_t> next(successor_ends_.begin(), successor_ends_.end() - 1);
    for (const Link& link : links) {
      successors_[next[link.earlier]++] = link.later;
      ++predecessors_[link.later];
    }
  }

  Verdict run(std::uint64_t configurations_max) {
    advance();
    frames_.push_back({trail_.size(), 0});
    while (done_ < observations_.nodes()) {
      if (frames_.empty()) return Verdict::violated;
      Frame& frame = frames_.back();
      undo(frame.trail);
      const std::uint32_t session = first_ready(frame.tried);
      if (session == observations_.sessions()) {
        frames_.pop_back();
        continue;
      }
      frame.tried = observations_.origin(next_[session]) + 1;
      take(session);
      advance();
      if (!seen_.insert(hash_)) continue;
      if (seen_.size() > configurations_max) return Verdict::unknown;
      frames_.push_back({trail_.size(), 0});
    }
    return Verdict::ok;
  }

  [[nodiscard]] std::uint64_t configurations() const { return seen_.size(); }

 private:
  struct Frame {
    std::size_t trail = 0;
    std::uint32_t tried = 0;  // all that come before this in the history
  };
  struct Change {
    std::uint32_t session = 0;
    std::size_t held = 0;  // how many entries of `replaced_` there were
  };

  // How many nodes that are not done must see that.
  std::uint32_t& waiting(KeyId key, Node writer) {
    if (writer == nobody_wrote) return unseen_initial_[static_cast<std::size_t>(key)];
    const auto writes = observations_.writes(writer);
    const auto at = std::ranges::lower_bound(writes, key) - writes.begin();
    return unseen_[observations_.first_write(writer) + static_cast<std::size_t>(at)];
  }

  // Of those that were not tried the one that comes first in the history: if that is not far from
  // an order, neither is the search.
  [[nodiscard]] std::uint32_t first_ready(std::uint32_t tried) {
    std::uint32_t first = observations_.sessions();
    std::uint32_t origin = UINT32_MAX;
    for (std::uint32_t session = 0; session < observations_.sessions(); ++session) {
      if (next_[session] == observations_.begin(session + 1)) continue;
      const std::uint32_t here = observations_.origin(next_[session]);
      if (here < tried || here >= origin || !ready(session)) continue;
      first = session;
      origin = here;
    }
    return first;
  }

  [[nodiscard]] bool ready(std::uint32_t session) {
    const Node node = next_[session];
    if (node == observations_.begin(session + 1) || predecessors_[node] != 0) return false;
    for (const Sight& sight : observations_.sights(node))
      if (held_[static_cast<std::size_t>(sight.key)] != sight.writer) return false;
    for (const KeyId key : observations_.writes(node)) {
      const Node held = held_[static_cast<std::size_t>(key)];
      const auto own = std::ranges::count(observations_.sights(node), Sight{key, held});
      if (waiting(key, held) > own) return false;
    }
    return true;
  }

  void take(std::uint32_t session) {
    const Node node = next_[session]++;
    trail_.push_back({session, replaced_.size()});
    for (const Sight& sight : observations_.sights(node)) --waiting(sight.key, sight.writer);
    for (const KeyId key : observations_.writes(node)) {
      Node& held = held_[static_cast<std::size_t>(key)];
      replaced_.push_back(held);
      held = node;
    }
    for (const Node later : successors(node)) --predecessors_[later];
    hash_ = hash_ ^ hash_words(session, node);
    ++done_;
  }

  void undo(std::size_t size) {
    while (trail_.size() > size) {
      const auto [session, replaced] = trail_.back();
      trail_.pop_back();
      const Node node = --next_[session];
      const auto writes = observations_.writes(node);
      for (std::size_t at = 0; at < writes.size(); ++at)
        held_[static_cast<std::size_t>(writes[at])] = replaced_[replaced + at];
      replaced_.resize(replaced);
      for (const Sight& sight : observations_.sights(node)) ++waiting(sight.key, sight.writer);
      for (const Node later : successors(node)) ++predecessors_[later];
      hash_ = hash_ ^ hash_words(session, node);
      --done_;
    }
  }

  // Whatever is ready and leaves nothing that somebody waits for may come at once: moved to the
  // front of any order that goes on from here, it stays right and is in nobody's way.
  void advance() {
    for (bool again = true; again;) {
      again = false;
      for (std::uint32_t session = 0; session < observations_.sessions(); ++session)
        while (ready(session) && harmless(next_[session])) {
          take(session);
          again = true;
        }
    }
  }

  // The nodes that must come behind it, though it is neither of their session nor seen by them.
  [[nodiscard]] std::span<const Node> successors(Node node) const {
    return std::span(successors_)
        .subspan(successor_ends_[node], successor_ends_[node + 1] - successor_ends_[node]);
  }

  [[nodiscard]] bool harmless(Node node) const {
    const auto waited_for = std::span(unseen_).subspan(observations_.first_write(node),
                                                       observations_.writes(node).size());
    return std::ranges::all_of(waited_for, [](std::uint32_t waiting) { return waiting == 0; });
  }

  const Observations& observations_;
  std::vector<Node> next_;                     // by session
  std::vector<Node> held_;                     // by key
  std::vector<std::uint32_t> unseen_;          // by write
  std::vector<std::uint32_t> unseen_initial_;  // by key
  std::vector<std::uint32_t> successor_ends_;  // by node
  std::vector<Node> successors_;
  std::vector<std::uint32_t> predecessors_;  // by node: how many of those are not done
  std::vector<Change> trail_;
  std::vector<Node> replaced_;
  std::vector<Frame> frames_;
  ConfigurationSet seen_;
  ConfigurationHash hash_;
  Node done_ = 0;
};

}  // namespace

Judgement judge_sequential(const Observations& observations, std::uint64_t configurations_max) {
  for (auto* const weaker : {judge_causal_convergence, judge_causal_memory}) {
    Judgement judgement = weaker(observations);
    if (judgement.verdict == Verdict::violated) return judgement;
  }
  SequentialSearch search(observations);
  const Verdict verdict = search.run(configurations_max);
  if (verdict == Verdict::unknown)
    return {verdict, search.configurations(), {}, "the budget ended"};
  if (verdict == Verdict::ok) {
    // The search looks at the last elements of lists only.
    Judgement judgement = judge(observations);
    if (judgement.verdict == Verdict::ok && observations.holds_lists())
      judgement = {Verdict::unknown, 0, {}, "the search does not read whole lists"};
    judgement.configurations = search.configurations();
    return judgement;
  }
  Contradiction contradiction;
  for (Node node = 0; node < observations.nodes(); ++node)
    contradiction.operations.push_back(static_cast<OperationId>(observations.origin(node)));
  std::ranges::sort(contradiction.operations);
  contradiction.explanation = "no order of all operations keeps the order of every session.";
  return {verdict, search.configurations(), std::move(contradiction), {}};
}

}  // namespace splitvote::consistency
