// Walks the records of a trace from any moment on, with the state of the nodes beside them.
#pragma once

#include <cstdint>
#include <memory>

#include "sim/base/error.hpp"
#include "sim/trace/keyframe.hpp"
#include "sim/trace/trace_reader.hpp"

struct ZSTD_DCtx_s;

namespace splitvote::sim {

/// Begins before the first record. After an error it must be sought anew.
class TraceCursor {
 public:
  explicit TraceCursor(const TraceReader& trace);

  /// Gives the next record, or false behind the last. Its detail is valid until the next call of
  /// any function of the cursor.
  [[nodiscard]] Result<bool> next(Record& record);

  /// The next record will be the first at or after that time.
  [[nodiscard]] Result<void> seek(Instant time);
  /// The next record will be the first of that block.
  [[nodiscard]] Result<void> seek_block(std::size_t block);

  /// The state after the last record given and before the next one.
  [[nodiscard]] const Keyframe& state() const { return state_; }
  /// How many records of the trace lie before the next one.
  [[nodiscard]] std::uint64_t position() const { return position_; }

 private:
  struct FreeContext {
    void operator()(ZSTD_DCtx_s* context) const;
  };

  [[nodiscard]] Result<void> load(std::size_t block);
  [[nodiscard]] Result<bool> decode(Record& record);
  [[nodiscard]] bool decode_moment();
  void decode_detail(Record& record);
  [[nodiscard]] std::unexpected<Error> error(const std::string& what) const;

  TraceReader trace_;
  Keyframe state_;
  std::size_t next_block_ = 0;
  std::uint64_t block_offset_ = 0;
  std::uint32_t records_left_ = 0;  // in the open block
  bool at_block_start_ = false;
  std::uint64_t position_ = 0;
  Bytes raw_;
  trace_format::VarintReader reader_;
  Moment previous_;
  std::uint64_t last_sent_ = 0;
  Bytes detail_;
  Record held_;  // found by `seek`, not given yet
  bool holds_ = false;
  std::unique_ptr<ZSTD_DCtx_s, FreeContext> context_;
};

}  // namespace splitvote::sim
