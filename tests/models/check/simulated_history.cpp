// Histories to test the checker with: small ones of every sort, and large ones of a true store.
#include "tests/models/check/simulated_history.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "sim/random/stream.hpp"
#include "tests/models/check/feed.hpp"

namespace splitvote::testing {

using client::OperationKind;
using client::Outcome;

namespace {

struct Register {
  bool present = false;
  std::string value;
  std::uint64_t revision = 0;
};

sim::Stream stream_of(std::uint64_t seed, std::uint32_t use) {
  return {seed, {sim::Purpose::fault_value, use, 0}};
}

void execute(SimulatedOperation& operation, Register& target, std::uint64_t& revision) {
  const std::uint64_t present = target.present ? target.revision : 0;
  operation.outcome = Outcome::ok;
  switch (operation.kind) {
    case OperationKind::get:
      operation.revision = present;
      operation.result = target.present ? target.value : "";
      return;
    case OperationKind::compare_and_swap:
      if (operation.expected != present) {
        operation.outcome = Outcome::mismatch;
        operation.revision = present;
        return;
      }
      [[fallthrough]];
    case OperationKind::put:
      target = {true, operation.value, ++revision};
      operation.revision = revision;
      return;
    case OperationKind::remove:
      operation.revision = target.present ? ++revision : 0;
      target = {};
      return;
  }
}

SimulatedOperation anything(sim::Stream& stream) {
  SimulatedOperation operation;
  operation.kind = static_cast<OperationKind>(sim::uniform(stream, 0, 3));
  operation.outcome = static_cast<Outcome>(std::max<std::int64_t>(0, sim::uniform(stream, -4, 3)));
  operation.key = "k";
  if (operation.kind != OperationKind::get && operation.kind != OperationKind::remove)
    operation.value = std::string(1, static_cast<char>('a' + sim::uniform(stream, 0, 1)));
  operation.expected = static_cast<std::uint64_t>(sim::uniform(stream, 0, 3));
  if (operation.kind != OperationKind::compare_and_swap) operation.expected = 0;
  operation.revision = static_cast<std::uint64_t>(sim::uniform(stream, 0, 5));
  if (operation.kind == OperationKind::get && operation.revision != 0)
    operation.result = std::string(1, static_cast<char>('a' + sim::uniform(stream, 0, 1)));
  operation.invoked = sim::uniform(stream, 0, 20);
  operation.returned = operation.invoked + sim::uniform(stream, 0, 10);
  return operation;
}

// Changes one field of one operation, or nothing.
void disturb(sim::Stream& stream, std::vector<SimulatedOperation>& operations) {
  const auto victim = static_cast<std::size_t>(sim::uniform(stream, 0, std::ssize(operations) - 1));
  SimulatedOperation& operation = operations[victim];
  const auto shift = static_cast<std::uint64_t>(sim::uniform(stream, 0, 2));
  switch (sim::uniform(stream, 0, 5)) {
    case 0:
      operation.revision += shift;
      break;
    case 1:
      operation.revision -= std::min(operation.revision, shift);
      break;
    case 2:
      operation.expected += operation.kind == OperationKind::compare_and_swap ? shift : 0;
      break;
    case 3:
      operations.erase(operations.begin() + static_cast<std::ptrdiff_t>(victim));
      break;
    case 4:
      operation.outcome = Outcome::unknown;
      break;
    default:
      break;
  }
}

}  // namespace

check::History play(const std::vector<SimulatedOperation>& operations) {
  struct Point {
    std::int64_t time = 0;
    bool returns = false;
    std::size_t operation = 0;
    auto operator<=>(const Point&) const = default;
  };
  std::vector<Point> points;
  for (std::size_t at = 0; at < operations.size(); ++at) {
    points.push_back({operations[at].invoked, false, at});
    if (operations[at].returned >= operations[at].invoked)
      points.push_back({operations[at].returned, true, at});
  }
  std::ranges::sort(points);
  HistorySink sink;
  Feed<HistorySink> feed(sink);
  for (const Point& point : points) {
    const SimulatedOperation& operation = operations[point.operation];
    feed.at(point.time);
    if (point.returns)
      feed.complete(1, point.operation, operation.outcome, operation.revision, operation.result);
    else
      feed.invoke(1, point.operation, point.operation,
                  {operation.kind, operation.expected, operation.key, operation.value});
  }
  return std::move(sink.history);
}

std::vector<SimulatedOperation> simulate_store(const StoreSettings& settings) {
  sim::Stream stream = stream_of(settings.seed, 1);
  std::map<std::string, Register> store;
  std::uint64_t revision = 0;
  std::vector<SimulatedOperation> operations(settings.operations);
  for (std::size_t at = 0; at < operations.size(); ++at) {
    SimulatedOperation& operation = operations[at];
    // Half of all operations meet the first eighth of the keys.
    const std::int64_t keys =
        sim::uniform(stream, 0, 1) == 0 ? std::max(1, settings.keys / 8) : settings.keys;
    operation.key = "k" + std::to_string(sim::uniform(stream, 1, keys));
    const std::int64_t dice = sim::uniform(stream, 0, 99);
    operation.kind = dice < 45   ? OperationKind::get
                     : dice < 80 ? OperationKind::put
                     : dice < 85 ? OperationKind::remove
                                 : OperationKind::compare_and_swap;
    Register& target = store[operation.key];
    const bool writes_value =
        operation.kind == OperationKind::put || operation.kind == OperationKind::compare_and_swap;
    if (writes_value) operation.value = "v" + std::to_string(at);
    if (operation.kind == OperationKind::compare_and_swap && sim::uniform(stream, 0, 3) > 0)
      operation.expected = target.present ? target.revision : 0;
    // The effect comes at 10 * at; the store executes them in this order.
    const auto moment = static_cast<std::int64_t>(at) * 10;
    operation.invoked = moment - sim::uniform(stream, 0, 5 * settings.overlap);
    operation.returned = moment + sim::uniform(stream, 0, 5 * settings.overlap);
    const bool answered = sim::uniform(stream, 0, 99) >= settings.unanswered;
    const bool happens = answered || sim::uniform(stream, 0, 1) == 0;
    if (happens) execute(operation, target, revision);
    if (answered) continue;
    operation.outcome = Outcome::unknown;
    operation.revision = 0;
    operation.result.clear();
  }
  // Time starts at 0.
  for (SimulatedOperation& operation : operations) {
    operation.invoked += 5 * settings.overlap;
    operation.returned += 5 * settings.overlap;
  }
  return operations;
}

check::History small_history(std::uint32_t number) {
  sim::Stream stream = stream_of(number, 2);
  const auto size = static_cast<std::size_t>(sim::uniform(stream, 1, 6));
  std::vector<SimulatedOperation> operations;
  if (number % 2 == 0) {
    for (std::size_t at = 0; at < size; ++at) operations.push_back(anything(stream));
    return play(operations);
  }
  operations = simulate_store(
      {.seed = number, .operations = size, .keys = 1, .overlap = 8, .unanswered = 25});
  disturb(stream, operations);
  return play(operations);
}

bool plant(HistoryFault fault, std::uint64_t seed, std::vector<SimulatedOperation>& operations) {
  // The victims are the first that fit behind a random place.
  sim::Stream stream = stream_of(seed, 3);
  const auto from = static_cast<std::size_t>(sim::uniform(stream, 0, std::ssize(operations) / 2));
  const auto reads = [](const SimulatedOperation& operation) {
    return operation.kind == OperationKind::get && operation.outcome == Outcome::ok &&
           operation.revision != 0;
  };
  for (std::size_t at = from; at < operations.size(); ++at) {
    SimulatedOperation& read = operations[at];
    const bool swapped = read.kind == OperationKind::compare_and_swap &&
                         read.outcome == Outcome::ok && read.expected != 0;
    if (fault == HistoryFault::lost_update ? !swapped : !reads(read)) continue;
    for (std::size_t other = 0; other < operations.size(); ++other) {
      SimulatedOperation& second = operations[other];
      if (other == at || second.key != read.key) continue;
      const bool writes = second.kind == OperationKind::put && second.outcome == Outcome::ok;
      switch (fault) {
        case HistoryFault::swapped_values:
          if (!reads(second) || second.revision == read.revision) continue;
          std::swap(read.result, second.result);
          return true;
        case HistoryFault::dropped_write:
          if (!writes || second.revision != read.revision) continue;
          operations.erase(operations.begin() + static_cast<std::ptrdiff_t>(other));
          return true;
        case HistoryFault::shifted_revision:
          if (!writes || second.revision != read.revision) continue;
          ++read.revision;
          return true;
        case HistoryFault::stale_read:
          // `second` was overwritten by the write that `read` saw; both had returned long before.
          if (!writes || second.revision >= read.revision) continue;
          if (!std::ranges::any_of(operations, [&](const SimulatedOperation& writer) {
                return writer.revision == read.revision && writer.key == read.key &&
                       writer.kind == OperationKind::put && writer.returned < read.invoked;
              }))
            break;
          read.revision = second.revision;
          read.result = second.value;
          return true;
        case HistoryFault::lost_update:
          if (second.kind != OperationKind::compare_and_swap || second.outcome != Outcome::mismatch)
            continue;
          second.outcome = Outcome::ok;
          second.expected = read.expected;
          second.revision = 1'000'000;
          return true;
      }
      break;
    }
  }
  return false;
}

}  // namespace splitvote::testing
