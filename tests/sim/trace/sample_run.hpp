// Hand-made and drawn records for the tests of the trace.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/trace/compare.hpp"
#include "sim/trace/trace_encoder.hpp"

namespace splitvote::sim::test {

inline TraceHeader sample_header() {
  return {
      .text = R"({"scenario":"sample"})", .nodes = 3, .state_notes = {NoteKind{1}, NoteKind{6}}};
}

inline TraceEnd sample_end() {
  return {.digest = {.high = 0x0123456789abcdef, .low = 0xfedcba9876543210},
          .events = 4711,
          .time = {5'000'000'000},
          .text = R"({"verdict":"passed"})"};
}

/// The mixture a busy Raft run has: sends, deliveries, timers, disk, notes with and without detail.
class RecordSource {
 public:
  explicit RecordSource(std::uint64_t seed) : state_(seed * 2 + 1) {}

  KeptRecord next() {
    KeptRecord kept;
    Record& record = kept.record;
    if (draw(4) != 0) {
      moment_.event = EventId{number(moment_.event) + 1};
      moment_.time.ns += static_cast<std::int64_t>(draw(200'000));
      moment_.cause = EventId{number(moment_.event) - 1 - draw(number(moment_.event))};
    }
    record.moment = moment_;
    record.node = NodeId{static_cast<std::uint16_t>(draw(3))};
    switch (draw(8)) {
      case 0:
      case 1:
      case 2:
        fill_message(record, RecordKind::send, ++sent_);
        break;
      case 3:
      case 4:
        fill_message(record, RecordKind::deliver, sent_ - draw(sent_ + 1));
        break;
      case 5:
        record.kind = RecordKind::timer;
        record.a = draw(3);
        break;
      case 6:
        record.kind = RecordKind::disk;
        record.a = sent_ / 3;
        break;
      default:
        fill_note(kept);
        break;
    }
    return kept;
  }

  std::uint64_t draw(std::uint64_t limit) {
    state_ = state_ * 6364136223846793005U + 1442695040888963407U;
    return (state_ >> 33) % limit;
  }

 private:
  void fill_message(Record& record, RecordKind kind, std::uint64_t id) {
    record.kind = kind;
    record.peer = NodeId{static_cast<std::uint16_t>(draw(3))};
    record.a = id;
    record.b = 8 + draw(4);
    record.c = 60 + draw(3) * 20;
  }
  void fill_note(KeptRecord& kept) {
    kept.record.kind = RecordKind::note;
    kept.record.a = 1 + draw(13);
    kept.record.b = sent_ / 8;
    kept.record.c = 3;
    kept.detail.reserve(64);  // also keeps g++ 12 from a false warning about the append
    append_integer(kept.detail, static_cast<std::uint64_t>(state_ >> 32));
    if (kept.record.a == 9) append(kept.detail, as_bytes("key-17: some value of it"));
  }

  std::uint64_t state_;
  Moment moment_;
  std::uint64_t sent_ = 0;
};

inline std::vector<KeptRecord> sample_records(std::uint64_t seed, std::size_t count) {
  RecordSource source(seed);
  std::vector<KeptRecord> records;
  for (std::size_t i = 0; i < count; ++i) records.push_back(source.next());
  return records;
}

inline Bytes encode_trace(const std::vector<KeptRecord>& records) {
  TraceEncoder encoder(sample_header());
  for (const KeptRecord& record : records) encoder.add(record.view());
  encoder.finish(sample_end());
  return encoder.output();
}

}  // namespace splitvote::sim::test
