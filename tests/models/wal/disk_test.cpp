// The log on the simulated disk: what sim/disk promises is what the log relies on.
#include <doctest/doctest.h>

#include <utility>

#include "tests/models/wal/disk_host.hpp"
#include "tests/models/wal/random_life.hpp"

namespace splitvote::wal {
namespace {

using test::DiskHost;

TEST_CASE("on the simulated disk, through any life, what was synced stays") {
  std::uint64_t rolled_back = 0;
  std::uint64_t survived = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    DiskHost host{sim::Disk{}};
    test::RandomLife life(host, seed, seed % 2 == 0 ? 1 : sim::sector_size);
    for (int step = 0; step < 300; ++step) life.step();
    rolled_back += life.rolled_back;
    survived += life.survived;
  }
  CHECK(rolled_back > 500);
  CHECK(survived > 500);
}

TEST_CASE("on a disk whose syncs fail now and then, what was synced stays") {
  std::uint64_t failed = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    sim::Disk disk({}, sim::Stream(seed, {sim::Purpose::disk_fault, 0, 0}));
    disk.change({.sync_error = sim::Ratio{1, 10}});
    DiskHost host(std::move(disk));
    test::RandomLife life(host, seed, 1);
    for (int step = 0; step < 300; ++step) life.step();
    failed += life.failed;
  }
  CHECK(failed > 500);
}

}  // namespace
}  // namespace splitvote::wal
