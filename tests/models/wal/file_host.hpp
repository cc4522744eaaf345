// The part of a host that a log never asks for, and a queue of completions, for hosts made of one
// kind of file.
#pragma once

#include <deque>

#include "sim/base/check.hpp"
#include "sim/world/host.hpp"

namespace splitvote::wal::test {

class FileHost : public sim::Host {
 public:
  sim::NodeId self() const override { return sim::NodeId{0}; }
  sim::Incarnation incarnation() const override { return sim::Incarnation{1}; }
  sim::LocalInstant now() const override { return {}; }
  sim::LocalInstant wall_clock() const override { return {}; }
  sim::Stream& random(sim::Purpose) override { return stream_; }
  void arm(sim::TimerId, sim::Duration) override { refuse("a log arms no timer"); }
  void cancel(sim::TimerId) override { refuse("a log has no timer"); }
  void send(sim::NodeId, sim::MessageLabel, sim::Bytes&) override { refuse("a log sends nothing"); }
  void note(const sim::Note&) override {}
  void close(sim::FileId) override {}

  /// The operations that are over and not yet told to anyone, in their order.
  std::deque<sim::DiskCompletion> completions;

 protected:
  void complete(sim::IoToken token, sim::DiskStatus status) {
    completions.push_back({token, status, {}});
  }

 private:
  [[noreturn]] static void refuse(const char* why) { sim::check_failed(why, __FILE__, __LINE__); }

  sim::Stream stream_;
};

}  // namespace splitvote::wal::test
