// Short words for the disk's tests.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "sim/disk/disk.hpp"

namespace splitvote::sim {

constexpr Ratio always{1, 1};

inline Stream latency_stream() { return {1, {Purpose::disk_latency, 0, 0}}; }

inline std::string text_of(Disk& disk, FileId file) {
  Bytes bytes;
  REQUIRE(disk.read(file, 0, disk.size(file), bytes) == DiskStatus::ok);
  return std::string(as_text(bytes));
}

inline std::string text_of(Disk& disk, std::string_view name) {
  if (!disk.exists(name)) return "(none)";
  return text_of(disk, disk.open(name));
}

inline void write(Disk& disk, FileId file, std::uint64_t offset, std::string_view text) {
  REQUIRE(disk.write(file, offset, as_bytes(text)) == DiskStatus::ok);
}

inline void append(Disk& disk, FileId file, std::string_view text) {
  write(disk, file, disk.size(file), text);
}

inline void sync(Disk& disk, FileId file) {
  REQUIRE(disk.complete_sync(disk.begin_sync(file)) == DiskStatus::ok);
}

inline void sync_directory(Disk& disk) {
  REQUIRE(disk.complete_directory_sync(disk.begin_directory_sync()) == DiskStatus::ok);
}

inline FileId durable_file(Disk& disk, std::string_view name, std::string_view text) {
  const FileId file = disk.open(name);
  write(disk, file, 0, text);
  sync(disk, file);
  sync_directory(disk);
  return file;
}

inline PowerLossSummary lose_power(Disk& disk, LossMode mode, std::uint64_t seed = 0) {
  Stream loss(seed, {Purpose::disk_power_loss, 0, 0});
  return disk.power_loss(loss, mode);
}

}  // namespace splitvote::sim
