// The second tier: the search for an order of one key's operations, Wing and Gong's with Lowe's
// memory.
#include "models/consistency/order_search.hpp"

#include <algorithm>
#include <ranges>
#include <tuple>
#include <utility>

namespace splitvote::consistency {

OrderSearch::OrderSearch(const ValueTable& values, std::span<const KeyOperation> operations,
                         ValueId initial, Memory memory)
    : all_(values, operations, initial),
      space_(all_.space),
      entries_(all_.entries),
      bounded_(all_.bounded),
      memory_(memory),
      used_pools_((entries_.size() - bounded_ + 63) / 64),
      offered_(2 * std::size_t{all_.alike}),
      offers_(2 * std::size_t{all_.alike}),
      available_(all_.states) {
  for (std::uint32_t at = 0; at < bounded_; ++at)
    status_.push_back(entries_[at].certain ? Status::open : Status::free);
  for (const AlikePool& pool : all_.pools) pool_next_.push_back(pool.begin);
  link_all();
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
  ring(next_pool_, previous_pool_, static_cast<std::uint32_t>(all_.pools.size()));
}

void OrderSearch::set_status(std::uint32_t entry, Status status, bool uses) {
  const Status before = status_[entry];
  trail_.push_back({entry, before, uses, false});
  status_[entry] = status;
  if (before == Status::open) hash_ = hash_ ^ hash_words(entry, 0);
  if (uses) used_.push_back(entry);
  if (status != Status::done) return;
  next_[previous_[entry]] = next_[entry];
  previous_[next_[entry]] = previous_[entry];
}

void OrderSearch::take(const Candidate& candidate) {
  const std::uint32_t entry = candidate.entry;
  if (!bounded(entry)) return take_from_pool(entry);
  const bool optional = status_[entry] == Status::free || entries_[entry].blind();
  set_status(entry, Status::done, optional && !candidate.passes);
}

void OrderSearch::take_from_pool(std::uint32_t entry) {
  trail_.push_back({entry, Status::free, true, false});
  used_pools_[(entry - bounded_) / 64] |= std::uint64_t{1} << (entry - bounded_) % 64;
  const std::uint32_t number = all_.pool_of[entry - bounded_];
  if (++pool_next_[number] != all_.pools[number].end) return;
  next_pool_[previous_pool_[number]] = next_pool_[number];
  previous_pool_[next_pool_[number]] = previous_pool_[number];
}

void OrderSearch::undo(std::size_t trail) {
  for (; trail_.size() > trail; trail_.pop_back()) {
    const auto [entry, before, uses, unnoticed] = trail_.back();
    if (!bounded(entry)) {
      used_pools_[(entry - bounded_) / 64] &= ~(std::uint64_t{1} << (entry - bounded_) % 64);
      const std::uint32_t number = all_.pool_of[entry - bounded_];
      if (pool_next_[number]-- != all_.pools[number].end) continue;
      next_pool_[previous_pool_[number]] = number;
      previous_pool_[next_pool_[number]] = number;
      continue;
    }
    if (uses) used_.pop_back();
    if (before == Status::open) hash_ = hash_ ^ hash_words(entry, 0);
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
    const SearchEntry& entry = entries_[at];
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
    trail_.back().unnoticed = true;
    freed = true;
  }
  return freed;
}

// Two configurations with the same state, bound and open operations differ in what they have used
// of the others; what has returned does not matter any more.
bool OrderSearch::remember(Frame& frame) {
  const auto returned = [&](std::uint32_t at) { return entries_[at].returned < bound_; };
  while (frame.used < used_.size() && returned(used_[frame.used])) ++frame.used;
  still_used_.clear();
  for (std::size_t at = frame.used; at < used_.size(); ++at)
    if (!returned(used_[at])) still_used_.push_back(used_[at]);
  std::ranges::sort(still_used_);
  const std::uint64_t mode = static_cast<std::uint64_t>(frame.idle) * 2 + frame.committed + 1;
  const ConfigurationHash fixed =
      hash_ ^ hash_words(static_cast<std::uint64_t>(frame.state), mode << 32 | bound_);
  words_.clear();
  if (memory_ == Memory::exact) spell(frame);
  return seen_.insert({fixed, words_, still_used_, used_pools_});
}

void OrderSearch::spell(const Frame& frame) {
  words_.push_back(static_cast<std::uint64_t>(frame.state));
  words_.push_back(static_cast<std::uint64_t>(frame.idle) * 2 + frame.committed);
  words_.push_back(bound_);
  std::uint32_t bits = 0;
  for (std::uint32_t at = next_[bounded_]; at < bounded_ && entries_[at].invoked < bound_; ++at) {
    const bool open = status_[at] == Status::open;
    if (bits == 0 && !open) continue;
    if (bits == 0) words_.push_back(at);
    if (bits % 64 == 0) words_.push_back(0);
    words_.back() |= static_cast<std::uint64_t>(open) << bits % 64;
    ++bits;
  }
}

bool OrderSearch::hopeless(const Frame& frame) {
  if (!space_.appends()) return some_value_is_lost(frame.state);
  return status_[goal_] == Status::open && goal_out_of_reach(frame.state);
}

// Whether an open operation waits for a value that is gone, and nothing is left that writes it.
bool OrderSearch::some_value_is_lost(State state) {
  ++round_;
  for (const std::uint32_t at : window_)
    if (entries_[at].writes_state()) available_[entries_[at].result] = round_;
  for (auto pool = next_pool_[pools()]; pool != pools(); pool = next_pool_[pool]) {
    if (all_.pools[pool].invoked > bound_) break;
    const SearchEntry& entry = entries_[pool_next_[pool]];
    if (entry.invoked < bound_) available_[entry.result] = round_;
  }
  for (const std::uint32_t at : window_) {
    const SearchEntry& entry = entries_[at];
    const bool waits = entry.step == Step::equals || entry.step == Step::swap;
    if (!waits || status_[at] != Status::open || entry.value == state) continue;
    if (entry.last_source < bound_ && available_[entry.source] != round_) return true;
  }
  return false;
}

// Whether the first to return waits for a value to which nothing that is invoked leads.
bool OrderSearch::goal_out_of_reach(State state) const {
  const SearchEntry& goal = entries_[goal_];
  if (goal.blind() || goal.step == Step::differs || goal.value == state) return false;
  const auto leads = [&](const SearchEntry& entry) {
    return entry.appends() ? space_.may_grow_into(state, goal.value) : entry.writes_state();
  };
  for (const std::uint32_t at : window_)
    if (leads(entries_[at])) return false;
  for (auto pool = next_pool_[pools()]; pool != pools(); pool = next_pool_[pool]) {
    if (all_.pools[pool].invoked > bound_) break;
    const SearchEntry& entry = entries_[pool_next_[pool]];
    if (entry.invoked < bound_ && leads(entry)) return false;
  }
  return true;
}

// A free operation that is due may pass unnoticed. Otherwise it is noticed right here: whatever
// comes before it could else come behind its return as well.
void OrderSearch::collect(const Frame& frame) {
  ++round_;
  if (status_[goal_] == Status::free && !frame.committed)
    candidates_.push_back({goal_, frame.state, 0, true});
  const std::size_t begin = candidates_.size();
  for (const std::uint32_t at : window_) consider(at, frame);
  for (auto pool = next_pool_[pools()]; pool != pools(); pool = next_pool_[pool]) {
    if (all_.pools[pool].invoked > bound_) break;
    const std::uint32_t at = pool_next_[pool];
    if (entries_[at].invoked < bound_) consider(at, frame);
  }
  rank(begin);
}

void OrderSearch::consider(std::uint32_t at, const Frame& frame) {
  const SearchEntry& entry = entries_[at];
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
  const SearchEntry& entry = entries_[at];
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
    const SearchEntry& entry = entries_[at];
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
  child.used = before.used;
  const bool open = bounded(at) && status_[at] == Status::open;
  const bool goal_free = status_[before.goal] == Status::free;
  take(candidate);
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
  if (!hopeless(frame) && remember(frame)) collect(frame);
  if (candidates_.size() == frame.candidates)
    undo(frame.trail);
  else
    stack_.push_back(frame);
  return false;
}

Verdict OrderSearch::run(std::uint64_t configurations_max) {
  Frame root;
  root.state = all_.initial;
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

// Back along the trail, on which an operation is free first and done later: one that was used takes
// effect where it was, one that was not where it could do so unnoticed.
std::vector<Position> OrderSearch::order() const {
  std::vector<Position> backwards;
  std::vector<std::uint32_t> unnoticed;
  std::vector<Status> after = status_;
  std::vector<std::uint8_t> used(bounded_);
  const auto place = [&](std::uint32_t at) { backwards.push_back(entries_[at].invoked); };
  for (const Change& change : std::views::reverse(trail_)) {
    const std::uint32_t at = change.entry;
    if (!bounded(at)) {
      place(at);
    } else if (std::exchange(after[at], change.before) == Status::done) {
      used[at] = change.before == Status::open || change.uses;
      if (used[at] != 0) place(at);
    } else if (used[at] == 0) {
      if (change.unnoticed) unnoticed.push_back(at);
      if (!change.unnoticed) place(at);
    }
    if (change.unnoticed) continue;
    for (const std::uint32_t earlier : unnoticed) place(earlier);
    unnoticed.clear();
  }
  std::ranges::reverse(backwards);
  return backwards;
}

}  // namespace splitvote::consistency
