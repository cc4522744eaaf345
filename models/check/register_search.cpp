// The search for an order of one key's operations: Wing and Gong's, with Lowe's memory, along the
// revisions.
#include "models/check/register_search.hpp"

#include <algorithm>

namespace splitvote::check {

namespace {

// The reads of the present slot follow from the rest, because all that can be placed are.
consistency::ConfigurationHash hash_state(const RegisterState& state) {
  return consistency::hash_words(std::uint64_t{state.slot} << 32 | state.absent_reads,
                                 std::uint64_t{state.removes} << 1 | std::uint64_t{state.absent});
}

consistency::ConfigurationHash hash_write(std::uint32_t write) {
  return consistency::hash_words(write, UINT64_MAX);
}

}  // namespace

RegisterSearch::RegisterSearch(const RegisterOperations& operations)
    : operations_(operations),
      later_returns_(operations.slots.size(), never_returned),
      absent_returns_(operations.absent_reads.size() + 1, never_returned),
      used_(operations.maybe_writes.size()) {
  for (std::size_t at = operations.absent_reads.size(); at-- > 0;)
    absent_returns_[at] = std::min(absent_returns_[at + 1], operations.absent_reads[at].returned);
  for (std::size_t slot = operations.slots.size(); slot-- > 0;) {
    const Slot& here = operations.slots[slot];
    std::uint64_t first = never_returned;
    for (std::size_t read = here.reads_begin; read < here.reads_end; ++read)
      first = std::min(first, operations.reads[read].returned);
    if (slot == 0) continue;
    later_returns_[slot - 1] = std::min({later_returns_[slot], here.writer.returned, first});
  }
}

// The first return among the operations not yet placed: whatever was invoked after it must wait.
// The present slot's reads do not matter: they are placed by invocation, so none waits for one
// behind it, and nothing else is placed before all of them are.
std::uint64_t RegisterSearch::bound(const RegisterState& state) const {
  return std::min(later_returns_[state.slot], absent_returns_[state.absent_reads]);
}

// A read that fits the present state and may come now loses nothing by coming now, so there is
// nothing to try. Each list is sorted by invocation: if one must wait, so must those behind it.
void RegisterSearch::place_reads(RegisterState& state) const {
  if (state.absent) {
    const auto& reads = operations_.absent_reads;
    while (state.absent_reads < reads.size() && reads[state.absent_reads].invoked < bound(state))
      ++state.absent_reads;
    return;
  }
  const Slot& slot = operations_.slots[state.slot];
  while (slot.reads_begin + state.reads < slot.reads_end &&
         operations_.reads[slot.reads_begin + state.reads].invoked < bound(state))
    ++state.reads;
}

bool RegisterSearch::reads_left(const RegisterState& state) const {
  const Slot& slot = operations_.slots[state.slot];
  return slot.reads_begin + state.reads < slot.reads_end;
}

bool RegisterSearch::finished(const RegisterState& state) const {
  for (std::size_t slot = state.slot + 1; slot < operations_.slots.size(); ++slot)
    if (!operations_.slots[slot].optional) return false;
  return !reads_left(state) && state.absent_reads == operations_.absent_reads.size();
}

std::uint64_t RegisterSearch::progress(const RegisterState& state) const {
  return std::uint64_t{state.slot} + operations_.slots[state.slot].reads_begin + state.reads +
         state.absent_reads;
}

bool RegisterSearch::needs_absence(const Slot& slot) const {
  if (slot.writer.entry != nobody) return slot.conditional && slot.expected == 0;
  for (std::size_t write = 0; write < used_.size(); ++write) {
    const MaybeWrite& maybe = operations_.maybe_writes[write];
    if (used_[write] == 0 && maybe.conditional && maybe.expected == 0) return true;
  }
  return false;
}

// Whether something could use the absence right away; otherwise a remove may as well come later.
bool RegisterSearch::wants_absence(const RegisterState& state) const {
  const auto& reads = operations_.absent_reads;
  if (state.absent_reads < reads.size() && reads[state.absent_reads].invoked < bound(state))
    return true;
  for (std::size_t slot = state.slot + 1; slot < operations_.slots.size(); ++slot) {
    if (needs_absence(operations_.slots[slot])) return true;
    if (!operations_.slots[slot].optional) return false;
  }
  return false;
}

// A remove without an answer may take effect here. Those that were invoked are alike; the earliest
// is used first.
bool RegisterSearch::can_remove(const RegisterState& state) const {
  const auto& removes = operations_.maybe_removes;
  if (state.absent || reads_left(state) || state.removes == removes.size()) return false;
  return removes[state.removes] < bound(state) && wants_absence(state);
}

// A remove without an answer that took effect behind this slot has a revision of its own.
bool RegisterSearch::leaves_room(const RegisterState& state, const Slot& target) const {
  const Slot& here = operations_.slots[state.slot];
  const bool removed_since = state.absent && state.slot != 0 && !here.removes;
  return !removed_since || target.revision - here.revision >= 2;
}

bool RegisterSearch::known_fits(const RegisterState& state, const Slot& target) const {
  const std::uint64_t present = state.absent ? 0 : operations_.slots[state.slot].revision;
  return target.writer.invoked < bound(state) &&
         (!target.conditional || target.expected == present);
}

bool RegisterSearch::maybe_fits(const RegisterState& state, const Slot& target,
                                std::uint32_t write) const {
  const MaybeWrite& maybe = operations_.maybe_writes[write];
  const std::uint64_t present = state.absent ? 0 : operations_.slots[state.slot].revision;
  return used_[write] == 0 && maybe.invoked < bound(state) &&
         (!target.value_known || target.value == maybe.value) &&
         (!maybe.conditional || maybe.expected == present);
}

// The frame's next alternative: first a remove without an answer, then the next revision written,
// where revisions that perhaps were never given may be passed over.
bool RegisterSearch::advance(Frame& frame, Frame& child) const {
  if (frame.target == 0) {
    frame.target = frame.state.slot + 1;
    if (can_remove(frame.state)) {
      child = {frame.state, frame.used};
      child.state.absent = true;
      ++child.state.removes;
      return true;
    }
  }
  if (reads_left(frame.state)) return false;
  while (frame.target < operations_.slots.size()) {
    if (write_target(frame, child)) return true;
    if (!operations_.slots[frame.target].optional) return false;
    ++frame.target;
    frame.next = 0;
  }
  return false;
}

// Its known writer, or the next of the writes without an answer that could be it.
bool RegisterSearch::write_target(Frame& frame, Frame& child) const {
  const RegisterState& state = frame.state;
  const Slot& target = operations_.slots[frame.target];
  if (!leaves_room(state, target)) return false;
  const RegisterState written{frame.target, 0, state.absent_reads, state.removes, target.removes};
  if (target.writer.entry != nobody) {
    if (frame.next++ != 0 || !known_fits(state, target)) return false;
    child = {written, frame.used};
    return true;
  }
  while (frame.next < used_.size()) {
    const std::uint32_t write = frame.next++;
    if (!maybe_fits(state, target, write)) continue;
    child = {written, frame.used ^ hash_write(write), 0, 0, write};
    return true;
  }
  return false;
}

bool RegisterSearch::enter(Frame frame) {
  place_reads(frame.state);
  if (!seen_.insert(hash_state(frame.state) ^ frame.used)) return false;
  const std::uint64_t placed = progress(frame.state);
  if (placed > furthest_progress_ || stack_.empty()) {
    furthest_ = frame.state;
    furthest_progress_ = placed;
  }
  if (frame.took != nobody) used_[frame.took] = 1;
  stack_.push_back(frame);
  return true;
}

Verdict RegisterSearch::run(std::uint64_t configurations_max) {
  enter({});
  while (!stack_.empty()) {
    if (finished(stack_.back().state)) return Verdict::ok;
    Frame child;
    if (advance(stack_.back(), child)) {
      if (seen_.size() >= configurations_max) return Verdict::unknown;
      enter(child);
      continue;
    }
    if (stack_.back().took != nobody) used_[stack_.back().took] = 0;
    stack_.pop_back();
  }
  return Verdict::violated;
}

}  // namespace splitvote::check
