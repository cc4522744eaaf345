// One function for each family of records: lives, roles, commits, operations, faults, messages.
#include "reports/timeline_builder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace splitvote::reports {

using sim::Instant;
using sim::NodeId;
using sim::Record;
using sim::RecordKind;

namespace {

constexpr sim::NoteKind note_kind(models::NoteType type) {
  return static_cast<sim::NoteKind>(type);
}

MessageGroup group_of(std::uint64_t kind, std::string_view name) {
  const auto has = [name](std::string_view part) { return name.find(part) != name.npos; };
  if (kind == 1 || kind == 2) return MessageGroup::client;
  if (has("vote") || has("elect")) return MessageGroup::election;
  if (has("heartbeat")) return MessageGroup::heartbeat;
  if (has("append") || has("replic")) return MessageGroup::replication;
  return MessageGroup::other;
}

/// Whether a fault's text speaks of what passes between nodes: it begins with one of these verbs,
/// behind the step's name if there is one.
bool is_on_network(std::string_view text) {
  if (const std::size_t colon = text.find(": "); colon != text.npos) text.remove_prefix(colon + 2);
  static constexpr std::array verbs{"partition", "cut", "hold", "change links", "link"};
  return std::ranges::any_of(verbs, [text](const char* verb) { return text.starts_with(verb); });
}

LaneState state_of_role(models::Role role) {
  switch (role) {
    case models::Role::follower:
      return LaneState::follower;
    case models::Role::pre_candidate:
      return LaneState::pre_candidate;
    case models::Role::candidate:
      return LaneState::candidate;
    case models::Role::leader:
      return LaneState::leader;
    case models::Role::client:
      return LaneState::idle;
  }
  return LaneState::idle;
}

models::Role role_of(std::uint64_t value) {
  return value <= static_cast<std::uint64_t>(models::Role::client)
             ? static_cast<models::Role>(value)
             : models::Role::follower;
}

std::string_view role_name(models::Role role) {
  switch (role) {
    case models::Role::follower:
      return "a follower";
    case models::Role::pre_candidate:
      return "a pre-candidate";
    case models::Role::candidate:
      return "a candidate";
    case models::Role::leader:
      return "the leader";
    case models::Role::client:
      return "a client";
  }
  return "something else";
}

}  // namespace

TimelineBuilder::TimelineBuilder(TraceText run, Window window, const sim::Keyframe& state,
                                 std::uint64_t group) {
  timeline_.run = std::move(run);
  timeline_.group = group;
  timeline_.window = window;
  players_.resize(state.nodes().size());
  for (std::size_t i = 0; i < players_.size(); ++i) {
    const NodeId node{static_cast<std::uint16_t>(i)};
    Player& player = players_[i];
    player.life = state.nodes()[i].life;
    player.span_start = window.from;
    if (const auto* role = state.find(node, note_kind(models::NoteType::role))) {
      player.has_role = true;
      player.role = role_of(role->a);
      player.term = role->b;
    }
    if (const auto* commit = state.find(node, note_kind(models::NoteType::committed)))
      committed_term_ = std::max(committed_term_, commit->b);
    player.halted = state.find(node, note_kind(models::NoteType::halted)) != nullptr;
    const bool client = i < timeline_.run.nodes.size() && timeline_.run.nodes[i].client;
    timeline_.lanes.push_back({.node = node, .name = name(node), .client = client, .spans = {}});
    refresh(node, window.from);
  }
  served_term_ = committed_term_;
  for (const sim::ActiveFault& fault : state.faults()) add_fault(fault.id, fault.since, fault.text);
}

void TimelineBuilder::follow(const Record& record) {
  if (number(record.node) >= players_.size() && record.kind != RecordKind::fault &&
      record.kind != RecordKind::mark)
    return;
  switch (record.kind) {
    case RecordKind::start:
    case RecordKind::stop:
    case RecordKind::pause:
    case RecordKind::resume:
      return follow_life(record);
    case RecordKind::send:
      return begin_message(record);
    case RecordKind::duplicate:
      return copy_message(record);
    case RecordKind::deliver:
    case RecordKind::drop:
      return end_message(record);
    case RecordKind::note:
      return follow_note(record);
    case RecordKind::fault:
      return follow_fault(record);
    case RecordKind::mark:
      return turn(record, Turn::mark, std::string(sim::as_text(record.detail)));
    case RecordKind::power_loss:
      return follow_power_loss(record);
    case RecordKind::wipe:
      return turn(record, Turn::life, name(record.node) + " has an empty disk");
    case RecordKind::timer:
    case RecordKind::disk:
      return;
  }
}

void TimelineBuilder::turn(const Record& record, Turn what, std::string text) {
  if (!timeline_.window.holds(record.moment.time)) return;
  timeline_.turning_points.push_back({record.moment.time, record.node, what, std::move(text)});
}

void TimelineBuilder::refresh(NodeId node, Instant now) {
  Player& player = players_[number(node)];
  LaneState state = LaneState::idle;
  if (player.life == sim::Life::down || player.halted) {
    state = LaneState::down;
  } else if (player.life == sim::Life::paused) {
    state = LaneState::paused;
  } else if (player.has_role) {
    state = state_of_role(player.role);
  }
  const std::uint64_t term = state == LaneState::down ? 0 : player.term;
  if (state == player.state && term == player.span_term) return;
  close_span(node, now);
  player.state = state;
  player.span_term = term;
}

void TimelineBuilder::close_span(NodeId node, Instant now) {
  Player& player = players_[number(node)];
  const Window& window = timeline_.window;
  const Window period{std::max(player.span_start, window.from), std::min(now, window.to)};
  if (period.from < period.to)
    timeline_.lanes[number(node)].spans.push_back({period, player.state, player.span_term});
  player.span_start = std::max(now, window.from);
}

void TimelineBuilder::follow_life(const Record& record) {
  Player& player = players_[number(record.node)];
  const Instant now = record.moment.time;
  const bool by_verb = record.moment.event == fault_event_;  // then the fault says it already
  LifeEvent event = record.a > 1 ? LifeEvent::restart : LifeEvent::start;
  if (record.kind == RecordKind::start || record.kind == RecordKind::stop) {
    player.has_role = false;
    player.term = 0;
    player.halted = false;
  }
  if (record.kind == RecordKind::stop)
    event = record.b == 0   ? LifeEvent::halt
            : record.b == 1 ? LifeEvent::crash
                            : LifeEvent::power_loss;
  switch (record.kind) {
    case RecordKind::stop:
      player.life = sim::Life::down;
      break;
    case RecordKind::pause:
      player.life = sim::Life::paused;
      break;
    default:
      player.life = sim::Life::up;
      break;
  }
  refresh(record.node, now);
  if (record.kind == RecordKind::pause || record.kind == RecordKind::resume) {
    if (!by_verb)
      turn(record, Turn::life,
           name(record.node) + (record.kind == RecordKind::pause ? " is paused" : " goes on"));
    return;
  }
  if (event == LifeEvent::power_loss) return;  // its own record says it, and what it destroyed
  if (timeline_.window.holds(now)) timeline_.lives.push_back({now, record.node, event});
  if (event == LifeEvent::restart) turn(record, Turn::life, name(record.node) + " restarts");
  if (event == LifeEvent::halt) turn(record, Turn::life, name(record.node) + " halts");
  if (event == LifeEvent::crash && !by_verb)
    turn(record, Turn::life, name(record.node) + " crashes");
}

void TimelineBuilder::follow_power_loss(const Record& record) {
  const Instant now = record.moment.time;
  if (timeline_.window.holds(now))
    timeline_.lives.push_back({now, record.node, LifeEvent::power_loss});
  std::string text = name(record.node) + " loses power";
  const bool destroyed = record.a + record.b + record.c > 0;
  if (destroyed)
    text += fmt::format(
        " and of what it had not synced {} sectors, {} torn ones and {} changes "
        "of files and names",
        record.a, record.b, record.c);
  const bool by_verb = record.moment.event == fault_event_;  // then the fault says it already
  if (destroyed || !by_verb) turn(record, Turn::life, std::move(text));
}

void TimelineBuilder::follow_note(const Record& record) {
  const auto type = static_cast<models::NoteType>(sim::kind_of_note(record.a));
  const std::uint64_t group = sim::group_of_note(record.a);
  // A client's note does not say the group of its key.
  if (type == models::NoteType::invoke) return follow_invoke(record);
  if (type == models::NoteType::complete) return follow_complete(record);
  if (group != timeline_.group) return follow_other_group(record);
  switch (type) {
    case models::NoteType::role:
      return follow_role(record);
    case models::NoteType::committed:
      return follow_commit(record);
    case models::NoteType::halted: {
      players_[number(record.node)].halted = true;
      refresh(record.node, record.moment.time);
      if (timeline_.window.holds(record.moment.time))
        timeline_.lives.push_back({record.moment.time, record.node, LifeEvent::halt});
      return turn(record, Turn::life, name(record.node) + " halts");
    }
    default:
      return;
  }
}

/// The lanes are those of one group; of another one it is told who leads it.
void TimelineBuilder::follow_other_group(const Record& record) {
  const auto type = static_cast<models::NoteType>(sim::kind_of_note(record.a));
  const bool leads = type == models::NoteType::role && role_of(record.b) == models::Role::leader;
  if (!leads) return;
  turn(record, Turn::leadership,
       fmt::format("{} leads term {} of group {}", name(record.node), record.c,
                   sim::group_of_note(record.a)));
}

void TimelineBuilder::follow_role(const Record& record) {
  Player& player = players_[number(record.node)];
  const models::Role before = player.role;
  const bool had_role = player.has_role;
  player.has_role = true;
  player.role = role_of(record.b);
  player.term = record.c;
  refresh(record.node, record.moment.time);

  const std::string& who = timeline_.lanes[number(record.node)].name;
  if (had_role && before == models::Role::leader && player.role != models::Role::leader)
    turn(record, Turn::step_down,
         fmt::format("{} steps down: {} in term {}", who, role_name(player.role), player.term));
  if (player.role == models::Role::pre_candidate && !looking_for_leader_)
    turn(record, Turn::candidacy, who + " misses the leader and asks who would vote for it");
  if (player.role == models::Role::candidate)
    turn(record, Turn::candidacy,
         fmt::format("{} stands for election in term {}", who, player.term));
  if (player.role == models::Role::leader)
    turn(record, Turn::leadership, fmt::format("{} leads term {}", who, player.term));
  if (player.role == models::Role::pre_candidate || player.role == models::Role::candidate)
    looking_for_leader_ = true;
  if (player.role == models::Role::leader) looking_for_leader_ = false;
}

void TimelineBuilder::follow_commit(const Record& record) {
  if (timeline_.window.holds(record.moment.time))
    timeline_.commits.push_back({record.moment.time, record.node, record.b, record.c});
  if (record.c <= committed_term_) return;
  committed_term_ = record.c;
  turn(record, Turn::commit,
       fmt::format("{} commits the first entry of term {}", name(record.node), record.c));
}

void TimelineBuilder::add_fault(sim::FaultId id, Instant since, std::string text) {
  const Window& window = timeline_.window;
  const bool on_network = is_on_network(text);
  timeline_.faults.push_back({.id = id,
                              .period = {std::max(since, window.from), window.to},
                              .began_before = since < window.from,
                              .lasts_beyond = true,
                              .text = std::move(text),
                              .on_network = on_network});
}

void TimelineBuilder::follow_fault(const Record& record) {
  const sim::FaultId id{static_cast<std::uint32_t>(record.a)};
  const bool healing = record.b != 0;
  std::string text(sim::as_text(record.detail));
  fault_event_ = record.moment.event;
  if (!healing) {
    if (record.moment.time <= timeline_.window.to) add_fault(id, record.moment.time, text);
    return turn(record, Turn::fault, std::move(text));
  }
  for (FaultPeriod& fault : timeline_.faults) {
    if (fault.id != id || !fault.lasts_beyond || record.moment.time > timeline_.window.to) continue;
    fault.period.to = record.moment.time;
    fault.lasts_beyond = false;
    text = fault.text;
  }
  turn(record, Turn::heal, "healed: " + text);
}

void TimelineBuilder::begin_message(const Record& record) {
  if (record.moment.time > timeline_.window.to) return;
  if (sim::group_of_send(record.b).value_or(timeline_.group) != timeline_.group) return;
  const std::uint64_t kind = sim::kind_of_send(record.b);
  in_flight_.insert_or_assign(record.a, timeline_.messages.size());
  timeline_.messages.push_back({.id = record.a,
                                .kind = kind,
                                .group = group_of(kind, timeline_.run.message_name(kind)),
                                .source = record.node,
                                .target = record.peer,
                                .sent = record.moment.time,
                                .ended = {},
                                .fate = sim::Fate::delivered});
}

void TimelineBuilder::copy_message(const Record& record) {
  const auto original = in_flight_.find(record.a);
  if (original == in_flight_.end()) return;
  DrawnMessage copy = timeline_.messages[original->second];
  copy.id = record.b;
  in_flight_.insert_or_assign(record.b, timeline_.messages.size());
  timeline_.messages.push_back(copy);
}

void TimelineBuilder::end_message(const Record& record) {
  const auto known = in_flight_.find(record.a);
  if (known == in_flight_.end()) return;
  DrawnMessage& message = timeline_.messages[known->second];
  message.ended = record.moment.time;
  if (record.kind == RecordKind::drop && record.c < sim::fates)
    message.fate = static_cast<sim::Fate>(record.c);
  in_flight_.erase(known);
}

Timeline TimelineBuilder::take() && {
  const Window& window = timeline_.window;
  for (const Lane& lane : timeline_.lanes) close_span(lane.node, window.to);
  std::erase_if(timeline_.messages, [&](const DrawnMessage& message) {
    return message.ended && *message.ended < window.from;
  });
  std::erase_if(timeline_.faults,
                [&](const FaultPeriod& fault) { return fault.period.to < window.from; });
  std::erase_if(timeline_.operations, [&](const ClientOperation& operation) {
    return !is_of_drawn_group(operation) || (operation.invoke && *operation.invoke > window.to) ||
           (operation.complete && *operation.complete < window.from);
  });
  for (ClientOperation& operation : timeline_.operations)
    if (operation.complete && *operation.complete > window.to) operation.complete.reset();
  return std::move(timeline_);
}

}  // namespace splitvote::reports
