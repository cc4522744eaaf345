// A process that does what the test writes down, and the stage it plays on: for tests of the world.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sim/world/world.hpp"

namespace splitvote::sim {

/// What a puppet does. What is left empty, it only tells.
struct Script {
  std::function<void(Host&)> start;
  std::function<void(Host&, NodeId, ByteView)> message;
  std::function<void(Host&, TimerId)> timer;
  std::function<void(Host&, const DiskCompletion&)> disk;
  std::function<void(Host&, NodeId)> refused;
};

inline void tell(Host& host, std::string_view text) {
  host.note({.kind = NoteKind{1}, .detail = as_bytes(text)});
}

inline void send(Host& host, NodeId target, std::string_view text) {
  Bytes frame(as_bytes(text).begin(), as_bytes(text).end());
  host.send(target, MessageKind{3}, frame);
}

/// Tells of all that reaches it, then follows its script.
class Puppet final : public Process {
 public:
  explicit Puppet(Script script) : script_(std::move(script)) {}

  void on_start(Host& host) override {
    tell(host, "start");
    if (script_.start) script_.start(host);
  }
  void on_message(Host& host, NodeId source, ByteView frame) override {
    tell(host, "message " + std::string(as_text(frame)));
    if (script_.message) script_.message(host, source, frame);
  }
  void on_timer(Host& host, TimerId timer) override {
    tell(host, "timer " + std::to_string(static_cast<int>(timer)));
    if (script_.timer) script_.timer(host, timer);
  }
  void on_disk(Host& host, const DiskCompletion& completion) override {
    tell(host, "disk " + std::to_string(static_cast<std::uint64_t>(completion.token)) +
                   (completion.status == DiskStatus::ok ? "" : " failed"));
    if (script_.disk) script_.disk(host, completion);
  }
  void on_refused(Host& host, NodeId target) override {
    tell(host, "refused by n" + std::to_string(number(target)));
    if (script_.refused) script_.refused(host, target);
  }
  [[nodiscard]] std::unique_ptr<Process> clone() const override {
    return std::make_unique<Puppet>(*this);
  }

 private:
  Script script_;
};

/// What a node told, with the true time in nanoseconds.
struct Line {
  std::int64_t ns = 0;
  int node = 0;
  std::string text;

  bool operator==(const Line&) const = default;
};
inline std::ostream& operator<<(std::ostream& out, const Line& line) {
  return out << line.ns << " n" << line.node << " " << line.text;
}
inline std::ostream& operator<<(std::ostream& out, const std::vector<Line>& lines) {
  for (const Line& line : lines) out << "\n  " << line;
  return out;
}

/// What a node's life or disk was told to have come to.
struct Told {
  RecordKind what{};
  std::uint64_t detail = 0;

  bool operator==(const Told&) const = default;
};

/// Writes down what is told; asks the world to stop at one text.
class Audience final : public Watcher {
 public:
  bool on_note(const Moment& moment, NodeId node, const Note& note) override {
    lines.push_back({moment.time.ns, number(node), std::string(as_text(note.detail))});
    return !stop_at.empty() && lines.back().text == stop_at;
  }
  void on_node(const Moment&, NodeId, RecordKind what, std::uint64_t detail) override {
    lives.push_back({what, detail});
  }
  void on_record(const Record& record) override {
    records.push_back(record);
    details.emplace_back(as_text(record.detail));
  }
  [[nodiscard]] bool recording() const override { return true; }

  std::vector<Line> lines;
  std::vector<Told> lives;
  std::vector<Record> records;  // their details are not valid any more
  std::vector<std::string> details;
  std::string stop_at;
};

/// Two nodes or more; every latency is 1 ms unless the test says otherwise.
struct Stage {
  explicit Stage(std::vector<NodeConfiguration> nodes = std::vector<NodeConfiguration>(2),
                 Duration latency = milliseconds(1))
      : world(1, std::move(nodes), {.latency = Distribution::constant(latency.ns).value()}) {}

  void play(int node, Script script) {
    const NodeId id{static_cast<std::uint16_t>(node)};
    world.install(id, std::make_unique<Puppet>(std::move(script)));
    world.schedule_start(id);
  }

  /// Runs to this time and stays inside an event there, so that verbs can be applied.
  void run_to(Duration at) {
    world.schedule_control(Instant{} + at, 0);
    while (world.advance(end_of_time, audience).stop != Stop::control) {
    }
  }

  /// Runs on to this time and returns what was told since the last call.
  std::vector<Line> told_by(Duration at) {
    (void)world.advance(Instant{} + at, audience);
    return std::exchange(audience.lines, {});
  }

  World world;
  Audience audience;
};

inline constexpr NodeId first{0};
inline constexpr NodeId second{1};
inline constexpr std::int64_t us = 1'000;
inline constexpr std::int64_t ms = 1'000'000;

}  // namespace splitvote::sim
