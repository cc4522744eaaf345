// A workload: client nodes and what they ask of the servers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "scenarios/load/values.hpp"

namespace splitvote::load {

/// Weights of the operations; at least one is not zero.
struct Mix {
  std::uint32_t put = 50;
  std::uint32_t get = 50;
  std::uint32_t cas = 0;
  std::uint32_t remove = 0;
  constexpr bool operator==(const Mix&) const = default;
};

struct Keys {
  enum class Kind : std::uint8_t { uniform, zipf };
  std::uint64_t count = 32;
  Kind kind = Kind::uniform;
  sim::Ratio exponent{99, 100};  // of zipf: s, from 0 to 4
  constexpr bool operator==(const Keys&) const = default;
};

struct Backoff {
  sim::Duration base = sim::milliseconds(10);
  sim::Duration max = sim::milliseconds(500);
  sim::Ratio jitter{1, 1};  // the share of each wait that is drawn
  constexpr bool operator==(const Backoff&) const = default;
};

/// Whom a client asks first: the leader it believes in, or any server in turn.
enum class Target : std::uint8_t { leader, any };

struct Workload {
  std::string name;
  std::string datacenter;     // where the client nodes are; empty: in none
  std::uint32_t clients = 1;  // client nodes
  std::optional<Rate> rate;   // open loop: arrivals of all clients together; absent: closed loop
  std::uint32_t lanes = 1;    // per client: outstanding at a time; of an open loop: at most
  Draw think;                 // of a closed loop: between an answer and the next operation
  Mix mix;
  Keys keys;
  std::uint64_t value_size = 16;
  sim::Duration timeout = sim::seconds(1);  // of an operation: then its outcome is unknown
  sim::Duration request_timeout = sim::milliseconds(200);  // of one attempt: then it is retried
  Backoff backoff;
  Target target = Target::leader;
  sim::Duration start;                // of the load, from the start of the run
  std::optional<sim::Duration> stop;  // of the load; absent: goes on to the end
  SourcePosition position;

  bool operator==(const Workload&) const = default;
};

}  // namespace splitvote::load
