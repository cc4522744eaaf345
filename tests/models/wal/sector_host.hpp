// A host with one file on a model disk whose every unsynced sector a test may keep, lose or
// destroy at will.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "tests/models/wal/file_host.hpp"

namespace splitvote::wal::test {

enum class Fate : std::uint8_t { kept, lost, garbage };

/// What power loss makes of the unsynced sectors, the first first, and of the file's size.
struct Loss {
  std::vector<Fate> fates;
  std::uint64_t size = 0;
};

/// The file has a synced content and the newest one; a sync makes the newest of its beginning the
/// synced one when it completes. Independent of sim/disk, so that the two can err differently.
class SectorHost : public FileHost {
 public:
  /// `whole_sectors`: garbage takes the synced bytes of a sector with it; otherwise only those that
  /// an unsynced write touched.
  SectorHost(std::uint64_t sector, bool whole_sectors)
      : sector_(sector), whole_sectors_(whole_sectors) {}

  sim::FileId open(std::string_view) override { return sim::FileId{0}; }
  bool exists(std::string_view) const override { return true; }
  std::uint64_t size(sim::FileId) const override { return newest_.size(); }
  sim::DiskStatus write(sim::FileId, std::uint64_t offset, sim::ByteView content) override {
    if (newest_.size() < offset + content.size()) newest_.resize(offset + content.size());
    std::ranges::copy(content, newest_.begin() + static_cast<std::ptrdiff_t>(offset));
    written_.push_back({offset, offset + content.size()});
    return sim::DiskStatus::ok;
  }
  sim::DiskStatus truncate(sim::FileId, std::uint64_t size) override {
    newest_.resize(size);
    return sim::DiskStatus::ok;
  }
  sim::DiskStatus rename(std::string_view, std::string_view) override {
    return sim::DiskStatus::not_found;
  }
  sim::DiskStatus remove(std::string_view) override { return sim::DiskStatus::not_found; }
  void read(sim::FileId, std::uint64_t, std::uint64_t, sim::IoToken token) override {
    complete(token, sim::DiskStatus::io_error);
  }
  void sync(sim::FileId, sim::IoToken token) override {
    syncs_.push_back(newest_);
    complete(token, sim::DiskStatus::ok);
  }
  void sync_directory(sim::IoToken token) override { complete(token, sim::DiskStatus::ok); }

  /// The oldest sync of the file happens. (The writer never has two.)
  void finish_sync() {
    if (syncs_.empty()) return;
    synced_ = std::exchange(syncs_, {}).back();
    written_.clear();
  }

  /// The numbers of the sectors whose content is at stake.
  std::vector<std::uint64_t> unsynced_sectors() const {
    std::vector<std::uint64_t> sectors;
    for (const auto& [begin, end] : written_) {
      for (std::uint64_t sector = begin / sector_; sector * sector_ < end; ++sector)
        sectors.push_back(sector);
    }
    std::ranges::sort(sectors);
    sectors.erase(std::ranges::unique(sectors).begin(), sectors.end());
    return sectors;
  }

  /// The sizes the file may have after a loss: old, new, and what sectors between them give.
  std::vector<std::uint64_t> possible_sizes() const {
    std::vector<std::uint64_t> sizes{synced_.size()};
    const auto [low, high] = std::minmax({synced_.size(), newest_.size()});
    for (std::uint64_t size = (low / sector_ + 1) * sector_; size < high; size += sector_)
      sizes.push_back(size);
    if (high != low) sizes.push_back(newest_.size());
    return sizes;
  }

  /// The platter's content after the loss.
  sim::Bytes after(const Loss& loss) const {
    sim::Bytes content = synced_;
    content.resize(loss.size);
    const auto sectors = unsynced_sectors();
    for (std::size_t i = 0; i < sectors.size(); ++i) strike(content, sectors[i], loss.fates[i]);
    return content;
  }

  /// The process dies.
  void crash() {
    completions.clear();
    syncs_.clear();
  }
  /// The power goes, too.
  void power_loss(const Loss& loss) {
    newest_ = synced_ = after(loss);
    written_.clear();
    crash();
  }
  void power_loss(sim::Stream& stream) {
    const auto sizes = possible_sizes();
    const auto last_size = static_cast<std::int64_t>(sizes.size()) - 1;
    Loss loss{std::vector<Fate>(unsynced_sectors().size()),
              sizes[static_cast<std::size_t>(sim::uniform(stream, 0, last_size))]};
    const auto harm = sim::uniform(stream, 0, 3);
    for (Fate& fate : loss.fates) {
      if (sim::uniform(stream, 0, 3) < harm) fate = static_cast<Fate>(sim::uniform(stream, 1, 2));
    }
    power_loss(loss);
  }

  const sim::Bytes& content(sim::FileId) const { return newest_; }
  const sim::Bytes& newest() const { return newest_; }
  const sim::Bytes& synced() const { return synced_; }

 private:
  void strike(sim::Bytes& content, std::uint64_t sector, Fate fate) const {
    const std::uint64_t begin = sector * sector_;
    const std::uint64_t end = std::min<std::uint64_t>(begin + sector_, content.size());
    for (std::uint64_t at = begin; at < end; ++at) {
      const bool touched = std::ranges::any_of(
          written_, [&](const auto& range) { return range.first <= at && at < range.second; });
      if (fate == Fate::kept && at < newest_.size()) content[at] = newest_[at];
      if (fate == Fate::garbage && (touched || whole_sectors_))
        content[at] = static_cast<std::byte>(0x5a + at * 31);
    }
  }

  std::uint64_t sector_;
  bool whole_sectors_;
  sim::Bytes synced_;
  sim::Bytes newest_;
  std::vector<sim::Bytes> syncs_;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> written_;  // unsynced, [begin, end)
};

}  // namespace splitvote::wal::test
