// What a loss of power leaves of a file, against a model that works byte by byte.
#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>
#include <vector>

#include "tests/sim/disk/fixture.hpp"

namespace splitvote::sim {
namespace {

/// A file as the contract describes it, without any cleverness: the bytes that are durable, the
/// bytes that are wanted, and which of them were written since.
struct Model {
  std::string durable;
  std::string wanted;
  std::vector<bool> written;  // by position, since `durable`

  void write(std::size_t offset, const std::string& text) {
    const std::size_t before = wanted.size();
    if (wanted.size() < offset + text.size()) wanted.resize(offset + text.size(), '\0');
    if (written.size() < wanted.size()) written.resize(wanted.size());
    for (std::size_t at = std::min(before, offset); at < offset; ++at) written[at] = true;
    for (std::size_t at = 0; at < text.size(); ++at) {
      wanted[offset + at] = text[at];
      written[offset + at] = true;
    }
  }
  void truncate(std::size_t size) {
    if (size > wanted.size()) return write(wanted.size(), std::string(size - wanted.size(), '\0'));
    wanted.resize(size);
  }
  char durable_at(std::size_t at) const { return at < durable.size() ? durable[at] : '\0'; }
  bool is_written(std::size_t at) const { return at < written.size() && written[at]; }
};

struct Count {
  std::uint32_t intact = 0;
  std::uint32_t old = 0;
  std::uint32_t mixed = 0;
};

/// Compares the written bytes of each sector with the wanted and the durable ones; every other byte
/// must be the durable one.
Count judge(const Model& model, const std::string& found) {
  Count count;
  const std::size_t end = std::max({model.wanted.size(), found.size(), model.durable.size()});
  for (std::size_t sector = 0; sector < end; sector += sector_size) {
    bool any = false;
    bool intact = true;
    bool old = true;
    for (std::size_t at = sector; at < std::min(end, sector + sector_size); ++at) {
      if (model.is_written(at) && at < model.wanted.size()) {
        any = true;
        intact = intact && at < found.size() && found[at] == model.wanted[at];
        old = old && (at >= found.size() || found[at] == model.durable_at(at));
      } else if (at < found.size()) {
        REQUIRE(found[at] == model.durable_at(at));
      }
    }
    if (!any) continue;
    ++(intact ? count.intact : old ? count.old : count.mixed);
  }
  return count;
}

bool size_is_allowed(const Model& model, std::size_t size, LossMode mode) {
  const std::size_t before = model.durable.size();
  const std::size_t wanted = model.wanted.size();
  if (mode == LossMode::lose) return size == before;
  if (mode != LossMode::random) return size == wanted;
  if (size == before || size == wanted) return true;
  return size > before && size < wanted && size % sector_size == 0;
}

/// Makes the same random changes to the disk's file and to the model; some of them are synced.
Model change_at_random(Disk& disk, std::mt19937_64& random) {
  const FileId file = durable_file(disk, "log", "");
  Model model;
  std::vector<Model> covered;
  std::vector<SyncTicket> tickets;
  const auto below = [&random](std::size_t limit) { return random() % limit; };
  const std::size_t scale = std::size_t{1} << (4 + below(9));
  for (std::size_t step = below(25); step > 0; --step) {
    const std::uint64_t kind = below(10);
    const std::size_t offset = kind < 5 ? model.wanted.size() : below(model.wanted.size() + scale);
    if (kind < 8) {
      std::string text(1 + below(scale), '\0');
      for (char& letter : text) letter = static_cast<char>('a' + random() % 26);
      model.write(offset, text);
      write(disk, file, offset, text);
    } else if (kind == 8) {
      model.truncate(offset);
      REQUIRE(disk.truncate(file, offset) == DiskStatus::ok);
    } else {
      const std::string wanted = model.wanted;
      const bool late = below(2) == 0;
      const SyncTicket ticket = disk.begin_sync(file);
      model.durable = wanted;
      model.written.assign(wanted.size(), false);
      if (late) {
        model.write(below(wanted.size() + 1), "LATE");
        write(disk, file, 0, "");
        const auto at = std::find(model.written.begin(), model.written.end(), true);
        write(disk, file, static_cast<std::size_t>(at - model.written.begin()), "LATE");
      }
      REQUIRE(disk.complete_sync(ticket) == DiskStatus::ok);
    }
    REQUIRE(text_of(disk, file) == model.wanted);
  }
  return model;
}

TEST_CASE("whatever was written, each byte after a loss of power is one that the contract allows") {
  for (const LossMode mode : {LossMode::keep, LossMode::lose, LossMode::tear, LossMode::random}) {
    CAPTURE(static_cast<int>(mode));
    for (std::uint64_t seed = 0; seed < 3'000; ++seed) {
      CAPTURE(seed);
      std::mt19937_64 random(seed);
      Disk disk;
      const Model model = change_at_random(disk, random);

      const PowerLossSummary summary = lose_power(disk, mode, seed);

      const std::string found = text_of(disk, "log");
      REQUIRE(size_is_allowed(model, found.size(), mode));
      const Count count = judge(model, found);
      REQUIRE(summary.sectors_kept == count.intact);
      REQUIRE(summary.sectors_lost + summary.sectors_torn == count.old + count.mixed);
      REQUIRE(summary.sectors_lost <= count.old);
      if (mode == LossMode::keep) REQUIRE(found == model.wanted);
      if (mode == LossMode::lose) REQUIRE(found == model.durable);
      REQUIRE(summary.entries_lost == 0);
      REQUIRE(disk.used() == found.size());

      // All that is left is durable now.
      REQUIRE(lose_power(disk, LossMode::lose) == PowerLossSummary{});
      REQUIRE(text_of(disk, "log") == found);
    }
  }
}

char class_of(std::string_view sector) {
  if (sector.find_first_not_of('n') == sector.npos) return 'n';
  if (sector.find_first_not_of('o') == sector.npos) return 'o';
  return 't';
}

TEST_CASE("each of three sectors is new, old or torn independently of the others") {
  std::map<std::string, int> seen;
  for (std::uint64_t seed = 0; seed < 2'700; ++seed) {
    Disk disk;
    const FileId file = durable_file(disk, "log", std::string(3 * sector_size, 'o'));
    write(disk, file, 0, std::string(3 * sector_size, 'n'));
    lose_power(disk, LossMode::random, seed);
    const std::string found = text_of(disk, "log");
    REQUIRE(found.size() == 3 * sector_size);
    std::string classes;
    for (std::size_t sector = 0; sector < 3; ++sector)
      classes += class_of(std::string_view(found).substr(sector * sector_size, sector_size));
    ++seen[classes];
  }
  // 27 outcomes of 100 each on average, standard deviation 9.8; a tear at a sector's edge is rare.
  CHECK(seen.size() == 27);
  for (const auto& [classes, count] : seen) {
    CAPTURE(classes);
    CHECK(count > 100 - 55);
    CHECK(count < 100 + 55);
  }
}

TEST_CASE(
    "a torn sector has new bytes on one side, old ones on the other, and garbage at most between") {
  bool new_first = false;
  bool old_first = false;
  bool garbage = false;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Disk disk;
    const FileId file = durable_file(disk, "log", std::string(sector_size, 'o'));
    write(disk, file, 100, std::string(300, 'n'));

    lose_power(disk, LossMode::tear, seed);

    const std::string found = text_of(disk, "log");
    CHECK(found.substr(0, 100) == std::string(100, 'o'));
    CHECK(found.substr(400) == std::string(112, 'o'));
    const std::string torn = found.substr(100, 300);
    if (torn.front() == 'n' && torn.back() == 'o') new_first = true;
    if (torn.front() == 'o' && torn.back() == 'n') old_first = true;
    const std::size_t first = torn.find_first_not_of("on");
    if (first == torn.npos) continue;
    garbage = true;
    // Before the first and behind the last foreign byte there are runs of one letter each.
    const std::size_t last = torn.find_last_not_of("on");
    const std::string head = torn.substr(0, first > 8 ? first - 8 : 0);
    const std::string tail = torn.substr(std::min(last + 9, torn.size()));
    if (!head.empty()) CHECK(head.find_first_not_of(head[0]) == head.npos);
    if (!tail.empty()) CHECK(tail.find_first_not_of(tail[0]) == tail.npos);
    if (!head.empty() && !tail.empty()) CHECK(head[0] != tail[0]);
  }
  CHECK(new_first);
  CHECK(old_first);
  CHECK(garbage);
}

TEST_CASE("durable bytes survive in a sector that an unsynced append tears") {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Disk disk;
    const FileId file = durable_file(disk, "log", std::string(700, 'd'));
    append(disk, file, std::string(2'000, 'n'));
    lose_power(disk, seed % 2 == 0 ? LossMode::tear : LossMode::random, seed);
    CHECK(text_of(disk, "log").substr(0, 700) == std::string(700, 'd'));
  }
}

TEST_CASE("a grown file ends at its old size, at its new one, or at any sector between") {
  std::set<std::size_t> sizes;
  bool hole = false;
  for (std::uint64_t seed = 0; seed < 500; ++seed) {
    Disk disk;
    const FileId file = durable_file(disk, "log", std::string(700, 'd'));
    append(disk, file, std::string(1'300, 'n'));
    lose_power(disk, LossMode::random, seed);
    const std::string found = text_of(disk, "log");
    sizes.insert(found.size());
    // A lost sector before a kept one reads as zeros.
    hole = hole || (found.size() > 1'536 && found.substr(1'024, 512) == std::string(512, '\0') &&
                    found[1'600] == 'n');
  }
  CHECK(sizes == std::set<std::size_t>{700, 1'024, 1'536, 2'000});
  CHECK(hole);
}

TEST_CASE("an unsynced truncation happened or did not, and is counted if it did not") {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    Disk disk;
    const FileId file = durable_file(disk, "log", "0123456789");
    REQUIRE(disk.truncate(file, 4) == DiskStatus::ok);
    const PowerLossSummary summary = lose_power(disk, LossMode::random, seed);
    const std::string found = text_of(disk, "log");
    CHECK(summary == PowerLossSummary{.truncations_lost = found.size() == 10 ? 1u : 0u});
    seen.insert(found);
  }
  CHECK(seen == std::set<std::string>{"0123", "0123456789"});
}

TEST_CASE("a loss of power draws only if there is something to decide") {
  Disk disk;
  const FileId file = durable_file(disk, "log", "text");
  Stream loss(1, {Purpose::disk_power_loss, 0, 0});

  CHECK(disk.power_loss(loss, LossMode::random) == PowerLossSummary{});
  CHECK(loss.position() == 0);

  write(disk, disk.open("log"), 0, "TEXT");
  disk.power_loss(loss, LossMode::random);
  CHECK(loss.position() > 0);
  CHECK(disk.size(file) == 0);  // the file is not open any more
}

TEST_CASE("equal streams lose power equally") {
  std::mt19937_64 random(3);
  Disk disk;
  change_at_random(disk, random);
  append(disk, disk.open("log"), std::string(5'000, 'n'));
  Disk copy = disk;
  CHECK(lose_power(disk, LossMode::random, 9) == lose_power(copy, LossMode::random, 9));
  CHECK(text_of(disk, "log") == text_of(copy, "log"));
}

}  // namespace
}  // namespace splitvote::sim
