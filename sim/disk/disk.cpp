// The disk's operations, and the one place in which each of its faults is consulted.
#include "sim/disk/disk.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace splitvote::sim {

Disk::Disk(const DiskProfile& profile, Stream faults)
    : condition_{profile, DiskFaults{}}, faults_(faults) {}

InodeId Disk::create() {
  for (std::size_t at = 0; at < files_.size(); ++at) {
    if (files_[at].exists) continue;
    files_[at].exists = true;
    return InodeId{static_cast<std::uint32_t>(at)};
  }
  files_.emplace_back().exists = true;
  return InodeId{static_cast<std::uint32_t>(files_.size() - 1)};
}

FileId Disk::open(std::string_view name) {
  InodeId inode = directory_.find(name);
  if (inode == no_inode) {
    inode = create();
    directory_.link(name, inode);
  }
  auto place = std::find(open_.begin(), open_.end(), inode);
  if (place == open_.end()) place = std::find(open_.begin(), open_.end(), no_inode);
  if (place == open_.end()) place = open_.insert(place, no_inode);
  *place = inode;
  SPLITVOTE_CHECK(open_.size() <= number(no_file));
  return FileId{static_cast<std::uint16_t>(place - open_.begin())};
}

void Disk::close(FileId file) {
  if (inode_of(file) == no_inode) return;
  open_[number(file)] = no_inode;
  free_unreachable();
}

bool Disk::exists(std::string_view name) const { return directory_.find(name) != no_inode; }

std::uint64_t Disk::size(FileId file) const {
  const InodeId inode = inode_of(file);
  return inode == no_inode ? 0 : content(inode).size();
}

bool Disk::fits(const FileContent& file, std::uint64_t size) const {
  if (size <= file.size()) return true;
  if (size > file_size_max) return false;
  const std::uint64_t capacity = condition_.faults.capacity;
  return used_ <= capacity && size - file.size() <= capacity - used_;
}

DiskStatus Disk::write(FileId file, std::uint64_t offset, ByteView bytes) {
  const InodeId inode = inode_of(file);
  if (inode == no_inode) return DiskStatus::not_found;
  FileContent& target = content(inode);
  if (hit(condition_.faults.write_error)) return DiskStatus::io_error;
  if (offset > file_size_max || !fits(target, offset + bytes.size())) return DiskStatus::no_space;
  used_ -= target.size();
  target.write(offset, bytes);
  used_ += target.size();
  return DiskStatus::ok;
}

DiskStatus Disk::truncate(FileId file, std::uint64_t size) {
  const InodeId inode = inode_of(file);
  if (inode == no_inode) return DiskStatus::not_found;
  FileContent& target = content(inode);
  if (!fits(target, size)) return DiskStatus::no_space;
  used_ -= target.size();
  target.truncate(size);
  used_ += target.size();
  return DiskStatus::ok;
}

DiskStatus Disk::rename(std::string_view source, std::string_view target) {
  if (directory_.find(source) == no_inode) return DiskStatus::not_found;
  if (source == target) return DiskStatus::ok;
  directory_.rename(source, target);
  free_unreachable();
  return DiskStatus::ok;
}

DiskStatus Disk::remove(std::string_view name) {
  if (directory_.find(name) == no_inode) return DiskStatus::not_found;
  directory_.remove(name);
  free_unreachable();
  return DiskStatus::ok;
}

DiskStatus Disk::read(FileId file, std::uint64_t offset, std::uint64_t size, Bytes& target) {
  target.clear();
  const InodeId inode = inode_of(file);
  if (inode == no_inode) return DiskStatus::not_found;
  if (hit(condition_.faults.read_error)) return DiskStatus::io_error;
  content(inode).read(offset, size, target);
  return DiskStatus::ok;
}

SyncTicket Disk::begin_sync(FileId file) const {
  const InodeId inode = inode_of(file);
  return {inode == no_inode ? 0 : content(inode).mark(), epoch_, inode};
}

DiskStatus Disk::complete_sync(SyncTicket ticket) {
  if (ticket.inode == no_inode) return DiskStatus::not_found;
  if (ticket.epoch != epoch_) return DiskStatus::io_error;
  FileContent& target = content(ticket.inode);
  if (hit(condition_.faults.sync_error)) {
    used_ -= target.size();
    target.drop_until(ticket.mark);
    used_ += target.size();
    return DiskStatus::io_error;
  }
  target.sync_until(ticket.mark);
  return DiskStatus::ok;
}

SyncTicket Disk::begin_directory_sync() const { return {directory_.mark(), epoch_, no_inode}; }

DiskStatus Disk::complete_directory_sync(SyncTicket ticket) {
  if (ticket.epoch != epoch_ || hit(condition_.faults.sync_error)) return DiskStatus::io_error;
  directory_.sync_until(ticket.mark);
  free_unreachable();
  return DiskStatus::ok;
}

Instant Disk::charge(DiskWork work, std::uint64_t size, Instant now, Stream& latency) {
  const DiskProfile& profile = condition_.profile;
  const Distribution& distribution = work == DiskWork::write  ? profile.write
                                     : work == DiskWork::read ? profile.read
                                                              : profile.sync;
  std::int64_t cost = std::max<std::int64_t>(0, distribution.sample(latency));
  if (profile.bytes_per_second != 0 && size != 0) {
    cost += static_cast<std::int64_t>(static_cast<unsigned __int128>(size) * 1'000'000'000 /
                                      profile.bytes_per_second);
  }
  busy_until_ = std::max(now, busy_until_) + Duration{cost};
  return busy_until_;
}

void Disk::process_crash() {
  close_all();
  free_unreachable();
}

PowerLossSummary Disk::power_loss(Stream& loss, LossMode mode) {
  PowerLossSummary summary;
  close_all();
  busy_until_ = Instant{};
  for (File& file : files_) {
    if (file.exists) file.content.lose_power(loss, mode, summary);
  }
  directory_.lose_power(loss, mode, summary);
  free_unreachable();
  used_ = 0;
  for (const File& file : files_) used_ += file.content.size();
  return summary;
}

void Disk::close_all() {
  open_.clear();
  ++epoch_;
}

void Disk::free_unreachable() {
  for (std::size_t at = 0; at < files_.size(); ++at) {
    const InodeId inode{static_cast<std::uint32_t>(at)};
    if (!files_[at].exists || directory_.may_lead_to(inode)) continue;
    if (std::find(open_.begin(), open_.end(), inode) != open_.end()) continue;
    used_ -= files_[at].content.size();
    files_[at].content.clear();
    files_[at].exists = false;
  }
}

bool Disk::change(const DiskChange& change) { return restore(changed(condition_, change)); }

bool Disk::restore(const DiskCondition& condition) {
  if (condition == condition_) return false;
  condition_ = condition;
  return true;
}

void Disk::wipe() {
  close_all();
  files_.clear();
  directory_ = Directory{};
  used_ = 0;
}

}  // namespace splitvote::sim
