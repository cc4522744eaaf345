// What a scenario has set, as the options of a server.
#pragma once

#include <span>
#include <string>

#include "models/raft/raft_process.hpp"
#include "models/registry/settings.hpp"

namespace splitvote::raft {

/// Why these settings contradict each other, or nothing.
[[nodiscard]] std::string contradiction(const models::Settings& settings);

/// Why they do not fit so many servers, or nothing.
[[nodiscard]] std::string misfit(const models::Settings& settings, std::size_t servers);

/// By which the servers count before any other is in their log; `servers` in their order.
[[nodiscard]] Configuration first_configuration(const models::Settings& settings,
                                                std::span<const NodeId> servers);

[[nodiscard]] ProcessOptions options_of(const models::Settings& settings);

}  // namespace splitvote::raft
