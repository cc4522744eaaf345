// The words of Splitvote's own format, for its reader and its writer.
#pragma once

#include <array>
#include <string_view>

#include "models/consistency/operation.hpp"

namespace splitvote::histories {

/// By `OperationKind`.
inline constexpr std::array<std::string_view, consistency::operation_kinds> kind_words{
    "read", "write", "remove", "compare_and_swap", "append_text", "append_element"};
/// By `Outcome`.
inline constexpr std::array<std::string_view, 4> outcome_words{"ok", "mismatch", "failed",
                                                               "unknown"};

inline constexpr std::array<std::string_view, 2> header_members{"splitvote_history", "initial"};
inline constexpr std::array<std::string_view, 7> invoke_members{
    "invoke", "session", "key", "does", "argument", "expected", "time"};
inline constexpr std::array<std::string_view, 3> fault_members{"fault", "name", "time"};
inline constexpr std::array<std::string_view, 2> heal_members{"healed", "time"};
inline constexpr std::array<std::string_view, 5> return_members{"return", "outcome", "result",
                                                                "version", "time"};

[[nodiscard]] constexpr bool has_argument(consistency::OperationKind kind) {
  return kind != consistency::OperationKind::read && kind != consistency::OperationKind::remove;
}

}  // namespace splitvote::histories
