// What one client node does all day: its load, and the manners of its client library.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/ratio.hpp"
#include "sim/base/time.hpp"
#include "sim/random/distribution.hpp"
#include "sim/random/zipf.hpp"

namespace splitvote::client {

/// open: operations arrive whether or not the earlier ones have returned. closed: every lane begins
/// its next operation when the last one has returned and it has thought.
enum class Loop : std::uint8_t { open, closed };

/// Whom an operation is sent to first: the leader the client believes in, or every server in turn.
enum class Target : std::uint8_t { leader, any };

/// What the client may conclude from "not executed" answers to all its attempts. A network that
/// delivers a message twice may bring the server a second copy after it has become leader, so only
/// where that cannot happen is such an operation certain to have failed.
enum class Delivery : std::uint8_t { maybe_twice, at_most_once };

/// Weights; their sum is above 0.
struct Mix {
  std::uint32_t get = 50;
  std::uint32_t put = 50;
  std::uint32_t remove = 0;
  std::uint32_t compare_and_swap = 0;
  constexpr bool operator==(const Mix&) const = default;
};

/// The n-th wait of an operation is min(base * 2^n, max), of which the share `jitter` is drawn
/// uniformly: 1 is "full jitter", 0 none.
struct Backoff {
  sim::Duration base = sim::milliseconds(10);
  sim::Duration max = sim::milliseconds(500);
  sim::Ratio jitter{1, 1};
  constexpr bool operator==(const Backoff&) const = default;
};

/// All durations are of the client's own clock.
struct ClientSettings {
  std::vector<sim::NodeId> servers;  // at least one
  std::uint16_t groups = 1;          // of them, each with a leader of its own

  Loop loop = Loop::closed;
  sim::Distribution pause;      // ns; open: between arrivals; closed: thought before each operation
  std::uint32_t lanes_max = 1;  // operations outstanding; 1 … 65536
  Mix mix;
  sim::Zipf keys;                 // the n-th rank is the key `k<n>`
  std::uint64_t value_size = 16;  // at least; a value that names its writer may need more

  sim::Duration operation_timeout = sim::seconds(1);  // above 0
  sim::Duration request_timeout = sim::milliseconds(200);
  Backoff backoff;
  std::uint32_t redirects_max = 2;  // hints followed at once before the next one must wait

  sim::Duration start;                // of the load, after the start of the process
  std::optional<sim::Duration> stop;  // no operation begins then or later

  Target target = Target::leader;
  std::optional<sim::NodeId> first_server;  // absent: clients spread over the servers
  Delivery delivery = Delivery::maybe_twice;

  bool operator==(const ClientSettings&) const = default;
};

}  // namespace splitvote::client
