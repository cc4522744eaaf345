// In the steady state the writer allocates nothing.
#include <doctest/doctest.h>


#include "tests/models/wal/oracle.hpp"
#include "tests/models/wal/sector_host.hpp"
#include "tests/support/allocation_count.hpp"

namespace splitvote::wal {
namespace {

/// Takes everything and keeps nothing.
class SinkHost : public test::SectorHost {
 public:
  SinkHost() : SectorHost(512, false) {}
  sim::DiskStatus write(sim::FileId, std::uint64_t, sim::ByteView content) override {
    bytes += content.size();
    return sim::DiskStatus::ok;
  }
  void sync(sim::FileId, sim::IoToken token) override { latest = token; }
  void sync_directory(sim::IoToken token) override { latest = token; }

  std::uint64_t bytes = 0;
  sim::IoToken latest{};
};

TEST_CASE("appending, flushing and completing allocates nothing once the buffer has grown") {
  SinkHost host;
  Writer writer;
  (void)writer.open(host, sim::FileId{0}, recover({}), {.alignment = 64, .first_token = 0});
  (void)writer.on_synced(host, {sim::IoToken{0}, sim::DiskStatus::ok, {}});
  (void)writer.on_synced(host, {sim::IoToken{1}, sim::DiskStatus::ok, {}});
  sim::Bytes entry;
  encode({1, 1, RecordType::command, "key", "a value of some size"}, entry);
  const auto round = [&] {
    writer.append_hard_state(1, 2);
    for (int i = 0; i < 10; ++i) writer.append(entry);
    (void)writer.flush(host);
    (void)writer.on_synced(host, {host.latest, sim::DiskStatus::ok, {}});
  };
  round();

  const std::uint64_t before = allocation_count;
  for (int i = 0; i < 1000; ++i) round();

  CHECK(allocation_count == before);
  CHECK(writer.durable() == 11 * 1001);
  CHECK(host.bytes > 1001 * 10 * entry.size());
}

}  // namespace
}  // namespace splitvote::wal
