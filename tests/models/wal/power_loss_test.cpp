// The soundness of torn-or-corrupt: after any honest loss of power the log is what was synced, with
// or without the batch in flight; after damage to synced bytes it is refused.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/models/wal/oracle.hpp"
#include "tests/models/wal/random_life.hpp"
#include "tests/models/wal/sector_host.hpp"

namespace splitvote::wal {
namespace {

using test::Fate;
using test::Loss;
using test::Oracle;
using test::SectorHost;

/// Calls `check` with every loss that can happen now: 3^sectors fates times the possible sizes.
template <typename Check>
std::uint64_t every_loss(const SectorHost& host, Check&& check) {
  const std::size_t sectors = host.unsynced_sectors().size();
  std::uint64_t combinations = 1;
  for (std::size_t i = 0; i < sectors; ++i) combinations *= 3;
  std::uint64_t count = 0;
  for (const std::uint64_t size : host.possible_sizes()) {
    for (std::uint64_t combination = 0; combination < combinations; ++combination) {
      Loss loss{std::vector<Fate>(sectors), size};
      std::uint64_t rest = combination;
      for (Fate& fate : loss.fates) fate = static_cast<Fate>(rest % 3), rest /= 3;
      check(loss);
      ++count;
    }
  }
  return count;
}

/// How a device destroys and how the writer answers to it.
struct Setting {
  bool whole_sectors = false;
  std::uint32_t alignment = 1;
};

/// The log survives every loss of one batch of `entries` entries, behind `synced` synced ones.
std::uint64_t survive_every_loss(Setting setting, std::uint64_t synced, std::uint64_t entries) {
  constexpr std::uint64_t sector = 32;
  SectorHost host(sector, setting.whole_sectors);
  Writer writer;
  Oracle oracle;
  (void)writer.open(host, sim::FileId{0}, recover({}), {.salt = 9, .alignment = setting.alignment});
  test::settle(host, writer);
  for (std::uint64_t index = 1; index <= synced; ++index) {
    oracle.put(writer, index, {1, "key", std::string(index * 3, 's')});
    (void)writer.flush(host);
    test::settle(host, writer);
  }
  const Oracle before = oracle;
  oracle.set(writer, 2, 1);
  for (std::uint64_t index = 1; index <= entries; ++index)
    oracle.put(writer, synced + index, {2, "key", "unsynced"});
  (void)writer.flush(host);

  bool lost_some = false;
  bool kept_some = false;
  const std::uint64_t count = every_loss(host, [&](const Loss& loss) {
    const Recovered recovered = recover(host.after(loss));
    const Oracle found = test::contents(recovered);
    REQUIRE(recovered.status != RecoveryStatus::corrupt);
    REQUIRE((found == before || found == oracle));
    (found == oracle ? kept_some : lost_some) = true;
  });
  CHECK(lost_some);
  CHECK(kept_some);
  return count;
}

TEST_CASE(
    "every combination of kept, lost and destroyed sectors leaves the synced log, with or "
    "without the batch in flight") {
  CHECK(survive_every_loss({false, 1}, 0, 1) > 1000);
  CHECK(survive_every_loss({false, 1}, 3, 2) > 1000);
  CHECK(survive_every_loss({false, 1}, 4, 3) > 10'000);
}

TEST_CASE("a device that destroys whole sectors is survived if batches begin at sectors") {
  CHECK(survive_every_loss({true, 32}, 0, 2) > 1000);
  CHECK(survive_every_loss({true, 32}, 3, 2) > 1000);
  CHECK(survive_every_loss({true, 64}, 4, 2) > 1000);
}

TEST_CASE(
    "a device that destroys whole sectors takes synced records with it if batches are packed "
    "tightly, which is why the alignment exists") {
  SectorHost host(32, true);
  Writer writer;
  Oracle oracle;
  (void)writer.open(host, sim::FileId{0}, recover({}), {.salt = 9, .alignment = 1});
  test::settle(host, writer);
  oracle.put(writer, 1, {1, "key", "value"});
  (void)writer.flush(host);
  test::settle(host, writer);
  const Oracle synced = oracle;
  REQUIRE(writer.file_end() % 32 != 0);
  oracle.put(writer, 2, {1, "key", "value"});
  (void)writer.flush(host);

  bool lost_synced = false;
  every_loss(host, [&](const Loss& loss) {
    const Oracle found = test::contents(recover(host.after(loss)));
    lost_synced = lost_synced || (found != synced && found != oracle);
  });

  CHECK(lost_synced);
}

TEST_CASE("no loss of power while the file is created makes a log that is refused or not empty") {
  SectorHost host(8, false);
  Writer writer;
  (void)writer.open(host, sim::FileId{0}, recover({}), {.salt = 9});

  every_loss(host, [&](const Loss& loss) {
    const Recovered recovered = recover(host.after(loss));
    REQUIRE(recovered.status != RecoveryStatus::corrupt);
    REQUIRE(test::contents(recovered) == Oracle{});
  });
}

TEST_CASE("a lost truncation of a torn tail leaves a torn tail") {
  SectorHost host(32, false);
  Writer writer;
  Oracle oracle;
  (void)writer.open(host, sim::FileId{0}, recover({}), {.salt = 9});
  test::settle(host, writer);
  oracle.put(writer, 1, {1, "key", "value"});
  (void)writer.flush(host);
  Loss loss{std::vector<Fate>(host.unsynced_sectors().size(), Fate::kept), host.newest().size()};
  loss.fates.back() = Fate::garbage;
  host.power_loss(loss);
  Writer next;
  const Recovered torn = recover(host.newest());
  REQUIRE(torn.status == RecoveryStatus::torn_tail);

  REQUIRE(next.open(host, sim::FileId{0}, torn, {}) == sim::DiskStatus::ok);
  REQUIRE(host.newest().size() == torn.valid_bytes);

  every_loss(host, [&](const Loss& second_loss) {
    const Recovered recovered = recover(host.after(second_loss));
    REQUIRE(recovered.status != RecoveryStatus::corrupt);
    REQUIRE(test::contents(recovered) == Oracle{});
  });
}

TEST_CASE("through any life of crashes and losses of power, what was synced stays") {
  std::uint64_t rolled_back = 0;
  std::uint64_t survived = 0;
  for (std::uint64_t seed = 0; seed < 600; ++seed) {
    CAPTURE(seed);
    const bool whole_sectors = seed % 2 == 1;
    SectorHost host(32, whole_sectors);
    test::RandomLife life(host, seed, whole_sectors ? 32U : 1U);
    for (int step = 0; step < 300; ++step) life.step();
    rolled_back += life.rolled_back;
    survived += life.survived;
  }
  CHECK(rolled_back > 1000);
  CHECK(survived > 1000);
}

TEST_CASE(
    "a sector of synced bytes that is destroyed later is always noticed once a batch follows") {
  SectorHost host(32, false);
  Writer writer;
  Oracle oracle;
  (void)writer.open(host, sim::FileId{0}, recover({}), {.salt = 9});
  test::settle(host, writer);
  std::uint64_t last_batch = 0;
  for (std::uint64_t index = 1; index <= 20; ++index) {
    oracle.put(writer, index, {1, "key", std::string(index, 's')});
    last_batch = writer.file_end();
    (void)writer.flush(host);
    test::settle(host, writer);
  }

  for (std::uint64_t begin = 0; begin + 32 <= last_batch; begin += 32) {
    sim::Bytes file = host.newest();
    for (std::uint64_t at = begin; at < begin + 32; ++at) file[at] ^= std::byte{0x5a};
    CHECK(recover(file).status == RecoveryStatus::corrupt);
  }
}

}  // namespace
}  // namespace splitvote::wal
