// The same writer and recovery on a real file: write, be killed, recover, verify.
#include <doctest/doctest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <string>

#include "tests/models/wal/oracle.hpp"
#include "tests/models/wal/posix_host.hpp"
#include "tests/models/wal/scratch_directory.hpp"

namespace splitvote::wal {
namespace {

using test::Oracle;
using test::PosixHost;
using test::ScratchDirectory;

/// The next two entries and a vote, whose content follows from their index alone.
void append_batch(Oracle& oracle, Writer& writer) {
  const std::uint64_t index = oracle.entries.size() + 1;
  oracle.set(writer, index, static_cast<std::uint16_t>(index % 5));
  oracle.put(writer, index, {index, "key" + std::to_string(index), std::string(index % 200, 'v')});
  oracle.put(writer, index + 1, {index, "", std::string(index % 90, 'w')});
}

/// A process in small: one that has read its log and may go on writing it.
struct Node {
  explicit Node(const std::string& directory) : host(directory) {
    file = host.open("wal");
    host.read(file, 0, host.size(file), sim::IoToken{1});
    recovered = recover(host.completions.front().content);
    host.completions.pop_front();
    oracle = test::contents(recovered);
  }
  bool start() {
    (void)writer.open(host, file, recovered, {.salt = 4711});
    settle();
    return writer.opened();
  }
  void settle() {
    while (!host.completions.empty()) {
      const sim::DiskCompletion completion = host.completions.front();
      host.completions.pop_front();
      (void)writer.on_synced(host, completion);
    }
  }
  void write_batch() {
    append_batch(oracle, writer);
    (void)writer.flush(host);
  }

  PosixHost host;
  sim::FileId file{};
  Recovered recovered;
  Writer writer;
  Oracle oracle;
};

/// What `Node` writes in so many batches.
Oracle after_batches(std::uint64_t batches) {
  Oracle oracle;
  Writer unused;
  for (std::uint64_t batch = 0; batch < batches; ++batch) append_batch(oracle, unused);
  return oracle;
}

/// Runs a node in a child process that writes batches without end and reports each durable one by a
/// byte in the pipe; returns the pipe's reading end.
int spawn(const std::string& directory, std::uint64_t bytes_until_death, pid_t& child) {
  std::array<int, 2> pipe{};
  REQUIRE(::pipe(pipe.data()) == 0);
  child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    Node node(directory);
    node.host.bytes_until_death = bytes_until_death;
    if (!node.start()) ::_exit(1);
    for (;;) {
      node.write_batch();
      node.settle();
      if (node.writer.durable() != node.writer.appended()) ::_exit(2);
      if (::write(pipe[1], "d", 1) != 1) ::_exit(3);
    }
  }
  ::close(pipe[1]);
  return pipe[0];
}

std::uint64_t read_reports(int pipe, std::uint64_t enough) {
  std::uint64_t reports = 0;
  char report = 0;
  while (reports < enough && ::read(pipe, &report, 1) == 1) ++reports;
  return reports;
}

void expect_killed(pid_t child) {
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGKILL);
}

TEST_CASE("a log written to a real file is read back from it") {
  const ScratchDirectory directory;
  {
    Node node(directory.path);
    REQUIRE(node.recovered.status == RecoveryStatus::ok);
    REQUIRE(node.start());
    for (int batch = 0; batch < 10; ++batch) node.write_batch(), node.settle();
    CHECK(node.writer.durable() == 30);
  }

  const Node again(directory.path);

  CHECK(again.recovered.status == RecoveryStatus::ok);
  CHECK(again.oracle == after_batches(10));
}

TEST_CASE("a process killed at any moment has kept every batch it reported durable") {
  const ScratchDirectory directory;
  std::uint64_t reported = 0;
  for (std::uint64_t life = 0; life < 5; ++life) {
    pid_t child = 0;
    const int pipe = spawn(directory.path, UINT64_MAX, child);
    reported += read_reports(pipe, 7 + life * 3);
    ::kill(child, SIGKILL);
    expect_killed(child);
    reported += read_reports(pipe, UINT64_MAX);  // what was on its way
    ::close(pipe);

    const Node node(directory.path);
    REQUIRE(node.recovered.status != RecoveryStatus::corrupt);
    const std::uint64_t found = node.oracle.entries.size() / 2;
    CHECK((found == reported || found == reported + 1));
    CHECK(node.oracle == after_batches(found));
    reported = found;
  }
  CHECK(reported >= 7 + 10 + 13 + 16 + 19);
}

TEST_CASE(
    "a process killed in the middle of a write leaves a torn tail, and the next one goes on") {
  const ScratchDirectory directory;
  std::uint64_t whole = 0;
  std::uint64_t torn = 0;
  for (std::uint64_t life = 0; life < 12; ++life) {
    pid_t child = 0;
    const int pipe = spawn(directory.path, 1000 + life * 37, child);
    const std::uint64_t reported = read_reports(pipe, UINT64_MAX);
    ::close(pipe);
    expect_killed(child);

    const Node node(directory.path);
    REQUIRE(node.recovered.status != RecoveryStatus::corrupt);
    if (node.recovered.status == RecoveryStatus::torn_tail) ++torn;
    whole += reported;
    const std::uint64_t found = node.oracle.entries.size() / 2;
    CHECK((found == whole || found == whole + 1));
    CHECK(node.oracle == after_batches(found));
    whole = found;
  }
  CHECK(torn >= 6);
}

TEST_CASE(
    "the files of the host are renamed, removed and read beyond their end as sim::Host says") {
  const ScratchDirectory directory;
  PosixHost host(directory.path);
  const sim::FileId file = host.open("old");
  CHECK(host.write(file, 3, sim::as_bytes("abc")) == sim::DiskStatus::ok);
  CHECK(host.rename("old", "new") == sim::DiskStatus::ok);

  CHECK(!host.exists("old"));
  CHECK(host.exists("new"));
  host.read(file, 2, 100, sim::IoToken{8});
  REQUIRE(host.completions.size() == 1);
  CHECK(host.completions.front().token == sim::IoToken{8});
  CHECK(sim::as_text(host.completions.front().content) == std::string_view("\0abc", 4));
  CHECK(host.truncate(file, 4) == sim::DiskStatus::ok);
  CHECK(host.size(file) == 4);
  CHECK(host.remove("new") == sim::DiskStatus::ok);
  CHECK(host.remove("new") == sim::DiskStatus::not_found);
}

}  // namespace
}  // namespace splitvote::wal
