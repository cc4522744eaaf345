// A node's life of appends, syncs, crashes and losses of power on any host that can lose power,
// watched by the oracle.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "sim/random/stream.hpp"
#include "tests/models/wal/oracle.hpp"

namespace splitvote::wal::test {

/// The host is a FileHost with `content(file)`, `crash()`, `power_loss(stream)` and
/// `finish_sync()`. Recovery must always find the synced log, with or without the batch in flight.
template <typename LossyHost>
class RandomLife {
 public:
  RandomLife(LossyHost& host, std::uint64_t seed, std::uint32_t alignment)
      : stream_(seed, {sim::Purpose::disk_power_loss, 0, 0}), alignment_(alignment), host_(host) {
    history_.push_back({});
    start();
  }

  void step() {
    const auto what = draw(0, 19);
    if (what == 0) return host_.crash(), start();
    if (what <= 2) return host_.power_loss(stream_), start();
    if (what <= 6) return settle_all();
    if (what <= 10) return flush();
    if (what == 11)
      return oracle_.set(writer_, oracle_.term + 1, static_cast<std::uint16_t>(draw(0, 4)));
    const auto last = static_cast<std::int64_t>(oracle_.entries.size());
    const bool overwrite = last > 0 && draw(0, 5) == 0;
    const auto index = overwrite ? draw(1, last) : last + 1;
    oracle_.put(writer_, static_cast<std::uint64_t>(index),
                {oracle_.term, "k", std::string(static_cast<std::size_t>(draw(0, 50)), 'v')});
  }

  std::uint64_t rolled_back = 0;  // restarts that lost the batch in flight
  std::uint64_t survived = 0;     // restarts that found it
  std::uint64_t failed = 0;       // restarts because the disk reported an error

 private:
  std::int64_t draw(std::int64_t first, std::int64_t last) {
    return sim::uniform(stream_, first, last);
  }

  void flush() {
    const std::uint64_t end = writer_.file_end();
    REQUIRE(writer_.flush(host_) == sim::DiskStatus::ok);
    if (writer_.file_end() != end) history_.push_back(oracle_);
  }

  void settle_all() {
    settle(host_, writer_);
    if (writer_.opened()) synced_ = history_.size() - 1;
    if (writer_.state() != Writer::State::failed) return;
    ++failed;
    host_.crash();
    start();
  }

  void start() {
    const sim::FileId file = host_.open("wal");
    const Recovered recovered = recover(host_.content(file));
    REQUIRE(recovered.status != RecoveryStatus::corrupt);
    oracle_ = contents(recovered);
    const bool found_last = oracle_ == history_.back();
    REQUIRE((found_last || oracle_ == history_[synced_]));
    if (synced_ + 1 < history_.size()) ++(found_last ? survived : rolled_back);
    if (!found_last) history_.resize(synced_ + 1);
    writer_ = {};
    REQUIRE(writer_.open(host_, file, recovered,
                         {.salt = stream_.draw(), .alignment = alignment_}) == sim::DiskStatus::ok);
  }

  sim::Stream stream_;
  std::uint32_t alignment_;
  LossyHost& host_;
  Writer writer_;
  Oracle oracle_;                // everything appended
  std::vector<Oracle> history_;  // after each batch written
  std::size_t synced_ = 0;       // the batch known to be synced
};

}  // namespace splitvote::wal::test
