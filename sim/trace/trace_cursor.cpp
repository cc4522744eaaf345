// Unpacks block after block and decodes records from any bytes at all: damage is an error, never
// a crash.
#include "sim/trace/trace_cursor.hpp"

#include <zstd.h>

#include <algorithm>

#include "sim/base/check.hpp"

namespace splitvote::sim {

using namespace trace_format;

void TraceCursor::FreeContext::operator()(ZSTD_DCtx_s* context) const { ZSTD_freeDCtx(context); }

TraceCursor::TraceCursor(const TraceReader& trace)
    : trace_(trace),
      state_(trace.header().nodes, trace.header().state_notes),
      context_(ZSTD_createDCtx()) {
  SPLITVOTE_CHECK(context_ != nullptr);
}

std::unexpected<Error> TraceCursor::error(const std::string& what) const {
  return trace_.error(static_cast<std::size_t>(block_offset_),
                      "in the block that begins here, " + what + " at its uncompressed byte " +
                          std::to_string(reader_.offset()));
}

Result<void> TraceCursor::load(std::size_t block) {
  records_left_ = 0;
  holds_ = false;
  const Result<TraceReader::BlockSpan> span = trace_.block(block);
  if (!span) return std::unexpected(span.error());
  block_offset_ = span->block.offset;
  const ByteView stored = trace_.bytes_.subspan(span->stored_offset(), span->stored_size);
  // Asked before allocating: the size in the header is a claim, the frame's own must agree with it.
  if (ZSTD_getFrameContentSize(stored.data(), stored.size()) != span->raw_size)
    return trace_.error(span->stored_offset(),
                        "the compressed block does not have the size it says");
  raw_.resize(span->raw_size);
  const std::size_t size =
      ZSTD_decompressDCtx(context_.get(), raw_.data(), raw_.size(), stored.data(), stored.size());
  if (ZSTD_isError(size) || size != raw_.size())
    return trace_.error(span->stored_offset(), "the block cannot be decompressed");

  reader_ = VarintReader(raw_);
  const ByteView keyframe = reader_.bytes(reader_.varint());
  if (reader_.failed() || !state_.decode(keyframe)) return error("the keyframe is malformed");
  records_left_ = span->records;
  position_ = span->block.first_record;
  previous_ = {};
  last_sent_ = 0;
  at_block_start_ = true;
  next_block_ = block + 1;
  return {};
}

Result<void> TraceCursor::seek_block(std::size_t block) {
  if (block < trace_.blocks().size()) return load(block);
  return failure(trace_.name() + ": there is no block " + std::to_string(block));
}

Result<void> TraceCursor::seek(Instant time) {
  const auto blocks = trace_.blocks();
  if (blocks.empty()) return {};
  // The block before the first that begins at or after `time`: its last records may have that time.
  const auto after = std::ranges::lower_bound(blocks, time, {}, &TraceBlock::first_time);
  const std::size_t block =
      after == blocks.begin() ? 0 : static_cast<std::size_t>(after - blocks.begin()) - 1;
  if (const Result<void> loaded = load(block); !loaded) return loaded;
  for (;;) {
    const Result<bool> more = decode(held_);
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    if (held_.moment.time >= time) {
      holds_ = true;
      return {};
    }
    state_.follow(held_);
    ++position_;
  }
}

Result<bool> TraceCursor::next(Record& record) {
  if (holds_) {
    record = held_;
    holds_ = false;
  } else {
    const Result<bool> more = decode(record);
    if (!more || !*more) return more;
  }
  state_.follow(record);
  ++position_;
  return true;
}

Result<bool> TraceCursor::decode(Record& record) {
  if (records_left_ == 0) {
    if (next_block_ == trace_.blocks().size()) return false;
    if (const Result<void> loaded = load(next_block_); !loaded)
      return std::unexpected(loaded.error());
  }
  const std::uint8_t tag = reader_.byte();
  const std::uint8_t kind = tag & kind_mask;
  if (kind >= record_kinds || (tag & 0x80) != 0) return error("there is no such kind of record");
  record = {};
  record.kind = static_cast<RecordKind>(kind);
  if ((tag & has_moment) != 0 && !decode_moment())
    return error("a record has an impossible time, event or cause");
  record.moment = previous_;
  const std::uint64_t node = reader_.varint();
  const std::uint64_t peer = (tag & has_peer) != 0 ? reader_.varint() : 0;
  if (node > trace_.header().nodes || peer > trace_.header().nodes)
    return error("a record names a node that does not exist");
  record.node = NodeId{static_cast<std::uint16_t>(node - 1)};
  record.peer = NodeId{static_cast<std::uint16_t>(peer - 1)};
  record.a = reader_.varint();
  if (names_a_message(record.kind)) {
    record.a = last_sent_ + unzigzag(record.a);
    if (record.kind == RecordKind::send) last_sent_ = record.a;
  }
  record.b = reader_.varint();
  record.c = reader_.varint();
  if ((tag & has_detail) != 0) decode_detail(record);
  if (reader_.failed()) return error("a record is cut off or holds an overlong number");

  if (at_block_start_) {
    const TraceBlock& block = trace_.blocks()[next_block_ - 1];
    if (record.moment.event != block.first_event || record.moment.time != block.first_time)
      return error("the first record is not the one the block's header says");
    at_block_start_ = false;
  }
  if (--records_left_ == 0 && !reader_.at_end())
    return error("there are bytes behind the last record");
  return true;
}

bool TraceCursor::decode_moment() {
  const std::uint64_t time = reader_.varint();
  const std::uint64_t event = reader_.varint();
  const std::uint64_t distance = reader_.varint();
  const std::uint64_t before = number(previous_.event);
  if (time > static_cast<std::uint64_t>(INT64_MAX - previous_.time.ns)) return false;
  if (event > UINT64_MAX - before || distance > before + event) return false;
  previous_.time.ns += static_cast<std::int64_t>(time);
  previous_.event = EventId{before + event};
  previous_.cause = EventId{before + event - distance};
  return true;
}

void TraceCursor::decode_detail(Record& record) {
  std::uint64_t size = reader_.varint();
  if (record.kind != RecordKind::note || size < sizeof(std::uint64_t)) {
    record.detail = reader_.bytes(size);
    return;
  }
  const std::uint64_t third = reader_.varint();
  const ByteView rest = reader_.bytes(size - sizeof third);
  detail_.clear();
  append_integer(detail_, third);
  append(detail_, rest);
  record.detail = detail_;
}

}  // namespace splitvote::sim
