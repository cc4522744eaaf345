// A Host for tests: records what a process does and does nothing by itself; files are in memory.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "models/notes.hpp"
#include "sim/world/host.hpp"

namespace splitvote::models {

struct SentFrame {
  sim::NodeId target{};
  sim::MessageKind kind{};
  sim::Bytes frame;
  std::optional<std::uint16_t> group = {};  // as the trace is told
};

struct RecordedNote {
  NoteType type{};
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::uint64_t c = 0;
  std::string detail;
  std::uint16_t group = 0;
};

/// Time stands still until `now_ns` is changed or `run_timers` moves it. Disk operations end when
/// `complete_disk` is called. Files outlive processes, as on a node; `lose_power` forgets what was
/// not synced (directory entries always survive: that fault belongs to the simulated disk).
class FakeHost final : public sim::Host {
 public:
  explicit FakeHost(sim::NodeId self, std::uint64_t seed = 1) : self_(self) {
    for (std::uint32_t i = 0; i < streams_.size(); ++i) {
      const auto purpose = static_cast<std::uint32_t>(sim::Purpose::first_model_purpose) + i;
      streams_[i] = sim::Stream(
          seed, {.purpose = static_cast<sim::Purpose>(purpose), .first = sim::number(self)});
    }
  }

  // What the test reads and changes.
  std::int64_t now_ns = 0;
  std::vector<SentFrame> sent;
  std::vector<RecordedNote> notes;
  sim::DiskStatus disk_status = sim::DiskStatus::ok;  // of every operation from now on

  [[nodiscard]] std::optional<std::int64_t> armed(sim::TimerId timer) const {
    return timers_[static_cast<std::size_t>(timer)];
  }
  [[nodiscard]] std::optional<std::int64_t> next_timer() const {
    std::optional<std::int64_t> next;
    for (const auto& timer : timers_) {
      if (timer && (!next || *timer < *next)) next = timer;
    }
    return next;
  }

  /// Fires every timer that is due until then, the earliest first, and leaves the time there.
  void run_timers(sim::Process& process, std::int64_t until_ns) {
    for (auto next = next_timer(); next && *next <= until_ns; next = next_timer()) {
      now_ns = std::max(now_ns, *next);
      fire_one(process, *next);
    }
    now_ns = std::max(now_ns, until_ns);
  }

  /// Ends the disk operations asked for so far and those that their ends ask for.
  void complete_disk(sim::Process& process) {
    while (!disk_.empty()) complete_disk_once(process);
  }
  /// Ends the oldest one; there must be one.
  void complete_disk_once(sim::Process& process) {
    const Pending operation = std::move(disk_.front());
    disk_.pop_front();
    sim::DiskCompletion completion{.token = operation.token, .status = disk_status, .content = {}};
    if (operation.is_read) completion.content = operation.content;
    if (operation.file && !operation.is_read && disk_status == sim::DiskStatus::ok) {
      files_[*operation.file].synced = operation.content;
    }
    process.on_disk(*this, completion);
  }
  [[nodiscard]] std::size_t disk_pending() const { return disk_.size(); }

  /// The process is gone: its timers and disk operations with it. The next is a new incarnation.
  void forget_process() {
    incarnation_ = sim::Incarnation{sim::number(incarnation_) + 1};
    timers_.fill({});
    disk_.clear();
  }
  void lose_power() {
    forget_process();
    for (File& file : files_) file.content = file.synced;
  }
  void lose_disk() {
    forget_process();
    names_.clear();
    files_.clear();
  }

  /// The notes of one type, in order.
  [[nodiscard]] std::vector<RecordedNote> noted(NoteType type) const {
    std::vector<RecordedNote> found;
    for (const RecordedNote& note : notes) {
      if (note.type == type) found.push_back(note);
    }
    return found;
  }

  [[nodiscard]] sim::NodeId self() const override { return self_; }
  [[nodiscard]] sim::Incarnation incarnation() const override { return incarnation_; }
  [[nodiscard]] sim::LocalInstant now() const override { return {now_ns}; }
  [[nodiscard]] sim::LocalInstant wall_clock() const override { return {now_ns}; }
  [[nodiscard]] sim::Stream& random(sim::Purpose purpose) override {
    return streams_.at(static_cast<std::size_t>(purpose) -
                       static_cast<std::size_t>(sim::Purpose::first_model_purpose));
  }

  void arm(sim::TimerId timer, sim::Duration after) override {
    timers_.at(static_cast<std::size_t>(timer)) = now_ns + std::max<std::int64_t>(0, after.ns);
  }
  void cancel(sim::TimerId timer) override { timers_.at(static_cast<std::size_t>(timer)).reset(); }

  void send(sim::NodeId target, sim::MessageLabel label, sim::Bytes& frame) override {
    sent.push_back({target, label.kind, std::move(frame), label.group});
    frame.clear();
  }

  [[nodiscard]] sim::FileId open(std::string_view name) override {
    const auto [place, is_new] = names_.try_emplace(std::string(name), files_.size());
    if (is_new) files_.emplace_back();
    return sim::FileId{static_cast<std::uint16_t>(place->second)};
  }
  void close(sim::FileId) override {}
  [[nodiscard]] bool exists(std::string_view name) const override {
    return names_.contains(std::string(name));
  }
  [[nodiscard]] std::uint64_t size(sim::FileId file) const override {
    return files_[static_cast<std::size_t>(file)].content.size();
  }

  sim::DiskStatus write(sim::FileId file, std::uint64_t offset, sim::ByteView content) override {
    if (disk_status != sim::DiskStatus::ok) return disk_status;
    sim::Bytes& target = files_[static_cast<std::size_t>(file)].content;
    if (target.size() < offset + content.size()) target.resize(offset + content.size());
    std::copy(content.begin(), content.end(), target.begin() + static_cast<std::ptrdiff_t>(offset));
    return sim::DiskStatus::ok;
  }
  sim::DiskStatus truncate(sim::FileId file, std::uint64_t size) override {
    files_[static_cast<std::size_t>(file)].content.resize(size);
    return disk_status;
  }
  sim::DiskStatus rename(std::string_view source, std::string_view target) override {
    const auto place = names_.find(std::string(source));
    if (place == names_.end()) return sim::DiskStatus::not_found;
    const std::size_t file = place->second;
    names_.erase(place);
    names_[std::string(target)] = file;
    return sim::DiskStatus::ok;
  }
  sim::DiskStatus remove(std::string_view name) override {
    return names_.erase(std::string(name)) > 0 ? sim::DiskStatus::ok : sim::DiskStatus::not_found;
  }

  void read(sim::FileId file, std::uint64_t offset, std::uint64_t size,
            sim::IoToken token) override {
    const sim::Bytes& content = files_[static_cast<std::size_t>(file)].content;
    const std::uint64_t first = std::min<std::uint64_t>(offset, content.size());
    const sim::ByteView found = sim::ByteView(content).subspan(first);
    const sim::ByteView asked = found.first(std::min<std::uint64_t>(size, found.size()));
    disk_.push_back({token, static_cast<std::size_t>(file), true, {asked.begin(), asked.end()}});
  }
  void sync(sim::FileId file, sim::IoToken token) override {
    // What is written after this call is not covered by it.
    disk_.push_back({token, static_cast<std::size_t>(file), false,
                     files_[static_cast<std::size_t>(file)].content});
  }
  void sync_directory(sim::IoToken token) override {
    disk_.push_back({token, std::nullopt, false, {}});
  }

  void note(const sim::Note& note) override {
    notes.push_back({static_cast<NoteType>(note.kind), note.a, note.b, note.c,
                     std::string(sim::as_text(note.detail)), note.group});
  }

 private:
  struct File {
    sim::Bytes content;
    sim::Bytes synced;
  };
  struct Pending {
    sim::IoToken token{};
    std::optional<std::size_t> file;
    bool is_read = false;
    sim::Bytes content;  // as it was when the operation was asked for
  };

  void fire_one(sim::Process& process, std::int64_t due) {
    for (std::size_t i = 0; i < timers_.size(); ++i) {
      if (timers_[i] != due) continue;
      timers_[i].reset();
      return process.on_timer(*this, sim::TimerId{static_cast<std::uint8_t>(i)});
    }
  }

  sim::NodeId self_{};
  sim::Incarnation incarnation_{1};
  std::array<sim::Stream, 8> streams_;  // as many as the simulated world gives a node
  std::array<std::optional<std::int64_t>, sim::timers_max> timers_;
  std::deque<Pending> disk_;
  std::map<std::string, std::size_t> names_;
  std::vector<File> files_;
};

}  // namespace splitvote::models
