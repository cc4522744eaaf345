// The weaker models by brute force: every visibility, every arbitration, every order.
#include "tests/models/consistency/weak_oracle.hpp"

#include <algorithm>
#include <bit>

namespace splitvote::testing {

using consistency::Operation;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::ValueId;

WeakOracle::WeakOracle(const consistency::History& history) : history_(history) {}

// Writes without an answer took effect or did not: every choice.
bool WeakOracle::allows(std::string_view model) {
  std::vector<Operation> open;
  for (const Operation& operation : history_.operations())
    if (operation.outcome == Outcome::unknown && operation.kind != OperationKind::read)
      open.push_back(operation);
  for (Set choice = 0; choice < Set{1} << open.size(); ++choice) {
    nodes_.clear();
    std::size_t at = 0;
    for (const Operation& operation : history_.operations()) {
      if (operation.outcome == Outcome::failed) continue;
      const bool reads = operation.kind == OperationKind::read;
      if (operation.outcome == Outcome::unknown && (reads || (choice >> at++ & 1) == 0)) continue;
      const bool swaps = operation.kind == OperationKind::compare_and_swap;
      const bool differs = operation.outcome == Outcome::mismatch;
      const bool idle = differs || (swaps && operation.argument == operation.expected);
      nodes_.push_back({static_cast<std::uint32_t>(operation.session), operation.key,
                        reads || swaps, !reads && !idle,
                        operation.kind == OperationKind::append_element, differs,
                        held(swaps ? operation.expected : operation.result), operation.argument});
    }
    own_.assign(nodes_.size(), 0);
    writers_ = 0;
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      if (nodes_[node].writes) writers_ |= Set{1} << node;
      for (std::size_t other = 0; other < node; ++other)
        if (own_before(other, node)) own_[node] |= Set{1} << other;
    }
    if (holds(model)) return true;
  }
  return false;
}

WeakOracle::Held WeakOracle::held(ValueId value) const {
  if (!history_.values().is_list(value)) return {value};
  Held made = consistency::elements_of(history_.values().content(value));
  made.insert(made.begin(), list_mark);
  return made;
}

void WeakOracle::apply(const Node& node, Held& held) {
  if (!node.appends) held.clear();
  if (node.appends && held.front() != list_mark) held = {list_mark};
  held.push_back(node.written);
}

bool WeakOracle::holds(std::string_view model) {
  if (model == "strong-convergence") {
    std::vector<Set> visible(nodes_.size());
    return converges(0, visible);
  }
  if (model == "sequential") return sequential();
  if (model == "pram") return pram();
  if (model.starts_with("causal")) return causal(model);
  return session_guarantee(model);
}

// Every choice of what is visible to each reader from this one on.
bool WeakOracle::converges(std::size_t reader, std::vector<Set>& visible) {
  while (reader < nodes_.size() && !nodes_[reader].reads) ++reader;
  if (reader == nodes_.size()) return true;
  for (Set seen = 0; seen < Set{1} << nodes_.size(); ++seen) {
    if ((seen & ~writers_) != 0 || (seen >> reader & 1) != 0) continue;
    bool allowed = explained_somehow(reader, seen);
    for (std::size_t at = 0; at < nodes_.size(); ++at) {
      if ((seen >> at & 1) != 0) allowed = allowed && nodes_[at].key == nodes_[reader].key;
      if (at < reader && nodes_[at].reads && nodes_[at].key == nodes_[reader].key &&
          visible[at] == seen)
        allowed = allowed && nodes_[at].told == nodes_[reader].told;
    }
    visible[reader] = seen;
    if (allowed && converges(reader + 1, visible)) return true;
  }
  return false;
}

// In some order of what is visible.
bool WeakOracle::explained_somehow(std::size_t reader, Set visible) const {
  std::vector<std::size_t> order;
  for (std::size_t at = 0; at < nodes_.size(); ++at)
    if ((visible >> at & 1) != 0) order.push_back(at);
  do {
    Held value = held(history_.initial());
    for (const std::size_t at : order) apply(nodes_[at], value);
    if (explains(value, nodes_[reader])) return true;
  } while (std::ranges::next_permutation(order).found);
  return false;
}

bool WeakOracle::sequential() {
  const Set all = (Set{1} << nodes_.size()) - 1;
  return order_exists(all, own_, all);
}

bool WeakOracle::pram() {
  for (std::size_t session = 0; session < history_.sessions(); ++session) {
    Set own = 0;
    for (std::size_t node = 0; node < nodes_.size(); ++node)
      if (nodes_[node].session == session) own |= Set{1} << node;
    if (!order_exists(own | writers_, own_, own)) return false;
  }
  return true;
}

// Every relation of writes to reads that they may be visible to, with what follows from it.
bool WeakOracle::causal(std::string_view model) {
  std::vector<std::pair<std::size_t, std::size_t>> pairs;
  for (std::size_t writer = 0; writer < nodes_.size(); ++writer)
    for (std::size_t reader = 0; reader < nodes_.size(); ++reader)
      if (writer != reader && nodes_[writer].writes && nodes_[reader].reads &&
          !own_before(writer, reader))
        pairs.emplace_back(writer, reader);
  for (Set choice = 0; choice < Set{1} << pairs.size(); ++choice) {
    std::vector<Set> past = own_;
    for (std::size_t at = 0; at < pairs.size(); ++at)
      if ((choice >> at & 1) != 0) past[pairs[at].second] |= Set{1} << pairs[at].first;
    for (std::size_t middle = 0; middle < past.size(); ++middle)
      for (Set& later : past)
        if ((later >> middle & 1) != 0) later |= past[middle];
    bool circular = false;
    for (std::size_t node = 0; node < past.size(); ++node)
      circular = circular || (past[node] >> node & 1) != 0;
    if (!circular && causal_with(past, model)) return true;
  }
  return false;
}

bool WeakOracle::causal_with(const std::vector<Set>& past, std::string_view model) {
  if (model == "causal-convergence")
    return some_arbitration(past, [&](const std::vector<Set>& arbitration) {
      for (std::size_t node = 0; node < nodes_.size(); ++node)
        if (nodes_[node].reads && !explained(node, past[node] & writers_, arbitration))
          return false;
      return true;
    });
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    const Set itself = Set{1} << node;
    const Set heard = model == "causal-memory" ? own_[node] | itself : itself;
    if (!order_exists(past[node] | itself, past, heard)) return false;
  }
  return true;
}

bool WeakOracle::session_guarantee(std::string_view model) {
  std::vector<Set> kept(nodes_.size());
  const bool of_writes = model == "monotonic-writes";
  for (std::size_t node = 0; node < nodes_.size(); ++node)
    if (of_writes && nodes_[node].writes) kept[node] = own_[node] & writers_;
  if (model == "writes-follow-reads")
    return some_arbitration(kept, [&](const std::vector<Set>& arbitration) {
      Set readers = 0;
      for (std::size_t node = 0; node < nodes_.size(); ++node)
        if (nodes_[node].reads) readers |= Set{1} << node;
      return guarantee_with(arbitration, model, readers);
    });
  for (std::size_t session = 0; session < history_.sessions(); ++session) {
    Set readers = 0;
    for (std::size_t node = 0; node < nodes_.size(); ++node)
      if (nodes_[node].reads && nodes_[node].session == session) readers |= Set{1} << node;
    const bool good = some_arbitration(kept, [&](const std::vector<Set>& arbitration) {
      return guarantee_with(arbitration, model, readers);
    });
    if (!good) return false;
  }
  return true;
}

// Every choice of what is visible to each of the readers.
bool WeakOracle::guarantee_with(const std::vector<Set>& arbitration, std::string_view model,
                                Set readers) {
  std::vector<Set> visible(nodes_.size());
  const std::function<bool(std::size_t)> choose = [&](std::size_t reader) {
    while (reader < nodes_.size() && (readers >> reader & 1) == 0) ++reader;
    if (reader == nodes_.size()) return true;
    for (Set seen = 0; seen < Set{1} << nodes_.size(); ++seen) {
      if ((seen & ~writers_) != 0 || (seen >> reader & 1) != 0) continue;
      bool allowed = true;
      if (model == "read-your-writes") allowed = (own_[reader] & writers_ & ~seen) == 0;
      for (std::size_t node = 0; node < nodes_.size(); ++node) {
        if (model == "monotonic-reads" && own_before(node, reader) && nodes_[node].reads)
          allowed = allowed && (visible[node] & ~seen) == 0;
        if (model == "monotonic-writes" && (seen >> node & 1) != 0)
          allowed = allowed && (own_[node] & writers_ & ~seen) == 0;
        if (model == "writes-follow-reads" && own_before(reader, node) && nodes_[node].writes)
          allowed = allowed && (seen & ~arbitration[node]) == 0;
      }
      if (!allowed || !explained(reader, seen, arbitration)) continue;
      visible[reader] = seen;
      if (choose(reader + 1)) return true;
    }
    return false;
  };
  return choose(0);
}

bool WeakOracle::order_exists(Set set, const std::vector<Set>& before, Set heard) {
  std::vector<Held> state(history_.keys(), held(history_.initial()));
  std::vector<Set> within;
  for (const Set one : before) within.push_back(one & set);
  return order_exists(set, within, heard, state);
}

bool WeakOracle::order_exists(Set left, const std::vector<Set>& before, Set heard,
                              std::vector<Held>& state) {
  if (left == 0) return true;
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    const Node& one = nodes_[node];
    if ((left >> node & 1) == 0 || (before[node] & left) != 0) continue;
    Held& value = state[static_cast<std::size_t>(one.key)];
    if ((heard >> node & 1) != 0 && one.reads && !explains(value, one)) continue;
    const Held old = value;
    if (one.writes) apply(one, value);
    if (order_exists(left & ~(Set{1} << node), before, heard, state)) return true;
    value = old;
  }
  return false;
}

bool WeakOracle::some_arbitration(const std::vector<Set>& before,
                                  const std::function<bool(const std::vector<Set>&)>& good) {
  std::vector<Set> arbitration(nodes_.size());
  const std::function<bool(Set)> extend = [&](Set done) {
    if (done == writers_) return good(arbitration);
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      const bool next = (writers_ >> node & 1) != 0 && (done >> node & 1) == 0;
      if (!next || (before[node] & writers_ & ~done) != 0) continue;
      arbitration[node] = done;
      if (extend(done | Set{1} << node)) return true;
    }
    return false;
  };
  return extend(0);
}

// What the visible writes to the key made in their order of what was there at the beginning.
bool WeakOracle::explained(std::size_t reader, Set visible,
                           const std::vector<Set>& arbitration) const {
  std::vector<std::size_t> order;
  for (std::size_t node = 0; node < nodes_.size(); ++node)
    if ((visible >> node & 1) != 0 && nodes_[node].key == nodes_[reader].key) order.push_back(node);
  std::ranges::sort(order, {}, [&](std::size_t node) { return std::popcount(arbitration[node]); });
  Held value = held(history_.initial());
  for (const std::size_t node : order) apply(nodes_[node], value);
  return explains(value, nodes_[reader]);
}

}  // namespace splitvote::testing
