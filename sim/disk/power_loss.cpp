// What a loss of power leaves of one file: each unsynced sector kept, lost or torn.
#include <algorithm>
#include <array>

#include "sim/disk/file_content.hpp"

namespace splitvote::sim {

namespace {

/// 64 bits that look like anything but what was written.
std::uint64_t scramble(std::uint64_t value) {
  value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
  value = (value ^ value >> 27) * 0x94d049bb133111eb;
  return value ^ value >> 31;
}

/// The bytes of one sector that unsynced changes wrote to: where they are, and what was written.
struct DirtySector {
  std::array<std::uint64_t, sector_size> position;
  std::array<std::byte, sector_size> written;
  std::size_t size = 0;
  std::uint64_t number = 0;
  bool cut = false;  // it also had bytes behind the end that the file has now
};

enum class SectorFate : std::uint8_t { kept, lost, torn };

SectorFate draw_fate(Stream& loss, LossMode mode) {
  switch (mode) {
    case LossMode::keep:
      return SectorFate::kept;
    case LossMode::lose:
      return SectorFate::lost;
    case LossMode::tear:
      return SectorFate::torn;
    case LossMode::random:
      return static_cast<SectorFate>(uniform(loss, 0, 2));
  }
  return SectorFate::lost;
}

/// One side of the tear has the written bytes, the other the old ones; half of the tears have
/// garbage between.
void tear(Bytes& image, const DirtySector& sector, Stream& loss) {
  const auto last = static_cast<std::int64_t>(sector.size);
  const auto one = static_cast<std::size_t>(uniform(loss, 0, last));
  const auto other = static_cast<std::size_t>(uniform(loss, 0, last));
  const std::uint64_t noise = loss.draw();
  const bool written_first = (noise & 1) != 0;
  const bool garbage = (noise & 2) != 0;
  const std::size_t begin = std::min(one, other);
  const std::size_t end = garbage ? std::max(one, other) : begin;
  for (std::size_t at = 0; at < sector.size; ++at) {
    std::byte& target = image[sector.position[at]];
    if (at >= begin && at < end)
      target = static_cast<std::byte>(scramble(noise + at));
    else if (written_first == (at < begin))
      target = sector.written[at];
  }
}

void judge(Bytes& image, const DirtySector& sector, Stream& loss, LossMode mode,
           PowerLossSummary& summary) {
  const SectorFate fate = draw_fate(loss, mode);
  bool intact = !sector.cut;
  if (fate == SectorFate::torn) tear(image, sector, loss);
  for (std::size_t at = 0; at < sector.size; ++at) {
    std::byte& target = image[sector.position[at]];
    if (fate == SectorFate::kept) target = sector.written[at];
    intact = intact && target == sector.written[at];
  }
  if (intact)
    ++summary.sectors_kept;
  else
    ++(fate == SectorFate::lost ? summary.sectors_lost : summary.sectors_torn);
}

/// The file's size after the loss, between what the platter had for certain and what was wanted.
std::uint64_t draw_size(std::uint64_t old_size, std::uint64_t new_size, Stream& loss,
                        LossMode mode) {
  if (mode == LossMode::lose || old_size == new_size) return old_size;
  if (mode == LossMode::keep || mode == LossMode::tear) return new_size;
  if (new_size < old_size) return loss.draw() % 2 == 0 ? new_size : old_size;
  const std::uint64_t first_sector = old_size / sector_size;
  const std::uint64_t sectors = (new_size + sector_size - 1) / sector_size - first_sector;
  const std::int64_t grown = uniform(loss, 0, static_cast<std::int64_t>(sectors));
  if (grown == 0) return old_size;
  return std::min(new_size, (first_sector + static_cast<std::uint64_t>(grown)) * sector_size);
}

}  // namespace

std::vector<FileContent::Range> FileContent::written_ranges() const {
  std::vector<Range> ranges;
  for (std::size_t at = first_; at < journal_.size(); ++at) {
    const Change& change = journal_[at];
    // A gap before the offset was written with zeros. What a later truncation cut is gone.
    const Range range{std::min(change.offset, change.size_before),
                      std::min<std::uint64_t>(change.end, image_.size())};
    if (!change.shortens() && range.begin < range.end) ranges.push_back(range);
  }
  std::sort(ranges.begin(), ranges.end(),
            [](Range left, Range right) { return left.begin < right.begin; });
  std::vector<Range> merged;
  for (const Range range : ranges) {
    if (!merged.empty() && range.begin <= merged.back().end)
      merged.back().end = std::max(merged.back().end, range.end);
    else
      merged.push_back(range);
  }
  return merged;
}

void FileContent::lose_power(Stream& loss, LossMode mode, PowerLossSummary& summary) {
  if (first_ == journal_.size()) return;
  const std::vector<Range> ranges = written_ranges();
  Bytes written;
  for (const Range range : ranges)
    append(written, ByteView{image_}.subspan(range.begin, range.end - range.begin));
  const std::uint64_t new_size = image_.size();
  undo_all();
  forget_journal();

  const std::uint64_t old_size = image_.size();
  const std::uint64_t size = draw_size(old_size, new_size, loss, mode);
  if (new_size < old_size && size == old_size) ++summary.truncations_lost;
  image_.resize(std::max(old_size, size));
  DirtySector sector;
  std::uint64_t next_written = 0;
  const auto finish = [&] {
    if (sector.size != 0)
      judge(image_, sector, loss, mode, summary);
    else if (sector.cut)
      ++summary.sectors_lost;
  };
  for (const Range range : ranges) {
    for (std::uint64_t at = range.begin; at < range.end; ++at, ++next_written) {
      if (at / sector_size != sector.number) {
        finish();
        sector.size = 0;
        sector.cut = false;
        sector.number = at / sector_size;
      }
      if (at < image_.size()) {
        sector.position[sector.size] = at;
        sector.written[sector.size++] = written[next_written];
      } else {
        sector.cut = true;
      }
    }
  }
  finish();
  image_.resize(size);
}

}  // namespace splitvote::sim
