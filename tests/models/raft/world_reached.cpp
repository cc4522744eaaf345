// Names every event once, and knows which of them a feature forbids.
#include "tests/models/raft/world_reached.hpp"
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
#include "tests/models/raft/random_features.hpp"
#include "tests/models/raft/random_troubles.hpp"

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
constexpr std::size_t order_events = message_events + 32;
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

/// What a feature rules out.
bool is_forbidden(std::string_view word, std::string_view event) {
  const auto speaks_of = [event](std::string_view part) { return event.contains(part); };
  if (event == "read answered by lease") {
    if (word == "check_quorum: false" || word == "leader_stickiness: false") return true;
    if (word.starts_with("reads: ") && word != "reads: lease") return true;
  }
  if (event == "read answered by a proof of freshness") {
    if (word == "max_staleness: 0ms") return true;
  }
  if (event == "leader without a quorum steps down" || event == "handed over by priority") {
    if (word == "check_quorum: false") return true;
  }
  if (event == "handed over by priority") {
    if (word == "priorities: equal" || word == "priorities: one never") return true;
  }
  if (event == "repeated command answered") {
    if (word == "sessions: false" || word == "groups: 2" || word == "groups: 3") return true;
  }
  if (event == "chunks that are there not sent again" && word == "snapshot_chunk: 262144")
    return true;
  if (word == "pre_vote: false") return speaks_of("pre_candidate") || speaks_of("pre_vote");
  if (word == "max_staleness: 0ms" && event == "read too old") return true;
  // Its questions come more often than a group needs to fall asleep.
  if (word == "max_staleness: 60ms" && (speaks_of("quiesce") || event == "asleep or awake"))
    return true;
  if (word.starts_with("reads: ") && word != "reads: local") {
    return event == "read too old" || event == "read answered by a proof of freshness" ||
           (word != "reads: follower" && speaks_of("read_index"));
  }
  if (word == "quiesce: false") {
    return speaks_of("quiesce") || speaks_of("node_beat") || event == "asleep or awake";
  }
  if (word == "forward_proposals: false") {
    return speaks_of("message forward") || event == "request passed on";
  }
  // Where messages arrive twice no client can be certain, see client::Delivery.
  return word == "duplication" && event == "outcome failed";
}

}  // namespace

const std::vector<std::string>& world_events() {
  static const std::vector<std::string> names = make_names();
  return names;
}

WorldEvents::WorldEvents(const Features& features)
    : leases_(features.leases),
      chunk_bytes_(features.settings.get<std::uint64_t>("snapshot_chunk")),
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

/// A client's request that is answered at once needed no round.
void WorldEvents::on_served(const sim::World& world, const sim::Moment& moment, sim::NodeId node,
                            const sim::Note& note) {
  const bool read = note.c == 1;
  reached_[place(read ? Special::served_read : Special::served_write)] = true;
  const bool alone = core_of(world, node)->members().size() == 1;
  if (!read || alone || servers_[sim::number(node)].request != moment.event) return;
  reached_[place(leases_ ? Special::leased_read : Special::proved_read)] = true;
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
  // A witness hands over to anybody.
  if (note.c == 0 && !core_of(world, node)->witness()) begun = moment.event;
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
  if (executions.answered_again() > 0) reached_[place(Special::answered_again)] = true;
}

WorldReached::WorldReached() : words_(feature_words()), event_runs_(events) {
  for (const Trouble& trouble : troubles()) words_.emplace_back(trouble.name);
  runs_.resize(words_.size());
  pairs_.resize(words_.size(), std::vector<std::uint64_t>(events));
}

void WorldReached::add(const std::vector<std::string>& words, const WorldEvents& reached) {
  for (std::size_t event = 0; event < events; ++event) {
    event_runs_[event] += reached.reached(event) ? 1 : 0;
  }
  for (std::size_t word = 0; word < words_.size(); ++word) {
    if (std::ranges::find(words, words_[word]) == words.end()) continue;
    ++runs_[word];
    for (std::size_t event = 0; event < events; ++event) {
      pairs_[word][event] += reached.reached(event) ? 1 : 0;
    }
  }
}

std::string WorldReached::unreached() const {
  std::string text;
  for (std::size_t word = 0; word < words_.size(); ++word) {
    if (runs_[word] == 0) text += words_[word] + "\n";
  }
  for (std::size_t event = 0; event < events; ++event) {
    const std::string& name = world_events()[event];
    if (!name.empty() && event_runs_[event] == 0) text += name + "\n";
  }
  return text;
}

std::string WorldReached::unmet() const {
  std::string text;
  for (std::size_t word = 0; word < words_.size(); ++word) {
    for (std::size_t event = 0; event < events; ++event) {
      const std::string& name = world_events()[event];
      if (name.empty()) continue;
      const bool forbidden = is_forbidden(words_[word], name);
      if (forbidden != (pairs_[word][event] == 0)) {
        text += words_[word] + (forbidden ? ", yet: " : " without: ") + name + "\n";
      }
    }
  }
  return text;
}

std::string WorldReached::table() const {
  std::string text = "runs in which each was reached\n";
  for (std::size_t event = 0; event < events; ++event) {
    const std::string& name = world_events()[event];
    if (!name.empty()) text += "  " + name + ": " + std::to_string(event_runs_[event]) + "\n";
  }
  text += "runs with each feature and trouble, and what they reached most rarely\n";
  for (std::size_t word = 0; word < words_.size(); ++word) {
    std::size_t rarest = events;
    for (std::size_t event = 0; event < events; ++event) {
      const std::string& name = world_events()[event];
      if (name.empty() || is_forbidden(words_[word], name)) continue;
      if (rarest == events || pairs_[word][event] < pairs_[word][rarest]) rarest = event;
    }
    text += "  " + words_[word] + ": " + std::to_string(runs_[word]) + "; " +
            world_events()[rarest] + ": " + std::to_string(pairs_[word][rarest]) + "\n";
  }
  return text;
}

}  // namespace splitvote::raft
