// Damaged and cut-off traces: read as far as they are whole, refused with a place, never a crash.
#include <doctest/doctest.h>
#include <zstd.h>

#include "sim/base/checksum.hpp"
#include "sim/trace/trace_cursor.hpp"
#include "tests/sim/trace/sample_run.hpp"

using namespace splitvote::sim;
using namespace splitvote::sim::test;

namespace {

/// Reads all there is; the records read before the end or the error.
std::uint64_t read_all(const TraceReader& trace, std::string* error = nullptr) {
  TraceCursor cursor(trace);
  Record record;
  for (;;) {
    const Result<bool> more = cursor.next(record);
    if (!more && error != nullptr) *error = more.error().message;
    if (!more || !*more) return cursor.position();
  }
}

/// The file up to its first block, and that block's uncompressed content.
struct Opened {
  Bytes header;
  Bytes raw;
  std::uint32_t records = 0;
  std::uint64_t first_event = 0;
  std::int64_t first_time = 0;
};

Opened unpack(const Bytes& file) {
  Reader header(ByteView(file).subspan(12));
  const std::size_t start = 16 + header.integer<std::uint32_t>() + 4;
  Reader block(ByteView(file).subspan(start + 4));
  const auto stored = block.integer<std::uint32_t>();
  const auto raw = block.integer<std::uint32_t>();
  Opened opened{.header = Bytes(file.begin(), file.begin() + static_cast<std::ptrdiff_t>(start)),
                .raw = Bytes(raw),
                .records = block.integer<std::uint32_t>(),
                .first_event = block.integer<std::uint64_t>(),
                .first_time = block.integer<std::int64_t>()};
  REQUIRE(ZSTD_decompress(opened.raw.data(), raw, file.data() + start + 32, stored) == raw);
  return opened;
}

/// A cut-short file whose one block holds these bytes under a right checksum.
Bytes repack(const Opened& opened) {
  Bytes stored(ZSTD_compressBound(opened.raw.size()));
  stored.resize(
      ZSTD_compress(stored.data(), stored.size(), opened.raw.data(), opened.raw.size(), 1));
  Bytes block;
  append(block, as_bytes("SVbk"));
  append_integer(block, static_cast<std::uint32_t>(stored.size()));
  append_integer(block, static_cast<std::uint32_t>(opened.raw.size()));
  append_integer(block, opened.records);
  append_integer(block, opened.first_event);
  append_integer(block, opened.first_time);
  append(block, stored);
  append_integer(block, frame_checksum(block));
  Bytes file = opened.header;
  append(file, block);
  return file;
}

}  // namespace

TEST_CASE("a trace cut off at any byte is refused or gives its whole blocks and says so") {
  const Bytes whole = encode_trace(sample_records(1, 25'000));
  const Result<TraceReader> reference = TraceReader::from_bytes(whole);
  REQUIRE(reference.has_value());
  REQUIRE(reference->blocks().size() == 3);
  const std::size_t header = static_cast<std::size_t>(reference->blocks()[0].offset);
  std::size_t wrong = 0;

  for (std::size_t size = 0; size < whole.size(); size += size < header + 100 ? 1 : 997) {
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const Result<TraceReader> trace = TraceReader::from_bytes(cut);
    std::uint64_t expected = 0;
    for (std::size_t i = 0; i < 2; ++i)
      if (size >= reference->blocks()[i + 1].offset)
        expected = reference->blocks()[i + 1].first_record;
    if (size < header)
      wrong += trace.has_value() || trace.error().message.find(": byte ") == std::string::npos;
    else if (size + 3'000 < whole.size())
      wrong += !trace || trace->complete() || read_all(*trace) != expected;
    else
      wrong += !trace || trace->complete();
  }

  CHECK(wrong == 0);
}

TEST_CASE("every truncation of a small trace is refused or told to be cut short") {
  const Bytes whole = encode_trace(sample_records(2, 50));
  std::size_t accepted = 0;

  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Result<TraceReader> trace = TraceReader::from_bytes(
        Bytes(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)));
    if (!trace) continue;
    accepted += trace->complete();
    (void)read_all(*trace);
  }

  CHECK(accepted == 0);
}

TEST_CASE("a trace cut short in its index keeps every record and the time of the last") {
  const auto records = sample_records(3, 500);
  Bytes bytes = encode_trace(records);
  bytes.pop_back();

  const Result<TraceReader> trace = TraceReader::from_bytes(bytes);

  REQUIRE(trace.has_value());
  CHECK_FALSE(trace->complete());
  CHECK(trace->shortfall().find("the index is not whole") != std::string::npos);
  CHECK(trace->shortfall().find("1 whole block(s) with 500 record(s)") != std::string::npos);
  CHECK(trace->end().time == records.back().record.moment.time);
  CHECK(trace->end().events == number(records.back().record.moment.event));
  CHECK(trace->end().digest == Digest{});
  CHECK(read_all(*trace) == 500);
}

TEST_CASE("20 000 random damages of a small trace neither crash nor pass for the whole trace") {
  const Bytes whole = encode_trace(sample_records(4, 60));
  RecordSource draws(99);
  std::size_t unnoticed = 0;

  for (int round = 0; round < 20'000; ++round) {
    Bytes damaged = whole;
    const std::uint64_t changes = 1 + draws.draw(3);
    for (std::uint64_t i = 0; i < changes; ++i)
      damaged[draws.draw(damaged.size())] = static_cast<std::byte>(draws.draw(256));
    if (draws.draw(8) == 0) damaged.resize(draws.draw(damaged.size()));
    if (draws.draw(8) == 0) damaged.insert(damaged.end(), 1 + draws.draw(100), std::byte{0});
    if (damaged == whole) continue;
    const Result<TraceReader> trace = TraceReader::from_bytes(damaged);
    if (!trace) continue;
    std::string error;
    (void)read_all(*trace, &error);
    unnoticed += trace->complete() && error.empty();
  }

  CHECK(unnoticed == 0);
}

TEST_CASE("20 000 random damages under right checksums do not crash the decoder") {
  const Opened small = unpack(encode_trace(sample_records(5, 60)));
  REQUIRE(TraceReader::from_bytes(repack(small))->records() == 60);
  RecordSource draws(7);
  std::size_t refused = 0;

  for (int round = 0; round < 20'000; ++round) {
    Opened damaged = small;
    const std::uint64_t changes = 1 + draws.draw(3);
    for (std::uint64_t i = 0; i < changes; ++i)
      damaged.raw[draws.draw(damaged.raw.size())] = static_cast<std::byte>(draws.draw(256));
    if (draws.draw(10) == 0) damaged.raw.resize(draws.draw(damaged.raw.size()));
    if (draws.draw(10) == 0) damaged.records += static_cast<std::uint32_t>(draws.draw(3));
    const Result<TraceReader> trace = TraceReader::from_bytes(repack(damaged));
    refused += !trace;
    if (trace) (void)read_all(*trace);
  }

  CHECK(refused > 5'000);  // most changes of an argument are just other arguments
}

TEST_CASE("errors say at which byte what is wrong") {
  Bytes text;
  append(text, as_bytes("#!/bin/sh\nexit 0\n"));
  Bytes newer = encode_trace({});
  newer[8] = std::byte{9};
  Bytes header = encode_trace({});
  header[20] ^= std::byte{1};
  Bytes block = encode_trace(sample_records(6, 100));
  block[100] ^= std::byte{1};
  Bytes footer = encode_trace({});
  footer[footer.size() - 20] ^= std::byte{1};
  const auto message = [](const Bytes& bytes) {
    const Result<TraceReader> trace = TraceReader::from_bytes(bytes, "t");
    std::string error;
    if (trace) (void)read_all(*trace, &error);
    return trace ? error : trace.error().message;
  };

  CHECK(message({}) == "t: byte 0: not a splitvote trace: it does not begin with `svtrace`");
  CHECK(message(text) == "t: byte 0: not a splitvote trace: it does not begin with `svtrace`");
  CHECK(message(newer) == "t: byte 8: format version 9, but this build reads version 2");
  CHECK(message(header) == "t: byte 44: the header's checksum is wrong");
  CHECK(message(block).find("the checksum of the block that began at byte 48 is wrong") !=
        std::string::npos);
  CHECK(message(footer).find("the checksum of index and footer is wrong") != std::string::npos);
}

TEST_CASE("a record of no known kind, or of a node that does not exist, is refused") {
  KeptRecord timer;
  timer.record.kind = RecordKind::timer;
  timer.record.node = NodeId{0};
  const Opened one = unpack(encode_trace({timer}));
  Opened kind = one;
  const std::size_t tag = 1 + static_cast<std::size_t>(one.raw[0]);
  kind.raw[tag] = std::byte{0x0f};
  Opened node = one;
  node.raw[tag + 1] = std::byte{4};  // ids 0, 1, 2 are written as 1, 2, 3
  const auto message = [](const Opened& opened) {
    return TraceReader::from_bytes(repack(opened), "t").error().message;
  };

  REQUIRE(TraceReader::from_bytes(repack(one)).has_value());
  REQUIRE(one.raw[tag] == std::byte{0x08});
  CHECK(message(kind).find("there is no such kind of record") != std::string::npos);
  CHECK(message(node).find("names a node that does not exist") != std::string::npos);
}
