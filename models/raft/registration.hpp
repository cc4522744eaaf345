// Raft as the scenario language knows it.
#pragma once

#include "models/registry/protocol.hpp"

namespace splitvote::raft {

[[nodiscard]] const models::Protocol& raft_protocol();

}  // namespace splitvote::raft
