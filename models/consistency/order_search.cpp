// The second tier: the search for an order of one key's operations, Wing and Gong's with Lowe's
// memory.
#include "models/consistency/order_search.hpp"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace splitvote::consistency {

OrderSearch::OrderSearch(const ValueTable& values, std::span<const KeyOperation> operations,
                         ValueId initial, Memory memory)
    : space_(values, operations), memory_(memory), initial_(space_.of(initial)) {
  sort_entries(operations);
  number_alike();
  build_pools();
  link_all();
}

void OrderSearch::sort_entries(std::span<const KeyOperation> operations) {
  entries_.reserve(operations.size());
  for (const bool bounded : {true, false}) {
    for (const KeyOperation& operation : operations) {
      if ((operation.returned != never_returned) != bounded) continue;
      Entry entry{operation.invoked, operation.returned};
      entry.step = operation.step;
      entry.piece = operation.target;
      if (!entry.blind()) entry.value = space_.of(operation.value);
      if (!entry.appends() && operation.writes()) entry.target = space_.of(operation.target);
      if (!entry.appends()) entry.piece = nothing;
      entries_.push_back(entry);
      if (bounded) status_.push_back(operation.certain ? Status::open : Status::free);
    }
    if (bounded) bounded_ = static_cast<std::uint32_t>(entries_.size());
  }
}

void OrderSearch::number_alike() {
  std::vector<std::uint32_t> order(entries_.size());
  std::iota(order.begin(), order.end(), 0u);
  const auto what = [&](std::uint32_t at) {
    const Entry& entry = entries_[at];
    return std::tuple(entry.step, entry.value, entry.target, entry.piece);
  };
  std::ranges::sort(order, {}, what);
  std::uint32_t number = 0;
  for (std::size_t at = 0; at < order.size(); ++at) {
    if (at > 0 && what(order[at]) != what(order[at - 1])) ++number;
    entries_[order[at]].alike = number;
  }
  offered_.assign(2 * std::size_t{number} + 2, 0);
  offers_.assign(offered_.size(), 0);
}

void OrderSearch::build_pools() {
  const auto uncertain = std::span(entries_).subspan(bounded_);
  std::ranges::sort(uncertain, {},
                    [](const Entry& entry) { return std::tuple(entry.alike, entry.invoked); });
  pool_of_.resize(uncertain.size());
  for (auto at = bounded_; at < entries_.size(); ++at) {
    const bool same = at > bounded_ && entries_[at].alike == entries_[at - 1].alike;
    if (!same) pools_.push_back({at, at, at, entries_[at].invoked});
    ++pools_.back().end;
  }
  std::ranges::sort(pools_, {},
                    [](const Pool& pool) { return std::tuple(pool.invoked, pool.begin); });
  for (std::uint32_t pool = 0; pool < pools_.size(); ++pool)
    for (std::uint32_t at = pools_[pool].begin; at < pools_[pool].end; ++at)
      pool_of_[at - bounded_] = pool;
}

void OrderSearch::link_all() {
  const auto ring = [](std::vector<std::uint32_t>& next, std::vector<std::uint32_t>& previous,
                       std::uint32_t count) {
    next.resize(std::size_t{count} + 1);
    previous.resize(std::size_t{count} + 1);
    for (std::uint32_t at = 0; at <= count; ++at) {
      next[at] = at == count ? 0 : at + 1;
      previous[at] = at == 0 ? count : at - 1;
    }
  };
  ring(next_, previous_, bounded_);
  ring(next_pool_, previous_pool_, static_cast<std::uint32_t>(pools_.size()));
}

void OrderSearch::set_status(std::uint32_t entry, Status status) {
  const Status before = status_[entry];
  trail_.push_back({entry, before});
  status_[entry] = status;
  if (before != Status::open) hash_ = hash_ ^ hash_words(entry, static_cast<std::uint64_t>(before));
  hash_ = hash_ ^ hash_words(entry, static_cast<std::uint64_t>(status));
  if (status != Status::done) return;
  next_[previous_[entry]] = next_[entry];
  previous_[next_[entry]] = previous_[entry];
}

void OrderSearch::take(std::uint32_t entry) {
  if (bounded(entry)) return set_status(entry, Status::done);
  trail_.push_back({entry, Status::free});
  hash_ = hash_ ^ hash_words(entry, static_cast<std::uint64_t>(Status::done));
  const std::uint32_t number = pool_of_[entry - bounded_];
  Pool& pool = pools_[number];
  if (++pool.next != pool.end) return;
  next_pool_[previous_pool_[number]] = next_pool_[number];
  previous_pool_[next_pool_[number]] = previous_pool_[number];
}

void OrderSearch::undo(std::size_t trail) {
  for (; trail_.size() > trail; trail_.pop_back()) {
    const auto [entry, before] = trail_.back();
    if (!bounded(entry)) {
      hash_ = hash_ ^ hash_words(entry, static_cast<std::uint64_t>(Status::done));
      const std::uint32_t number = pool_of_[entry - bounded_];
      Pool& pool = pools_[number];
      if (pool.next-- != pool.end) continue;
      next_pool_[previous_pool_[number]] = number;
      previous_pool_[next_pool_[number]] = number;
      continue;
    }
    hash_ = hash_ ^ hash_words(entry, static_cast<std::uint64_t>(status_[entry]));
    if (before != Status::open)
      hash_ = hash_ ^ hash_words(entry, static_cast<std::uint64_t>(before));
    if (status_[entry] == Status::done) {
      next_[previous_[entry]] = entry;
      previous_[next_[entry]] = entry;
    }
    status_[entry] = before;
  }
}

// Whatever fits and leaves the state as it is takes effect at once; a blind operation that would
// change nothing is free from now on. One pass is enough: what is invoked before an operation that
// is not done is invoked before its return, so the first return among those passed decides who
// must wait. True if an operation that cares took effect.
bool OrderSearch::settle(State state) {
  bool fitted = false;
  bound_ = never_returned;
  window_.clear();
  open_blind_ = false;
  for (std::uint32_t at = next_[bounded_]; at != bounded_; at = next_[at]) {
    const Entry& entry = entries_[at];
    if (entry.invoked > bound_) break;
    if (status_[at] == Status::open) {
      const bool fits = (entry.step == Step::equals && entry.value == state) ||
                        (entry.step == Step::differs && entry.value != state);
      if (fits) {
        set_status(at, Status::done);
        fitted = true;
        continue;
      }
      const bool unnoticed = (entry.step == Step::overwrite && entry.target == state) ||
                             (entry.appends() && state == StateSpace::unseen);
      if (unnoticed)
        set_status(at, Status::free);
      else
        open_blind_ = open_blind_ || entry.blind();
    }
    window_.push_back(at);
    if (entry.returned > bound_) continue;
    bound_ = entry.returned;
    goal_ = at;
  }
  return fitted;
}

// Before an overwrite every blind operation that was invoked could take effect unnoticed.
bool OrderSearch::free_blind(Position bound) {
  bool freed = false;
  for (std::uint32_t at = next_[bounded_]; at != bounded_; at = next_[at]) {
    if (entries_[at].invoked > bound) break;
    if (status_[at] != Status::open || !entries_[at].blind()) continue;
    set_status(at, Status::free);
    freed = true;
  }
  return freed;
}

bool OrderSearch::remember(const Frame& frame) {
  const std::uint64_t mode = static_cast<std::uint64_t>(frame.idle) * 2 + frame.committed;
  const ConfigurationHash hash =
      hash_ ^ hash_words(static_cast<std::uint64_t>(frame.state), mode + 3);
  if (memory_ == Memory::hashed) return seen_.insert(hash);
  const std::uint32_t first = next_[bounded_];
  words_.assign({static_cast<std::uint64_t>(frame.state), mode, first});
  std::uint32_t bits = 0;
  for (std::uint32_t at = first; at < bounded_ && entries_[at].invoked < bound_; ++at, bits += 2) {
    if (bits % 64 == 0) words_.push_back(0);
    words_.back() |= static_cast<std::uint64_t>(status_[at]) << bits % 64;
  }
  for (std::uint64_t pool = 0; pool < pools_.size(); ++pool)
    if (pools_[pool].next != pools_[pool].begin) words_.push_back(pool << 32 | pools_[pool].next);
  return seen_.insert(hash, words_);
}

// Whether anything that was invoked leads to the value for which the first one to return waits.
bool OrderSearch::goal_in_reach(const Frame& frame) const {
  const State state = frame.state;
  const Entry& goal = entries_[goal_];
  if (goal.blind() || goal.step == Step::differs || goal.value == state) return true;
  if (status_[goal_] == Status::free && !frame.committed) return true;
  const auto leads = [&](const Entry& entry) {
    if (!space_.appends() || goal.value == StateSpace::unseen)
      return entry.writes_state() && entry.target == goal.value;
    if (entry.appends()) return space_.may_grow_into(state, goal.value);
    return entry.writes_state();
  };
  for (const std::uint32_t at : window_)
    if (leads(entries_[at])) return true;
  for (auto pool = next_pool_[pools_.size()]; pool != pools_.size(); pool = next_pool_[pool]) {
    if (pools_[pool].invoked > bound_) break;
    if (entries_[pools_[pool].next].invoked < bound_ && leads(entries_[pools_[pool].next]))
      return true;
  }
  return false;
}

// A free operation that is due may pass unnoticed. Otherwise it is noticed right here: whatever
// comes before it could else come behind its return as well.
void OrderSearch::collect(const Frame& frame) {
  ++round_;
  if (!goal_in_reach(frame)) return;
  if (status_[goal_] == Status::free && !frame.committed)
    candidates_.push_back({goal_, frame.state, 0, true});
  const std::size_t begin = candidates_.size();
  for (const std::uint32_t at : window_) consider(at, frame);
  for (auto pool = next_pool_[pools_.size()]; pool != pools_.size(); pool = next_pool_[pool]) {
    if (pools_[pool].invoked > bound_) break;
    const std::uint32_t at = pools_[pool].next;
    if (entries_[at].invoked < bound_) consider(at, frame);
  }
  rank(begin);
}

void OrderSearch::consider(std::uint32_t at, const Frame& frame) {
  const Entry& entry = entries_[at];
  if (entry.appends()) return offer(at, space_.append(frame.state, entry.step, entry.piece));
  if (entry.step == Step::swap) {
    if (entry.value == frame.state) offer(at, entry.target);
    return;
  }
  if (entry.step != Step::overwrite || frame.idle != Idle::no) return;
  if (entry.target != frame.state || open_blind_) offer(at, entry.target);
}

// Of those that do the same, the one that must take effect first.
void OrderSearch::offer(std::uint32_t at, State state) {
  const Entry& entry = entries_[at];
  const bool overwrites = entry.step == Step::overwrite;
  const bool free = !overwrites && (!bounded(at) || status_[at] == Status::free);
  const std::size_t sort = 2 * std::size_t{entry.alike} + (free ? 1 : 0);
  if (offered_[sort] != round_) {
    offered_[sort] = round_;
    offers_[sort] = candidates_.size();
    candidates_.push_back({at, state});
  } else if (entry.returned < entries_[candidates_[offers_[sort]].entry].returned) {
    candidates_[offers_[sort]].entry = at;
  }
}

// The state that somebody needs soonest comes first; it decides nothing but the time it takes.
void OrderSearch::rank(std::size_t begin) {
  const auto offers = std::span(candidates_).subspan(begin);
  if (offers.size() < 2) return;
  for (const std::uint32_t at : window_) {
    const Entry& entry = entries_[at];
    const bool waits = entry.step == Step::equals || entry.step == Step::swap;
    if (!waits) continue;
    for (Candidate& candidate : offers)
      if (candidate.state == entry.value)
        candidate.wanted = std::min(candidate.wanted, entry.returned);
  }
  const std::uint32_t goal = goal_;
  std::ranges::sort(offers, {}, [&](const Candidate& candidate) {
    const Position wanted = candidate.entry == goal ? 0 : candidate.wanted;
    return std::tuple(wanted, entries_[candidate.entry].returned, candidate.entry);
  });
}

// Takes the frame's next alternative. True if nothing is left to do behind it.
bool OrderSearch::advance(Frame& frame) {
  const Candidate candidate = candidates_[frame.next++];
  const std::uint32_t at = candidate.entry;
  const Frame before = frame;
  Frame child;
  child.state = candidate.state;
  child.trail = trail_.size();
  const bool open = bounded(at) && status_[at] == Status::open;
  const bool goal_free = status_[before.goal] == Status::free;
  take(at);
  if (candidate.passes) {
    child.idle = before.idle == Idle::still ? Idle::still : Idle::no;
  } else {
    child.committed = goal_free && at != before.goal;
    if (entries_[at].step == Step::overwrite) {
      const bool freed = free_blind(before.bound);
      child.idle = open || freed ? Idle::here : Idle::still;
    }
  }
  return enter(child, before);
}

bool OrderSearch::enter(Frame frame, const Frame& before) {
  const bool fitted = settle(frame.state);
  if (bound_ == never_returned) return true;
  furthest_ = std::max(furthest_, bound_);
  if (fitted || (frame.idle == Idle::here && bound_ != before.bound)) frame.idle = Idle::no;
  frame.bound = bound_;
  frame.goal = goal_;
  frame.candidates = candidates_.size();
  frame.next = candidates_.size();
  if (remember(frame)) collect(frame);
  if (candidates_.size() == frame.candidates)
    undo(frame.trail);
  else
    stack_.push_back(frame);
  return false;
}

Verdict OrderSearch::run(std::uint64_t configurations_max) {
  Frame root;
  root.state = initial_;
  if (enter(root, root)) return Verdict::ok;
  while (!stack_.empty()) {
    const Frame& frame = stack_.back();
    if (frame.next == candidates_.size()) {
      undo(frame.trail);
      candidates_.resize(frame.candidates);
      stack_.pop_back();
      continue;
    }
    if (seen_.size() >= configurations_max) return Verdict::unknown;
    if (advance(stack_.back())) return Verdict::ok;
  }
  return Verdict::violated;
}

}  // namespace splitvote::consistency
