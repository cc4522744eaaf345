#include "models/raft/log.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace splitvote::raft {

EntryHead entry_head(sim::ByteView records) {
  static_assert(wal::header_size == 25,
                "term u64, index u64, type u8, key_size u32, value_size u32");
  SPLITVOTE_CHECK(records.size() >= wal::overhead);
  const auto field = [&](auto value, std::size_t offset) {
    std::memcpy(&value, records.data() + offset, sizeof value);
    return value;
  };
  const auto term = field(std::uint64_t{}, 0);
  const auto index = field(std::uint64_t{}, 8);
  const std::size_t content = std::size_t{field(std::uint32_t{}, 17)} + field(std::uint32_t{}, 21);
  return {{index, term}, wal::overhead + content};
}

sim::ByteView Log::bytes(IndexRange range) const {
  if (range.empty()) return {};
  const std::uint64_t first = offset_of(range.first);
  return sim::ByteView(arena_).subspan(first, offset_of(range.last + 1) - first);
}

std::uint32_t Log::hash(Index index) const {
  std::uint32_t checksum;
  std::memcpy(&checksum, arena_.data() + offset_of(index + 1) - sizeof checksum, sizeof checksum);
  return checksum;
}

Index Log::first_index_of(Term term) const {
  const auto found = std::ranges::lower_bound(slots_, term, {}, &Slot::term);
  if (found == slots_.end() || found->term != term) return last_index() + 1;
  return static_cast<Index>(found - slots_.begin()) + 1;
}

Index Log::last_index_up_to(Term term) const {
  const auto above = std::ranges::upper_bound(slots_, term, {}, &Slot::term);
  return static_cast<Index>(above - slots_.begin());
}

IndexRange Log::batch(Index first, BatchLimit limit) const {
  Index last = std::min<Index>(last_index(), first + limit.entries - 1);
  const std::uint64_t end = offset_of(first) + limit.bytes;
  if (last > first && offset_of(last + 1) > end) {
    // The first entry that begins behind the limit, or ends there: all before it fit.
    const auto begin = slots_.begin() + static_cast<std::ptrdiff_t>(first);
    const auto above = std::ranges::upper_bound(begin, slots_.end(), end, {}, &Slot::offset);
    last = std::max(first, static_cast<Index>(above - slots_.begin()) - 1);
  }
  return {first, last};
}

void Log::append(const wal::Record& record) {
  SPLITVOTE_CHECK(record.index == last_index() + 1);
  slots_.push_back({arena_.size(), record.term});
  wal::encode(record, arena_);
}

void Log::append_encoded(sim::ByteView records) {
  for (std::size_t offset = 0; offset < records.size();) {
    const EntryHead head = entry_head(records.subspan(offset));
    SPLITVOTE_CHECK(head.position.index == last_index() + 1);
    slots_.push_back({arena_.size() + offset, head.position.term});
    offset += head.size;
  }
  sim::append(arena_, records);
}

void Log::truncate_from(Index first) {
  SPLITVOTE_CHECK(first >= 1 && first <= last_index());
  arena_.resize(offset_of(first));
  slots_.resize(first - 1);
}

}  // namespace splitvote::raft
