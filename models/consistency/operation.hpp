// One operation of a client: what it asked, what it was told, and between which two positions.
#pragma once

#include <cstddef>
#include <cstdint>

namespace splitvote::consistency {

/// The index of an operation in its history, which is in the order of the invocations.
enum class OperationId : std::uint32_t {};
/// A key, interned by the history.
enum class KeyId : std::uint32_t {};
/// One incarnation of a process: its operations come one after the other.
enum class SessionId : std::uint32_t {};
/// A value, interned by the history: equal ids mean equal values.
enum class ValueId : std::uint32_t {};
/// What a key holds that nobody wrote or that was removed: "nil", "no such key".
inline constexpr ValueId nothing{0};

/// Where an invocation or a return stands among all those of its history. No two share one, so that
/// of two events at the same time the one that was recorded first came first.
using Position = std::uint32_t;
inline constexpr Position never_returned = UINT32_MAX;

enum class OperationKind : std::uint8_t {
  read,              // tells the key's value
  write,             // the key's value becomes `argument`
  remove,            // the key's value becomes `nothing`
  compare_and_swap,  // the key's value becomes `argument` if it was `expected`
  append_text,       // the key's value, a text or nothing, is followed by the text `argument`
  append_element,    // the key's value, a list or nothing, has the last element `argument`
};
inline constexpr std::size_t operation_kinds = 6;

/// What the client knows at the end.
enum class Outcome : std::uint8_t {
  ok,        // it took effect, once, between its invocation and its return
  mismatch,  // a compare_and_swap took place and found another value than it expected
  failed,    // it certainly never took effect and never will
  unknown,   // it may take effect once at any time after its invocation, for ever, or never
};

/// What is asked for.
struct Request {
  SessionId session{};
  KeyId key{};
  OperationKind kind{};
  ValueId argument = nothing;
  ValueId expected = nothing;  // of compare_and_swap

  constexpr bool operator==(const Request&) const = default;
};

/// 32 bytes, so that a history of millions stays small. A read that is `ok` is known to have told
/// `result`; one of which that is not known says nothing and has the outcome `unknown`.
struct Operation {
  Position invoked = 0;
  Position returned = never_returned;  // finite unless the outcome is `unknown`
  SessionId session{};
  KeyId key{};
  ValueId argument = nothing;
  ValueId expected = nothing;
  ValueId result = nothing;
  OperationKind kind{};
  Outcome outcome = Outcome::unknown;

  [[nodiscard]] constexpr bool has_returned() const { return returned != never_returned; }

  constexpr bool operator==(const Operation&) const = default;
};
static_assert(sizeof(Operation) == 32);

}  // namespace splitvote::consistency
