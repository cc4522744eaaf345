// The writer's file: aside until it is whole, readable when the run dies, honest about a full disk.
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <new>

#include "sim/trace/trace_cursor.hpp"
#include "sim/trace/trace_writer.hpp"
#include "tests/sim/trace/sample_run.hpp"

using namespace splitvote::sim;
using namespace splitvote::sim::test;
namespace fs = std::filesystem;

namespace {

std::uint64_t allocations = 0;

struct Folder {
  Folder() {
    char name[] = "/tmp/splitvote-trace-XXXXXX";
    path = ::mkdtemp(name);
  }
  Folder(const Folder&) = delete;
  ~Folder() { fs::remove_all(path); }
  std::string file(const char* name) const { return path + "/" + name; }
  std::string path;
};

}  // namespace

// noinline: g++ otherwise pairs the inlined malloc with the library's delete and warns.
[[gnu::noinline]] void* operator new(std::size_t size) {
  ++allocations;
  if (void* memory = std::malloc(size)) return memory;
  throw std::bad_alloc();
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }

TEST_CASE("a finished trace stands under its name and nothing beside it") {
  const Folder folder;
  const auto records = sample_records(1, 30'000);

  Result<TraceWriter> writer = TraceWriter::create(folder.file("run.svtrace"), sample_header());
  REQUIRE(writer.has_value());
  for (const KeptRecord& record : records) writer->add(record.view());
  CHECK_FALSE(fs::exists(folder.file("run.svtrace")));
  CHECK(writer->finish(sample_end()).has_value());

  CHECK_FALSE(fs::exists(folder.file("run.svtrace.part")));
  CHECK(fs::file_size(folder.file("run.svtrace")) == writer->bytes());
  const Result<TraceReader> trace = TraceReader::open(folder.file("run.svtrace"));
  REQUIRE(trace.has_value());
  CHECK(trace->complete());
  CHECK(trace->records() == 30'000);
  CHECK(trace->end() == sample_end());
}

TEST_CASE("a run that dies leaves what it had written, readable") {
  const Folder folder;
  const auto records = sample_records(2, 30'000);
  {
    Result<TraceWriter> writer = TraceWriter::create(folder.file("run.svtrace"), sample_header());
    REQUIRE(writer.has_value());
    for (const KeptRecord& record : records) writer->add(record.view());
  }

  const Result<TraceReader> trace = TraceReader::open(folder.file("run.svtrace.part"));

  REQUIRE(trace.has_value());
  CHECK_FALSE(trace->complete());
  CHECK(trace->blocks().size() == 2);
  CHECK(trace->records() > 15'000);
  CHECK(trace->end().time == records[trace->records() - 1].record.moment.time);
  CHECK_FALSE(fs::exists(folder.file("run.svtrace")));
}

TEST_CASE("an older trace of the same name lives until the new one is whole") {
  const Folder folder;
  Result<TraceWriter> first = TraceWriter::create(folder.file("run.svtrace"), sample_header());
  REQUIRE(first->finish(sample_end()).has_value());

  Result<TraceWriter> second = TraceWriter::create(folder.file("run.svtrace"), sample_header());
  second->add(sample_records(1, 1)[0].view());

  CHECK(TraceReader::open(folder.file("run.svtrace"))->records() == 0);
  REQUIRE(second->finish(sample_end()).has_value());
  CHECK(TraceReader::open(folder.file("run.svtrace"))->records() == 1);
}

TEST_CASE("a place where nothing can be written is an error that names it") {
  const Folder folder;

  const auto writer = TraceWriter::create(folder.file("missing/run.svtrace"), sample_header());

  REQUIRE_FALSE(writer.has_value());
  CHECK(writer.error().message.find("missing/run.svtrace.part: cannot be created") !=
        std::string::npos);
}

TEST_CASE("a full disk is told and the name is not given") {
  const Folder folder;
  fs::create_symlink("/dev/full", folder.file("run.svtrace.part"));

  const auto writer = TraceWriter::create(folder.file("run.svtrace"), sample_header());

  REQUIRE_FALSE(writer.has_value());
  CHECK(writer.error().message.find("cannot be written: No space left") != std::string::npos);
  CHECK_FALSE(fs::exists(folder.file("run.svtrace")));
}

TEST_CASE("reading what is no file is an error that names it") {
  CHECK(TraceReader::open("/nonexistent.svtrace")
            .error()
            .message.find("/nonexistent.svtrace: cannot be opened") == 0);
  CHECK(TraceReader::open("/tmp").error().message == "/tmp: is not a regular file");
}

TEST_CASE("a record costs no allocation once the first block is through") {
  const Folder folder;
  const auto records = sample_records(3, 60'000);
  Result<TraceWriter> writer = TraceWriter::create(folder.file("run.svtrace"), sample_header());
  REQUIRE(writer.has_value());
  const auto settled = std::span(records).first(25'000);
  for (const KeptRecord& record : settled) writer->add(record.view());

  const std::uint64_t before = allocations;
  for (const KeptRecord& record : std::span(records).subspan(25'000)) writer->add(record.view());
  const std::uint64_t after = allocations;

  CHECK(writer->records() == 60'000);
  CHECK(after - before == 0);
}
