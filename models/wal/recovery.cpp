// How the file is read back: whole batches from the front, then the verdict on what follows them.
#include "models/wal/recovery.hpp"

#include <utility>

namespace splitvote::wal {
namespace {

/// A decoded record and its bytes.
struct Found {
  Record record;
  sim::ByteView bytes;
};

class Recovery {
 public:
  explicit Recovery(sim::ByteView file) : file_(file) { result_.file_bytes = file.size(); }

  Recovered run() {
    if (file_.empty()) return std::move(result_);
    if (!decode(file_, result_.header)) {
      judge(0, "the file header is damaged", "the file header was never synced");
      return std::move(result_);
    }
    header_known_ = true;
    result_.valid_bytes = file_header_size;
    std::uint64_t offset = align_up(file_header_size, result_.header.alignment);
    while (offset < file_.size() && result_.status == RecoveryStatus::ok) {
      if (!read_batch(offset)) {
        judge(offset, "a synced batch is damaged", "the last batch was never synced");
        break;
      }
      for (const Found& found : batch_) {
        if (apply(found)) continue;
        result_.damage_offset = offset_of(found.bytes);
        refuse("a record does not continue the log");
        break;
      }
      offset = align_up(result_.valid_bytes, result_.header.alignment);
    }
    if (result_.header.rewritten && result_.batches == 0) {
      result_.damage_offset = offset;
      refuse("the beginning of the log is damaged");
    }
    return std::move(result_);
  }

 private:
  /// A batch counts whole or not at all: `batch_` is then all its records.
  bool read_batch(std::uint64_t offset) {
    result_.damage_offset = offset;
    Batch batch;
    if (!is_batch(offset, batch) || batch.number != result_.batches + 1) return false;
    const sim::ByteView behind = file_.subspan(offset + batch_record_size);
    if (batch.size > behind.size()) return false;

    batch_.clear();
    sim::ByteView rest = behind.first(batch.size);
    while (!rest.empty()) {
      Record record;
      std::size_t size = 0;
      result_.damage_offset = offset_of(rest);
      if (decode(rest, record, size) != DecodeStatus::ok) return false;
      batch_.push_back({record, rest.first(size)});
      rest = rest.subspan(size);
    }
    ++result_.batches;
    result_.damage_offset = 0;
    result_.valid_bytes = offset + batch_record_size + batch.size;
    return true;
  }

  [[nodiscard]] bool is_batch(std::uint64_t offset, Batch& batch) const {
    return decode(file_.subspan(offset), batch) && batch.offset == offset &&
           (!header_known_ || batch.salt == result_.header.salt);
  }

  [[nodiscard]] std::uint64_t offset_of(sim::ByteView part) const {
    return static_cast<std::uint64_t>(part.data() - file_.data());
  }

  /// A batch is written only after the sync of everything before it. Damage in front of any batch
  /// is therefore damage to synced bytes, and damage behind the last one's beginning is what power
  /// loss may leave of it, whichever of its sectors survived.
  void judge(std::uint64_t begin, std::string_view synced, std::string_view unsynced) {
    result_.reason = unsynced;
    result_.status = RecoveryStatus::torn_tail;
    const std::uint32_t step = header_known_ ? result_.header.alignment : 1;
    for (std::uint64_t offset = begin; offset < file_.size(); offset += step) {
      Batch batch;
      if (!is_batch(offset, batch)) continue;
      if (offset == begin && batch.number == result_.batches + 1) continue;
      return refuse(synced);
    }
  }

  void refuse(std::string_view reason) {
    result_.status = RecoveryStatus::corrupt;
    result_.reason = reason;
  }

  bool apply(const Found& found) {
    const Record& record = found.record;
    if (is_entry(record.type)) return apply_entry(found);
    if (record.type == RecordType::truncation) return truncate(record.index);
    if (record.type == RecordType::base) return begin_behind({record.term, record.index});
    if (record.type != RecordType::hard_state) return false;
    sim::Reader reader(sim::as_bytes(record.value));
    result_.term = record.term;
    result_.vote = reader.integer<std::uint16_t>();
    return reader.finished();
  }

  /// Only a file that was written anew begins anywhere but at index 1, and it says so first.
  bool begin_behind(Base base) {
    const bool first = result_.batches == 1 && result_.entries.empty() && result_.base.index == 0;
    if (!result_.header.rewritten || !first) return false;
    result_.base = base;
    return base.index > 0;
  }

  /// A leader change makes a follower overwrite the end of its log: an entry takes its index and
  /// everything behind it away from those written before.
  bool apply_entry(const Found& found) {
    const std::uint64_t index = found.record.index;
    if (index != last_index() + 1 && !truncate(index)) return false;
    result_.entries.push_back({result_.arena.size(), found.record.term});
    sim::append(result_.arena, found.bytes);
    return true;
  }

  bool truncate(std::uint64_t first_removed) {
    if (first_removed <= result_.base.index || first_removed > last_index()) return false;
    const std::uint64_t kept = first_removed - result_.base.index - 1;
    result_.arena.resize(result_.entries[kept].offset);
    result_.entries.resize(kept);
    return true;
  }

  [[nodiscard]] std::uint64_t last_index() const {
    return result_.base.index + result_.entries.size();
  }

  sim::ByteView file_;
  bool header_known_ = false;
  std::vector<Found> batch_;
  Recovered result_;
};

}  // namespace

Recovered recover(sim::ByteView file) { return Recovery(file).run(); }

}  // namespace splitvote::wal
