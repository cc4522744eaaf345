// Servers come first in the order of the topology, then the clients of each workload: that order
// gives the ids.
#include "scenarios/run/cast.hpp"

#include "models/client/message.hpp"

namespace splitvote::run {

std::vector<sim::NodeId> Cast::clients(std::uint32_t workload) const {
  std::vector<sim::NodeId> found;
  for (std::size_t i = 0; i < players.size(); ++i) {
    if (players[i].workload == workload) found.push_back(sim::NodeId(i));
  }
  return found;
}

std::vector<std::string> Cast::names() const {
  std::vector<std::string> names;
  for (const Player& player : players) names.push_back(player.name);
  return names;
}

std::vector<models::NamedMessage> message_names(std::string_view protocol) {
  std::vector<models::NamedMessage> names{{sim::refusal_kind, "refusal"},
                                          {client::request_kind, "request"},
                                          {client::response_kind, "response"}};
  if (const models::Protocol* found = models::find_protocol(protocol)) {
    names.insert(names.end(), found->messages.begin(), found->messages.end());
    for (const models::Order& order : found->orders) names.push_back({order.kind, order.name});
  }
  return names;
}

Cast make_cast(const load::Scenario& scenario) {
  Cast cast;
  cast.protocol = scenario.protocol.kind;
  const models::Protocol* protocol = models::find_protocol(cast.protocol);
  if (protocol != nullptr && protocol->groups != nullptr)
    cast.groups = protocol->groups(scenario.protocol.settings);
  for (const load::NodeSettings& node : scenario.topology.nodes) {
    cast.servers.push_back(sim::NodeId(cast.players.size()));
    cast.players.push_back({node.name, node.datacenter, {}});
  }
  for (std::uint32_t w = 0; w < scenario.workloads.size(); ++w) {
    const load::Workload& workload = scenario.workloads[w];
    cast.workloads.push_back(workload.name);
    for (std::uint32_t c = 1; c <= workload.clients; ++c) {
      cast.players.push_back({workload.name + "-" + std::to_string(c), workload.datacenter, w});
    }
  }
  return cast;
}

}  // namespace splitvote::run
