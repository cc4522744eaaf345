// Small random histories: two lanes of sessions, two keys, few values, so that contradictions and
// their absence are both common.
#pragma once

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "models/consistency/transaction_history.hpp"
#include "reports/history_fault.hpp"
#include "sim/random/stream.hpp"

namespace splitvote::histories {

class SmallHistory {
 public:
  /// Of the texts each history has two as values, and one is the name of a key.
  SmallHistory(std::uint64_t seed, std::span<const std::string> texts)
      : stream_(seed, {sim::Purpose::fault_value, 21, 0}) {
    for (std::string& text : texts_) text = texts[below(texts.size())];
    second_key_ = texts[below(texts.size())];
    timed_ = below(2) == 0;
    now_.ns = static_cast<std::int64_t>(below(3)) - 9;
  }

  /// Answers by chance.
  consistency::History operations(std::span<const consistency::OperationKind> kinds) && {
    if (has_nothing_) draw_initial(operations_);
    for (int step = 0; step < 14; ++step) {
      Lane& lane = next_lane();
      if (!lane.open) {
        invoke(lane, kinds[below(kinds.size())]);
        continue;
      }
      const auto kind = operations_.operation(*lane.open).kind;
      auto outcome = draw_outcome();
      const bool swaps = kind == consistency::OperationKind::compare_and_swap;
      if (swaps && below(2) == 0) outcome = consistency::Outcome::mismatch;
      const bool tells = kind == consistency::OperationKind::read && is_ok(outcome);
      complete(lane, outcome, tells ? value(operations_.values()) : consistency::nothing);
    }
    return std::move(operations_);
  }

  /// Of texts that are empty at first, and of no key that holds nothing; answers by chance.
  consistency::History kv(std::span<const consistency::OperationKind> kinds) && {
    operations_.set_initial(operations_.values().text(""));
    has_nothing_ = false;
    return std::move(*this).operations(kinds);
  }

  /// Appends to lists and reads of them, most of them right.
  consistency::History lists() && {
    if (below(3) == 0) initial_list(operations_);
    for (int step = 0; step < 14; ++step) {
      Lane& lane = next_lane();
      if (!lane.open) {
        const bool reads = below(2) == 0;
        invoke(lane, reads ? consistency::OperationKind::read
                           : consistency::OperationKind::append_element);
        continue;
      }
      const consistency::Operation operation = operations_.operation(*lane.open);
      const auto outcome = draw_outcome();
      auto result = consistency::nothing;
      if (operation.kind != consistency::OperationKind::read) {
        append(operation.key, operation.argument, outcome);
      } else if (is_ok(outcome)) {
        result = read_list(operation.key, operations_.values());
      }
      complete(lane, outcome, result);
    }
    return std::move(operations_);
  }

  /// Of reads and appends to lists, or writes to registers, most of them right.
  consistency::TransactionHistory transactions(consistency::AccessKind writes) && {
    const bool lists = writes == consistency::AccessKind::append;
    if (lists && below(3) == 0) initial_list(transactions_);
    if (!lists) draw_initial(transactions_);
    const bool real_time = below(4) != 0;
    if (!real_time) transactions_.forget_real_time();
    for (int step = 0; step < 14; ++step) {
      Lane& lane = next_lane();
      if (!lane.running) {
        lane.running = transactions_.invoke(transactions_.session(name(lane)));
        continue;
      }
      // Without real time what was given up would end the sessions' orders.
      const auto outcome = real_time ? draw_outcome() : consistency::Outcome::ok;
      const auto done = accesses(writes, outcome);
      transactions_.complete(*lane.running, outcome, done);
      lane.running.reset();
      if (outcome == consistency::Outcome::unknown) ++lane.incarnation;
    }
    for (Lane& lane : lanes_)
      if (lane.running) transactions_.complete(*lane.running, consistency::Outcome::unknown, {});
    return std::move(transactions_);
  }

 private:
  struct Lane {
    std::optional<consistency::OperationId> open = {};
    std::optional<consistency::TransactionId> running = {};
    std::size_t incarnation = 0;
  };

  std::size_t below(std::size_t bound) { return sim::below(stream_.draw(), bound); }

  static bool is_ok(consistency::Outcome outcome) { return outcome == consistency::Outcome::ok; }

  Lane& next_lane() {
    now_.ns += static_cast<std::int64_t>(below(3));
    return lanes_[below(lanes_.size())];
  }

  std::string name(const Lane& lane) const {
    return "c" + std::to_string(&lane - lanes_.data()) + std::to_string(lane.incarnation);
  }

  consistency::ValueId text(consistency::ValueTable& values) {
    return values.text(texts_[below(texts_.size())]);
  }

  consistency::ValueId value(consistency::ValueTable& values) {
    if (!has_nothing_) return below(2) == 0 ? values.text("") : text(values);
    return below(3) == 0 ? consistency::nothing : text(values);
  }

  template <typename History>
  void draw_initial(History& history) {
    if (below(3) == 0) history.set_initial(value(history.values()));
  }

  /// Every key has one element at first.
  template <typename History>
  void initial_list(History& history) {
    first_.push_back(text(history.values()));
    history.set_initial(history.values().list(first_));
  }

  consistency::Outcome draw_outcome() {
    const std::size_t drawn = below(12);
    if (drawn < 2) return consistency::Outcome::unknown;
    return drawn < 4 ? consistency::Outcome::failed : consistency::Outcome::ok;
  }

  void invoke(Lane& lane, consistency::OperationKind kind) {
    using consistency::OperationKind;
    consistency::ValueTable& values = operations_.values();
    consistency::Request request;
    request.kind = kind;
    request.session = operations_.session(name(lane));
    request.key = operations_.key(below(4) == 0 ? second_key_ : "x");
    const bool grows = kind == OperationKind::append_text || kind == OperationKind::append_element;
    const bool sets = kind == OperationKind::write || kind == OperationKind::compare_and_swap;
    if (grows) request.argument = text(values);
    if (sets) request.argument = value(values);
    if (kind == OperationKind::compare_and_swap) request.expected = value(values);
    lane.open = timed_ ? operations_.invoke(request, now_) : operations_.invoke(request);
  }

  void complete(Lane& lane, consistency::Outcome outcome, consistency::ValueId result) {
    const consistency::OperationId id = *lane.open;
    lane.open.reset();
    // Nothing is heard of it, so each position has its line in our own format.
    if (outcome == consistency::Outcome::unknown) {
      ++lane.incarnation;
    } else if (timed_) {
      operations_.complete(id, outcome, result, now_);
    } else {
      operations_.complete(id, outcome, result);
    }
  }

  void append(consistency::KeyId key, consistency::ValueId element, consistency::Outcome outcome) {
    const bool lost = outcome == consistency::Outcome::unknown && below(2) == 0;
    if (outcome == consistency::Outcome::failed || lost) return;
    list_of(key).push_back(element);
  }

  std::vector<consistency::ValueId>& list_of(consistency::KeyId key) {
    return lists_.try_emplace(key, first_).first->second;
  }

  consistency::ValueId read_list(consistency::KeyId key, consistency::ValueTable& values) {
    std::vector<consistency::ValueId> told = list_of(key);
    const std::size_t wrong = below(12);
    if (wrong == 0) told.push_back(text(values));
    if (wrong == 1 && !told.empty()) told.pop_back();
    return told.empty() ? consistency::nothing : values.list(told);
  }

  std::vector<consistency::Access> accesses(consistency::AccessKind writes,
                                            consistency::Outcome outcome) {
    using consistency::AccessKind;
    std::vector<consistency::Access> done;
    const std::size_t count = below(3) + 1;
    for (std::size_t at = 0; at < count; ++at) {
      consistency::Access access;
      access.key = transactions_.key(below(4) == 0 ? second_key_ : "x");
      access.kind = below(2) == 0 ? AccessKind::read : writes;
      if (access.kind == AccessKind::read && !is_ok(outcome)) continue;
      if (writes == AccessKind::append)
        access_list(access, outcome);
      else
        access_register(access, outcome);
      done.push_back(access);
    }
    return done;
  }

  void access_list(consistency::Access& access, consistency::Outcome outcome) {
    if (access.kind == consistency::AccessKind::read) {
      access.value = read_list(access.key, transactions_.values());
      return;
    }
    // Each element once: else nobody knows whose it is.
    access.value = transactions_.values().text(texts_[0] + std::to_string(++elements_));
    append(access.key, access.value, outcome);
  }

  void access_register(consistency::Access& access, consistency::Outcome outcome) {
    auto& held = held_.try_emplace(access.key, transactions_.initial()).first->second;
    if (access.kind == consistency::AccessKind::read) {
      const bool wrong = below(8) == 0;
      access.value = wrong ? value(transactions_.values()) : held;
      return;
    }
    access.value = text(transactions_.values());
    if (outcome != consistency::Outcome::failed) held = access.value;
  }

  sim::Stream stream_;
  std::array<std::string, 2> texts_;
  std::string second_key_;
  std::array<Lane, 2> lanes_;
  bool timed_ = false;
  bool has_nothing_ = true;  // among its values
  sim::Instant now_;
  std::size_t elements_ = 0;
  consistency::History operations_;
  consistency::TransactionHistory transactions_;
  std::vector<consistency::ValueId> first_;  // what each list has at first
  std::map<consistency::KeyId, std::vector<consistency::ValueId>> lists_;
  std::map<consistency::KeyId, consistency::ValueId> held_;
};

/// Up to three, with times and without, healed and not.
inline std::vector<reports::HistoryFault> small_faults(std::uint64_t seed,
                                                       const consistency::History& history) {
  sim::Stream stream(seed, {sim::Purpose::fault_value, 22, 0});
  const std::int64_t count = sim::uniform(stream, 0, 3);
  std::vector<reports::HistoryFault> faults;
  for (std::int64_t at = 0; at < count; ++at) {
    reports::HistoryFault fault{.name = "fault " + std::to_string(at)};
    fault.begin = static_cast<consistency::Position>(sim::uniform(stream, 0, history.positions()));
    const std::int64_t length = sim::uniform(stream, 0, 9);
    const std::int64_t began = sim::uniform(stream, -9, 9);
    const std::int64_t known = sim::uniform(stream, 0, 3);
    if (known % 2 == 1) fault.began = sim::Instant{began};
    if (length < 8) {
      fault.end =
          std::min(fault.begin + static_cast<consistency::Position>(length), history.positions());
      if (known >= 2) fault.healed = sim::Instant{began + length};
    }
    faults.push_back(std::move(fault));
  }
  return faults;
}

}  // namespace splitvote::histories
