// The named disks, and the application of a change.
#include "sim/disk/profile.hpp"

#include <algorithm>
#include <array>

namespace splitvote::sim {

namespace {

Distribution around(Duration median, Duration p99, Duration max) {
  return Distribution::lognormal(median.ns, p99.ns, max.ns).value();
}

// Orders of magnitude, not a data sheet. nvme: a server drive whose cache survives a loss of power.
// ssd: a SATA drive that must flush its cache (a millisecond or so). hdd: 7200 revolutions per
// minute, hence 8.3 ms for one, and half of that plus a seek on average for a read.
DiskProfile nvme() {
  return {.write = {},
          .read = around(microseconds(80), microseconds(250), milliseconds(10)),
          .sync = around(microseconds(60), microseconds(400), milliseconds(20)),
          .bytes_per_second = 2'000'000'000};
}
DiskProfile ssd() {
  return {.write = {},
          .read = around(microseconds(150), microseconds(600), milliseconds(30)),
          .sync = around(microseconds(1'200), milliseconds(6), milliseconds(100)),
          .bytes_per_second = 450'000'000};
}
DiskProfile hdd() {
  return {.write = {},
          .read = around(milliseconds(9), milliseconds(30), milliseconds(300)),
          .sync = around(milliseconds(12), milliseconds(50), milliseconds(500)),
          .bytes_per_second = 150'000'000};
}

constexpr std::array<std::string_view, 4> names{"instant", "nvme", "ssd", "hdd"};

}  // namespace

std::span<const std::string_view> disk_profile_names() { return names; }

std::optional<DiskProfile> find_disk_profile(std::string_view name) {
  if (name == "instant") return DiskProfile{};
  if (name == "nvme") return nvme();
  if (name == "ssd") return ssd();
  if (name == "hdd") return hdd();
  return std::nullopt;
}

DiskCondition changed(DiskCondition condition, const DiskChange& change) {
  DiskProfile& profile = condition.profile;
  DiskFaults& faults = condition.faults;
  if (change.profile) profile = *change.profile;
  if (change.read) profile.read = change.read->apply(profile.read);
  if (change.write) profile.write = change.write->apply(profile.write);
  if (change.sync) profile.sync = change.sync->apply(profile.sync);
  if (change.slower) {
    profile.write = profile.write.scaled(*change.slower);
    profile.read = profile.read.scaled(*change.slower);
    profile.sync = profile.sync.scaled(*change.slower);
  }
  faults.read_error = change.read_error.value_or(faults.read_error);
  faults.write_error = change.write_error.value_or(faults.write_error);
  faults.sync_error = change.sync_error.value_or(faults.sync_error);
  faults.capacity = change.capacity.value_or(faults.capacity);
  return condition;
}

}  // namespace splitvote::sim
