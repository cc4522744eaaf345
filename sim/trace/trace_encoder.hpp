// Turns records into the bytes of a trace file, block by block; knows no file.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/base/digest.hpp"
#include "sim/trace/format.hpp"
#include "sim/trace/keyframe.hpp"
#include "sim/trace/record.hpp"

struct ZSTD_CCtx_s;

namespace splitvote::sim {

/// What stands at the front of a trace, known before the run.
struct TraceHeader {
  std::string text;  // JSON of the caller: resolved scenario, seed, build, names; not read here
  std::uint16_t nodes = 0;
  std::vector<NoteKind> state_notes;  // whose latest value is a node's state; see Keyframe

  bool operator==(const TraceHeader&) const = default;
};

/// What stands at the end of a trace, known after the run.
struct TraceEnd {
  Digest digest;
  std::uint64_t events = 0;
  Instant time;
  std::string text;  // JSON of the caller: the verdict; may be empty

  bool operator==(const TraceEnd&) const = default;
};

/// Where a block begins and what it begins with.
struct TraceBlock {
  std::uint64_t offset = 0;  // in the file
  std::uint64_t first_record = 0;
  EventId first_event = no_event;
  Instant first_time;
  std::uint32_t checksum = 0;

  constexpr bool operator==(const TraceBlock&) const = default;
};

/// Encoded bytes gather in `output()`; whoever owns the encoder takes them away. Records come in
/// the order of execution: neither the time nor the event id may go back.
class TraceEncoder {
 public:
  explicit TraceEncoder(const TraceHeader& header);

  /// Returns true when a block was closed, that is, when there is output to take away.
  bool add(const Record& record) {
    if (records_in_block_ == 0) [[unlikely]]
      open_block(record.moment);
    std::byte* const start = reserve(record.detail.size());
    raw_used_ += static_cast<std::size_t>(encode(record, start) - start);
    keyframe_.follow(record);
    ++records_in_block_;
    if (raw_used_ < raw_limit_) [[likely]]
      return false;
    close_block();
    return true;
  }

  /// Closes the last block and appends index and footer. Nothing may be added afterwards.
  void finish(const TraceEnd& end);

  [[nodiscard]] Bytes& output() { return output_; }
  [[nodiscard]] std::uint64_t records() const { return records_ + records_in_block_; }

 private:
  struct FreeContext {
    void operator()(ZSTD_CCtx_s* context) const;
  };

  /// Room for one record behind the raw bytes of the block.
  std::byte* reserve(std::size_t detail_size) {
    if (raw_.size() - raw_used_ < trace_format::record_size_max + detail_size) [[unlikely]]
      grow(detail_size);
    return raw_.data() + raw_used_;
  }
  void grow(std::size_t detail_size);
  std::byte* encode(const Record& record, std::byte* target);
  std::byte* encode_detail(const Record& record, std::byte* target);
  void open_block(const Moment& moment);
  void close_block();

  Bytes raw_;  // the open block: keyframe, then records; its size is room, raw_used_ what is taken
  std::size_t raw_used_ = 0;
  std::size_t raw_limit_ = 0;  // where the block is full
  std::uint32_t records_in_block_ = 0;
  Moment previous_;
  std::uint64_t last_sent_ = 0;  // message id
  Keyframe keyframe_;
  Bytes keyframe_bytes_;
  TraceBlock open_;
  std::vector<TraceBlock> blocks_;
  std::uint64_t records_ = 0;
  std::uint64_t written_ = 0;  // bytes handed to output_ so far
  Bytes output_;
  std::unique_ptr<ZSTD_CCtx_s, FreeContext> context_;
};

}  // namespace splitvote::sim
