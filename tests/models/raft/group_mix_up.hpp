// Servers of several groups with a planted bug: something of one group reaches another one.
#pragma once

#include <memory>
#include <string>

#include "models/raft/groups_process.hpp"
#include "models/raft/message.hpp"
#include "models/wire/frame.hpp"

namespace splitvote::raft {

enum class GroupMixUp : std::uint8_t {
  none,
  votes,  // answers to candidates of group 0 arrive in group 1, and the other way round
  files,  // every second incarnation has the files of groups 0 and 1 exchanged
};

/// The world's host, but for the bug.
class MixedUpHost final : public sim::Host {
 public:
  MixedUpHost(sim::Host& host, GroupMixUp how) : host_(host), how_(how) {}

  [[nodiscard]] NodeId self() const override { return host_.self(); }
  [[nodiscard]] sim::Incarnation incarnation() const override { return host_.incarnation(); }
  [[nodiscard]] sim::LocalInstant now() const override { return host_.now(); }
  [[nodiscard]] sim::LocalInstant wall_clock() const override { return host_.wall_clock(); }
  [[nodiscard]] sim::Stream& random(sim::Purpose purpose) override { return host_.random(purpose); }
  void arm(sim::TimerId timer, sim::Duration after) override { host_.arm(timer, after); }
  void cancel(sim::TimerId timer) override { host_.cancel(timer); }

  void send(NodeId target, sim::MessageLabel label, sim::Bytes& frame) override {
    if (how_ == GroupMixUp::votes && label.kind == vote_response_kind) {
      std::byte& group = frame[frame.size() - group_tag_size];
      if (group == std::byte{0} || group == std::byte{1}) group ^= std::byte{1};
      wire::end_frame(frame);
    }
    host_.send(target, label, frame);
  }

  [[nodiscard]] sim::FileId open(std::string_view name) override { return host_.open(mixed(name)); }
  void close(sim::FileId file) override { host_.close(file); }
  [[nodiscard]] bool exists(std::string_view name) const override {
    return host_.exists(mixed(name));
  }
  [[nodiscard]] std::uint64_t size(sim::FileId file) const override { return host_.size(file); }
  sim::DiskStatus write(sim::FileId file, std::uint64_t offset, sim::ByteView content) override {
    return host_.write(file, offset, content);
  }
  sim::DiskStatus truncate(sim::FileId file, std::uint64_t size) override {
    return host_.truncate(file, size);
  }
  sim::DiskStatus rename(std::string_view source, std::string_view target) override {
    return host_.rename(mixed(source), mixed(target));
  }
  sim::DiskStatus remove(std::string_view name) override { return host_.remove(mixed(name)); }
  void read(sim::FileId file, std::uint64_t offset, std::uint64_t size,
            sim::IoToken token) override {
    host_.read(file, offset, size, token);
  }
  void sync(sim::FileId file, sim::IoToken token) override { host_.sync(file, token); }
  void sync_directory(sim::IoToken token) override { host_.sync_directory(token); }
  void note(const sim::Note& note) override { host_.note(note); }

 private:
  [[nodiscard]] std::string mixed(std::string_view name) const {
    std::string path(name);
    const bool exchanged = how_ == GroupMixUp::files && sim::number(incarnation()) % 2 == 0;
    if (exchanged && (path.starts_with("g0/") || path.starts_with("g1/")))
      path[1] = path[1] == '0' ? '1' : '0';
    return path;
  }

  sim::Host& host_;
  GroupMixUp how_;
};

class MixedUpProcess final : public sim::Process {
 public:
  MixedUpProcess(GroupsProcess server, GroupMixUp how) : server_(std::move(server)), how_(how) {}

  void on_start(sim::Host& host) override {
    MixedUpHost mixed(host, how_);
    server_.on_start(mixed);
  }
  void on_message(sim::Host& host, NodeId source, sim::ByteView frame) override {
    MixedUpHost mixed(host, how_);
    server_.on_message(mixed, source, frame);
  }
  void on_timer(sim::Host& host, sim::TimerId timer) override {
    MixedUpHost mixed(host, how_);
    server_.on_timer(mixed, timer);
  }
  void on_disk(sim::Host& host, const sim::DiskCompletion& completion) override {
    MixedUpHost mixed(host, how_);
    server_.on_disk(mixed, completion);
  }
  void on_refused(sim::Host& host, NodeId target) override {
    MixedUpHost mixed(host, how_);
    server_.on_refused(mixed, target);
  }
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override {
    return std::make_unique<MixedUpProcess>(*this);
  }

 private:
  GroupsProcess server_;
  GroupMixUp how_;
};

}  // namespace splitvote::raft
