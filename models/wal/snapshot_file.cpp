// How a snapshot becomes bytes and back.
#include "models/wal/snapshot_file.hpp"

#include "sim/base/checksum.hpp"

namespace splitvote::wal {

void encode(const SnapshotFile& snapshot, sim::Bytes& target) {
  const sim::ByteView magic = sim::as_bytes(snapshot_magic);
  target.assign(magic.begin(), magic.end());
  sim::append_integer(target, snapshot_version);
  sim::append_integer(target, snapshot.term);
  sim::append_integer(target, snapshot.index);
  sim::append_integer(target, static_cast<std::uint64_t>(snapshot.configuration.size()));
  sim::append(target, snapshot.configuration);
  sim::append_integer(target, static_cast<std::uint64_t>(snapshot.content.size()));
  sim::append(target, snapshot.content);
  sim::append_integer(target, sim::crc32c(target));
}

bool decode(sim::ByteView file, SnapshotFile& snapshot) {
  constexpr std::size_t crc_size = 4;
  if (file.size() < crc_size) return false;
  const sim::ByteView covered = file.first(file.size() - crc_size);
  if (sim::Reader(file.subspan(covered.size())).integer<std::uint32_t>() != sim::crc32c(covered))
    return false;
  sim::Reader reader(covered);
  const bool right_magic = sim::as_text(reader.bytes(snapshot_magic.size())) == snapshot_magic;
  const bool right_version = reader.integer<std::uint32_t>() == snapshot_version;
  snapshot.term = reader.integer<std::uint64_t>();
  snapshot.index = reader.integer<std::uint64_t>();
  snapshot.configuration = reader.bytes(reader.integer<std::uint64_t>());
  snapshot.content = reader.bytes(reader.integer<std::uint64_t>());
  return right_magic && right_version && reader.finished();
}

}  // namespace splitvote::wal
