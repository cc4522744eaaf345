// The cast of a run: every node with its name, its datacenter, and what it is there for.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "models/registry/protocol.hpp"
#include "scenarios/load/scenario.hpp"
#include "sim/base/ids.hpp"

namespace splitvote::run {

struct Player {
  std::string name;
  std::string datacenter;                 // empty: in none
  std::optional<std::uint32_t> workload;  // of a client: which workload it belongs to

  [[nodiscard]] bool is_client() const { return workload.has_value(); }
};

/// Servers first, in the order of the topology, then each workload's clients: the index is the
/// NodeId.
struct Cast {
  std::vector<Player> players;
  std::vector<sim::NodeId> servers;
  std::vector<std::string> workloads;  // their names, by index
  std::string protocol;
  std::uint16_t groups = 1;  // of the protocol on the servers

  [[nodiscard]] const std::string& name(sim::NodeId node) const {
    return players[sim::number(node)].name;
  }
  [[nodiscard]] std::vector<sim::NodeId> clients(std::uint32_t workload) const;
  [[nodiscard]] std::vector<std::string> names() const;
};

/// All kinds of messages with their names: the client's, the protocol's, and its orders.
[[nodiscard]] std::vector<models::NamedMessage> message_names(std::string_view protocol);

[[nodiscard]] Cast make_cast(const load::Scenario& scenario);

}  // namespace splitvote::run
