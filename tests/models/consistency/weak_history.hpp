// Small histories of several sessions and keys, for the models without real time.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "models/consistency/history.hpp"

namespace splitvote::testing {

/// Up to seven operations of up to three sessions on up to two keys, one of them perhaps a
/// compare-and-swap. Of every eight one writes some value twice; the others never do.
[[nodiscard]] consistency::History weak_history(std::uint64_t number);
[[nodiscard]] constexpr bool writes_twice(std::uint64_t number) { return number % 8 == 0; }

/// The same, with a compare-and-swap that did not match. A store that numbers versions has told
/// them, mostly as it may have been, and sometimes of an operation nothing.
[[nodiscard]] consistency::History weak_mismatch_history(std::uint64_t number);

/// The same with appends and reads of lists, on one of two keys or on both. Of every eight one
/// appends some element twice, or replaces a list; the others never do.
[[nodiscard]] consistency::History weak_list_history(std::uint64_t number);

/// Sessions as papers write them, one after the other in time: "w(x)1 r(y)2", "r(x)nil"; with
/// lists of elements of one character, "a(x)1 r(x)[12]".
[[nodiscard]] consistency::History sessions(std::initializer_list<std::string_view> texts);

/// "nil", "1", "[12]".
[[nodiscard]] consistency::ValueId value_of(std::string_view text, consistency::History& history);

/// Every operation on a line of its own.
[[nodiscard]] std::string spell(const consistency::History& history);

}  // namespace splitvote::testing
