// The search for an order of transactions on registers that keeps real time, by values alone.
#include "models/consistency/transaction_search.hpp"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "models/consistency/configuration_set.hpp"
#include "models/consistency/listing.hpp"
#include "models/consistency/shrinking.hpp"

namespace splitvote::consistency {

namespace {

// Steps for each configuration of the budget: a step takes a transaction or looks at one.
constexpr std::uint64_t transaction_steps_per_configuration = 100;

// For a smallest contradiction.
constexpr std::uint64_t transaction_configurations_per_question = 10'000;
constexpr std::uint64_t transactions_asked_max = 200'000;  // transactions

bool is_write(const Access& access) { return access.kind == AccessKind::write; }

bool counts(const TransactionHistory& history, const Transaction& one) {
  return one.outcome == Outcome::ok ||
         (one.outcome == Outcome::unknown && std::ranges::any_of(history.accesses(one), is_write));
}

/// Some transactions as if there were no others: a read is heeded if none of those is forgotten
/// that may have written what it was told, so that what contradicts still did before.
class Part {
 public:
  explicit Part(const TransactionHistory& history) : history_(history) {
    std::uint32_t accesses = 0;
    for (std::uint32_t at = 0; at < history.transactions().size(); ++at) {
      const Transaction& one = history.transactions()[at];
      accesses = std::max(accesses, one.first_access + one.accesses);
      if (!counts(history, one)) continue;
      nodes_.push_back(at);
      for (const Access& access : history.accesses(one))
        if (is_write(access)) writers_.push_back({access.key, access.value, at});
    }
    std::ranges::sort(writers_, {}, [](const Writer& one) {
      return std::tuple(one.key, one.value, one.transaction);
    });
    heeded_.assign(accesses, 1);
  }

  void restrict_to(std::span<const std::uint32_t> nodes) {
    nodes_.assign(nodes.begin(), nodes.end());
    for (const std::uint32_t node : nodes) {
      const Transaction& one = history_.transactions()[node];
      const auto accesses = history_.accesses(one);
      for (std::uint32_t at = 0; at < accesses.size(); ++at)
        heeded_[one.first_access + at] = is_known(accesses[at]) ? 1 : 0;
    }
  }

  /// Those that may take effect, as they were invoked.
  [[nodiscard]] const std::vector<std::uint32_t>& nodes() const { return nodes_; }
  /// By the place among all accesses.
  [[nodiscard]] bool heeds(std::uint32_t access) const { return heeded_[access] != 0; }

 private:
  struct Writer {
    KeyId key{};
    ValueId value = nothing;
    std::uint32_t transaction = 0;
  };

  [[nodiscard]] bool is_known(const Access& access) const {
    const auto written = [](const Writer& one) { return std::pair(one.key, one.value); };
    return std::ranges::all_of(
        std::ranges::equal_range(writers_, std::pair(access.key, access.value), {}, written),
        [&](const Writer& one) { return std::ranges::binary_search(nodes_, one.transaction); });
  }

  const TransactionHistory& history_;
  std::vector<std::uint32_t> nodes_;
  std::vector<Writer> writers_;  // by key and value
  std::vector<std::uint8_t> heeded_;
};

class StrictSearch {
 public:
  StrictSearch(const TransactionHistory& history, const Part& part)
      : history_(history),
        part_(part),
        nodes_(part.nodes()),
        held_(history.keys(), history.initial()) {
    for (const std::uint32_t node : nodes_) {
      const Transaction& one = history.transactions()[node];
      writes_.push_back(std::ranges::any_of(history.accesses(one), is_write) ? 1 : 0);
      left_ += one.outcome == Outcome::ok ? 1 : 0;
    }
    done_.assign(nodes_.size(), 0);
  }

  Verdict run(std::uint64_t configurations_max) {
    const std::uint64_t steps_max =
        configurations_max < UINT64_MAX / transaction_steps_per_configuration
            ? configurations_max * transaction_steps_per_configuration
            : UINT64_MAX;
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
      const std::uint32_t node = frame.candidates[frame.next++];
      if (!fits(node)) continue;
      take(node);
      enter();
    }
    return Verdict::ok;
  }

  [[nodiscard]] std::uint64_t configurations() const { return seen_.size(); }

  /// Those that no order explains together: all that are invoked before the latest return that some
  /// order came to.
  [[nodiscard]] Contradiction contradiction() const {
    Contradiction made;
    std::string last;
    for (const std::uint32_t at : nodes_) {
      if (history_.transactions()[at].invoked > furthest_) break;
      made.operations.push_back(OperationId{at});
      if (history_.transactions()[at].returned == furthest_)
        last = history_.describe(TransactionId{at});
    }
    made.explanation = "no order of the transactions that were invoked before <" + last +
                       "> returned explains all answers and keeps real time.";
    return made;
  }

 private:
  struct Frame {
    std::size_t trail = 0;
    std::vector<std::uint32_t> candidates;
    std::size_t next = 0;
  };
  struct Change {
    std::uint32_t node = 0;
    std::size_t replaced = 0;  // how many entries of `replaced_` there were
  };
  struct Replaced {
    KeyId key{};
    ValueId value = nothing;
  };

  [[nodiscard]] const Transaction& transaction(std::uint32_t node) const {
    return history_.transactions()[nodes_[node]];
  }
  [[nodiscard]] ValueId& held(KeyId key) { return held_[static_cast<std::size_t>(key)]; }

  // A transaction that fits and writes nothing comes at once: moved to the front of any order that
  // goes on from here it stays right, changes nothing, and nobody had to come before it.
  void enter() {
    std::vector<std::uint32_t> candidates;
    for (bool again = true; again;) {
      again = false;
      collect(candidates);
      for (const std::uint32_t node : candidates) {
        if (writes_[node] != 0 || !fits(node)) continue;
        take(node);
        again = true;
      }
    }
    if (!seen_.insert(hash_)) return;
    frames_.push_back({trail_.size(), std::move(candidates), 0});
  }

  // Whoever was invoked before the first return of those that are left.
  void collect(std::vector<std::uint32_t>& candidates) {
    candidates.clear();
    while (first_ < nodes_.size() && done_[first_] != 0) ++first_;
    Position bound = never_returned;
    for (std::uint32_t node = first_; node < nodes_.size(); ++node) {
      ++steps_;
      if (transaction(node).invoked > bound) break;
      if (done_[node] != 0) continue;
      bound = std::min(bound, transaction(node).returned);
      candidates.push_back(node);
    }
    if (bound != never_returned) furthest_ = std::max(furthest_, bound);
    // Those without an answer last: it is rather the others who are missed.
    std::ranges::sort(candidates, {}, [&](std::uint32_t node) {
      return std::pair(transaction(node).outcome != Outcome::ok, node);
    });
  }

  // It has seen what the keys hold, or what itself wrote.
  [[nodiscard]] bool fits(std::uint32_t node) {
    ++steps_;
    if (transaction(node).outcome != Outcome::ok) return true;
    const std::size_t replaced = replaced_.size();
    bool right = true;
    std::uint32_t at = transaction(node).first_access;
    for (const Access& access : history_.accesses(transaction(node))) {
      const bool heeded = part_.heeds(at++);
      if (access.kind == AccessKind::read) {
        right = !heeded || held(access.key) == access.value;
        if (!right) break;
        continue;
      }
      replaced_.push_back({access.key, held(access.key)});
      held(access.key) = access.value;
    }
    restore(replaced);
    return right;
  }

  void take(std::uint32_t node) {
    trail_.push_back({node, replaced_.size()});
    for (const Access& access : history_.accesses(transaction(node))) {
      if (access.kind == AccessKind::read) continue;
      replaced_.push_back({access.key, held(access.key)});
      set(access.key, access.value);
    }
    mark(node);
    done_[node] = 1;
    left_ -= transaction(node).outcome == Outcome::ok ? 1 : 0;
  }

  void undo(std::size_t size) {
    while (trail_.size() > size) {
      const auto [node, replaced] = trail_.back();
      trail_.pop_back();
      while (replaced_.size() > replaced) {
        set(replaced_.back().key, replaced_.back().value);
        replaced_.pop_back();
      }
      mark(node);
      done_[node] = 0;
      first_ = std::min(first_, node);
      left_ += transaction(node).outcome == Outcome::ok ? 1 : 0;
    }
  }

  void restore(std::size_t replaced) {
    while (replaced_.size() > replaced) {
      held(replaced_.back().key) = replaced_.back().value;
      replaced_.pop_back();
    }
  }

  void set(KeyId key, ValueId value) {
    const auto hash = [&](ValueId one) {
      return hash_words((std::uint64_t{1} << 32) | static_cast<std::uint64_t>(key),
                        static_cast<std::uint64_t>(one));
    };
    hash_ = hash_ ^ hash(held(key)) ^ hash(value);
    held(key) = value;
  }

  void mark(std::uint32_t node) { hash_ = hash_ ^ hash_words(0, node); }

  const TransactionHistory& history_;
  const Part& part_;
  const std::vector<std::uint32_t>& nodes_;
  std::vector<std::uint8_t> writes_;  // by node
  std::vector<std::uint8_t> done_;
  std::vector<ValueId> held_;  // by key
  std::vector<Change> trail_;
  std::vector<Replaced> replaced_;
  std::vector<Frame> frames_;
  ConfigurationSet seen_;
  ConfigurationHash hash_;
  std::uint32_t first_ = 0;  // all before are done
  std::size_t left_ = 0;     // committed and not done
  std::uint64_t steps_ = 0;
  Position furthest_ = 0;
};

}  // namespace

bool are_registers(const TransactionHistory& history) {
  return std::ranges::all_of(history.transactions(), [&](const Transaction& one) {
    return std::ranges::none_of(history.accesses(one), [](const Access& access) {
      return access.kind == AccessKind::append;
    });
  });
}

Judgement search_strict_order(const TransactionHistory& history, std::uint64_t configurations_max) {
  const Part all(history);
  StrictSearch search(history, all);
  const Verdict verdict = search.run(configurations_max);
  Judgement judgement{verdict, search.configurations(), {}, {}};
  if (verdict == Verdict::violated) judgement.contradiction = search.contradiction();
  return judgement;
}

Contradiction smallest_strict_contradiction(const TransactionHistory& history,
                                            const Contradiction& found) {
  Part part(history);
  const std::vector<std::uint32_t> all = part.nodes();
  ShrinkingBudget left{.asked = transactions_asked_max};
  const auto ask = [&](std::span<const std::uint32_t> some) {
    if (left.over()) return Answer::ended;
    part.restrict_to(some);
    StrictSearch search(history, part);
    const Verdict verdict = search.run(transaction_configurations_per_question);
    left.spend(some.size(), search.configurations());
    return answer_of(verdict);
  };
  std::vector<std::uint32_t> nodes;
  for (const OperationId id : found.operations) nodes.push_back(static_cast<std::uint32_t>(id));
  if (ask(nodes) != Answer::contradicts) {
    nodes = all;
    if (ask(nodes) != Answer::contradicts) return found;
  }
  Contradiction smallest;
  smallest.minimal = take_away(nodes, ask);
  for (const std::uint32_t node : nodes) smallest.operations.push_back(OperationId{node});
  const auto words = [&](std::size_t at) {
    return "<" + history.describe(TransactionId{nodes[at]}) + ">";
  };
  smallest.explanation = "no order of these explains their answers and keeps real time" +
                         listed(nodes.size(), smallest.minimal, words);
  return smallest;
}

}  // namespace splitvote::consistency
