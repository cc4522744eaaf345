// The first tier: keys whose written values are distinct, judged by the zones of their values.
//
// A value is there once, without a gap. So it is there from the first return of those who wrote or
// saw it to the last invocation, if that is later: its zone is forward, and no other value's zone
// may touch it. If the last invocation comes before the first return, all may take effect at one
// moment between the two: its zone is backward, and must stick out of every forward one. Values
// that come out of each other by swaps follow each other at once: a block, with a zone of its own.
// README.md has the proof that this is enough.
#include "models/consistency/zones.hpp"

#include <algorithm>
#include <tuple>

namespace splitvote::consistency {

ZoneCheck::ZoneCheck(std::size_t values) : places_(values) {}

ZoneAnswer ZoneCheck::check(std::span<const KeyOperation> operations, ValueId initial,
                            Clash& clash) {
  operations_ = operations;
  clash_ = {};
  if (!collect_writes(initial)) return ZoneAnswer::cannot_say;
  const bool fits = collect_reads() && build_blocks() && compare_zones();
  const ZoneAnswer answer = fits ? place_mismatches() : ZoneAnswer::violated;
  clash = clash_;
  return answer;
}

// False if two writes are of the same value or append.
bool ZoneCheck::collect_writes(ValueId initial) {
  ++generation_;
  clusters_.clear();
  mismatches_.clear();
  clusters_.push_back({.first_return = 0, .seen = true});
  places_[static_cast<std::size_t>(initial)] = {generation_, 0};
  for (std::uint32_t at = 0; at < operations_.size(); ++at) {
    const KeyOperation& operation = operations_[at];
    if (!operation.writes()) continue;
    if (operation.step != Step::overwrite && operation.step != Step::swap) return false;
    Place& place = places_[static_cast<std::size_t>(operation.target)];
    if (place.generation == generation_) return false;
    place = {generation_, static_cast<std::uint32_t>(clusters_.size())};
    clusters_.push_back({at, nobody, operation.returned, operation.invoked, at, at});
  }
  return true;
}

bool ZoneCheck::collect_reads() {
  for (std::uint32_t at = 0; at < operations_.size(); ++at) {
    const KeyOperation& operation = operations_[at];
    if (operation.step == Step::equals) {
      const std::uint32_t cluster = find(operation.value);
      if (cluster == nobody) return clashes(ClashKind::unwritten, {at, nobody, nobody, nobody});
      if (!see(at, cluster)) return false;
    } else if (operation.step == Step::differs) {
      mismatches_.push_back(at);
    } else if (operation.step == Step::swap && operation.certain) {
      if (!link(find(operation.target))) return false;
    }
  }
  // What a swap without an answer wrote was seen: it took place, and so did what it expects.
  for (std::uint32_t cluster = 1; cluster < clusters_.size(); ++cluster)
    if (!link_uncertain(cluster)) return false;
  return true;
}

bool ZoneCheck::see(std::uint32_t reader, std::uint32_t at) {
  const KeyOperation& read = operations_[reader];
  Cluster& cluster = clusters_[at];
  cluster.seen = true;
  if (cluster.writer != nobody && read.returned < operations_[cluster.writer].invoked)
    return clashes(ClashKind::from_future, {reader, cluster.writer, nobody, nobody});
  if (read.returned < cluster.first_return) {
    cluster.first_return = read.returned;
    cluster.first_returned = reader;
  }
  if (read.invoked > cluster.last_invoke) {
    cluster.last_invoke = read.invoked;
    cluster.last_invoked = reader;
  }
  return true;
}

// Puts the cluster of a swap behind the one it expects.
bool ZoneCheck::link(std::uint32_t at) {
  Cluster& cluster = clusters_[at];
  const std::uint32_t source = find(operations_[cluster.writer].value);
  const std::uint32_t witness = witness_of(at);
  if (source == nobody) return clashes(ClashKind::unwritten, {witness, nobody, nobody, nobody});
  Cluster& before = clusters_[source];
  if (before.next != nobody)
    return clashes(ClashKind::swapped_twice, {witness, witness_of(before.next), nobody, nobody});
  before.next = at;
  cluster.linked = true;
  return true;
}

bool ZoneCheck::link_uncertain(std::uint32_t at) {
  while (at != nobody && at != 0) {
    const Cluster& cluster = clusters_[at];
    const KeyOperation& writer = operations_[cluster.writer];
    const bool open = writer.step == Step::swap && !cluster.linked;
    if (!open || !took_effect(cluster)) return true;
    if (!link(at)) return false;
    at = find(writer.value);
  }
  return true;
}

bool ZoneCheck::took_effect(const Cluster& cluster) const {
  return cluster.seen || cluster.next != nobody || operations_[cluster.writer].certain;
}

// An operation of known outcome from which it follows that the cluster's writer took effect.
std::uint32_t ZoneCheck::witness_of(std::uint32_t at) const {
  while (true) {
    const Cluster& cluster = clusters_[at];
    if (cluster.writer != nobody && operations_[cluster.writer].certain) return cluster.writer;
    if (cluster.first_returned != cluster.writer || cluster.next == nobody)
      return cluster.first_returned;
    at = cluster.next;
  }
}

bool ZoneCheck::build_blocks() {
  forward_.clear();
  backward_.clear();
  std::size_t linked = 0;
  if (!walk(0)) return false;
  for (std::uint32_t at = 1; at < clusters_.size(); ++at) {
    const Cluster& cluster = clusters_[at];
    linked += cluster.linked ? 1 : 0;
    const bool begins = operations_[cluster.writer].step == Step::overwrite;
    if (begins && took_effect(cluster) && !walk(at)) return false;
  }
  // Every linked cluster stands behind one other; those that no walk came to go round in a circle.
  for (std::uint32_t at = 0; at < clusters_.size(); ++at) {
    const bool begins = at == 0 || operations_[clusters_[at].writer].step == Step::overwrite;
    if (!begins) continue;
    for (std::uint32_t next = clusters_[at].next; next != nobody; next = clusters_[next].next) {
      clusters_[next].linked = false;
      --linked;
    }
  }
  if (linked == 0) return true;
  const auto circular = std::ranges::find_if(clusters_, &Cluster::linked);
  const auto at = static_cast<std::uint32_t>(circular - clusters_.begin());
  return clashes(ClashKind::circular, {witness_of(at), nobody, nobody, nobody});
}

bool ZoneCheck::walk(std::uint32_t head) {
  Block block;
  block.head = head;
  for (std::uint32_t at = head; at != nobody; at = clusters_[at].next) {
    const Cluster& cluster = clusters_[at];
    if (cluster.first_return < block.last_invoke)
      return clashes(ClashKind::backwards,
                     {block.last_invoked, cluster.first_returned, nobody, nobody});
    if (cluster.first_return < block.first_return) {
      block.first_return = cluster.first_return;
      block.first_returned = cluster.first_returned;
    }
    if (cluster.last_invoke >= block.last_invoke) {
      block.last_invoke = cluster.last_invoke;
      block.last_invoked = cluster.last_invoked;
    }
  }
  (head == 0 || block.first_return < block.last_invoke ? forward_ : backward_).push_back(block);
  return true;
}

bool ZoneCheck::compare_zones() {
  std::ranges::sort(forward_, {}, &Block::first_return);
  for (std::size_t at = 1; at < forward_.size(); ++at) {
    const Block& one = forward_[at - 1];
    const Block& other = forward_[at];
    if (other.first_return < one.last_invoke)
      return clashes(ClashKind::overlapping, {one.first_returned, one.last_invoked,
                                              other.first_returned, other.last_invoked});
  }
  for (const Block& block : backward_) {
    const Block* around = forward_before(block.last_invoke);
    if (around != nullptr && around->last_invoke > block.first_return)
      return clashes(ClashKind::contained, {around->first_returned, around->last_invoked,
                                            block.first_returned, block.last_invoked});
  }
  return true;
}

// The last forward block that begins before the position.
const ZoneCheck::Block* ZoneCheck::forward_before(Position position) const {
  const auto behind = std::ranges::upper_bound(forward_, position, {}, &Block::first_return);
  return behind == forward_.begin() ? nullptr : &*(behind - 1);
}

// The mismatches are fitted into one of the orders that explain all the rest. If that fails they
// may fit into another order, unless the zone of a value covers one that did not expect it.
ZoneAnswer ZoneCheck::place_mismatches() {
  if (mismatches_.empty()) return ZoneAnswer::ok;
  order_values();
  if (fit_mismatches()) return ZoneAnswer::ok;
  for (const std::uint32_t at : mismatches_) {
    const KeyOperation& mismatch = operations_[at];
    const std::uint32_t found = find(mismatch.value);
    if (found == nobody || ranks_[found] == nobody) continue;
    const Cluster& cluster = clusters_[found];
    const std::uint32_t swapper = cluster.next == nobody ? nobody : clusters_[cluster.next].writer;
    if (cluster.first_return > mismatch.invoked) continue;
    const bool swapped_later =
        swapper != nobody && operations_[swapper].invoked > mismatch.returned;
    if (cluster.last_invoke <= mismatch.returned && !swapped_later) continue;
    const std::uint32_t last = swapped_later ? swapper : cluster.last_invoked;
    clashes(ClashKind::never_absent, {cluster.first_returned, at, last, nobody});
    return ZoneAnswer::violated;
  }
  return ZoneAnswer::cannot_say;
}

// With the values in this order, each begins as early as it can: when its writer and all that care
// for the values before it are invoked. A mismatch comes behind the end of its value or before its
// beginning; if the end is too late for it, the beginning must wait, which can only make other
// ends later. So what must wait must wait in every solution, and the first round without a change
// is one.
bool ZoneCheck::fit_mismatches() {
  constexpr int rounds_max = 32;
  waits_.assign(beginnings_.size(), 0);
  for (int round = 0; round < rounds_max; ++round) {
    if (!begin_early()) return false;
    bool changed = false;
    for (const std::uint32_t at : mismatches_) {
      const KeyOperation& mismatch = operations_[at];
      const std::uint32_t found = find(mismatch.value);
      if (found == nobody || ranks_[found] == nobody) continue;
      const std::size_t rank = ranks_[found];
      const std::uint64_t invoked = 2 * std::uint64_t{mismatch.invoked};
      const bool last = rank + 1 == beginnings_.size();
      const bool behind =
          !last && beginnings_[rank + 1].time < 2 * std::uint64_t{mismatch.returned};
      if (behind || (rank > 0 && beginnings_[rank].time > invoked)) continue;
      if (rank == 0) return false;
      waits_[rank] = std::max(waits_[rank], invoked + 1);
      changed = true;
    }
    if (!changed) return true;
  }
  return false;
}

// False if a value would begin after somebody who cares for it had returned.
bool ZoneCheck::begin_early() {
  std::uint64_t time = 0;
  for (std::size_t rank = 1; rank < beginnings_.size(); ++rank) {
    const Cluster& before = clusters_[beginnings_[rank - 1].cluster];
    const Cluster& cluster = clusters_[beginnings_[rank].cluster];
    const Position invoked = std::max(before.last_invoke, operations_[cluster.writer].invoked);
    time = std::max({time, waits_[rank], 2 * std::uint64_t{invoked} + 1});
    beginnings_[rank].time = time;
    if (time > 2 * std::uint64_t{cluster.first_return}) return false;
  }
  return true;
}

// A forward block begins just before its first return, a backward one just behind its last
// invocation or the forward zone that covers that; within a block each value follows as soon as
// everything before it is invoked.
void ZoneCheck::order_values() {
  beginnings_.clear();
  const auto add = [&](const Block& block, std::uint64_t time, std::uint64_t anchor) {
    Position invoked = 0;
    for (std::uint32_t at = block.head; at != nobody; at = clusters_[at].next) {
      const Cluster& cluster = clusters_[at];
      if (at != block.head) {
        invoked = std::max(invoked, operations_[cluster.writer].invoked);
        time = std::max(time, 2 * std::uint64_t{invoked} + 1);
      }
      beginnings_.push_back({time, anchor, at, static_cast<std::uint32_t>(beginnings_.size())});
      invoked = std::max(invoked, cluster.last_invoke);
    }
  };
  for (const Block& block : forward_) {
    const std::uint64_t begin = 2 * std::uint64_t{block.first_return};
    add(block, begin == 0 ? 0 : begin - 1, begin);
  }
  for (const Block& block : backward_) {
    const Block* around = forward_before(block.last_invoke);
    const Position begin = std::max(block.last_invoke, around->last_invoke);
    add(block, 2 * std::uint64_t{begin} + 1, 2 * std::uint64_t{around->first_return} + 1);
  }
  // The values of one block keep their order.
  std::ranges::sort(beginnings_, {}, [](const Beginning& beginning) {
    return std::tuple(beginning.time, beginning.anchor, beginning.number);
  });
  ranks_.assign(clusters_.size(), nobody);
  for (std::uint32_t rank = 0; rank < beginnings_.size(); ++rank)
    ranks_[beginnings_[rank].cluster] = rank;
}

std::uint32_t ZoneCheck::find(ValueId value) const {
  const Place& place = places_[static_cast<std::size_t>(value)];
  return place.generation == generation_ ? place.cluster : nobody;
}

// Always false, which is what its callers return.
bool ZoneCheck::clashes(ClashKind kind, std::array<std::uint32_t, 4> operations) {
  clash_ = {kind, 0, operations};
  for (const std::uint32_t at : operations) {
    if (at == nobody) continue;
    const KeyOperation& operation = operations_[at];
    const Position known = operation.certain ? operation.returned : operation.invoked;
    clash_.position = std::max(clash_.position, known);
  }
  return false;
}

}  // namespace splitvote::consistency
