// Names every event once, and sees it in a run's notes and messages.
#include "tests/models/raft/world_events.hpp"
#include "tests/models/raft/core_of.hpp"

#include <algorithm>
#include <array>

#include "models/client/message.hpp"
#include "models/client/operation.hpp"
#include "models/notes.hpp"
#include "models/raft/forward.hpp"
#include "models/raft/orders.hpp"
#include "models/raft/raft_process.hpp"
#include "models/raft/registration.hpp"

namespace splitvote::raft {
namespace {

using models::NoteType;

constexpr std::array<std::string_view, 4> role_names{"follower", "pre_candidate", "candidate",
                                                     "leader"};
constexpr std::array<std::string_view, 3> replication_names{"probe", "replicate", "snapshot"};
constexpr std::array<std::string_view, 4> outcome_names{"ok", "mismatch", "failed", "unknown"};
constexpr std::array<std::string_view, 3> transfer_names{"begun", "told", "given up"};

/// What a note says by its type alone.
struct Plain {
  NoteType type{};
  std::string_view name;
};
constexpr std::array plain{
    Plain{NoteType::truncated, "entries removed"},
    Plain{NoteType::frame_rejected, "frame rejected"},
    Plain{NoteType::saved, "snapshot saved"},
    Plain{NoteType::fortification, "promise to a leader begun or over"},
    Plain{NoteType::taken, "snapshot taken for a follower"},
    Plain{NoteType::compacted, "log compacted"},
    Plain{NoteType::caught_up, "learner caught up"},
    Plain{NoteType::throttled, "proposal turned away"},
    Plain{NoteType::halted, "server halted"},
    Plain{NoteType::forwarded, "request passed on"},
    Plain{NoteType::too_old, "read too old"},
    Plain{NoteType::quiescence, "asleep or awake"},
    Plain{NoteType::replication_paused, "replication paused"},
};

/// Those that need more than a type.
enum class Special : std::uint8_t {
  restarted_from_snapshot,
  installed_snapshot,
  served_read,
  served_write,
  joint,
  learners,
  witnesses,
  fell_back,
  removed_leader,
  lost_quorum,
  preferred_leader,
  leased_read,
  proved_read,
  resumed_chunks,
  answered_again,
};
constexpr std::array<std::string_view, 15> special_names{"restart from a snapshot",
                                                         "snapshot of a leader installed",
                                                         "read served",
                                                         "write served",
                                                         "joint configuration",
                                                         "configuration with learners",
                                                         "configuration with witnesses",
                                                         "configuration taken back",
                                                         "leader steps down that is no voter",
                                                         "leader without a quorum steps down",
                                                         "handed over by priority",
                                                         "read answered by lease",
                                                         "read answered by a proof of freshness",
                                                         "chunks that are there not sent again",
                                                         "repeated command answered"};

// The events in their order: each block begins where the one before it ends.
constexpr std::size_t role_events = 0;
constexpr std::size_t replication_events = role_events + 4 * 4;
constexpr std::size_t message_events = replication_events + 3 * 3;
constexpr std::size_t order_events = message_events + 40;  // orders' kinds begin there
constexpr std::size_t orders_max = 8;
constexpr std::size_t outcome_events = order_events + 2 * orders_max;
constexpr std::size_t transfer_events = outcome_events + outcome_names.size();
constexpr std::size_t plain_events = transfer_events + transfer_names.size();
constexpr std::size_t special_events = plain_events + plain.size();
constexpr std::size_t events = special_events + special_names.size();

std::string arrow(std::string_view from, std::string_view to) {
  return std::string(from) + " -> " + std::string(to);
}

/// Figure 4 of the paper, with PreVote: a follower that is told to stand skips it.
constexpr bool is_possible(std::size_t from, std::size_t to) {
  constexpr std::size_t candidate = 2;
  constexpr std::size_t leader = 3;
  if (to == 0) return true;
  return to == leader ? from == candidate : from != leader;
}

/// Where an order that was obeyed is counted; refused ones are behind it.
std::size_t order_place(sim::MessageKind kind) {
  const std::size_t first = sim::number(reconfigure_kind);
  return order_events + 2 * (sim::number(kind) - first);
}

std::vector<std::string> make_names() {
  std::vector<std::string> names(events);
  for (std::size_t from = 0; from < 4; ++from) {
    for (std::size_t to = 0; to < 4; ++to) {
      if (is_possible(from, to)) {
        names[role_events + 4 * from + to] = arrow(role_names[from], role_names[to]);
      }
    }
  }
  for (std::size_t from = 0; from < 3; ++from) {
    for (std::size_t to = 0; to < 3; ++to) {
      if (from != to && !(from == 2 && to == 0)) {
        names[replication_events + 3 * from + to] =
            arrow(replication_names[from], replication_names[to]);
      }
    }
  }
  for (const models::NamedMessage& message : raft_protocol().messages) {
    names[message_events + sim::number(message.kind)] = "message " + std::string(message.name);
  }
  names[message_events + sim::number(sim::refusal_kind)] = "message refusal";
  for (const models::Order& order : orders()) {
    names[order_place(order.kind)] = std::string(order.name) + " obeyed";
    names[order_place(order.kind) + 1] = std::string(order.name) + " refused";
  }
  const auto fill = [&](std::size_t at, std::string_view before, const auto& list) {
    for (const std::string_view name : list) names[at++] = std::string(before) + std::string(name);
  };
  fill(outcome_events, "outcome ", outcome_names);
  fill(transfer_events, "transfer ", transfer_names);
  for (std::size_t i = 0; i < plain.size(); ++i) names[plain_events + i] = plain[i].name;
  fill(special_events, "", special_names);
  return names;
}

std::size_t place(Special special) { return special_events + static_cast<std::size_t>(special); }

}  // namespace

const std::vector<std::string>& world_events() {
  static const std::vector<std::string> names = make_names();
  return names;
}

WorldEvents::WorldEvents(const Features& features)
    : leases_(features.leases),
      unproved_(reads_of(features.settings) == Reads::leader ||
                (reads_of(features.settings) == Reads::local &&
                 features.settings.get<sim::Duration>("max_staleness").ns == 0)),
      chunk_bytes_(features.settings.get<std::uint64_t>("snapshot_chunk")),
      priorities_(features.settings.get<models::PerNode>("priorities")),
      servers_(features.servers),
      reached_(events) {}

void WorldEvents::on_note(const sim::World& world, const sim::Moment& moment, sim::NodeId node,
                          const sim::Note& note) {
  if (note.group != 0) return;
  const auto type = static_cast<NoteType>(note.kind);
  if (type == NoteType::complete) reached_[outcome_events + note.b] = true;
  if (sim::number(node) >= servers_.size()) return;
  if (type == NoteType::role) on_role(world, node, note);
  if (type == NoteType::configuration) on_configuration(servers_[sim::number(node)], note);
  on_transfer(world, moment, node, note);
  if (type == NoteType::order) {
    reached_[order_place(sim::MessageKind{static_cast<std::uint8_t>(note.a)}) + note.b] = true;
  }
  if (type == NoteType::served) on_served(world, moment, node, note);
  if (type == NoteType::restored) {
    const bool sent = note.c == 1;
    reached_[place(sent ? Special::installed_snapshot : Special::restarted_from_snapshot)] = true;
  }
  const auto listed = std::ranges::find(plain, type, &Plain::type);
  if (listed != plain.end()) {
    reached_[plain_events + static_cast<std::size_t>(listed - plain.begin())] = true;
  }
  look_at_followers(world, node);
}

void WorldEvents::on_role(const sim::World& world, sim::NodeId node, const sim::Note& note) {
  Server& server = servers_[sim::number(node)];
  const auto role = static_cast<std::uint8_t>(note.a);
  reached_[role_events + 4 * std::size_t{server.role} + role] = true;
  if (server.role == static_cast<std::uint8_t>(Role::leader)) {
    // Within its term a leader has but these two reasons to step down.
    const bool votes = is_voter(core_of(world, node)->configurations().newest(), node);
    if (!votes) reached_[place(Special::removed_leader)] = true;
    if (votes && note.b == server.term) reached_[place(Special::lost_quorum)] = true;
  }
  server.role = role;
  server.term = note.b;
  server.followers.clear();
  server.chunks.clear();
}

/// Who alone has a vote confirms its own rounds.
bool votes_alone(const Configuration& configuration, sim::NodeId node) {
  return joined(configuration.voters, configuration.outgoing) == NodeList{node};
}

/// A client's request that is answered at once needed no round.
void WorldEvents::on_served(const sim::World& world, const sim::Moment& moment, sim::NodeId node,
                            const sim::Note& note) {
  const bool read = note.c == 1;
  reached_[place(read ? Special::served_read : Special::served_write)] = true;
  const bool alone = votes_alone(core_of(world, node)->configurations().newest(), node);
  if (!read || alone || unproved_ || servers_[sim::number(node)].request != moment.event) return;
  reached_[place(leases_ ? Special::leased_read : Special::proved_read)] = true;
}

std::uint8_t WorldEvents::priority(sim::NodeId node) const {
  const std::size_t place = sim::number(node);
  return place < priorities_.count ? priorities_.values[place] : 1;
}

/// That it was ordered is noted behind that it was begun.
void WorldEvents::on_transfer(const sim::World& world, const sim::Moment& moment, sim::NodeId node,
                              const sim::Note& note) {
  const auto type = static_cast<NoteType>(note.kind);
  sim::EventId& begun = servers_[sim::number(node)].transfer;
  if (begun != sim::no_event && begun != moment.event) {
    reached_[place(Special::preferred_leader)] = true;
    begun = sim::no_event;
  }
  if (type == NoteType::order) begun = sim::no_event;
  if (type != NoteType::transfer) return;
  reached_[transfer_events + note.c] = true;
  // A witness hands over to anybody, also if it is none any more behind the step.
  const bool witness = core_of(world, node)->witness();
  const bool higher = priority(sim::NodeId{static_cast<std::uint16_t>(note.a)}) > priority(node);
  if (note.c == 0 && higher && !witness) begun = moment.event;
}

void WorldEvents::on_record(const sim::World& world, const sim::Record& record) {
  if (sim::number(record.node) >= servers_.size()) return;
  const sim::MessageKind kind{static_cast<std::uint8_t>(record.b)};
  if (record.kind == sim::RecordKind::deliver) {
    const bool request = kind == client::request_kind || kind == forward_kind;
    if (request) servers_[sim::number(record.node)].request = record.moment.event;
  }
  if (record.kind == sim::RecordKind::send && kind == install_snapshot_kind)
    on_chunk(world, record);
}

/// What a follower has of an earlier leader it need not be sent again.
void WorldEvents::on_chunk(const sim::World& world, const sim::Record& record) {
  const Raft* const core = core_of(world, record.node);
  if (core == nullptr) return;
  const auto sent =
      std::ranges::find(core->outgoing_snapshots(), record.peer, &OutgoingSnapshot::target);
  if (sent == core->outgoing_snapshots().end()) return;
  std::vector<Chunk>& chunks = servers_[sim::number(record.node)].chunks;
  const auto before = std::ranges::find(chunks, record.peer, &Chunk::target);
  if (before == chunks.end()) return chunks.push_back({record.peer, sent->offset});
  const bool skips = sent->offset > before->offset + chunk_bytes_;
  if (skips) reached_[place(Special::resumed_chunks)] = true;
  before->offset = sent->offset;
}

void WorldEvents::on_configuration(Server& server, const sim::Note& note) {
  const std::string_view text = sim::as_text(note.detail);
  if (note.c != 0) reached_[place(Special::joint)] = true;
  if (text.contains("learners")) reached_[place(Special::learners)] = true;
  if (text.contains("witnesses")) reached_[place(Special::witnesses)] = true;
  if (note.a < server.configuration) reached_[place(Special::fell_back)] = true;
  server.configuration = note.a;
}

/// A leader says something at nearly every step in which its view of a follower changes.
void WorldEvents::look_at_followers(const sim::World& world, sim::NodeId node) {
  const Raft& core = *core_of(world, node);
  if (core.role() != Role::leader) return;
  Server& server = servers_[sim::number(node)];
  for (const Member& member : core.members()) {
    const auto now = static_cast<std::uint8_t>(member.replication);
    const auto seen = std::ranges::find(server.followers, member.id, &Follower::node);
    if (seen == server.followers.end()) {
      server.followers.push_back({member.id, now});
      continue;
    }
    reached_[replication_events + 3 * std::size_t{seen->replication} + now] = true;
    seen->replication = now;
  }
}

void WorldEvents::on_stop(sim::NodeId node) {
  if (sim::number(node) < servers_.size()) servers_[sim::number(node)] = {};
}

void WorldEvents::finish(const sim::World& world, const Executions& executions) {
  for (const models::NamedMessage& message : raft_protocol().messages) {
    if (world.network().count(message.kind, sim::Fate::delivered) > 0) {
      reached_[message_events + sim::number(message.kind)] = true;
    }
  }
  if (world.network().count(sim::refusal_kind, sim::Fate::delivered) > 0) {
    reached_[message_events + sim::number(sim::refusal_kind)] = true;
  }
  if (executions.answered_again() > 0) reached_[place(Special::answered_again)] = true;
}

}  // namespace splitvote::raft
