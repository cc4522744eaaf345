// Two small protocols for the loader's tests: with all types of keys, and with none.
#pragma once

#include <array>
#include <span>

#include "models/registry/protocol.hpp"
#include "scenarios/load/loader.hpp"

namespace splitvote::load::test {

/// `raft` has a key of each type, messages, a check, a metric and a predicate of its own; it
/// refuses a heartbeat that is not below the election timeout. `echo` has nothing.
[[nodiscard]] std::span<const models::Protocol> protocols();

/// A scenario that is right, as small as it gets, and what is appended to it.
[[nodiscard]] std::string small(std::string_view rest = {});

/// good/everything.yaml: every key of the language at least once.
[[nodiscard]] const std::string& everything();

[[nodiscard]] Loaded load(std::string_view text, std::vector<Assignment> parameters = {},
                          std::vector<Assignment> overrides = {});

/// The scenario of a text that has to load; fails the test with the diagnostics if it does not.
[[nodiscard]] Scenario good(std::string_view text);

/// The diagnostics of a text, rendered.
[[nodiscard]] std::string complaints(std::string_view text);

}  // namespace splitvote::load::test
