// A process that does a little of everything, driven by its own stream: for tests of the world.
#pragma once

#include <memory>

#include "sim/random/stream.hpp"
#include "sim/world/host.hpp"
#include "sim/world/world.hpp"

namespace splitvote::sim {

/// Sends, arms, writes and syncs at random, and counts what comes back.
class Chatter final : public Process {
 public:
  explicit Chatter(std::uint16_t peers) : peers_(peers) {}

  void on_start(Host& host) override {
    file_ = host.open("diary");
    host.arm(TimerId{0}, milliseconds(1));
  }

  void on_message(Host& host, NodeId source, ByteView frame) override {
    host.note({.kind = NoteKind{1}, .a = frame.size(), .b = number(source)});
    if (draw(host, 3) == 0) say(host, source);
    if (draw(host, 4) == 0) host.arm(TimerId{1}, microseconds(draw(host, 5000)));
  }

  void on_timer(Host& host, TimerId timer) override {
    host.note({.kind = NoteKind{2}, .a = static_cast<std::uint64_t>(timer)});
    say(host, NodeId{static_cast<std::uint16_t>(draw(host, peers_))});
    if (timer == TimerId{0}) host.arm(timer, microseconds(200 + draw(host, 1500)));
    if (draw(host, 5) == 0) host.cancel(TimerId{1});
    write(host);
  }

  void on_disk(Host& host, const DiskCompletion& completion) override {
    host.note({.kind = NoteKind{3}, .a = static_cast<std::uint64_t>(completion.token)});
  }

  void on_refused(Host& host, NodeId target) override {
    host.note({.kind = NoteKind{4}, .a = number(target)});
    if (draw(host, 2) == 0) say(host, target);
  }

  [[nodiscard]] std::unique_ptr<Process> clone() const override {
    return std::make_unique<Chatter>(*this);
  }

 private:
  static std::int64_t draw(Host& host, std::int64_t below) {
    return uniform(host.random(Purpose::first_model_purpose), 0, below - 1);
  }

  void say(Host& host, NodeId target) {
    buffer_.resize(static_cast<std::size_t>(1 + draw(host, 60)), std::byte{0x55});
    host.send(target, MessageKind{9}, buffer_);
  }

  void write(Host& host) {
    const Bytes line(24, std::byte{0x2a});
    host.write(file_, host.size(file_), line);
    if (draw(host, 2) == 0) host.sync(file_, IoToken{++syncs_});
  }

  std::uint16_t peers_;
  FileId file_{};
  std::uint64_t syncs_ = 0;
  Bytes buffer_;
};

/// Remembers what the world told, in order.
class Notebook final : public Watcher {
 public:
  struct Line {
    std::int64_t ns;
    NodeId node;
    std::uint64_t kind;
    std::uint64_t a;
    bool operator==(const Line&) const = default;
  };

  bool on_note(const Moment& moment, NodeId node, const Note& note) override {
    notes.push_back({moment.time.ns, node, number(note.kind), note.a});
    return false;
  }
  void on_node(const Moment& moment, NodeId node, RecordKind what, std::uint64_t) override {
    lives.push_back({moment.time.ns, node, number(what), 0});
  }
  void on_record(const Record& record) override { records.push_back(record); }
  [[nodiscard]] bool recording() const override { return record_all; }

  std::vector<Line> notes;
  std::vector<Line> lives;
  std::vector<Record> records;  // their details are not valid any more
  bool record_all = false;
};

}  // namespace splitvote::sim
