// A host for one of several groups on a server: its own files, timers, draws and disk operations
// behind the server's, and its number on every frame.
#pragma once

#include <array>
#include <string>

#include "models/client/deadlines.hpp"
#include "sim/world/host.hpp"

namespace splitvote::raft {

inline constexpr std::size_t group_timers = 5;
inline constexpr std::size_t group_streams = 2;

/// What a group draws from, by purpose from `first_model_purpose` on.
using GroupStreams = std::array<sim::Stream, group_streams>;

/// The body of a tagged frame ends with the group's number, two bytes.
inline constexpr std::size_t group_tag_size = 2;

/// A group's tokens become the server's: its number stands above all that a process gives out.
inline constexpr unsigned group_token_shift = 49;
[[nodiscard]] constexpr std::uint16_t group_of(sim::IoToken token) {
  return static_cast<std::uint16_t>(static_cast<std::uint64_t>(token) >> group_token_shift);
}
[[nodiscard]] constexpr sim::IoToken without_group(sim::IoToken token) {
  constexpr std::uint64_t mask = (std::uint64_t{1} << group_token_shift) - 1;
  return sim::IoToken{static_cast<std::uint64_t>(token) & mask};
}

struct GroupPlace {
  std::uint16_t group = 0;
  std::uint16_t of = 1;  // so many
};

/// Valid only during the call that it is made for. The timers of all groups are one set of
/// deadlines, by group and timer; whoever owns it keeps one timer of the server armed for the
/// earliest. Answers to clients are not tagged: they name an operation, and the client its key. The
/// label tells the trace the group of every message, if there are several.
class GroupHost final : public sim::Host {
 public:
  GroupHost(sim::Host& server, GroupPlace place, client::Deadlines& timers, GroupStreams& streams)
      : server_(server), place_(place), timers_(timers), streams_(streams) {}

  [[nodiscard]] sim::NodeId self() const override { return server_.self(); }
  [[nodiscard]] sim::Incarnation incarnation() const override { return server_.incarnation(); }
  [[nodiscard]] sim::LocalInstant now() const override { return server_.now(); }
  [[nodiscard]] sim::LocalInstant wall_clock() const override { return server_.wall_clock(); }
  [[nodiscard]] sim::Stream& random(sim::Purpose purpose) override;

  void arm(sim::TimerId timer, sim::Duration after) override;
  void cancel(sim::TimerId timer) override { timers_.clear(slot(timer)); }

  void send(sim::NodeId target, sim::MessageLabel label, sim::Bytes& frame) override;

  [[nodiscard]] sim::FileId open(std::string_view name) override {
    return server_.open(path(name));
  }
  void close(sim::FileId file) override { server_.close(file); }
  [[nodiscard]] bool exists(std::string_view name) const override {
    return server_.exists(path(name));
  }
  [[nodiscard]] std::uint64_t size(sim::FileId file) const override { return server_.size(file); }
  sim::DiskStatus write(sim::FileId file, std::uint64_t offset, sim::ByteView content) override {
    return server_.write(file, offset, content);
  }
  sim::DiskStatus truncate(sim::FileId file, std::uint64_t size) override {
    return server_.truncate(file, size);
  }
  sim::DiskStatus rename(std::string_view source, std::string_view target) override {
    return server_.rename(path(source), path(target));
  }
  sim::DiskStatus remove(std::string_view name) override { return server_.remove(path(name)); }

  void read(sim::FileId file, std::uint64_t offset, std::uint64_t size,
            sim::IoToken token) override {
    server_.read(file, offset, size, with_group(token));
  }
  void sync(sim::FileId file, sim::IoToken token) override {
    server_.sync(file, with_group(token));
  }
  void sync_directory(sim::IoToken token) override { server_.sync_directory(with_group(token)); }

  void note(const sim::Note& note) override;

 private:
  [[nodiscard]] std::uint32_t slot(sim::TimerId timer) const;
  [[nodiscard]] sim::IoToken with_group(sim::IoToken token) const;
  /// `g3/wal`.
  [[nodiscard]] std::string path(std::string_view name) const;

  sim::Host& server_;
  GroupPlace place_;
  client::Deadlines& timers_;
  GroupStreams& streams_;
};

}  // namespace splitvote::raft
