// The models of transactions by brute force: every order of the transactions, every interleaving
// of their snapshots and commits.
#include "tests/models/consistency/transaction_oracle.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace splitvote::testing {

using consistency::Access;
using consistency::AccessKind;
using consistency::KeyId;
using consistency::Outcome;
using consistency::Transaction;
using consistency::ValueId;

namespace {

std::size_t place(const std::vector<std::size_t>& order, std::size_t node) {
  return static_cast<std::size_t>(std::ranges::find(order, node) - order.begin());
}

std::size_t index(KeyId key) { return static_cast<std::size_t>(key); }

}  // namespace

TransactionOracle::TransactionOracle(const consistency::TransactionHistory& history)
    : history_(history) {}

// Transactions without an answer took effect or did not: every choice.
bool TransactionOracle::allows(std::string_view model) {
  std::size_t open = 0;
  for (const Transaction& one : history_.transactions())
    open += one.outcome == Outcome::unknown ? 1 : 0;
  for (std::uint32_t choice = 0; choice < 1u << open; ++choice) {
    nodes_.clear();
    std::size_t at = 0;
    for (const Transaction& one : history_.transactions()) {
      if (one.outcome == Outcome::failed) continue;
      if (one.outcome == Outcome::unknown && (choice >> at++ & 1) == 0) continue;
      nodes_.push_back(one);
    }
    if (holds(model)) return true;
  }
  return false;
}

bool TransactionOracle::holds(std::string_view model) {
  if (model.ends_with("snapshot-isolation")) return some_snapshots(model);
  if (model.ends_with("serializable"))
    return some_order([&](const Order& order) { return keeps(order, model) && serial(order); });
  if (!collect_reads()) return false;
  return some_order(
      [&](const Order& order) { return keeps(order, "strong-session") && axioms(order, model); });
}

bool TransactionOracle::some_order(const std::function<bool(const Order&)>& good) {
  Order order;
  return extend(order, good);
}

bool TransactionOracle::extend(Order& order, const std::function<bool(const Order&)>& good) {
  if (order.size() == nodes_.size()) return good(order);
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    if (std::ranges::find(order, node) != order.end()) continue;
    order.push_back(node);
    if (extend(order, good)) return true;
    order.pop_back();
  }
  return false;
}

bool TransactionOracle::keeps(const Order& order, std::string_view model) const {
  for (std::size_t one = 0; one < nodes_.size(); ++one)
    for (std::size_t other = 0; other < nodes_.size(); ++other) {
      if (place(order, one) < place(order, other)) continue;
      if (model.starts_with("strong-session") && in_session(one, other)) return false;
      if (model.starts_with("strict") && nodes_[one].returned < nodes_[other].invoked) return false;
    }
  return true;
}

bool TransactionOracle::in_session(std::size_t earlier, std::size_t later) const {
  return earlier < later && nodes_[earlier].session == nodes_[later].session;
}

// False if a committed transaction was told anything else than the state holds.
bool TransactionOracle::execute(std::size_t node, State& state) const {
  for (const Access& access : history_.accesses(nodes_[node])) {
    std::vector<ValueId>& held = state[index(access.key)];
    if (access.kind == AccessKind::write) held = {access.value};
    if (access.kind == AccessKind::append) held.push_back(access.value);
    if (access.kind != AccessKind::read || nodes_[node].outcome != Outcome::ok) continue;
    if (history_.values().is_list(access.value)) {
      const auto content = history_.values().content(access.value);
      if (content.size() != held.size() * sizeof(ValueId)) return false;
      if (std::memcmp(content.data(), held.data(), content.size()) != 0) return false;
    } else if (held != (access.value == consistency::nothing ? std::vector<ValueId>{}
                                                             : std::vector{access.value})) {
      return false;
    }
  }
  return true;
}

bool TransactionOracle::serial(const Order& order) const {
  State state(history_.keys());
  return std::ranges::all_of(order, [&](std::size_t node) { return execute(node, state); });
}

// Every interleaving of the moments at which transactions take their snapshot and commit. Of two
// that write the same key the second takes its snapshot behind the first one's commit.
bool TransactionOracle::some_snapshots(std::string_view model) {
  std::vector<State> snapshots(nodes_.size());
  std::vector<std::uint8_t> stage(nodes_.size(), 0);
  const std::function<bool(const State&)> go_on = [&](const State& state) {
    bool all = true;
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      if (stage[node] == 2) continue;
      all = false;
      State next = state;
      if (stage[node] == 0) {
        bool may = true;
        for (std::size_t other = 0; other < nodes_.size(); ++other)
          if (model.starts_with("strong-session") && in_session(other, node) && stage[other] != 2)
            may = false;
        if (!may) continue;
        snapshots[node] = state;
      } else {
        State own = snapshots[node];
        if (!execute(node, own)) continue;
        bool may = true;
        for (std::size_t key = 0; key < state.size(); ++key) {
          if (!writes(node, static_cast<KeyId>(key))) continue;
          may = may && state[key] == snapshots[node][key];
          next[key] = own[key];
        }
        if (!may) continue;
      }
      ++stage[node];
      const State kept = snapshots[node];
      if (go_on(next)) return true;
      snapshots[node] = kept;
      --stage[node];
    }
    return all;
  };
  return go_on(State(history_.keys()));
}

bool TransactionOracle::writes(std::size_t node, KeyId key) const {
  return std::ranges::any_of(history_.accesses(nodes_[node]), [&](const Access& access) {
    return access.key == key && access.kind != AccessKind::read;
  });
}

// Which transaction wrote what was read; false if none did, or not in the end, or if a transaction
// does not read its own write. Written values are distinct.
bool TransactionOracle::collect_reads() {
  reads_.assign(nodes_.size(), {});
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].outcome != Outcome::ok) continue;
    std::vector<std::optional<ValueId>> own(history_.keys());
    for (const Access& access : history_.accesses(nodes_[node])) {
      if (access.kind != AccessKind::read) {
        own[index(access.key)] = access.value;
        continue;
      }
      if (own[index(access.key)]) {
        if (*own[index(access.key)] != access.value) return false;
        continue;
      }
      Read read{access.key, {}};
      for (std::size_t writer = 0; writer < nodes_.size(); ++writer) {
        std::optional<ValueId> last;
        for (const Access& other : history_.accesses(nodes_[writer]))
          if (other.key == access.key && other.kind != AccessKind::read) last = other.value;
        if (writer != node && last == access.value) read.writer = writer;
      }
      if (!read.writer && access.value != consistency::nothing) return false;
      reads_[node].push_back(read);
    }
  }
  return true;
}

// Biswas and Enea 2019, figure 2: who is visible and writes the key precedes whom was read.
bool TransactionOracle::axioms(const Order& order, std::string_view model) const {
  const std::size_t count = nodes_.size();
  std::vector<std::vector<bool>> direct(count, std::vector<bool>(count, false));
  for (std::size_t later = 0; later < count; ++later) {
    for (std::size_t earlier = 0; earlier < count; ++earlier)
      if (in_session(earlier, later)) direct[earlier][later] = true;
    for (const Read& read : reads_[later])
      if (read.writer) direct[*read.writer][later] = true;
  }
  std::vector<std::vector<bool>> causal = direct;
  for (std::size_t middle = 0; middle < count; ++middle)
    for (std::size_t from = 0; from < count; ++from)
      for (std::size_t to = 0; to < count; ++to)
        if (causal[from][middle] && causal[middle][to]) causal[from][to] = true;
  for (std::size_t from = 0; from < count; ++from)
    for (std::size_t to = 0; to < count; ++to)
      if (direct[from][to] && place(order, from) >= place(order, to)) return false;
  for (std::size_t reader = 0; reader < count; ++reader)
    for (std::size_t at = 0; at < reads_[reader].size(); ++at)
      for (std::size_t other = 0; other < count; ++other) {
        const Read& read = reads_[reader][at];
        if (other == reader || other == read.writer || !writes(other, read.key)) continue;
        bool visible = model == "causal" ? causal[other][reader] : direct[other][reader];
        if (model == "read-committed")
          visible = std::any_of(reads_[reader].begin(),
                                reads_[reader].begin() + static_cast<std::ptrdiff_t>(at),
                                [&](const Read& before) { return before.writer == other; });
        if (visible && (!read.writer || place(order, other) >= place(order, *read.writer)))
          return false;
      }
  return true;
}

}  // namespace splitvote::testing
