// The disk when it fails, is full, stalls or is slow: what an operation then does, and how long it
// takes.
#include "sim/disk/disk.hpp"

#include "tests/sim/disk/fixture.hpp"

namespace splitvote::sim {
namespace {

Distribution constant(Duration value) { return Distribution::constant(value.ns).value(); }

TEST_CASE("a failed sync drops what it covered, and the next one succeeds without it") {
  Disk disk;
  const FileId file = durable_file(disk, "log", "old");
  append(disk, file, " dropped");
  write(disk, file, 0, "OLD");
  const SyncTicket ticket = disk.begin_sync(file);
  write(disk, file, 1, "ate");
  append(disk, file, "!");

  REQUIRE(disk.change({.sync_error = always}));
  CHECK(disk.complete_sync(ticket) == DiskStatus::io_error);

  // The late writes stay where they were; what was dropped between them reads as zeros.
  const std::string late = "oate" + std::string(7, '\0') + "!";
  CHECK(text_of(disk, file) == late);
  CHECK(disk.used() == late.size());
  REQUIRE(disk.change({.sync_error = Ratio{}}));
  sync(disk, file);
  lose_power(disk, LossMode::lose);
  CHECK(text_of(disk, "log") == late);
}

TEST_CASE("a later sync in flight covers the same changes after an earlier one failed") {
  Disk disk;
  const FileId file = durable_file(disk, "log", "0123456789");
  write(disk, file, 0, "a");
  const SyncTicket failing = disk.begin_sync(file);
  REQUIRE(disk.truncate(file, 10) == DiskStatus::ok);
  REQUIRE(disk.truncate(file, 8) == DiskStatus::ok);
  write(disk, file, 1, "b");
  const SyncTicket later = disk.begin_sync(file);
  write(disk, file, 2, "c");

  REQUIRE(disk.change({.sync_error = always}));
  CHECK(disk.complete_sync(failing) == DiskStatus::io_error);
  REQUIRE(disk.change({.sync_error = Ratio{}}));
  CHECK(disk.complete_sync(later) == DiskStatus::ok);

  CHECK(text_of(disk, file) == "0bc34567");
  lose_power(disk, LossMode::lose);
  CHECK(text_of(disk, "log") == "0b234567");
}

TEST_CASE("a failed truncation that was repeated to the same size is repeated on the old content") {
  Disk disk;
  const FileId file = durable_file(disk, "log", "0123456789");
  append(disk, file, "abc");
  const SyncTicket failing = disk.begin_sync(file);
  REQUIRE(disk.truncate(file, 10) == DiskStatus::ok);  // on the dropped content it cuts nothing
  const SyncTicket later = disk.begin_sync(file);
  append(disk, file, "late");

  REQUIRE(disk.change({.sync_error = always}));
  CHECK(disk.complete_sync(failing) == DiskStatus::io_error);
  REQUIRE(disk.change({.sync_error = Ratio{}}));
  CHECK(disk.complete_sync(later) == DiskStatus::ok);

  lose_power(disk, LossMode::lose);
  CHECK(text_of(disk, "log") == "0123456789");
}

TEST_CASE("a failing write or read changes nothing and returns nothing") {
  Disk disk;
  const FileId file = durable_file(disk, "log", "old");
  Bytes bytes = {std::byte{1}};
  REQUIRE(disk.change({.read_error = always, .write_error = always}));

  CHECK(disk.write(file, 0, as_bytes("new")) == DiskStatus::io_error);
  CHECK(disk.read(file, 0, 3, bytes) == DiskStatus::io_error);
  CHECK(bytes.empty());

  REQUIRE(disk.change({.read_error = Ratio{}, .write_error = Ratio{}}));
  CHECK(text_of(disk, file) == "old");
}

TEST_CASE("a failed sync of the directory leaves its changes to be synced again") {
  Disk disk;
  (void)disk.open("log");
  REQUIRE(disk.change({.sync_error = always}));
  CHECK(disk.complete_directory_sync(disk.begin_directory_sync()) == DiskStatus::io_error);
  REQUIRE(disk.change({.sync_error = Ratio{}}));

  Disk retried = disk;
  sync_directory(retried);
  lose_power(retried, LossMode::lose);
  lose_power(disk, LossMode::lose);

  CHECK(retried.exists("log"));
  CHECK_FALSE(disk.exists("log"));
}

TEST_CASE("a full disk refuses growth, all of it, and nothing else") {
  Disk disk;
  const FileId file = disk.open("log");
  const FileId other = disk.open("other");
  REQUIRE(disk.change({.capacity = 10}));
  write(disk, file, 0, "12345678");
  write(disk, other, 0, "12");

  CHECK(disk.write(file, 7, as_bytes("xy")) == DiskStatus::no_space);
  CHECK(disk.truncate(other, 3) == DiskStatus::no_space);
  CHECK(disk.write(file, UINT64_MAX, as_bytes("x")) == DiskStatus::no_space);
  CHECK(text_of(disk, file) == "12345678");
  CHECK(disk.write(file, 7, as_bytes("x")) == DiskStatus::ok);

  REQUIRE(disk.truncate(file, 6) == DiskStatus::ok);
  CHECK(disk.write(other, 2, as_bytes("34")) == DiskStatus::ok);
  CHECK(disk.write(other, 4, as_bytes("5")) == DiskStatus::no_space);
}

TEST_CASE("the device is a queue: an operation begins when the one before it has ended") {
  Disk disk({.write = constant(microseconds(1)),
             .read = constant(microseconds(10)),
             .sync = constant(microseconds(100)),
             .bytes_per_second = 1'000'000'000});
  Stream latency = latency_stream();
  const Instant start{1'000'000};

  // 1 us + 1 ns for each of 2000 bytes, behind nothing.
  CHECK(disk.charge(DiskWork::write, 2'000, start, latency) == start + microseconds(3));
  CHECK(disk.charge(DiskWork::sync, 0, start, latency) == start + microseconds(103));
  CHECK(disk.charge(DiskWork::read, 500, start + microseconds(50), latency).ns ==
        (start + microseconds(113)).ns + 500);
  const Instant idle = start + seconds(1);
  CHECK(disk.charge(DiskWork::sync, 0, idle, latency) == idle + microseconds(100));
}

TEST_CASE("a stalled device begins nothing before the stall ends") {
  Disk disk({.write = {}, .read = {}, .sync = constant(microseconds(100)), .bytes_per_second = 0});
  Stream latency = latency_stream();
  disk.stall(Instant{} + seconds(2));
  CHECK(disk.charge(DiskWork::sync, 0, {5}, latency) == Instant{} + seconds(2) + microseconds(100));
}

TEST_CASE("a change says whether it changed anything, and restoring undoes it") {
  Disk disk({.write = {}, .read = {}, .sync = constant(microseconds(100)), .bytes_per_second = 0});
  const DiskCondition before = disk.condition();

  CHECK(disk.change({.slower = Ratio{3, 1}, .capacity = 7}));
  CHECK_FALSE(disk.change({.capacity = 7}));

  Stream latency = latency_stream();
  CHECK(disk.charge(DiskWork::sync, 0, {0}, latency) == Instant{} + microseconds(300));
  CHECK(disk.condition().faults.capacity == 7);
  CHECK(disk.restore(before));
  CHECK_FALSE(disk.restore(before));
  CHECK(disk.condition() == before);
}

TEST_CASE("errors come as often as their chance says") {
  Disk disk({}, Stream(5, {Purpose::disk_fault, 0, 0}));
  const FileId file = disk.open("log");
  REQUIRE(disk.change({.write_error = Ratio{1, 4}}));
  int errors = 0;
  for (int count = 0; count < 10'000; ++count)
    errors += disk.write(file, 0, as_bytes("x")) == DiskStatus::io_error ? 1 : 0;
  // Binomial: mean 2500, standard deviation 43.3; five of them.
  CHECK(errors > 2500 - 217);
  CHECK(errors < 2500 + 217);
}

TEST_CASE("every named disk exists, costs more for a sync than the one before, and others do not") {
  Duration before{-1};
  for (const std::string_view name : disk_profile_names()) {
    CAPTURE(name);
    const auto profile = find_disk_profile(name);
    REQUIRE(profile.has_value());
    CHECK(Duration{profile->sync.maximum()} > before);
    before = {profile->sync.maximum()};
  }
  CHECK_FALSE(find_disk_profile("floppy").has_value());
}

}  // namespace
}  // namespace splitvote::sim
