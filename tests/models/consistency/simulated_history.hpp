// Histories to test and measure the checkers with: small ones of every sort, large ones of a true
// store, and faults to plant in them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/consistency/history.hpp"

namespace splitvote::testing {

/// A value before it is interned.
struct PlainValue {
  enum class Form : std::uint8_t { nothing, text, list };
  Form form = Form::nothing;
  std::vector<std::uint32_t> words;  // a text is made of them, a list consists of them

  bool operator==(const PlainValue&) const = default;
};

struct PlainOperation {
  std::uint32_t session = 0;
  std::uint32_t key = 0;
  consistency::OperationKind kind{};
  PlainValue argument;
  PlainValue expected;
  consistency::Outcome outcome = consistency::Outcome::unknown;
  PlainValue result;
  std::uint64_t version = 0;  // that it was told; 0: none
};

/// Operations, and in which order they are invoked and return.
struct PlainHistory {
  struct Event {
    std::size_t operation = 0;
    bool returns = false;
  };
  std::vector<PlainOperation> operations;
  std::vector<Event> events;
};

[[nodiscard]] consistency::History play(const PlainHistory& plain);

enum class Content : std::uint8_t { registers, texts, lists };

/// Of the values that such a store holds.
[[nodiscard]] constexpr PlainValue::Form form_of(Content content) {
  return content == Content::lists ? PlainValue::Form::list : PlainValue::Form::text;
}

struct StoreSettings {
  std::uint64_t seed = 0;
  Content content = Content::registers;
  std::size_t operations = 0;
  std::uint32_t clients = 10;  // each with one operation after the other
  std::uint32_t keys = 1;
  std::uint32_t values = 0;      // that are written; 0: every time another one
  std::uint32_t swaps = 0;       // percent of compare_and_swap
  std::uint32_t removes = 0;     // percent
  std::uint32_t unanswered = 0;  // percent
  bool versions = false;         // its answers tell which version they are about
};

/// What clients of a true store see: each operation takes effect at one moment between its
/// invocation and its return; one without an answer, at any moment behind its invocation or never.
[[nodiscard]] PlainHistory simulate_store(const StoreSettings& settings);

/// The same, but what a session does is recorded so many events later, times its number: what one
/// order explains it still explains, though not in real time.
[[nodiscard]] PlainHistory lagging(PlainHistory plain, std::size_t lag);

/// One to seven operations on one key: half of them a true store's with at most one thing changed,
/// half of them anything.
[[nodiscard]] PlainHistory small_history(std::uint32_t number);

enum class HistoryFault : std::uint8_t {
  swapped_reads,  // two reads, one of which returned before the other, have each other's value
  dropped_write,  // the only write of a value that was read did not happen
  stale_read,     // a read has what an earlier write wrote, though another had returned since
};
inline constexpr std::uint32_t history_faults = 3;

/// Of a history of registers whose written values are distinct. False if it has no place for it.
[[nodiscard]] bool plant(HistoryFault fault, std::uint64_t seed, PlainHistory& plain);

}  // namespace splitvote::testing
