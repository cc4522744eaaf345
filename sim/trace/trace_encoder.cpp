// Writes times, causes and message ids as differences from the record before, and compresses
// whole blocks.
#include "sim/trace/trace_encoder.hpp"

#include <zstd.h>

#include "sim/base/check.hpp"
#include "sim/base/checksum.hpp"

namespace splitvote::sim {

using namespace trace_format;

namespace {

/// Negative levels of zstd give up ratio for speed. On traces of real runs -1 makes files a tenth
/// larger than level 1 and costs a twentieth less time; below it files grow fast and little is won.
constexpr int compression_level = -1;

void append_text(Bytes& target, std::string_view text) { append(target, as_bytes(text)); }

}  // namespace

void TraceEncoder::FreeContext::operator()(ZSTD_CCtx_s* context) const { ZSTD_freeCCtx(context); }

TraceEncoder::TraceEncoder(const TraceHeader& header)
    : keyframe_(header.nodes, header.state_notes), context_(ZSTD_createCCtx()) {
  SPLITVOTE_CHECK(context_ != nullptr);
  SPLITVOTE_CHECK(header.text.size() < text_max);
  raw_.resize(block_target + block_target / 4);
  // Enough for a block whatever it holds, and for the index of some ten million records.
  output_.reserve(block_header_size + ZSTD_compressBound(raw_.size()) + checksum_size);
  blocks_.reserve(1024);
  append_text(output_, file_magic);
  append_integer(output_, version);
  append_integer(
      output_, static_cast<std::uint32_t>(3 + 2 * header.state_notes.size() + header.text.size()));
  append_integer(output_, header.nodes);
  append_integer(output_, static_cast<std::uint8_t>(header.state_notes.size()));
  for (const NoteKind kind : header.state_notes) append_integer(output_, number(kind));
  append_text(output_, header.text);
  append_integer(output_, frame_checksum(output_));
  written_ = output_.size();
}

void TraceEncoder::grow(std::size_t detail_size) {
  SPLITVOTE_CHECK(detail_size <= detail_max);
  raw_.resize(raw_used_ + record_size_max + detail_size);
}

void TraceEncoder::open_block(const Moment& moment) {
  open_.offset = written_;
  open_.first_record = records_;
  open_.first_event = moment.event;
  open_.first_time = moment.time;
  // Nothing is taken over from the block before: a block is read alone.
  previous_ = {};
  last_sent_ = 0;
  keyframe_bytes_.clear();
  keyframe_.encode(keyframe_bytes_);
  raw_used_ = 0;
  std::byte* const start = reserve(keyframe_bytes_.size());
  std::byte* const body = put_varint(start, keyframe_bytes_.size());
  if (!keyframe_bytes_.empty()) std::memcpy(body, keyframe_bytes_.data(), keyframe_bytes_.size());
  raw_used_ = static_cast<std::size_t>(body - start) + keyframe_bytes_.size();
  raw_limit_ = raw_used_ + block_target;
}

std::byte* TraceEncoder::encode(const Record& record, std::byte* target) {
  std::byte* const tag = target++;
  std::uint8_t flags = static_cast<std::uint8_t>(record.kind);
  const Moment& moment = record.moment;
  if (moment.event != previous_.event || moment.time != previous_.time ||
      moment.cause != previous_.cause) {
    SPLITVOTE_CHECK(moment.event >= previous_.event && moment.time >= previous_.time);
    SPLITVOTE_CHECK(moment.cause <= moment.event);
    flags |= has_moment;
    target = put_varint(target, static_cast<std::uint64_t>((moment.time - previous_.time).ns));
    target = put_varint(target, number(moment.event) - number(previous_.event));
    target = put_varint(target, number(moment.event) - number(moment.cause));
    previous_ = moment;
  }
  target = put_varint(target, shifted(record.node));
  if (record.peer != no_node) {
    flags |= has_peer;
    target = put_varint(target, shifted(record.peer));
  }
  if (names_a_message(record.kind)) {
    target = put_varint(target, zigzag(record.a - last_sent_));
    if (record.kind == RecordKind::send) last_sent_ = record.a;
  } else {
    target = put_varint(target, record.a);
  }
  target = put_varint(target, record.b);
  target = put_varint(target, record.c);
  if (!record.detail.empty()) {
    flags |= has_detail;
    target = encode_detail(record, target);
  }
  *tag = static_cast<std::byte>(flags);
  return target;
}

std::byte* TraceEncoder::encode_detail(const Record& record, std::byte* target) {
  ByteView detail = record.detail;
  target = put_varint(target, detail.size());
  // The third argument of a note is mostly small, and its eight bytes would be mostly zeros.
  std::uint64_t third;
  if (record.kind == RecordKind::note && detail.size() >= sizeof third) {
    std::memcpy(&third, detail.data(), sizeof third);
    target = put_varint(target, third);
    detail = detail.subspan(sizeof third);
  }
  if (!detail.empty()) std::memcpy(target, detail.data(), detail.size());
  return target + detail.size();
}

void TraceEncoder::close_block() {
  const std::size_t start = output_.size();
  const std::size_t bound = ZSTD_compressBound(raw_used_);
  output_.resize(start + block_header_size + bound);
  const std::size_t stored =
      ZSTD_compressCCtx(context_.get(), output_.data() + start + block_header_size, bound,
                        raw_.data(), raw_used_, compression_level);
  SPLITVOTE_CHECK(!ZSTD_isError(stored));

  std::byte* header = output_.data() + start;
  const auto put = [&header](auto value) {
    std::memcpy(header, &value, sizeof value);
    header += sizeof value;
  };
  std::memcpy(header, block_magic.data(), block_magic.size());
  header += block_magic.size();
  put(static_cast<std::uint32_t>(stored));
  put(static_cast<std::uint32_t>(raw_used_));
  put(records_in_block_);
  put(number(open_.first_event));
  put(open_.first_time.ns);

  output_.resize(start + block_header_size + stored);
  open_.checksum = frame_checksum(ByteView(output_).subspan(start));
  append_integer(output_, open_.checksum);
  written_ += output_.size() - start;
  blocks_.push_back(open_);
  records_ += records_in_block_;
  records_in_block_ = 0;
  raw_used_ = 0;
}

void TraceEncoder::finish(const TraceEnd& end) {
  if (records_in_block_ > 0) close_block();
  SPLITVOTE_CHECK(end.text.size() < text_max);
  const std::size_t start = output_.size();
  append_text(output_, index_magic);
  append_integer(output_, static_cast<std::uint32_t>(blocks_.size()));
  append_integer(output_, static_cast<std::uint32_t>(end.text.size()));
  for (const TraceBlock& block : blocks_) {
    append_integer(output_, block.offset);
    append_integer(output_, block.first_record);
    append_integer(output_, number(block.first_event));
    append_integer(output_, block.first_time.ns);
    append_integer(output_, block.checksum);
  }
  append_text(output_, end.text);
  append_integer(output_, written_);
  append_integer(output_, records_);
  append_integer(output_, end.events);
  append_integer(output_, end.time.ns);
  append_integer(output_, end.digest.high);
  append_integer(output_, end.digest.low);
  append_integer(output_, frame_checksum(ByteView(output_).subspan(start)));
  append_text(output_, end_magic);
}

}  // namespace splitvote::sim
