// Finds the first record at which two traces, or a trace and a run, part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "sim/base/error.hpp"
#include "sim/trace/trace_reader.hpp"

namespace splitvote::sim {

[[nodiscard]] bool same(const Record& left, const Record& right);

/// A record that owns its detail.
struct KeptRecord {
  KeptRecord() = default;
  explicit KeptRecord(const Record& record);

  Record record;  // its detail is empty: take `detail`
  Bytes detail;

  [[nodiscard]] Record view() const;
};

/// One of the two is absent if that trace ended first.
struct Difference {
  std::uint64_t position = 0;  // how many records are the same before it
  std::optional<KeptRecord> left;
  std::optional<KeptRecord> right;
};

/// Nothing if the traces hold the same records. Blocks with equal place, size and checksum are not
/// unpacked, so two long runs that part late are compared fast.
[[nodiscard]] Result<std::optional<Difference>> compare(const TraceReader& left,
                                                        const TraceReader& right);

}  // namespace splitvote::sim
