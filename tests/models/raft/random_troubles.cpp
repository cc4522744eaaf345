// One function per kind of trouble.
#include "tests/models/raft/random_troubles.hpp"

#include <algorithm>
#include <array>

#include "models/raft/message.hpp"
#include "models/raft/orders.hpp"

namespace splitvote::raft {
namespace {

using sim::Direction;
using sim::NodeId;

NodeId server(Dice& dice, const Features& features) {
  return NodeId{static_cast<std::uint16_t>(dice.below(features.servers))};
}

/// A leader is worth more trouble than anybody else.
NodeId victim(Dice& dice, const Features& features, NodeId leader) {
  return leader != sim::no_node && dice.one_in(2) ? leader : server(dice, features);
}

std::vector<NodeId> all_servers(const Features& features) { return features.client.servers; }

/// All directions between two nodes of which `wanted` is true.
template <typename Wanted>
std::vector<Direction> directions(const Features& features, const Wanted& wanted) {
  std::vector<Direction> found;
  const auto nodes = static_cast<std::uint16_t>(features.nodes.size());
  for (std::uint16_t source = 0; source < nodes; ++source) {
    for (std::uint16_t target = 0; target < nodes; ++target) {
      if (source != target && wanted(source, target)) {
        found.push_back({NodeId{source}, NodeId{target}});
      }
    }
  }
  return found;
}

std::vector<Direction> all_links(const Features& features) {
  return directions(features, [](auto, auto) { return true; });
}

/// A share between a tenth and six tenths.
sim::Ratio share(Dice& dice) { return {static_cast<std::uint32_t>(1 + dice.below(6)), 10}; }

sim::Fault crash(Dice& dice, const Features& features, NodeId leader) {
  return sim::CrashNodes{{victim(dice, features, leader)}, {.power = false}};
}

sim::LossMode loss_mode(Dice& dice) {
  constexpr std::array modes{sim::LossMode::keep, sim::LossMode::lose, sim::LossMode::tear,
                             sim::LossMode::random};
  return modes[dice.below(modes.size())];
}

sim::Fault power_loss(Dice& dice, const Features& features, NodeId leader) {
  const NodeId node = victim(dice, features, leader);
  return sim::CrashNodes{{node}, {.power = true, .loss = loss_mode(dice)}};
}

sim::Fault power_loss_everywhere(Dice& dice, const Features& features, NodeId) {
  return sim::CrashNodes{all_servers(features), {.power = true, .loss = loss_mode(dice)}};
}

sim::Fault client_crash(Dice& dice, const Features& features, NodeId) {
  const auto client = static_cast<std::uint16_t>(features.servers + dice.below(features.clients));
  return sim::CrashNodes{{NodeId{client}}, {.power = false}};
}

sim::Fault pause(Dice& dice, const Features& features, NodeId leader) {
  return sim::PauseNodes{{victim(dice, features, leader)}};
}

sim::Fault isolate(Dice& dice, const Features& features, NodeId leader) {
  const auto node = sim::number(victim(dice, features, leader));
  return sim::CutDirections{directions(
      features, [node](auto source, auto target) { return source == node || target == node; })};
}

/// The clients still reach it.
sim::Fault seclude(Dice& dice, const Features& features, NodeId leader) {
  const auto node = sim::number(victim(dice, features, leader));
  const std::uint16_t servers = features.servers;
  return sim::CutDirections{directions(features, [node, servers](auto source, auto target) {
    return (source == node && target < servers) || (target == node && source < servers);
  })};
}

sim::Fault deafen(Dice& dice, const Features& features, NodeId leader) {
  const auto node = sim::number(victim(dice, features, leader));
  return sim::CutDirections{
      directions(features, [node](auto, auto target) { return target == node; })};
}

sim::Fault silence(Dice& dice, const Features& features, NodeId leader) {
  const auto node = sim::number(victim(dice, features, leader));
  return sim::CutDirections{
      directions(features, [node](auto source, auto) { return source == node; })};
}

/// Two halves; a client is in one of them, too.
sim::Fault partition(Dice& dice, const Features& features, NodeId) {
  const std::uint64_t side = dice.below(std::uint64_t{1} << features.nodes.size());
  return sim::CutDirections{directions(features, [side](auto source, auto target) {
    return ((side >> source ^ side >> target) & 1) != 0;
  })};
}

/// Every direction for itself: nothing is symmetric or transitive any more.
sim::Fault partial_partition(Dice& dice, const Features& features, NodeId) {
  return sim::CutDirections{directions(features, [&dice](auto, auto) { return dice.one_in(3); })};
}

sim::Fault loss(Dice& dice, const Features& features, NodeId) {
  return sim::ChangeLinks{all_links(features), {.loss = share(dice)}};
}

sim::Fault burst_loss(Dice& dice, const Features& features, NodeId) {
  return sim::ChangeLinks{
      all_links(features),
      {.burst = sim::BurstLoss{.enter = {1, 50}, .leave = {1, 10}, .bad_loss = share(dice)}}};
}

sim::Fault duplication(Dice& dice, const Features& features, NodeId) {
  return sim::ChangeLinks{all_links(features), {.duplication = share(dice)}};
}

sim::Fault reordering(Dice& dice, const Features& features, NodeId) {
  return sim::ChangeLinks{
      all_links(features),
      {.jitter_extra = sim::milliseconds(dice.between(1, 40)), .reordering = share(dice)}};
}

sim::Fault corruption(Dice& dice, const Features& features, NodeId) {
  return sim::ChangeLinks{all_links(features), {.corruption = share(dice)}};
}

sim::Fault slow_network(Dice& dice, const Features& features, NodeId) {
  return sim::ChangeLinks{all_links(features),
                          {.latency_extra = sim::milliseconds(dice.between(1, 60))}};
}

sim::Fault narrow_network(Dice& dice, const Features& features, NodeId) {
  return sim::ChangeLinks{all_links(features),
                          {.bytes_per_second = std::uint64_t{10'000} << dice.below(5)}};
}

/// Some kinds of messages wait, and arrive all at once.
sim::Fault hold(Dice& dice, const Features& features, NodeId) {
  const sim::KindMask kinds = dice.below(sim::KindMask{1} << 22);
  return sim::HoldMessages{all_links(features), kinds};
}

sim::Fault clock_step(Dice& dice, const Features& features, NodeId) {
  return sim::StepClocks{{server(dice, features)}, sim::milliseconds(dice.between(-5000, 5000))};
}

sim::Fault clock_drift(Dice& dice, const Features& features, NodeId leader) {
  return sim::DriftClocks{{victim(dice, features, leader)},
                          dice.between(-features.drift_ppb_max, features.drift_ppb_max)};
}

sim::Fault clock_freeze(Dice& dice, const Features& features, NodeId leader) {
  return sim::FreezeClocks{{victim(dice, features, leader)}};
}

sim::Fault slow_disk(Dice& dice, const Features& features, NodeId leader) {
  const auto factor = static_cast<std::uint32_t>(2 + dice.below(40));
  return sim::ChangeDisks{{victim(dice, features, leader)}, {.slower = sim::Ratio{factor, 1}}};
}

sim::Fault disk_stall(Dice& dice, const Features& features, NodeId leader) {
  return sim::StallDisks{{victim(dice, features, leader)}, sim::milliseconds(dice.between(1, 200))};
}

sim::Fault disk_errors(Dice& dice, const Features& features, NodeId) {
  sim::DiskChange change;
  switch (dice.below(4)) {
    case 0:
      change.read_error = share(dice);
      break;
    case 1:
      change.write_error = share(dice);
      break;
    case 2:
      change.sync_error = share(dice);
      break;
    default:
      change.capacity = 1000 + dice.below(5000);
  }
  return sim::ChangeDisks{{server(dice, features)}, change};
}

/// Half of the orders say which group they are for.
sim::Fault order_to(Dice& dice, const Features& features, NodeId node, sim::MessageKind kind,
                    sim::Bytes frame) {
  if (dice.one_in(2)) return sim::OrderNodes{{node}, kind, std::move(frame)};
  sim::Bytes of_group;
  const auto group = static_cast<std::uint16_t>(dice.below(features.groups));
  encode(GroupOrder{group, frame}, of_group);
  return sim::OrderNodes{{node}, kind, std::move(of_group)};
}

/// Any change of one to three nodes, many of which make no sense.
sim::Fault reconfigure(Dice& dice, const Features& features, NodeId leader) {
  ReconfigureOrder order;
  order.pace = dice.one_in(2) ? Pace::at_once : Pace::when_caught_up;
  const std::uint64_t changes = dice.one_in(2) ? 1 : 1 + dice.below(3);
  for (std::uint64_t i = 0; i < changes; ++i) {
    const auto kind = static_cast<Change::Kind>(dice.below(6));
    order.changes.push_back({kind, server(dice, features)});
  }
  sim::Bytes frame;
  encode(order, frame);
  const NodeId node = leader == sim::no_node ? server(dice, features) : leader;
  return order_to(dice, features, node, reconfigure_kind, std::move(frame));
}

sim::Fault transfer_leadership(Dice& dice, const Features& features, NodeId leader) {
  const TransferOrder order{dice.one_in(2) ? sim::no_node : server(dice, features)};
  sim::Bytes frame;
  encode(order, frame);
  const NodeId node = victim(dice, features, leader);
  return order_to(dice, features, node, transfer_leadership_kind, std::move(frame));
}

/// One that is said by its name alone.
template <sim::MessageKind kind>
sim::Fault bare_order(Dice& dice, const Features& features, NodeId leader) {
  sim::Bytes frame;
  std::ranges::find(orders(), kind, &models::Order::kind)->encode({}, frame);
  const NodeId node = victim(dice, features, leader);
  return order_to(dice, features, node, kind, std::move(frame));
}

constexpr std::array all{
    Trouble{"crash", crash},
    Trouble{"power loss", power_loss},
    Trouble{"power loss everywhere", power_loss_everywhere},
    Trouble{"crash of a client", client_crash},
    Trouble{"pause", pause},
    Trouble{"isolation", isolate},
    Trouble{"isolation from the servers", seclude},
    Trouble{"cut of what comes in", deafen},
    Trouble{"cut of what goes out", silence},
    Trouble{"partition", partition},
    Trouble{"partial partition", partial_partition},
    Trouble{"loss", loss},
    Trouble{"loss in bursts", burst_loss},
    Trouble{"duplication", duplication},
    Trouble{"reordering", reordering},
    Trouble{"corruption", corruption},
    Trouble{"slow network", slow_network},
    Trouble{"narrow network", narrow_network},
    Trouble{"held messages", hold},
    Trouble{"clock step", clock_step},
    Trouble{"clock drift", clock_drift},
    Trouble{"clock freeze", clock_freeze},
    Trouble{"slow disk", slow_disk},
    Trouble{"disk stall", disk_stall},
    Trouble{"disk errors", disk_errors},
    Trouble{"reconfigure", reconfigure, true},
    Trouble{"transfer_leadership", transfer_leadership, true},
    Trouble{"take_snapshot", bare_order<take_snapshot_kind>, true},
    Trouble{"forget_leader", bare_order<forget_leader_kind>, true},
    Trouble{"leave_joint", bare_order<leave_joint_kind>, true},
};

}  // namespace

bool is_allowed(const Trouble& trouble, const Features& features) {
  const bool twice = features.client.delivery == client::Delivery::maybe_twice;
  if (trouble.make == clock_freeze) return !features.leases;
  return trouble.make != duplication || twice;
}

std::span<const Trouble> troubles() { return all; }

}  // namespace splitvote::raft
