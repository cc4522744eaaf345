// From the words of a scenario to changes, to bytes, and back.
#include "models/raft/orders.hpp"

#include <array>

#include "models/notes.hpp"
#include "models/wire/frame.hpp"

namespace splitvote::raft {
namespace {

using models::Parameter;
using models::ParameterType;

struct Word {
  std::string_view name;
  Change::Kind kind{};
  std::string_view help;
};
constexpr std::array words{
    Word{"add", Change::Kind::add_voter, "Servers that become voters."},
    Word{"learners", Change::Kind::add_learner,
         "New members that receive the log and never count."},
    Word{"witnesses", Change::Kind::add_witness,
         "Servers that become voters, store the log, and hold no data."},
    Word{"promote", Change::Kind::promote, "Learners that become voters."},
    Word{"demote", Change::Kind::demote, "Voters that become learners."},
    Word{"remove", Change::Kind::remove, "Members that leave."},
};

constexpr std::string_view group_word = "group";
constexpr Parameter group_parameter{group_word, ParameterType::group,
                                    "The number of the group that is meant; all unless given."};

constexpr std::array reconfigure_parameters{
    Parameter{words[0].name, ParameterType::nodes, words[0].help},
    Parameter{words[1].name, ParameterType::nodes, words[1].help},
    Parameter{words[2].name, ParameterType::nodes, words[2].help},
    Parameter{words[3].name, ParameterType::nodes, words[3].help},
    Parameter{words[4].name, ParameterType::nodes, words[4].help},
    Parameter{words[5].name, ParameterType::nodes, words[5].help},
    Parameter{"catch_up", ParameterType::flag,
              "Whether new voters first receive the log as learners and wait until they have "
              "caught up; true unless given."},
    group_parameter,
};

void encode_reconfigure(const models::OrderArguments& arguments, sim::Bytes& frame) {
  ReconfigureOrder order;
  for (const Word& word : words) {
    for (const NodeId node : arguments.get<std::vector<NodeId>>(word.name))
      order.changes.push_back({word.kind, node});
  }
  order.pace = arguments.get<bool>("catch_up", true) ? Pace::when_caught_up : Pace::at_once;
  encode(order, frame);
}

constexpr std::array transfer_parameters{
    Parameter{"to", ParameterType::nodes,
              "The server that is to lead; unless given, the one with the longest log."},
    group_parameter,
};
constexpr std::array bare_parameters{group_parameter};

void encode_transfer(const models::OrderArguments& arguments, sim::Bytes& frame) {
  const auto targets = arguments.get<std::vector<NodeId>>("to");
  encode(TransferOrder{targets.empty() ? sim::no_node : targets.front()}, frame);
}

/// Of an order that says nothing more.
template <sim::MessageKind kind>
void encode_bare(const models::OrderArguments&, sim::Bytes& frame) {
  wire::begin_frame(frame, kind);
  wire::end_frame(frame);
}

/// The order as it is, or for one group alone.
template <void (*encode_order)(const models::OrderArguments&, sim::Bytes&)>
void encode_for_group(const models::OrderArguments& arguments, sim::Bytes& frame) {
  encode_order(arguments, frame);
  constexpr models::GroupId every{UINT16_MAX};
  const auto group = arguments.get<models::GroupId>(group_word, every);
  if (group == every) return;
  const sim::Bytes whole = frame;
  encode(GroupOrder{static_cast<std::uint16_t>(group), whole}, frame);
}

constexpr std::array all{
    models::Order{.name = "reconfigure",
                  .help = "tells servers (the leader) to change the members of the cluster, all "
                          "at once: a single step, or joint consensus",
                  .kind = reconfigure_kind,
                  .parameters = reconfigure_parameters,
                  .encode = encode_for_group<encode_reconfigure>},
    models::Order{.name = "transfer_leadership",
                  .help = "tells servers (the leader) to hand over to another one; given up after "
                          "an election timeout",
                  .kind = transfer_leadership_kind,
                  .parameters = transfer_parameters,
                  .bare = true,
                  .encode = encode_for_group<encode_transfer>},
    models::Order{.name = "take_snapshot",
                  .help = "tells servers to take a snapshot of what they have applied",
                  .kind = take_snapshot_kind,
                  .parameters = bare_parameters,
                  .bare = true,
                  .encode = encode_for_group<encode_bare<take_snapshot_kind>>},
    models::Order{.name = "forget_leader",
                  .help = "tells followers that their leader is gone: they stand in the way of no "
                          "election until they hear from a leader again",
                  .kind = forget_leader_kind,
                  .parameters = bare_parameters,
                  .bare = true,
                  .encode = encode_for_group<encode_bare<forget_leader_kind>>},
    models::Order{.name = "leave_joint",
                  .help = "tells servers (the leader) to end a joint configuration that waits for "
                          "it: joint_exit: explicit",
                  .kind = leave_joint_kind,
                  .parameters = bare_parameters,
                  .bare = true,
                  .encode = encode_for_group<encode_bare<leave_joint_kind>>},
};

}  // namespace

void encode(const ReconfigureOrder& order, sim::Bytes& frame) {
  wire::begin_frame(frame, reconfigure_kind);
  sim::append_integer(frame, static_cast<std::uint8_t>(order.pace));
  for (const Change& change : order.changes) {
    sim::append_integer(frame, static_cast<std::uint8_t>(change.kind));
    sim::append_integer(frame, sim::number(change.node));
  }
  wire::end_frame(frame);
}

bool decode(sim::ByteView frame, ReconfigureOrder& order) {
  sim::Reader reader(wire::body(frame));
  const auto pace = reader.integer<std::uint8_t>();
  order.pace = static_cast<Pace>(pace);
  order.changes.clear();
  while (!reader.rest().empty()) {
    const auto kind = reader.integer<std::uint8_t>();
    const NodeId node{reader.integer<std::uint16_t>()};
    if (reader.failed() || kind > static_cast<std::uint8_t>(Change::Kind::remove)) return false;
    order.changes.push_back({static_cast<Change::Kind>(kind), node});
  }
  return !reader.failed() && pace <= static_cast<std::uint8_t>(Pace::when_caught_up);
}

void encode(const TransferOrder& order, sim::Bytes& frame) {
  wire::begin_frame(frame, transfer_leadership_kind, sim::number(order.target));
  wire::end_frame(frame);
}

bool decode(sim::ByteView frame, TransferOrder& order) {
  sim::Reader reader(wire::body(frame));
  order.target = NodeId{reader.integer<std::uint16_t>()};
  return reader.finished();
}

void encode(const GroupOrder& order, sim::Bytes& frame) {
  wire::begin_frame(frame, group_order_kind, order.group);
  sim::append(frame, order.frame);
  wire::end_frame(frame);
}

bool decode(sim::ByteView frame, GroupOrder& order) {
  sim::Reader reader(wire::body(frame));
  order.group = reader.integer<std::uint16_t>();
  order.frame = reader.rest();
  return !reader.failed() && wire::intact(order.frame);
}

sim::Note refusal(const GroupOrder& order) {
  static constexpr std::string_view why = "there is no such group";
  return models::note(models::NoteType::order, sim::number(wire::kind(order.frame)), 1, 0,
                      sim::as_bytes(why));
}

std::span<const models::Order> orders() { return all; }

}  // namespace splitvote::raft
