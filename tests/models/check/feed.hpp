// Hand-written runs for checkers and measurements: each call is one note or one life event, a
// millisecond after the one before.
#pragma once

#include <string_view>

#include "models/client/operation.hpp"
#include "models/notes.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::testing {

/// `Sink` has the on_note and on_node of check::Checks and measure::Measurements.
template <typename Sink>
class Feed {
 public:
  explicit Feed(Sink& sink) : sink_(sink) {}

  sim::Moment at(std::int64_t milliseconds) {
    moment_.time = sim::Instant{} + sim::milliseconds(milliseconds);
    held_ = true;
    return moment_;
  }
  /// The next note happens in the same event as the last one.
  Feed& together() {
    held_ = true;
    --event_;
    return *this;
  }
  /// The notes that follow are of this group.
  Feed& of(std::uint16_t group) {
    group_ = group;
    return *this;
  }
  [[nodiscard]] sim::Moment now() const { return moment_; }

  void note(int node, models::NoteType type, std::uint64_t a = 0, std::uint64_t b = 0,
            std::uint64_t c = 0, sim::ByteView detail = {}) {
    tick();
    sim::Note told = models::note(type, a, b, c, detail);
    told.group = group_;
    sink_.on_note(moment_, static_cast<sim::NodeId>(node), told);
  }
  void life(int node, sim::RecordKind what, std::uint64_t detail = 0) {
    tick();
    sink_.on_node(moment_, static_cast<sim::NodeId>(node), what, detail);
  }

  void start(int node) { life(node, sim::RecordKind::start); }
  void crash(int node) { life(node, sim::RecordKind::stop, 1); }
  /// With so many unsynced sectors destroyed; `disk_loss` alone: the process had ended before.
  void power_loss(int node, std::uint64_t destroyed = 0) {
    life(node, sim::RecordKind::stop, 2);
    together().disk_loss(node, destroyed);
  }
  void disk_loss(int node, std::uint64_t destroyed) {
    life(node, sim::RecordKind::power_loss, destroyed);
  }
  /// A loss of power that leaves an empty disk.
  void wipe(int node) {
    power_loss(node);
    together().life(node, sim::RecordKind::wipe);
  }
  void pause(int node) { life(node, sim::RecordKind::pause); }
  void resume(int node) { life(node, sim::RecordKind::resume); }

  void role(int node, models::Role role, std::uint64_t term) {
    note(node, models::NoteType::role, static_cast<std::uint64_t>(role), term);
  }
  void leader(int node, std::uint64_t term) { role(node, models::Role::leader, term); }
  void candidate(int node, std::uint64_t term) { role(node, models::Role::candidate, term); }
  void follower(int node, std::uint64_t term) { role(node, models::Role::follower, term); }
  void vote(int node, std::uint64_t term, int candidate) {
    note(node, models::NoteType::vote, term, static_cast<std::uint64_t>(candidate));
  }
  /// The content is the same on every node unless `hash` says otherwise.
  void appended(int node, std::uint64_t index, std::uint64_t term, std::uint64_t hash = 0) {
    note(node, models::NoteType::appended, index, term, hash == 0 ? index * 100 + term : hash);
  }
  void truncated(int node, std::uint64_t first) { note(node, models::NoteType::truncated, first); }
  void stored(int node, std::uint64_t last) { note(node, models::NoteType::stored, last); }
  void committed(int node, std::uint64_t index, std::uint64_t term) {
    note(node, models::NoteType::committed, index, term);
  }
  void applied(int node, std::uint64_t index, std::uint64_t term, std::uint64_t hash = 0) {
    note(node, models::NoteType::applied, index, term, hash == 0 ? index * 100 + term : hash);
  }
  void recovered(int node, std::uint64_t last, std::uint64_t term, std::uint64_t vote_plus_one) {
    note(node, models::NoteType::recovered, last, term, vote_plus_one);
  }
  void served(int node, std::uint64_t session, std::uint64_t sequence, bool read = false) {
    note(node, models::NoteType::served, session, sequence, read ? 1 : 0);
  }
  void invoke(int client, std::uint64_t operation, std::uint64_t session,
              const client::Operation& what) {
    sim::Bytes bytes;
    client::encode(what, bytes);
    note(client, models::NoteType::invoke, operation, session, 0, bytes);
  }
  void complete(int client, std::uint64_t operation, client::Outcome outcome,
                std::uint64_t revision = 0, std::string_view value = {}) {
    note(client, models::NoteType::complete, operation, static_cast<std::uint64_t>(outcome),
         revision, sim::as_bytes(value));
  }

  /// An entry that the leader makes, stores, commits and applies.
  void settle(int node, std::uint64_t index, std::uint64_t term) {
    appended(node, index, term);
    stored(node, index);
    committed(node, index, term);
    applied(node, index, term);
  }

 private:
  void tick() {
    if (!held_) moment_.time = moment_.time + sim::milliseconds(1);
    held_ = false;
    moment_.cause = moment_.event;
    moment_.event = static_cast<sim::EventId>(++event_);
  }

  Sink& sink_;
  sim::Moment moment_;
  std::uint64_t event_ = 0;
  bool held_ = false;
  std::uint16_t group_ = 0;
};

inline client::Operation get(std::string_view key) {
  return {client::OperationKind::get, 0, key, {}};
}
inline client::Operation put(std::string_view key, std::string_view value) {
  return {client::OperationKind::put, 0, key, value};
}
inline client::Operation remove_key(std::string_view key) {
  return {client::OperationKind::remove, 0, key, {}};
}
inline client::Operation compare_and_swap(std::string_view key, std::uint64_t expected,
                                          std::string_view value) {
  return {client::OperationKind::compare_and_swap, expected, key, value};
}

}  // namespace splitvote::testing
