// The words a disk and those who use it have in common.
#pragma once

#include <cstddef>
#include <cstdint>

namespace splitvote::sim {

/// An open file of the current incarnation.
enum class FileId : std::uint16_t {};
inline constexpr FileId no_file{0xffff};

/// The caller's mark on a disk operation, returned with its completion.
enum class IoToken : std::uint64_t {};

enum class DiskStatus : std::uint8_t { ok, io_error, no_space, not_found };

/// What the device is kept busy with.
enum class DiskWork : std::uint8_t { write, read, sync };

/// What a loss of power does to everything that was not synced.
enum class LossMode : std::uint8_t {
  keep,    // all of it had reached the platter
  lose,    // none of it had
  tear,    // every sector is a mix of old, new and garbage; directory changes are kept or not
  random,  // each sector and each directory change has a fate of its own
};

/// The unit that is kept, lost or torn, in bytes.
inline constexpr std::size_t sector_size = 512;

/// Files lie in memory; one that would be larger than this many bytes is refused with no_space.
inline constexpr std::uint64_t file_size_max = std::uint64_t{1} << 30;

/// What a loss of power did to what was not synced. A sector counts as lost or torn only if its
/// bytes are not the ones that were written.
struct PowerLossSummary {
  std::uint32_t sectors_kept = 0;
  std::uint32_t sectors_lost = 0;
  std::uint32_t sectors_torn = 0;
  std::uint32_t truncations_lost = 0;  // files that are longer again
  std::uint32_t entries_lost = 0;      // changes of the directory that did not happen

  constexpr bool operator==(const PowerLossSummary&) const = default;
  [[nodiscard]] constexpr std::uint32_t damaged() const {
    return sectors_lost + sectors_torn + truncations_lost + entries_lost;
  }
};

}  // namespace splitvote::sim
