// The disk's operations, what a sync covers, what fails, and how long it takes.
#include "sim/disk/disk.hpp"

#include "tests/allocation_count.hpp"
#include "tests/sim/disk/fixture.hpp"

namespace splitvote::sim {
namespace {

Stream latency_stream() { return {1, {Purpose::disk_latency, 0, 0}}; }

Distribution constant(Duration value) { return Distribution::constant(value.ns).value(); }

constexpr Ratio always{1, 1};

TEST_CASE("a file is created empty by opening it, and opening it again finds it") {
  Disk disk;
  CHECK_FALSE(disk.exists("log"));

  const FileId file = disk.open("log");

  CHECK(disk.exists("log"));
  CHECK(disk.size(file) == 0);
  CHECK(disk.open("log") == file);
  CHECK(disk.open("other") != file);
}

TEST_CASE("reads see what was written at once, and a gap reads as zeros") {
  Disk disk;
  const FileId file = disk.open("log");

  write(disk, file, 0, "hello");
  write(disk, file, 7, "world");
  write(disk, file, 1, "ipp");

  CHECK(text_of(disk, file) == std::string_view("hippo\0\0world", 12));
}

TEST_CASE("a read returns what lies within the file and nothing behind its end") {
  Disk disk;
  const FileId file = disk.open("log");
  write(disk, file, 0, "hello");
  Bytes bytes;

  CHECK(disk.read(file, 3, 10, bytes) == DiskStatus::ok);
  CHECK(as_text(bytes) == "lo");
  CHECK(disk.read(file, 5, 10, bytes) == DiskStatus::ok);
  CHECK(bytes.empty());
  CHECK(disk.read(file, UINT64_MAX, UINT64_MAX, bytes) == DiskStatus::ok);
  CHECK(bytes.empty());
  CHECK(disk.read(file, 1, 3, bytes) == DiskStatus::ok);
  CHECK(as_text(bytes) == "ell");
}

TEST_CASE("truncating cuts the file or extends it with zeros") {
  Disk disk;
  const FileId file = disk.open("log");
  write(disk, file, 0, "hello");

  CHECK(disk.truncate(file, 2) == DiskStatus::ok);
  CHECK(text_of(disk, file) == "he");
  CHECK(disk.truncate(file, 4) == DiskStatus::ok);
  CHECK(text_of(disk, file) == std::string_view("he\0\0", 4));
}

TEST_CASE("operations on what does not exist say so") {
  Disk disk;
  Bytes bytes;
  CHECK(disk.rename("a", "b") == DiskStatus::not_found);
  CHECK(disk.remove("a") == DiskStatus::not_found);
  CHECK(disk.write(FileId{3}, 0, as_bytes("x")) == DiskStatus::not_found);
  CHECK(disk.truncate(no_file, 0) == DiskStatus::not_found);
  CHECK(disk.read(FileId{3}, 0, 1, bytes) == DiskStatus::not_found);
  CHECK(disk.complete_sync(disk.begin_sync(FileId{3})) == DiskStatus::not_found);
  CHECK(disk.size(FileId{3}) == 0);
}

TEST_CASE("a completed sync makes exactly what was written before it began durable") {
  Disk disk;
  const FileId file = durable_file(disk, "log", "old");

  write(disk, file, 0, "new");
  append(disk, file, " covered");
  const SyncTicket ticket = disk.begin_sync(file);
  write(disk, file, 0, "NEW");
  append(disk, file, " late");
  REQUIRE(disk.complete_sync(ticket) == DiskStatus::ok);

  CHECK(text_of(disk, file) == "NEW covered late");
  lose_power(disk, LossMode::lose);
  CHECK(text_of(disk, "log") == "new covered");
}

TEST_CASE("a sync that was begun but has not completed makes nothing durable") {
  Disk disk;
  const FileId file = durable_file(disk, "log", "old");
  write(disk, file, 0, "new");
  const SyncTicket ticket = disk.begin_sync(file);

  lose_power(disk, LossMode::lose);

  CHECK(text_of(disk, "log") == "old");
  CHECK(disk.complete_sync(ticket) == DiskStatus::io_error);
}

TEST_CASE("a sync covers a truncation like a write") {
  Disk disk;
  const FileId file = durable_file(disk, "log", "a long text");

  REQUIRE(disk.truncate(file, 2) == DiskStatus::ok);
  const SyncTicket ticket = disk.begin_sync(file);
  REQUIRE(disk.truncate(file, 1) == DiskStatus::ok);
  append(disk, file, "bc");
  REQUIRE(disk.complete_sync(ticket) == DiskStatus::ok);

  CHECK(text_of(disk, file) == "abc");
  lose_power(disk, LossMode::lose);
  CHECK(text_of(disk, "log") == "a ");
}

TEST_CASE("syncs that overlap make durable what each of them covers") {
  Disk disk;
  const FileId file = durable_file(disk, "log", "");
  SyncTicket ticket = disk.begin_sync(file);
  std::string expected;
  for (int round = 0; round < 500; ++round) {
    const SyncTicket next = (append(disk, file, "abc"), disk.begin_sync(file));
    REQUIRE(disk.complete_sync(ticket) == DiskStatus::ok);
    if (round < 499) expected += "abc";
    ticket = next;
    if (round % 50 == 7) write(disk, file, 0, "x");
  }
  expected[0] = 'x';

  CHECK(text_of(disk, file) == expected + "abc");
  lose_power(disk, LossMode::lose);
  CHECK(text_of(disk, "log") == expected);
}

TEST_CASE("a process crash keeps the page cache, and voids the sync in flight") {
  Disk disk;
  const FileId file = durable_file(disk, "log", "old");
  write(disk, file, 0, "new");
  const SyncTicket ticket = disk.begin_sync(file);

  disk.process_crash();

  CHECK(disk.size(file) == 0);  // no file is open
  CHECK(disk.complete_sync(ticket) == DiskStatus::io_error);
  CHECK(text_of(disk, "log") == "new");
  lose_power(disk, LossMode::lose);
  CHECK(text_of(disk, "log") == "old");
}

TEST_CASE("a wiped disk has nothing, and a sync from before does nothing to it") {
  Disk disk;
  const FileId file = durable_file(disk, "log", "old");
  append(disk, file, " and new");
  const SyncTicket ticket = disk.begin_sync(file);

  disk.wipe();

  CHECK_FALSE(disk.exists("log"));
  CHECK(disk.used() == 0);
  CHECK(disk.complete_sync(ticket) == DiskStatus::io_error);
  CHECK(lose_power(disk, LossMode::random) == PowerLossSummary{});
  CHECK(text_of(disk, disk.open("log")).empty());
}

TEST_CASE("a copy of a disk is a disk of its own") {
  Disk disk;
  const FileId file = durable_file(disk, "log", "old");
  write(disk, file, 0, "new");

  Disk copy = disk;
  sync(copy, file);
  lose_power(disk, LossMode::lose);
  lose_power(copy, LossMode::lose);

  CHECK(text_of(disk, "log") == "old");
  CHECK(text_of(copy, "log") == "new");
}

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

TEST_CASE("removing a file gives its space back once nothing can lead to it") {
  Disk disk;
  durable_file(disk, "log", "12345");
  REQUIRE(disk.remove("log") == DiskStatus::ok);
  CHECK(disk.used() == 5);  // the file is open, and the platter still has the name

  sync_directory(disk);
  CHECK(disk.used() == 5);
  disk.process_crash();
  CHECK(disk.used() == 0);
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

TEST_CASE("appending and syncing allocates nothing once the file has been as large as it gets") {
  Disk disk;
  Stream latency = latency_stream();
  const FileId file = disk.open("log");
  const Bytes record(200, std::byte{7});
  const auto fill = [&] {
    REQUIRE(disk.truncate(file, 0) == DiskStatus::ok);
    SyncTicket pending = disk.begin_sync(file);
    for (int count = 0; count < 500; ++count) {
      (void)disk.write(file, disk.size(file), record);
      (void)disk.charge(DiskWork::write, record.size(), {count}, latency);
      const SyncTicket next = disk.begin_sync(file);
      (void)disk.complete_sync(pending);
      pending = next;
    }
    (void)disk.complete_sync(pending);
  };
  fill();
  fill();

  const std::uint64_t before = allocation_count;
  fill();
  const std::uint64_t after = allocation_count;

  CHECK(after == before);
}

TEST_CASE("overwriting under syncs that always overlap allocates nothing in the long run") {
  Disk disk;
  const FileId file = durable_file(disk, "log", std::string(1'000, 'o'));
  SyncTicket pending = disk.begin_sync(file);
  const auto overwrite = [&] {
    for (int count = 0; count < 1'000; ++count) {
      (void)disk.write(file, 100, as_bytes("overwritten"));
      const SyncTicket next = disk.begin_sync(file);
      (void)disk.complete_sync(pending);
      pending = next;
    }
  };
  overwrite();

  const std::uint64_t before = allocation_count;
  overwrite();
  const std::uint64_t after = allocation_count;

  CHECK(after == before);
}

}  // namespace
}  // namespace splitvote::sim
