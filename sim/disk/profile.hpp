// How fast a disk is, which errors it gives, and how a fault changes either.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "sim/base/ratio.hpp"
#include "sim/base/time.hpp"
#include "sim/random/distribution.hpp"

namespace splitvote::sim {

/// What an operation keeps the device busy for, in nanoseconds. The default costs nothing.
struct DiskProfile {
  Distribution
      write;  // per write into the page cache; the caller does not wait for it, a sync does
  Distribution read;
  Distribution sync;
  std::uint64_t bytes_per_second = 0;  // of reads and writes, on top; 0: unlimited

  bool operator==(const DiskProfile&) const = default;
};

/// What goes wrong. Each field is consulted in one place of disk.cpp; a further fault is a further
/// field. The default is a disk that works.
struct DiskFaults {
  Ratio read_error;                     // chance that a read ends with io_error
  Ratio write_error;                    // chance that a write is refused with io_error
  Ratio sync_error;                     // chance that a sync ends with io_error
  std::uint64_t capacity = UINT64_MAX;  // bytes in all files together, beyond which: no_space

  constexpr bool operator==(const DiskFaults&) const = default;
};

/// The part of a disk that a fault may change and a healing restores.
struct DiskCondition {
  DiskProfile profile;
  DiskFaults faults;

  bool operator==(const DiskCondition&) const = default;
};

/// What a fault does to a latency: another one instead, then so many times as long, then longer.
struct LatencyChange {
  std::optional<Distribution> instead = std::nullopt;
  Ratio factor{1, 1};  // may exceed 1
  Duration extra{};    // may be negative

  bool operator==(const LatencyChange&) const = default;
  [[nodiscard]] Distribution apply(const Distribution& latency) const {
    return instead.value_or(latency).scaled(factor).shifted(extra.ns);
  }
};

/// What a fault changes; what is absent stays as it is.
struct DiskChange {
  std::optional<DiskProfile> profile = std::nullopt;
  std::optional<LatencyChange> read = std::nullopt;
  std::optional<LatencyChange> write = std::nullopt;
  std::optional<LatencyChange> sync = std::nullopt;
  std::optional<Ratio> slower = std::nullopt;  // every latency times this, which may exceed 1
  std::optional<Ratio> read_error = std::nullopt;
  std::optional<Ratio> write_error = std::nullopt;
  std::optional<Ratio> sync_error = std::nullopt;
  std::optional<std::uint64_t> capacity = std::nullopt;
};

[[nodiscard]] DiskCondition changed(DiskCondition condition, const DiskChange& change);

/// `instant`, `nvme`, `ssd` or `hdd`; absent for any other name.
[[nodiscard]] std::optional<DiskProfile> find_disk_profile(std::string_view name);
[[nodiscard]] std::span<const std::string_view> disk_profile_names();

}  // namespace splitvote::sim
