// Names: what a sync of the directory makes durable and what a loss of power may leave.
#include "sim/disk/directory.hpp"

#include <map>
#include <set>

#include "tests/sim/disk/fixture.hpp"

namespace splitvote::sim {
namespace {

/// Every outcome of a loss of power after `prepare`, each file as name=content.
template <typename Prepare>
std::set<std::string> outcomes(Prepare prepare, std::initializer_list<const char*> names,
                               LossMode mode = LossMode::random) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Disk disk;
    prepare(disk);
    lose_power(disk, mode, seed);
    std::string outcome;
    for (const char* name : names) outcome += std::string(name) + "=" + text_of(disk, name) + " ";
    seen.insert(outcome);
  }
  return seen;
}

TEST_CASE("renaming gives the file its new name and replaces the one that had it") {
  Disk disk;
  durable_file(disk, "a", "A");
  durable_file(disk, "b", "B");

  CHECK(disk.rename("a", "b") == DiskStatus::ok);

  CHECK_FALSE(disk.exists("a"));
  CHECK(text_of(disk, "b") == "A");
  CHECK(disk.rename("b", "b") == DiskStatus::ok);
  CHECK(text_of(disk, "b") == "A");
}

TEST_CASE("an open file stays open under a new name, or none") {
  Disk disk;
  const FileId a = durable_file(disk, "a", "A");
  REQUIRE(disk.rename("a", "b") == DiskStatus::ok);
  REQUIRE(disk.remove("b") == DiskStatus::ok);
  sync_directory(disk);

  append(disk, a, "!");

  CHECK(text_of(disk, a) == "A!");
  CHECK_FALSE(disk.exists("b"));
  CHECK(disk.open("b") != a);
}

TEST_CASE("a new file whose directory entry was not synced may vanish, synced content or not") {
  const auto prepare = [](Disk& disk) {
    const FileId file = disk.open("log");
    write(disk, file, 0, "text");
    sync(disk, file);
  };
  CHECK(outcomes(prepare, {"log"}) == std::set<std::string>{"log=(none) ", "log=text "});
  CHECK(outcomes(prepare, {"log"}, LossMode::lose) == std::set<std::string>{"log=(none) "});
  CHECK(outcomes(prepare, {"log"}, LossMode::keep) == std::set<std::string>{"log=text "});
}

TEST_CASE("what a sync of the directory covers stays, what came after it began may vanish") {
  const auto prepare = [](Disk& disk) {
    (void)disk.open("covered");
    const SyncTicket ticket = disk.begin_directory_sync();
    (void)disk.open("late");
    REQUIRE(disk.complete_directory_sync(ticket) == DiskStatus::ok);
  };
  CHECK(outcomes(prepare, {"covered", "late"}, LossMode::lose) ==
        std::set<std::string>{"covered= late=(none) "});
  CHECK(outcomes(prepare, {"covered", "late"}) ==
        std::set<std::string>{"covered= late=(none) ", "covered= late= "});
}

TEST_CASE(
    "a rename is atomic: the target is the old file or the new one, never none and never mixed") {
  const auto prepare = [](Disk& disk) {
    durable_file(disk, "state", "old");
    durable_file(disk, "state.new", "new");
    REQUIRE(disk.rename("state.new", "state") == DiskStatus::ok);
  };
  CHECK(outcomes(prepare, {"state", "state.new"}) ==
        std::set<std::string>{"state=old state.new=new ", "state=new state.new=(none) "});
}

TEST_CASE("unsynced changes of the directory reach the platter independently of each other") {
  const auto prepare = [](Disk& disk) {
    durable_file(disk, "state", "old");
    const FileId file = disk.open("new");
    write(disk, file, 0, "new");
    sync(disk, file);
    REQUIRE(disk.rename("new", "state") == DiskStatus::ok);
  };
  // The rename may be there although the creation before it is not.
  CHECK(outcomes(prepare, {"state", "new"}) == std::set<std::string>{"state=old new=(none) ",
                                                                     "state=old new=new ",
                                                                     "state=new new=(none) "});
}

TEST_CASE("removing the old file may be durable while the rename before it is not") {
  const auto prepare = [](Disk& disk) {
    durable_file(disk, "log.1", "one");
    durable_file(disk, "next", "two");
    REQUIRE(disk.rename("next", "log.2") == DiskStatus::ok);
    REQUIRE(disk.remove("log.1") == DiskStatus::ok);
  };
  CHECK(outcomes(prepare, {"log.1", "log.2"}) ==
        std::set<std::string>{"log.1=one log.2=(none) ", "log.1=one log.2=two ",
                              "log.1=(none) log.2=(none) ", "log.1=(none) log.2=two "});
}

TEST_CASE("a removal takes a name only from the file it was taken from") {
  const auto prepare = [](Disk& disk) {
    durable_file(disk, "a", "A");
    durable_file(disk, "b", "B");
    REQUIRE(disk.rename("b", "a") == DiskStatus::ok);
    REQUIRE(disk.remove("a") == DiskStatus::ok);  // removes B
  };
  CHECK(outcomes(prepare, {"a", "b"}) ==
        std::set<std::string>{"a=A b=B ", "a=B b=(none) ", "a=(none) b=(none) "});
}

TEST_CASE("a loss of power counts the changes of the directory that did not happen") {
  Disk disk;
  (void)disk.open("a");
  (void)disk.open("b");
  sync_directory(disk);
  (void)disk.open("c");
  REQUIRE(disk.remove("a") == DiskStatus::ok);

  CHECK(lose_power(disk, LossMode::lose) == PowerLossSummary{.entries_lost = 2});
  CHECK(disk.exists("a"));
  CHECK(lose_power(disk, LossMode::lose) == PowerLossSummary{});
}

TEST_CASE("a removed name may come back with its file after a loss of power") {
  Disk disk;
  durable_file(disk, "a", "A");
  REQUIRE(disk.remove("a") == DiskStatus::ok);
  disk.process_crash();
  (void)disk.open("new file, which must not take over the old one's place");

  lose_power(disk, LossMode::lose);

  CHECK(text_of(disk, "a") == "A");
}

TEST_CASE("a replaced file may come back with its content after a loss of power") {
  Disk disk;
  durable_file(disk, "state", "old");
  durable_file(disk, "state.new", "new");
  REQUIRE(disk.rename("state.new", "state") == DiskStatus::ok);
  disk.process_crash();
  append(disk, disk.open("another file"), "which must not take over the old one's place");

  lose_power(disk, LossMode::lose);

  CHECK(text_of(disk, "state") == "old");
  CHECK(text_of(disk, "state.new") == "new");
}

}  // namespace
}  // namespace splitvote::sim
