// The two messages between a client and any server of any protocol.
#pragma once

#include <cstdint>
#include <string_view>

#include "models/client/operation.hpp"
#include "sim/base/bytes.hpp"
#include "sim/base/ids.hpp"
#include "sim/world/host.hpp"

namespace splitvote::client {

/// Message kinds 1 and 2 belong to the client; protocols use 8 and up.
inline constexpr sim::MessageKind request_kind{1};
inline constexpr sim::MessageKind response_kind{2};

/// A session is one lane of one client with at most one operation outstanding. Sending the same
/// (session, sequence) again is a retry of the same operation: a server executes it at most once.
struct Request {
  std::uint64_t session = 0;   // client's node number * 2^48 + its earlier starts * 2^16 + lane
  std::uint64_t sequence = 0;  // from 1
  Operation operation;
};

enum class Status : std::uint8_t {
  ok,          // Outcome::ok
  mismatch,    // Outcome::mismatch
  not_leader,  // this copy was not executed and never will be; `leader` may know better
  busy,        // this copy was not executed and never will be; try again later
};

struct Response {
  std::uint64_t session = 0;
  std::uint64_t sequence = 0;
  Status status{};
  sim::NodeId leader = sim::no_node;  // a hint, or no_node
  std::uint64_t revision = 0;
  std::string_view value = {};
};

// Frames: see models/wire/frame.hpp. `decode` expects a frame whose checksum is right.
void encode(const Request& request, sim::Bytes& frame);
void encode(const Response& response, sim::Bytes& frame);
[[nodiscard]] bool decode(sim::ByteView frame, Request& request);
[[nodiscard]] bool decode(sim::ByteView frame, Response& response);

}  // namespace splitvote::client
