// What a scenario has set, as the options of a server.
#pragma once

#include <string>

#include "models/raft/raft_process.hpp"
#include "models/registry/settings.hpp"

namespace splitvote::raft {

/// Why these settings contradict each other, or nothing.
[[nodiscard]] std::string contradiction(const models::Settings& settings);

[[nodiscard]] ProcessOptions options_of(const models::Settings& settings);

}  // namespace splitvote::raft
