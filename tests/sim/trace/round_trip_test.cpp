// What goes into a trace comes out of it: records, state beside them, header, end.
#include <doctest/doctest.h>

#include "sim/trace/trace_cursor.hpp"
#include "tests/sim/trace/sample_run.hpp"

using namespace splitvote::sim;
using namespace splitvote::sim::test;

namespace {

TraceReader opened(const std::vector<KeptRecord>& records) {
  Result<TraceReader> trace = TraceReader::from_bytes(encode_trace(records));
  REQUIRE_MESSAGE(trace.has_value(), trace.error().message);
  return *trace;
}

/// How many of the records the cursor gives in order, up to the first that differs.
std::size_t count_same(TraceCursor& cursor, std::span<const KeptRecord> expected) {
  std::size_t count = 0;
  Record record;
  for (const KeptRecord& kept : expected) {
    const Result<bool> more = cursor.next(record);
    if (!more || !*more || !same(record, kept.view())) break;
    ++count;
  }
  return count;
}

bool at_end(TraceCursor& cursor) {
  Record record;
  const Result<bool> more = cursor.next(record);
  return more && !*more;
}

}  // namespace

TEST_CASE("every record of a long run comes back as it was") {
  const auto records = sample_records(1, 60'000);
  const TraceReader trace = opened(records);

  TraceCursor cursor(trace);
  const std::size_t count = count_same(cursor, records);

  CHECK(trace.blocks().size() > 3);
  CHECK(trace.complete());
  CHECK(trace.records() == records.size());
  CHECK(count == records.size());
  CHECK(at_end(cursor));
}

TEST_CASE("header and end come back as they were given") {
  const TraceReader trace = opened(sample_records(2, 100));

  CHECK(trace.header() == sample_header());
  CHECK(trace.end() == sample_end());
}

TEST_CASE("a trace without records is whole") {
  const TraceReader trace = opened({});

  TraceCursor cursor(trace);

  CHECK(trace.complete());
  CHECK(trace.records() == 0);
  CHECK(at_end(cursor));
  CHECK(cursor.seek({17}).has_value());
  CHECK(at_end(cursor));
}

TEST_CASE("extreme values of every field come back as they were") {
  KeptRecord first;
  first.record = {.moment = {EventId{0}, {0}, EventId{0}},
                  .kind = RecordKind::mark,
                  .node = no_node,
                  .peer = no_node,
                  .a = UINT64_MAX,
                  .b = UINT64_MAX,
                  .c = UINT64_MAX,
                  .detail = {}};
  append(first.detail, as_bytes(std::string(300'000, 'x')));
  KeptRecord second;
  second.record = {.moment = {EventId{UINT64_MAX}, {INT64_MAX}, EventId{0}},
                   .kind = RecordKind::drop,
                   .node = NodeId{2},
                   .peer = NodeId{0},
                   .a = UINT64_MAX,
                   .b = 0,
                   .c = 0,
                   .detail = {}};
  KeptRecord third = second;
  third.record.kind = RecordKind::note;
  third.record.moment.cause = EventId{UINT64_MAX};
  append_integer(third.detail, UINT64_MAX);
  KeptRecord fourth = third;
  fourth.detail.resize(7);
  const std::vector<KeptRecord> records{first, second, third, fourth};
  const TraceReader trace = opened(records);

  TraceCursor cursor(trace);

  CHECK(count_same(cursor, records) == 4);
  CHECK(at_end(cursor));
}

TEST_CASE("the same records make the same bytes") {
  const auto records = sample_records(3, 20'000);

  CHECK(encode_trace(records) == encode_trace(records));
}

TEST_CASE("seeking any time finds the first record at or after it, and the state before it") {
  const auto records = sample_records(4, 50'000);
  const TraceReader trace = opened(records);
  TraceCursor cursor(trace);
  RecordSource draws(5);
  std::size_t right = 0;
  std::size_t right_state = 0;

  for (int round = 0; round < 60; ++round) {
    const auto& target = records[draws.draw(records.size())];
    const Instant time{target.record.moment.time.ns + static_cast<std::int64_t>(draws.draw(2))};
    std::size_t expected = 0;
    Keyframe state(3, sample_header().state_notes);
    while (expected < records.size() && records[expected].record.moment.time < time)
      state.follow(records[expected++].view());
    REQUIRE(cursor.seek(time).has_value());
    right_state += cursor.state() == state && cursor.position() == expected;
    const auto rest = std::span(records).subspan(expected).first(
        std::min<std::size_t>(300, records.size() - expected));
    right += count_same(cursor, rest) == rest.size();
  }

  CHECK(right == 60);
  CHECK(right_state == 60);
}

TEST_CASE("seeking finds the first of many records of one time, even if they fill blocks") {
  auto records = sample_records(7, 70'000);
  for (std::size_t i = 5'000; i < 60'000; ++i) {
    records[i].record.moment = records[5'000].record.moment;
    records[i].record.b = i;  // distinguishable
  }
  for (std::size_t i = 60'000; i < records.size(); ++i)
    records[i].record.moment.time.ns += 1'000'000'000;
  const TraceReader trace = opened(records);
  REQUIRE(trace.blocks().size() > 3);
  TraceCursor cursor(trace);

  REQUIRE(cursor.seek(records[5'000].record.moment.time).has_value());

  std::size_t first = 5'000;
  while (records[first - 1].record.moment.time == records[5'000].record.moment.time) --first;
  CHECK(cursor.position() == first);
  CHECK(count_same(cursor, std::span(records).subspan(first, 10'000)) == 10'000);
}

TEST_CASE("seeking behind the end gives no record and the final state") {
  const auto records = sample_records(6, 5'000);
  const TraceReader trace = opened(records);
  TraceCursor cursor(trace);
  Keyframe final_state(3, sample_header().state_notes);
  for (const KeptRecord& record : records) final_state.follow(record.view());

  REQUIRE(cursor.seek(end_of_time).has_value());

  CHECK(cursor.state() == final_state);
  CHECK(at_end(cursor));
}
