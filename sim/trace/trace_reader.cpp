// Trusts nothing in the file: every offset and size is checked, and a trace without its end is
// scanned block by block.
#include "sim/trace/trace_reader.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "sim/base/checksum.hpp"
#include "sim/trace/trace_cursor.hpp"

namespace splitvote::sim {

using namespace trace_format;

namespace {

std::uint32_t stored_checksum(ByteView bytes) { return Reader(bytes).integer<std::uint32_t>(); }

}  // namespace

Result<TraceReader> TraceReader::open(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failure(path + ": cannot be opened: " + std::strerror(errno));
  struct stat status {};
  if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(file);
    return failure(path + ": is not a regular file");
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  void* const address = size > 0 ? ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0) : nullptr;
  ::close(file);
  if (address == MAP_FAILED) return failure(path + ": cannot be read: " + std::strerror(errno));
  std::shared_ptr<const void> owner;
  if (address != nullptr)
    owner = std::shared_ptr<const void>(
        address, [size](const void* start) { ::munmap(const_cast<void*>(start), size); });
  return parse(TraceReader(std::move(owner), {static_cast<const std::byte*>(address), size}, path));
}

Result<TraceReader> TraceReader::from_bytes(Bytes bytes, std::string name) {
  const auto owner = std::make_shared<const Bytes>(std::move(bytes));
  return parse(TraceReader(owner, *owner, std::move(name)));
}

std::unexpected<Error> TraceReader::error(std::size_t offset, const std::string& what) const {
  return failure(name_ + ": byte " + std::to_string(offset) + ": " + what);
}

Result<TraceReader> TraceReader::parse(TraceReader trace) {
  const Result<std::size_t> first_block = trace.parse_header();
  if (!first_block) return std::unexpected(first_block.error());
  const ByteView bytes = trace.bytes_;
  const bool ended = bytes.size() >= *first_block + footer_size &&
                     as_text(bytes.last(end_magic.size())) == end_magic;
  const Result<void> parsed = ended ? trace.parse_index(*first_block) : trace.scan(*first_block);
  if (!parsed) return std::unexpected(parsed.error());
  return trace;
}

Result<std::size_t> TraceReader::parse_header() {
  Reader reader(bytes_);
  if (as_text(reader.bytes(file_magic.size())) != file_magic)
    return error(0, "not a splitvote trace: it does not begin with `svtrace`");
  const auto file_version = reader.integer<std::uint32_t>();
  if (!reader.failed() && file_version != version)
    return error(file_magic.size(), "format version " + std::to_string(file_version) +
                                        ", but this build reads version " +
                                        std::to_string(version));
  const auto size = reader.integer<std::uint32_t>();
  const ByteView body = reader.bytes(size);
  const auto checksum = reader.integer<std::uint32_t>();
  if (reader.failed()) return error(bytes_.size(), "the file ends inside the header");
  if (checksum != frame_checksum(bytes_.first(header_prefix_size + size)))
    return error(header_prefix_size + size, "the header's checksum is wrong");

  Reader fields(body);
  header_.nodes = fields.integer<std::uint16_t>();
  const auto kinds = fields.integer<std::uint8_t>();
  if (kinds > state_notes_max)
    return error(header_prefix_size + 2, "more than 8 kinds of state notes");
  for (unsigned i = 0; i < kinds; ++i)
    header_.state_notes.push_back(NoteKind{fields.integer<std::uint16_t>()});
  if (fields.failed()) return error(header_prefix_size, "the header is too short for its fields");
  header_.text = as_text(fields.rest());
  return header_prefix_size + size + checksum_size;
}

Result<void> TraceReader::parse_index(std::size_t first_block) {
  const std::size_t footer = bytes_.size() - footer_size;
  Reader reader(bytes_.subspan(footer));
  const auto index = reader.integer<std::uint64_t>();
  records_ = reader.integer<std::uint64_t>();
  end_.events = reader.integer<std::uint64_t>();
  end_.time = {reader.integer<std::int64_t>()};
  end_.digest.high = reader.integer<std::uint64_t>();
  end_.digest.low = reader.integer<std::uint64_t>();
  if (index < first_block || index > footer)
    return error(footer, "the footer points outside the file for its index");
  const auto start = static_cast<std::size_t>(index);
  const std::size_t checksum_offset = bytes_.size() - end_magic.size() - checksum_size;
  if (stored_checksum(bytes_.subspan(checksum_offset)) !=
      frame_checksum(bytes_.subspan(start, checksum_offset - start)))
    return error(checksum_offset, "the checksum of index and footer is wrong");

  Reader entries(bytes_.subspan(start, footer - start));
  if (as_text(entries.bytes(index_magic.size())) != index_magic)
    return error(start, "there is no index where the footer says");
  const auto count = entries.integer<std::uint32_t>();
  const auto text_size = entries.integer<std::uint32_t>();
  if (entries.failed() ||
      std::uint64_t{count} * index_entry_size + text_size != entries.rest().size())
    return error(start, "the index does not have the size it says");
  blocks_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    TraceBlock block;
    block.offset = entries.integer<std::uint64_t>();
    block.first_record = entries.integer<std::uint64_t>();
    block.first_event = EventId{entries.integer<std::uint64_t>()};
    block.first_time = {entries.integer<std::int64_t>()};
    block.checksum = entries.integer<std::uint32_t>();
    blocks_.push_back(block);
  }
  end_.text = as_text(entries.rest());
  blocks_end_ = start;
  return check_index(first_block, start);
}

Result<void> TraceReader::check_index(std::size_t first_block, std::size_t index) const {
  if (blocks_.empty() && (index != first_block || records_ != 0))
    return error(index, "the index knows no block but there is something before it");
  TraceBlock previous;
  for (const TraceBlock& block : blocks_) {
    const bool first = &block == &blocks_.front();
    const bool right =
        first ? block.offset == first_block && block.first_record == 0
              : block.offset > previous.offset && block.first_record > previous.first_record;
    if (!right || block.offset >= index || block.first_record >= records_ ||
        block.first_event < previous.first_event || block.first_time < previous.first_time)
      return error(index, "entry " + std::to_string(&block - blocks_.data()) +
                              " of the index contradicts what surrounds it");
    previous = block;
  }
  return {};
}

Result<void> TraceReader::scan(std::size_t first_block) {
  blocks_end_ = first_block;
  std::string reason = name_ + ": byte " + std::to_string(bytes_.size()) + ": the file ends";
  while (blocks_end_ < bytes_.size()) {
    const Result<BlockSpan> found = block_at(blocks_end_, bytes_.size());
    if (!found) {
      reason = found.error().message;
      break;
    }
    blocks_.push_back(found->block);
    blocks_.back().first_record = records_;
    records_ += found->records;
    blocks_end_ = found->end();
  }
  shortfall_ = reason + "; the run did not finish its trace, " + std::to_string(blocks_.size()) +
               " whole block(s) with " + std::to_string(records_) + " record(s) are readable";
  return read_last_moment();
}

Result<void> TraceReader::read_last_moment() {
  if (blocks_.empty()) return {};
  TraceCursor cursor(*this);
  Record record;
  if (const Result<void> moved = cursor.seek_block(blocks_.size() - 1); !moved) return moved;
  for (;;) {
    const Result<bool> more = cursor.next(record);
    if (!more) return std::unexpected(more.error());
    if (!*more) return {};
    end_.events = number(record.moment.event);
    end_.time = record.moment.time;
  }
}

Result<TraceReader::BlockSpan> TraceReader::block_at(std::size_t offset, std::size_t limit) const {
  const ByteView bytes = bytes_.first(limit).subspan(offset);
  Reader reader(bytes);
  const ByteView magic = reader.bytes(block_magic.size());
  BlockSpan span;
  span.block.offset = offset;
  span.stored_size = reader.integer<std::uint32_t>();
  span.raw_size = reader.integer<std::uint32_t>();
  span.records = reader.integer<std::uint32_t>();
  span.block.first_event = EventId{reader.integer<std::uint64_t>()};
  span.block.first_time = {reader.integer<std::int64_t>()};
  (void)reader.bytes(span.stored_size);
  const ByteView covered = bytes.first(bytes.size() - reader.rest().size());
  span.block.checksum = reader.integer<std::uint32_t>();
  if (as_text(magic) != block_magic)
    return error(offset, as_text(magic) == index_magic ? "the index is not whole"
                                                       : "there is no block here");
  if (reader.failed())
    return error(limit, "the block that began at byte " + std::to_string(offset) + " is not whole");
  if (span.block.checksum != frame_checksum(covered))
    return error(offset + covered.size(), "the checksum of the block that began at byte " +
                                              std::to_string(offset) + " is wrong");
  if (span.raw_size > block_raw_max || span.records == 0 || span.block.first_time < Instant{})
    return error(offset, "the block's header has an impossible size, count or time");
  return span;
}

Result<TraceReader::BlockSpan> TraceReader::block(std::size_t index) const {
  const TraceBlock& entry = blocks_[index];
  const bool last = index + 1 == blocks_.size();
  const std::size_t limit =
      last ? blocks_end_ : static_cast<std::size_t>(blocks_[index + 1].offset);
  const std::uint64_t next_record = last ? records_ : blocks_[index + 1].first_record;
  Result<BlockSpan> found = block_at(static_cast<std::size_t>(entry.offset), limit);
  if (!found) return found;
  found->block.first_record = entry.first_record;
  if (found->block != entry || found->end() != limit ||
      found->records != next_record - entry.first_record)
    return error(static_cast<std::size_t>(entry.offset),
                 "the block is not the one the index describes");
  return found;
}

}  // namespace splitvote::sim
