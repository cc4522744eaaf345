// The history of a run without what only this project's clients know: revisions and session
// numbers.
#pragma once

#include "models/check/history.hpp"
#include "models/check/words.hpp"
#include "models/consistency/history.hpp"

namespace splitvote::check {

/// As any consistency model of `models/consistency` takes it. What it says follows from what the
/// clients were told, so whatever contradicts in it contradicts in the run:
///
/// - A compare_and_swap expects the value that had its revision. If nobody was told which one that
///   was, one that succeeded is a write, and any other says nothing.
/// - A mismatch is one of values only if the expected value was asked to be written once; else it
///   says nothing.
/// - A revision is the version that was written, read or found.
/// - A lane of a client is a session, `c1/0`; after an operation without an answer another one,
///   `c1/0 (2)`.
[[nodiscard]] consistency::History client_history(const History& history, const NodeNames& names);

}  // namespace splitvote::check
