// Small histories of every sort, and faults to plant in large ones.
#include <algorithm>
#include <array>
#include <ranges>
#include <utility>

#include "tests/models/consistency/dice.hpp"
#include "tests/models/consistency/simulated_history.hpp"

namespace splitvote::testing {

using consistency::OperationKind;
using consistency::Outcome;

namespace {

PlainValue any_value(Dice& dice, Content content, bool list_or_chain) {
  if (dice.percent(20)) return {};
  PlainValue value{form_of(content), {dice.below(2) + 1}};
  const std::uint32_t more = list_or_chain ? dice.below(3) : 0;
  for (std::uint32_t word = 0; word < more; ++word) value.words.push_back(dice.below(2) + 1);
  return value;
}

PlainOperation anything(Dice& dice, Content content, std::uint32_t session) {
  constexpr std::array register_kinds{OperationKind::read, OperationKind::write,
                                      OperationKind::compare_and_swap, OperationKind::remove};
  PlainOperation operation;
  operation.session = session;
  operation.kind = register_kinds[dice.below(4)];
  if (content != Content::registers && dice.percent(40))
    operation.kind =
        content == Content::lists ? OperationKind::append_element : OperationKind::append_text;
  const bool grows = content != Content::registers;
  const bool writes =
      operation.kind != OperationKind::read && operation.kind != OperationKind::remove;
  if (writes) operation.argument = {form_of(content), {dice.below(2) + 1}};
  if (operation.kind == OperationKind::compare_and_swap)
    operation.expected = any_value(dice, content, grows);
  operation.outcome = dice.percent(70) ? Outcome::ok : static_cast<Outcome>(dice.below(4));
  if (operation.outcome == Outcome::mismatch && operation.kind != OperationKind::compare_and_swap)
    operation.outcome = Outcome::ok;
  if (operation.kind == OperationKind::read && operation.outcome == Outcome::ok)
    operation.result = any_value(dice, content, grows);
  return operation;
}

PlainHistory anything(Dice& dice, std::uint32_t size) {
  PlainHistory plain;
  const auto content = static_cast<Content>(dice.below(3));
  std::vector<std::size_t> open;
  while (plain.operations.size() < size || !open.empty()) {
    if (plain.operations.size() < size && (open.empty() || dice.percent(50))) {
      open.push_back(plain.operations.size());
      plain.events.push_back({plain.operations.size(), false});
      plain.operations.push_back(
          anything(dice, content, static_cast<std::uint32_t>(plain.operations.size())));
      continue;
    }
    const std::uint32_t at = dice.below(static_cast<std::uint32_t>(open.size()));
    plain.events.push_back({open[at], true});
    open.erase(open.begin() + at);
  }
  return plain;
}

void remove_operation(PlainHistory& plain, std::size_t victim) {
  plain.operations.erase(plain.operations.begin() + static_cast<std::ptrdiff_t>(victim));
  std::erase_if(plain.events, [&](const auto& event) { return event.operation == victim; });
  for (auto& event : plain.events)
    if (event.operation > victim) --event.operation;
}

// Changes one thing, or nothing.
void disturb(Dice& dice, PlainHistory& plain) {
  const std::uint32_t victim = dice.below(static_cast<std::uint32_t>(plain.operations.size()));
  const std::uint32_t other = dice.below(static_cast<std::uint32_t>(plain.operations.size()));
  PlainOperation& operation = plain.operations[victim];
  switch (dice.below(5)) {
    case 0:
      return std::swap(operation.result, plain.operations[other].result);
    case 1:
      return remove_operation(plain, victim);
    case 2:
      if (operation.kind == OperationKind::compare_and_swap) operation.outcome = Outcome::ok;
      return;
    case 3: {
      auto& events = plain.events;
      const std::uint32_t at = dice.below(static_cast<std::uint32_t>(events.size()));
      if (at > 0 && events[at].operation != events[at - 1].operation)
        std::swap(events[at], events[at - 1]);
      return;
    }
    default:
      return;
  }
}

}  // namespace

PlainHistory small_history(std::uint32_t number) {
  Dice dice(number, 2);
  const std::uint32_t size = dice.below(7) + 1;
  if (number % 2 == 0) return anything(dice, size);
  PlainHistory plain = simulate_store({.seed = number,
                                       .content = static_cast<Content>(dice.below(3)),
                                       .operations = size,
                                       .clients = dice.below(4) + 1,
                                       .values = dice.below(3),
                                       .swaps = dice.below(2) * 30,
                                       .removes = dice.below(2) * 10,
                                       .unanswered = dice.below(2) * 30});
  disturb(dice, plain);
  return plain;
}

bool plant(HistoryFault fault, std::uint64_t seed, PlainHistory& plain) {
  auto& operations = plain.operations;
  std::vector<std::size_t> invoked(operations.size(), 0);
  std::vector<std::size_t> returned(operations.size(), SIZE_MAX);
  for (std::size_t at = 0; at < plain.events.size(); ++at)
    (plain.events[at].returns ? returned : invoked)[plain.events[at].operation] = at;
  const auto reads = [&](std::size_t at) {
    return operations[at].kind == OperationKind::read && operations[at].outcome == Outcome::ok &&
           operations[at].result.form != PlainValue::Form::nothing;
  };
  const auto wrote = [&](std::size_t at, const PlainValue& value) {
    return operations[at].kind == OperationKind::write && operations[at].outcome == Outcome::ok &&
           operations[at].argument == value;
  };
  // The victims are the first that fit behind a random place.
  Dice dice(seed, 3);
  const std::size_t from = dice.below(static_cast<std::uint32_t>(operations.size() / 2));
  for (std::size_t read = from; read < operations.size(); ++read) {
    if (!reads(read)) continue;
    for (std::size_t other = 0; other < operations.size(); ++other) {
      if (operations[other].key != operations[read].key) continue;
      const bool before = returned[other] < invoked[read];
      switch (fault) {
        case HistoryFault::swapped_reads: {
          // The later one's write was invoked after the earlier one had returned.
          const bool later_written = std::ranges::any_of(
              std::views::iota(std::size_t{0}, operations.size()), [&](std::size_t at) {
                return operations[at].key == operations[read].key &&
                       wrote(at, operations[read].result) && invoked[at] > returned[other];
              });
          if (!before || !reads(other) || !later_written) continue;
          std::swap(operations[read].result, operations[other].result);
          return true;
        }
        case HistoryFault::dropped_write:
          if (!wrote(other, operations[read].result)) continue;
          remove_operation(plain, other);
          return true;
        case HistoryFault::stale_read: {
          // What `other` wrote was overwritten by a write that came behind it and before the read.
          const bool overwritten = std::ranges::any_of(
              std::views::iota(std::size_t{0}, operations.size()), [&](std::size_t at) {
                return operations[at].key == operations[read].key &&
                       wrote(at, operations[at].argument) && invoked[at] > returned[other] &&
                       returned[at] < invoked[read];
              });
          if (!wrote(other, operations[other].argument) || !overwritten) continue;
          operations[read].result = operations[other].argument;
          return true;
        }
      }
    }
  }
  return false;
}

}  // namespace splitvote::testing
