// Finding entries by index and term, cutting batches out of the log, appending to it and
// truncating it.
#include "models/raft/log.hpp"

#include <algorithm>

#include "sim/base/check.hpp"

namespace splitvote::raft {

namespace {

template <typename Integer>
Integer field(sim::ByteView record, std::size_t offset) {
  Integer value;
  std::memcpy(&value, record.data() + offset, sizeof value);
  return value;
}

}  // namespace

EntryHead entry_head(sim::ByteView records) {
  SPLITVOTE_CHECK(records.size() >= wal::overhead);
  const std::size_t key_size = field<std::uint32_t>(records, wal::key_size_at);
  const std::size_t value_size = field<std::uint32_t>(records, wal::value_size_at);
  return {
      {field<std::uint64_t>(records, wal::index_at), field<std::uint64_t>(records, wal::term_at)},
      wal::overhead + key_size + value_size};
}

wal::Record Log::entry(Index index) const {
  const sim::ByteView bytes = record(index);
  const std::size_t key_size = field<std::uint32_t>(bytes, wal::key_size_at);
  const std::string_view content = sim::as_text(bytes.subspan(wal::header_size));
  return {.term = term(index),
          .index = index,
          .type = field<wal::RecordType>(bytes, wal::type_at),
          .key = content.substr(0, key_size),
          .value = content.substr(key_size, bytes.size() - wal::overhead - key_size)};
}

std::uint32_t Log::hash(Index index) const {
  std::uint32_t checksum;
  std::memcpy(&checksum, arena_.data() + offset_of(index + 1) - sizeof checksum, sizeof checksum);
  return checksum;
}

Index Log::first_index_of(Term term) const {
  const auto found = std::ranges::lower_bound(slots_, term, {}, &Slot::term);
  if (found == slots_.end() || found->term != term) return last_index() + 1;
  return first_index() + static_cast<Index>(found - slots_.begin());
}

Index Log::last_index_up_to(Term term) const {
  const auto above = std::ranges::upper_bound(slots_, term, {}, &Slot::term);
  return base_.index + static_cast<Index>(above - slots_.begin());
}

IndexRange Log::batch(Index first, BatchLimit limit) const {
  Index last = std::min<Index>(limit.last, first + limit.entries - 1);
  const std::uint64_t end = offset_of(first) + limit.bytes;
  if (last > first && offset_of(last + 1) > end) {
    // The first entry that begins behind the limit, or ends there: all before it fit.
    const auto begin = slots_.begin() + static_cast<std::ptrdiff_t>(first - base_.index);
    const auto above =
        std::ranges::upper_bound(begin, slots_.end(), end + gone_bytes_, {}, &Slot::offset);
    last = std::max(first, base_.index + static_cast<Index>(above - slots_.begin()) - 1);
  }
  return {first, last};
}

void Log::append(const wal::Record& record) {
  SPLITVOTE_CHECK(record.index == last_index() + 1);
  slots_.push_back({gone_bytes_ + arena_.size(), record.term});
  wal::encode(record, arena_);
}

void Log::append_encoded(sim::ByteView records) {
  for (std::size_t offset = 0; offset < records.size();) {
    const EntryHead head = entry_head(records.subspan(offset));
    SPLITVOTE_CHECK(head.position.index == last_index() + 1);
    slots_.push_back({gone_bytes_ + arena_.size() + offset, head.position.term});
    offset += head.size;
  }
  sim::append(arena_, records);
}

void Log::truncate_from(Index first) {
  SPLITVOTE_CHECK(first >= first_index() && first <= last_index());
  arena_.resize(offset_of(first));
  slots_.resize(first - first_index());
}

void Log::compact(Index last) {
  SPLITVOTE_CHECK(last >= base_.index && last <= last_index());
  const LogPosition base{last, term(last)};
  const std::uint64_t gone = offset_of(last + 1);
  arena_.erase(arena_.begin(), arena_.begin() + static_cast<std::ptrdiff_t>(gone));
  slots_.erase(slots_.begin(), slots_.begin() + static_cast<std::ptrdiff_t>(last - base_.index));
  gone_bytes_ += gone;
  base_ = base;
}

void Log::restart_behind(LogPosition base) {
  arena_.clear();
  slots_.clear();
  gone_bytes_ = 0;
  base_ = base;
}

}  // namespace splitvote::raft
