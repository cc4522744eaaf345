// The replacement of a file: old or new after a crash at every point, on the simulated disk and on
// real files.
#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>
#include <string>

#include "models/wal/file_replacement.hpp"
#include "models/wal/snapshot_file.hpp"
#include "tests/models/wal/disk_host.hpp"
#include "tests/models/wal/posix_host.hpp"
#include "tests/models/wal/scratch_directory.hpp"

namespace splitvote::wal {
namespace {

using sim::DiskStatus;
using test::DiskHost;
using test::PosixHost;

constexpr std::string_view name = "snapshot";

sim::Bytes filled(std::size_t size, char with) { return {size, static_cast<std::byte>(with)}; }

/// Lets everything that is asked for complete, at most so many syncs.
template <typename TestHost>
DiskStatus settle(TestHost& host, FileReplacement& replacement, int syncs = 2) {
  DiskStatus status = DiskStatus::ok;
  for (int i = 0; i < syncs && status == DiskStatus::ok; ++i) {
    if constexpr (requires { host.finish_sync(); }) host.finish_sync();
    const sim::DiskCompletion completion = host.completions.front();
    host.completions.pop_front();
    REQUIRE(replacement.awaits(completion.token));
    status = replacement.on_synced(host, completion);
  }
  return status;
}

/// A disk with a file that holds `content` for certain.
struct DiskWith : DiskHost {
  explicit DiskWith(const sim::Bytes& content) : DiskHost(sim::Disk{}) {
    FileReplacement replacement;
    REQUIRE(replacement.begin(*this, name, content, sim::IoToken{1}) == DiskStatus::ok);
    REQUIRE(settle(*this, replacement) == DiskStatus::ok);
    close(replacement.file());
  }
};

sim::Bytes content_of(DiskHost& host) { return host.content(host.open(name)); }

TEST_CASE("a replacement syncs the file, then renames it, then syncs the directory") {
  DiskWith host(filled(10, 'o'));
  FileReplacement replacement;

  REQUIRE(replacement.begin(host, name, filled(20, 'n'), sim::IoToken{7}) == DiskStatus::ok);
  CHECK(replacement.awaits(sim::IoToken{7}));
  CHECK_FALSE(replacement.awaits(sim::IoToken{8}));
  CHECK(content_of(host) == filled(10, 'o'));
  REQUIRE(settle(host, replacement, 1) == DiskStatus::ok);
  CHECK(replacement.state() == FileReplacement::State::syncing_directory);
  CHECK(replacement.awaits(sim::IoToken{8}));
  CHECK(content_of(host) == filled(20, 'n'));
  REQUIRE(settle(host, replacement, 1) == DiskStatus::ok);

  CHECK(replacement.state() == FileReplacement::State::idle);
  CHECK_FALSE(host.exists("snapshot.new"));
}

TEST_CASE("after a loss of power at every point the file is the old one or the new one, whole") {
  int old_found = 0;
  int new_found = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    for (int syncs = 0; syncs <= 2; ++syncs) {
      CAPTURE(seed);
      CAPTURE(syncs);
      sim::Stream stream(seed, {sim::Purpose::disk_power_loss, 0, 0});
      DiskWith host(filled(3000, 'o'));
      FileReplacement replacement;
      REQUIRE(replacement.begin(host, name, filled(2000, 'n'), sim::IoToken{1}) == DiskStatus::ok);
      REQUIRE(settle(host, replacement, syncs) == DiskStatus::ok);

      host.power_loss(stream);

      const sim::Bytes found = content_of(host);
      const bool is_new = found == filled(2000, 'n');
      REQUIRE((is_new || found == filled(3000, 'o')));
      if (syncs == 0) CHECK_FALSE(is_new);
      if (syncs == 2) CHECK(is_new);
      if (syncs == 1) ++(is_new ? new_found : old_found);
    }
  }
  CHECK(old_found > 50);
  CHECK(new_found > 50);
}

TEST_CASE("what an earlier incarnation left aside is of no meaning, however long it was") {
  DiskWith host(filled(10, 'o'));
  FileReplacement dead;
  REQUIRE(dead.begin(host, name, filled(5000, 'x'), sim::IoToken{1}) == DiskStatus::ok);
  host.crash();

  FileReplacement replacement;
  REQUIRE(replacement.begin(host, name, filled(20, 'n'), sim::IoToken{1}) == DiskStatus::ok);
  REQUIRE(settle(host, replacement) == DiskStatus::ok);

  CHECK(content_of(host) == filled(20, 'n'));
}

TEST_CASE("a replaced file gives its room and its number back, however often that happens") {
  DiskWith host(filled(1000, 'o'));
  const std::uint64_t used = host.used();

  for (int i = 0; i < 70'000; ++i) {
    FileReplacement replacement;
    REQUIRE(replacement.begin(host, name, filled(1000, 'n'), sim::IoToken{1}) == DiskStatus::ok);
    REQUIRE(settle(host, replacement) == DiskStatus::ok);
    host.close(replacement.file());
  }

  CHECK(host.used() == used);
}

TEST_CASE("a failed sync leaves the old file and a replacement that has failed") {
  sim::Disk disk({}, sim::Stream(1, {sim::Purpose::disk_fault, 0, 0}));
  DiskHost host(std::move(disk));
  FileReplacement replacement;
  REQUIRE(replacement.begin(host, name, filled(20, 'n'), sim::IoToken{1}) == DiskStatus::ok);

  CHECK(replacement.on_synced(host, {sim::IoToken{1}, DiskStatus::io_error, {}}) ==
        DiskStatus::io_error);

  CHECK(replacement.state() == FileReplacement::State::failed);
  CHECK_FALSE(host.exists(name));
}

/// In a child process: replaces the file by generation after generation and reports each that is
/// durable by a byte; dies in the middle of a write.
int spawn(const std::string& directory, std::uint64_t generation, std::uint64_t bytes_until_death,
          pid_t& child) {
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    PosixHost host(directory);
    host.bytes_until_death = bytes_until_death;
    for (;;) {
      const sim::Bytes content = filled(100 + generation * 7 % 400, 'g');
      sim::Bytes file;
      encode({.term = 1, .index = ++generation, .configuration = {}, .content = content}, file);
      FileReplacement replacement;
      if (replacement.begin(host, name, file, sim::IoToken{1}) != DiskStatus::ok) ::_exit(1);
      while (replacement.state() != FileReplacement::State::idle) {
        const sim::DiskCompletion completion = host.completions.front();
        host.completions.pop_front();
        if (replacement.on_synced(host, completion) != DiskStatus::ok) ::_exit(2);
      }
      host.close(replacement.file());
      if (::write(pipe[1], "d", 1) != 1) ::_exit(3);
    }
  }
  ::close(pipe[1]);
  return pipe[0];
}

TEST_CASE("a process killed while it replaces a real file leaves the newest one it reported") {
  const test::ScratchDirectory directory;
  std::uint64_t reported = 0;
  for (std::uint64_t life = 0; life < 12; ++life) {
    CAPTURE(life);
    pid_t child = 0;
    const int pipe = spawn(directory.path, reported, 2000 + life * 61, child);
    char report = 0;
    while (::read(pipe, &report, 1) == 1) ++reported;
    ::close(pipe);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFSIGNALED(status));

    PosixHost host(directory.path);
    const sim::FileId file = host.open(name);
    host.read(file, 0, host.size(file), sim::IoToken{1});
    SnapshotFile found;
    REQUIRE(decode(host.completions.front().content, found));
    CHECK(found.index == reported);
  }
  CHECK(reported > 60);
}

}  // namespace
}  // namespace splitvote::wal
