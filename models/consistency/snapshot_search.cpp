// The search for an order of the starts and commits of transactions on registers.
#include "models/consistency/snapshot_search.hpp"

#include <algorithm>
#include <bit>
#include <tuple>
#include <utility>

namespace splitvote::consistency {

namespace {

// Looks at a transaction, or at many that are not present, for each configuration of the budget.
constexpr std::uint64_t snapshot_steps_per_configuration = 100;

std::size_t index(KeyId key) { return static_cast<std::size_t>(key); }

}  // namespace

SnapshotSearch::SnapshotSearch(const Observations& observations, const ForcedOrders& forced,
                               Moments moments)
    : observations_(observations),
      moments_(moments),
      ranks_(observations.nodes()),
      present_(observations.nodes() / 64 + 1, 0),
      stages_(observations.nodes(), Stage::waits),
      missing_start_(observations.nodes(), 0),
      missing_commit_(observations.nodes(), 0),
      link_ends_(observations.nodes() + 1, 0),
      links_(forced.links().begin(), forced.links().end()),
      unseen_(observations.first_write(observations.nodes()), 0),
      unseen_initial_(observations.keys(), 0),
      held_(observations.keys(), nobody_wrote),
      locked_(observations.keys(), 0),
      left_(observations.nodes()) {
  for (Node node = 0; node < observations.nodes(); ++node) {
    ranked_.push_back(node);
    for (const Sight& sight : observations.sights(node)) ++waiting(sight.key, sight.writer);
  }
  std::ranges::sort(ranked_, {}, [&](Node node) { return std::pair(forced.depth(node), node); });
  std::ranges::sort(links_, {}, [](const Link& link) {
    return std::tuple(link.earlier, link.later, link.because == Because::replaced);
  });
  for (const Link& link : links_) {
    ++link_ends_[link.earlier + 1];
    ++(link.because == Because::replaced ? missing_commit_ : missing_start_)[link.later];
  }
  for (Node node = 0; node < observations.nodes(); ++node) link_ends_[node + 1] += link_ends_[node];
  for (std::uint32_t rank = 0; rank < ranked_.size(); ++rank) {
    ranks_[ranked_[rank]] = rank;
    refresh(ranked_[rank]);
  }
}

Verdict SnapshotSearch::run(std::uint64_t configurations_max) {
  const std::uint64_t steps_max =
      std::min(configurations_max, UINT64_MAX / snapshot_steps_per_configuration) *
      snapshot_steps_per_configuration;
  enter();
  while (left_ > 0) {
    if (frames_.empty()) return Verdict::violated;
    if (seen_.size() > configurations_max || steps_ > steps_max) return Verdict::unknown;
    Frame& frame = frames_.back();
    undo(frame.trail);
    if (frame.next == frame.candidates.size()) {
      frames_.pop_back();
      continue;
    }
    const Node node = frame.candidates[frame.next++];
    start(node);
    if (moments_ == Moments::one) commit(node);
    enter();
  }
  return Verdict::ok;
}

void SnapshotSearch::enter() {
  advance();
  if (!seen_.insert(hash_)) return;
  frames_.push_back({trail_.size(), candidates(), 0});
}

// What it sees is there, since its writers have committed and nobody replaces it before.
bool SnapshotSearch::may_start(Node node) const {
  return missing_start_[node] == 0 &&
         std::ranges::none_of(observations_.writes(node),
                              [&](KeyId key) { return locked_[index(key)] != 0; });
}

// Or may when it has started.
bool SnapshotSearch::may_commit(Node node) {
  if (missing_commit_[node] != 0) return false;
  for (const KeyId key : observations_.writes(node)) {
    const Node held = held_[index(key)];
    const auto sees = [&](const Sight& sight) { return sight.key == key && sight.writer == held; };
    const auto own = stages_[node] == Stage::started
                         ? 0
                         : std::ranges::count_if(observations_.sights(node), sees);
    if (waiting(key, held) > own) return false;
  }
  return true;
}

// Nobody will see what it writes; also if it writes nothing.
bool SnapshotSearch::is_unseen(Node node) const {
  const auto seen = std::span(unseen_).subspan(observations_.first_write(node),
                                               observations_.writes(node).size());
  return std::ranges::all_of(seen, [](std::uint32_t waiting) { return waiting == 0; });
}

std::uint32_t& SnapshotSearch::waiting(KeyId key, Node writer) {
  if (writer == nobody_wrote) return unseen_initial_[index(key)];
  const auto writes = observations_.writes(writer);
  const auto at = std::ranges::lower_bound(writes, key) - writes.begin();
  return unseen_[observations_.first_write(writer) + static_cast<std::size_t>(at)];
}

void SnapshotSearch::advance() {
  for (bool again = true; again;) {
    again = false;
    for_each_present([&](Node node) { again = advance(node) || again; });
  }
}

// Whoever has started and may commit does so at once: nobody waits for what it replaces, and the
// others can only do more. So does a transaction as a whole that may and that nobody is to see.
// Moved to the front of any order that goes on from here they leave it right.
bool SnapshotSearch::advance(Node node) {
  const bool starts = stages_[node] == Stage::waits;
  if (starts && (!may_start(node) || !is_unseen(node))) return false;
  if (!may_commit(node)) return false;
  if (starts) start(node);
  commit(node);
  return true;
}

// First those that could commit at once, and of these those that are near the front.
std::vector<Node> SnapshotSearch::candidates() {
  std::vector<Node> now;
  std::vector<Node> later;
  for_each_present([&](Node node) {
    if (stages_[node] != Stage::waits || !may_start(node)) return;
    if (may_commit(node))
      now.push_back(node);
    else if (moments_ == Moments::two)
      later.push_back(node);
  });
  now.insert(now.end(), later.begin(), later.end());
  return now;
}

void SnapshotSearch::start(Node node) {
  trail_.push_back({node, false, replaced_.size()});
  for (const Sight& sight : observations_.sights(node)) --waiting(sight.key, sight.writer);
  for (const KeyId key : observations_.writes(node)) locked_[index(key)] = 1;
  release(node, false, UINT32_MAX);
  hash_ = hash_ ^ hash_words(0, node);
  stages_[node] = Stage::started;
  refresh(node);
}

void SnapshotSearch::commit(Node node) {
  trail_.push_back({node, true, replaced_.size()});
  for (const KeyId key : observations_.writes(node)) {
    replaced_.push_back(std::exchange(held_[index(key)], node));
    locked_[index(key)] = 0;
  }
  release(node, true, UINT32_MAX);
  hash_ = hash_ ^ hash_words(1, node);
  stages_[node] = Stage::committed;
  refresh(node);
  --left_;
}

void SnapshotSearch::undo(std::size_t size) {
  while (trail_.size() > size) {
    const auto [node, commits, replaced] = trail_.back();
    trail_.pop_back();
    const auto writes = observations_.writes(node);
    for (const KeyId key : writes) locked_[index(key)] = commits ? 1 : 0;
    release(node, commits, 1);
    hash_ = hash_ ^ hash_words(commits ? 1 : 0, node);
    stages_[node] = commits ? Stage::started : Stage::waits;
    refresh(node);
    if (!commits) {
      for (const Sight& sight : observations_.sights(node)) ++waiting(sight.key, sight.writer);
      continue;
    }
    for (std::size_t at = 0; at < writes.size(); ++at)
      held_[index(writes[at])] = replaced_[replaced + at];
    replaced_.resize(replaced);
    ++left_;
  }
}

// Whoever must come behind this start or commit misses one less, or one more.
void SnapshotSearch::release(Node node, bool commits, std::uint32_t change) {
  steps_ += link_ends_[node + 1] - link_ends_[node];
  for (std::uint32_t at = link_ends_[node]; at < link_ends_[node + 1]; ++at) {
    const bool replaced = links_[at].because == Because::replaced;
    if (replaced == commits) continue;
    const Node later = links_[at].later;
    (replaced ? missing_commit_ : missing_start_)[later] += change;
    if (!replaced) refresh(later);
  }
}

void SnapshotSearch::refresh(Node node) {
  const bool present = stages_[node] == Stage::started ||
                       (stages_[node] == Stage::waits && missing_start_[node] == 0);
  const std::uint64_t bit = std::uint64_t{1} << (ranks_[node] % 64);
  std::uint64_t& word = present_[ranks_[node] / 64];
  word = present ? word | bit : word & ~bit;
}

// Those nearest to the front first. Whoever comes to be present meanwhile may be missed.
template <class Use>
void SnapshotSearch::for_each_present(Use use) {
  for (std::size_t word = 0; word < present_.size(); ++word) {
    ++steps_;
    for (std::uint64_t left = present_[word]; left != 0; left &= left - 1) {
      ++steps_;
      use(ranked_[word * 64 + static_cast<std::size_t>(std::countr_zero(left))]);
    }
  }
}

}  // namespace splitvote::consistency
