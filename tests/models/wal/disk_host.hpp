// A host on the simulated disk, with every completion in the test's hand.
#pragma once

#include <utility>
#include <vector>

#include "sim/disk/disk.hpp"
#include "tests/models/wal/file_host.hpp"

namespace splitvote::wal::test {

/// A host with a simulated disk of which every fate of unsynced bytes is drawn.
class DiskHost : public FileHost {
 public:
  explicit DiskHost(sim::Disk disk) : disk_(std::move(disk)) {}

  sim::FileId open(std::string_view name) override { return disk_.open(name); }
  void close(sim::FileId file) override { disk_.close(file); }
  bool exists(std::string_view name) const override { return disk_.exists(name); }
  std::uint64_t size(sim::FileId file) const override { return disk_.size(file); }
  sim::DiskStatus write(sim::FileId file, std::uint64_t offset, sim::ByteView content) override {
    return disk_.write(file, offset, content);
  }
  sim::DiskStatus truncate(sim::FileId file, std::uint64_t size) override {
    return disk_.truncate(file, size);
  }
  sim::DiskStatus rename(std::string_view source, std::string_view target) override {
    return disk_.rename(source, target);
  }
  sim::DiskStatus remove(std::string_view name) override { return disk_.remove(name); }
  void read(sim::FileId, std::uint64_t, std::uint64_t, sim::IoToken token) override {
    complete(token, sim::DiskStatus::io_error);  // `content` reads
  }
  void sync(sim::FileId file, sim::IoToken token) override {
    syncs_.push_back({disk_.begin_sync(file), token, false});
  }
  void sync_directory(sim::IoToken token) override {
    syncs_.push_back({disk_.begin_directory_sync(), token, true});
  }

  [[nodiscard]] bool has_sync() const { return !syncs_.empty(); }
  void finish_sync() {
    for (const Sync& sync : std::exchange(syncs_, {}))
      complete(sync.token, sync.of_directory ? disk_.complete_directory_sync(sync.ticket)
                                             : disk_.complete_sync(sync.ticket));
  }
  const sim::Bytes& content(sim::FileId file) {
    (void)disk_.read(file, 0, disk_.size(file), content_);
    return content_;
  }
  void crash() {
    disk_.process_crash();
    forget();
  }
  void power_loss(sim::Stream& stream) {
    const auto mode = static_cast<sim::LossMode>(sim::uniform(stream, 0, 3));
    (void)disk_.power_loss(stream, mode);
    forget();
  }
  [[nodiscard]] std::uint64_t used() const { return disk_.used(); }

 private:
  struct Sync {
    sim::SyncTicket ticket;
    sim::IoToken token{};
    bool of_directory = false;
  };

  void forget() {
    syncs_.clear();
    completions.clear();
  }

  sim::Disk disk_;
  std::vector<Sync> syncs_;
  sim::Bytes content_;
};

}  // namespace splitvote::wal::test
