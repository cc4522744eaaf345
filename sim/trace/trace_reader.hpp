// Opens a trace, whole or cut short, checks what it reads, and finds the block of a moment.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/base/error.hpp"
#include "sim/trace/trace_encoder.hpp"

namespace splitvote::sim {

/// Any bytes are safe to open: errors say `<name>: byte <offset>: <what is wrong>`.
/// Copies share the bytes; they are unmapped with the last of them.
class TraceReader {
 public:
  /// Maps the file. It must not be shortened by others while it is open.
  [[nodiscard]] static Result<TraceReader> open(const std::string& path);
  [[nodiscard]] static Result<TraceReader> from_bytes(Bytes bytes, std::string name = "(memory)");

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] const TraceHeader& header() const { return header_; }

  /// False if the run ended without finishing its trace; then `shortfall` says where it stops and
  /// why, and everything up to the last whole block can be read.
  [[nodiscard]] bool complete() const { return shortfall_.empty(); }
  [[nodiscard]] const std::string& shortfall() const { return shortfall_; }

  /// Of a trace cut short: events and time are those of the last readable record, and there is
  /// neither digest nor text.
  [[nodiscard]] const TraceEnd& end() const { return end_; }

  [[nodiscard]] std::span<const TraceBlock> blocks() const { return blocks_; }
  [[nodiscard]] std::uint64_t records() const { return records_; }

 private:
  friend class TraceCursor;

  TraceReader(std::shared_ptr<const void> owner, ByteView bytes, std::string name)
      : owner_(std::move(owner)), bytes_(bytes), name_(std::move(name)) {}

  /// Where a block's compressed bytes lie and what its header promises.
  struct BlockSpan {
    TraceBlock block;
    std::size_t stored_size = 0;
    std::size_t raw_size = 0;
    std::uint32_t records = 0;
    [[nodiscard]] std::size_t stored_offset() const {
      return static_cast<std::size_t>(block.offset) + trace_format::block_header_size;
    }
    [[nodiscard]] std::size_t end() const {
      return stored_offset() + stored_size + trace_format::checksum_size;
    }
  };

  [[nodiscard]] std::unexpected<Error> error(std::size_t offset, const std::string& what) const;
  [[nodiscard]] static Result<TraceReader> parse(TraceReader trace);
  [[nodiscard]] Result<std::size_t> parse_header();
  [[nodiscard]] Result<void> parse_index(std::size_t first_block);
  [[nodiscard]] Result<void> check_index(std::size_t first_block, std::size_t index) const;
  [[nodiscard]] Result<void> scan(std::size_t first_block);
  [[nodiscard]] Result<void> read_last_moment();

  /// Reads and verifies the block at an offset below `limit`.
  [[nodiscard]] Result<BlockSpan> block_at(std::size_t offset, std::size_t limit) const;
  /// The same for a block of the index, which must agree with it.
  [[nodiscard]] Result<BlockSpan> block(std::size_t index) const;

  std::shared_ptr<const void> owner_;
  ByteView bytes_;
  std::string name_;
  TraceHeader header_;
  TraceEnd end_;
  std::string shortfall_;
  std::vector<TraceBlock> blocks_;
  std::uint64_t records_ = 0;
  std::size_t blocks_end_ = 0;  // offset behind the last readable block
};

}  // namespace splitvote::sim
