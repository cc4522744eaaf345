// A staged fail-over for the tests of the reports: five nodes, four clients, the leader n1 cut off
// with n2, n4 elected, the cut healed. Records only; no simulator runs here.
#pragma once

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/client/operation.hpp"
#include "models/notes.hpp"
#include "reports/trace_text.hpp"
#include "sim/trace/compare.hpp"
#include "sim/trace/trace_encoder.hpp"
#include "sim/trace/trace_reader.hpp"

namespace splitvote::reports::test {

using models::NoteType;
using models::Role;

inline TraceText staged_text() {
  TraceText text;
  text.scenario = "leader-in-minority";
  text.file = "scenarios/library/leader-in-minority.yaml";
  text.seed = 42;
  text.build = "test";
  for (int i = 1; i <= 5; ++i) text.nodes.push_back({"n" + std::to_string(i), false});
  for (int i = 1; i <= 4; ++i) text.nodes.push_back({"kv/" + std::to_string(i), true});
  text.messages = {
      {1, "request"},          {2, "response"},           {8, "request_vote"},    {9, "pre_vote"},
      {10, "vote_response"},   {11, "pre_vote_response"}, {12, "append_entries"}, {13, "heartbeat"},
      {14, "append_response"}, {15, "heartbeat_response"}};
  return text;
}

class StagedFailover {
 public:
  static constexpr std::int64_t ms = 1'000'000;
  static constexpr std::int64_t cut_at = 5'000 * ms;
  static constexpr std::int64_t pre_vote_at = 5'212 * ms;
  static constexpr std::int64_t candidate_at = 5'226 * ms;
  static constexpr std::int64_t leader_at = 5'241 * ms;
  static constexpr std::int64_t step_down_at = 5'300 * ms;
  static constexpr std::int64_t heal_at = 5'600 * ms;
  static constexpr std::int64_t end_at = 6'000 * ms;

  StagedFailover() {
    for (std::uint16_t node = 0; node < 9; ++node) life(node, 0, sim::RecordKind::start);
    for (std::uint16_t node = 0; node < 5; ++node) role(node, 10 * ms, Role::follower, 0);
    for (std::uint16_t node = 5; node < 9; ++node) role(node, 0, Role::client, 0);
    role(2, 180 * ms, Role::candidate, 1);
    role(0, 200 * ms, Role::leader, 1);
    for (std::uint16_t node = 1; node < 5; ++node) role(node, 210 * ms, Role::follower, 1);
    commit(0, 220 * ms, 1, 1);
    fault(cut_at, false, "cut: partition minority n1, n2 | majority n3, n4, n5");
    election();
    heartbeats();
    for (std::uint64_t i = 0; i < 230; ++i)
      operation(i, 4'800 * ms + static_cast<std::int64_t>(i) * 5 * ms + jitter(2 * ms));
    fault(heal_at, true, "cut: partition minority n1, n2 | majority n3, n4, n5");
    mark(heal_at + 60 * ms, "one leader again");
  }

  /// The records in the order of time, with event ids; causes are the event before.
  [[nodiscard]] sim::Bytes trace() const {
    std::vector<const Entry*> order;
    for (const Entry& entry : entries_) order.push_back(&entry);
    std::ranges::sort(order, {}, [](const Entry* entry) {
      return std::pair(entry->time, entry);  // one vector: by place among equal times
    });
    sim::TraceEncoder encoder(trace_header(staged_text()));
    std::uint64_t event = 0;
    for (const Entry* entry : order) {
      sim::Record record = entry->kept.view();
      ++event;
      record.moment = {sim::EventId{event}, {entry->time}, sim::EventId{event - 1}};
      encoder.add(record);
    }
    encoder.finish({.digest = {}, .events = event, .time = {end_at}, .text = {}});
    return encoder.output();
  }

  [[nodiscard]] sim::TraceReader reader() const { return *sim::TraceReader::from_bytes(trace()); }

  // The verbs, for tests that stage something of their own beside it.
  void life(std::uint16_t node, std::int64_t time, sim::RecordKind kind, std::uint64_t how = 0,
            std::uint64_t incarnation = 1) {
    add(time, kind, node, sim::no_node, incarnation, how, 0);
  }
  void power_loss(std::uint16_t node, std::int64_t time, std::uint64_t sectors_lost) {
    add(time, sim::RecordKind::power_loss, node, sim::no_node, sectors_lost, 0, 0);
  }
  void role(std::uint16_t node, std::int64_t time, Role role, std::uint64_t term) {
    note(node, time, NoteType::role, static_cast<std::uint64_t>(role), term);
  }
  void fault(std::int64_t time, bool healing, std::string_view text, std::uint64_t id = 0) {
    Entry& entry = add(time, sim::RecordKind::fault, 0xffff, sim::no_node, id, healing ? 1 : 0, 0);
    sim::append(entry.kept.detail, sim::as_bytes(text));
  }
  void get(std::uint16_t client, std::uint64_t number, std::int64_t from, std::int64_t to) {
    const client::Operation asked{.kind = client::OperationKind::get, .key = "k"};
    sim::Bytes bytes;
    client::encode(asked, bytes);
    note(client, from, NoteType::invoke, number, 0, 0, bytes);
    note(client, to, NoteType::complete, number, 0);
  }
  void mark(std::int64_t time, std::string_view text) {
    Entry& entry = add(time, sim::RecordKind::mark, 0xffff, sim::no_node, 0, 0, 0);
    sim::append(entry.kept.detail, sim::as_bytes(text));
  }

 private:
  struct Entry {
    std::int64_t time = 0;
    sim::KeptRecord kept;
  };

  Entry& add(std::int64_t time, sim::RecordKind kind, std::uint16_t node, sim::NodeId peer,
             std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    Entry& entry = entries_.emplace_back();
    entry.time = time;
    entry.kept.record.kind = kind;
    entry.kept.record.node = sim::NodeId{node};
    entry.kept.record.peer = peer;
    entry.kept.record.a = a;
    entry.kept.record.b = b;
    entry.kept.record.c = c;
    return entry;
  }
  void note(std::uint16_t node, std::int64_t time, NoteType type, std::uint64_t a, std::uint64_t b,
            std::uint64_t c = 0, sim::ByteView detail = {}) {
    Entry& entry = add(time, sim::RecordKind::note, node, sim::no_node,
                       static_cast<std::uint64_t>(type), a, b);
    entry.kept.detail.reserve(64);
    sim::append_integer(entry.kept.detail, c);
    sim::append(entry.kept.detail, detail);
  }
  void commit(std::uint16_t node, std::int64_t time, std::uint64_t index, std::uint64_t term) {
    note(node, time, NoteType::committed, index, term);
  }

  std::int64_t jitter(std::int64_t limit) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return static_cast<std::int64_t>((state_ >> 33) % static_cast<std::uint64_t>(limit));
  }
  static bool east(std::uint16_t node) { return node < 2; }
  static bool cut(std::uint16_t source, std::uint16_t target, std::int64_t time) {
    return source < 5 && target < 5 && east(source) != east(target) && time >= cut_at &&
           time < heal_at;
  }
  /// Returns when it arrives, or 0 if it does not.
  std::int64_t send(std::uint16_t source, std::uint16_t target, std::int64_t time,
                    std::uint64_t kind, std::uint64_t size) {
    const std::uint64_t id = ++messages_;
    const bool far = source < 5 && target < 5 && east(source) != east(target);
    const std::int64_t arrival = time + (far ? 9 * ms : 4 * ms) + jitter(2 * ms);
    const bool lost = cut(source, target, arrival);
    add(time, sim::RecordKind::send, source, sim::NodeId{target}, id, kind, size);
    add(arrival, lost ? sim::RecordKind::drop : sim::RecordKind::deliver, target,
        sim::NodeId{source}, id, kind, lost ? static_cast<std::uint64_t>(sim::Fate::cut) : size);
    return lost ? 0 : arrival;
  }
  void round(std::uint16_t leader, std::int64_t time, std::uint64_t request, std::uint64_t response,
             std::vector<std::int64_t>* answers = nullptr) {
    for (std::uint16_t node = 0; node < 5; ++node) {
      if (node == leader) continue;
      const std::int64_t there = send(leader, node, time, request, 60);
      if (there == 0) continue;
      const std::int64_t back = send(node, leader, there + 1 * ms, response, 40);
      if (back != 0 && answers != nullptr) answers->push_back(back);
    }
    if (answers != nullptr) std::ranges::sort(*answers);
  }

  void election() {
    role(3, pre_vote_at, Role::pre_candidate, 1);
    round(3, pre_vote_at, 9, 11);
    role(3, candidate_at, Role::candidate, 2);
    round(3, candidate_at, 8, 10);
    role(2, candidate_at + 6 * ms, Role::follower, 2);
    role(4, candidate_at + 6 * ms, Role::follower, 2);
    role(3, leader_at, Role::leader, 2);
    commit(3, leader_at + 14 * ms, 900, 2);
    role(0, step_down_at, Role::follower, 1);
    role(0, heal_at + 14 * ms, Role::follower, 2);
    role(1, heal_at + 15 * ms, Role::follower, 2);
  }
  void heartbeats() {
    for (std::int64_t time = 4'800 * ms; time < step_down_at; time += 50 * ms)
      round(0, time, 13, 15);
    for (std::int64_t time = leader_at; time < end_at; time += 50 * ms) round(3, time, 13, 15);
  }
  void operation(std::uint64_t number, std::int64_t time) {
    const auto client = static_cast<std::uint16_t>(5 + number % 4);
    client::Operation asked;
    asked.kind = number % 2 == 0 ? client::OperationKind::put : client::OperationKind::get;
    const std::string key = "k" + std::to_string(number % 32);
    asked.key = key;
    sim::Bytes bytes;
    client::encode(asked, bytes);
    note(client, time, NoteType::invoke, number, 0, 0, bytes);
    const bool stuck = time > cut_at - 6 * ms && time < leader_at + 8 * ms;
    const std::uint16_t leader = time < leader_at + 8 * ms ? 0 : 3;
    std::int64_t there = send(client, leader, time, 1, 80);
    std::uint16_t server = leader;
    if (stuck) {  // nobody answers; after its timeout the client asks the new leader
      if (there < step_down_at && number % 3 == 0) round(0, there, 12, 14);
      const std::int64_t retry = std::max(time + 150 * ms, leader_at + 10 * ms + jitter(60 * ms));
      if (number % 7 == 0) return note(client, time + 400 * ms, NoteType::complete, number, 3);
      there = send(client, 3, retry, 1, 80);
      server = 3;
    }
    std::vector<std::int64_t> answers;
    round(server, there, 12, 14, &answers);
    if (answers.size() < 2) return note(client, time + 400 * ms, NoteType::complete, number, 3);
    commit(server, answers[1], 900 + number, server == 0 ? 1 : 2);
    const std::int64_t answered = send(server, client, answers[1], 2, 40);
    note(client, answered, NoteType::complete, number, 0);
  }

  std::vector<Entry> entries_;
  std::uint64_t messages_ = 0;
  std::uint64_t state_ = 12345;
};

}  // namespace splitvote::reports::test
