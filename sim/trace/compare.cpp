// Passes over the blocks that both indexes call equal, then walks the two traces record by
// record.
#include "sim/trace/compare.hpp"

#include <algorithm>

#include "sim/trace/trace_cursor.hpp"

namespace splitvote::sim {

bool same(const Record& left, const Record& right) {
  return left.moment.event == right.moment.event && left.moment.time == right.moment.time &&
         left.moment.cause == right.moment.cause && left.kind == right.kind &&
         left.node == right.node && left.peer == right.peer && left.a == right.a &&
         left.b == right.b && left.c == right.c && std::ranges::equal(left.detail, right.detail);
}

KeptRecord::KeptRecord(const Record& source)
    : record(source), detail(source.detail.begin(), source.detail.end()) {
  record.detail = {};
}

Record KeptRecord::view() const {
  Record whole = record;
  whole.detail = detail;
  return whole;
}

Result<std::optional<Difference>> compare(const TraceReader& left, const TraceReader& right) {
  const auto left_blocks = left.blocks();
  const auto right_blocks = right.blocks();
  const auto parted = std::ranges::mismatch(left_blocks, right_blocks);
  auto block = static_cast<std::size_t>(parted.in1 - left_blocks.begin());
  // The last equal entry is read again: only the next block's offset proves that its size is equal.
  if (block > 0) --block;

  TraceCursor left_cursor(left);
  TraceCursor right_cursor(right);
  if (block > 0) {
    if (const Result<void> moved = left_cursor.seek_block(block); !moved)
      return std::unexpected(moved.error());
    if (const Result<void> moved = right_cursor.seek_block(block); !moved)
      return std::unexpected(moved.error());
  }
  for (;;) {
    Record left_record;
    Record right_record;
    const std::uint64_t position = left_cursor.position();
    const Result<bool> left_more = left_cursor.next(left_record);
    if (!left_more) return std::unexpected(left_more.error());
    const Result<bool> right_more = right_cursor.next(right_record);
    if (!right_more) return std::unexpected(right_more.error());
    if (!*left_more && !*right_more) return std::nullopt;
    if (*left_more && *right_more && same(left_record, right_record)) continue;
    Difference difference{.position = position, .left = {}, .right = {}};
    if (*left_more) difference.left.emplace(left_record);
    if (*right_more) difference.right.emplace(right_record);
    return difference;
  }
}

}  // namespace splitvote::sim
