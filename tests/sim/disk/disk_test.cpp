// The disk's operations, what a sync covers, and what a crash leaves.
#include "sim/disk/disk.hpp"

#include "tests/support/allocation_count.hpp"
#include "tests/sim/disk/fixture.hpp"

namespace splitvote::sim {
namespace {

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
