// The ways a node goes down and comes back, and which messages and bytes live through it.
#include <doctest/doctest.h>

#include "tests/sim/world/puppet.hpp"

using namespace splitvote::sim;

namespace {

constexpr MessageKind kind{3};

std::string content(const World& world, NodeId node, std::string_view name) {
  Disk disk = world.node(node).disk;
  if (!disk.exists(name)) return "(none)";
  const FileId file = disk.open(name);
  Bytes bytes;
  REQUIRE(disk.read(file, 0, disk.size(file), bytes) == DiskStatus::ok);
  return std::string(as_text(bytes));
}

/// Syncs "kept", then writes " and more" without a sync.
Script writes() {
  return {.start =
              [](Host& host) {
                const FileId file = host.open("f");
                host.write(file, 0, as_bytes("kept"));
                host.sync(file, IoToken{1});
                host.sync_directory(IoToken{2});
              },
          .disk =
              [](Host& host, const DiskCompletion& completion) {
                if (completion.token != IoToken{2}) return;
                const FileId file = host.open("f");
                host.write(file, host.size(file), as_bytes(" and more"));
              }};
}

std::uint64_t count(const Stage& stage, Fate fate) {
  return stage.world.network().count(kind, fate);
}

}  // namespace

TEST_CASE("the page cache lives through a crash of the process") {
  Stage stage;
  stage.play(0, writes());
  stage.run_to(milliseconds(1));

  CHECK(stage.world.crash(first, {.power = false}, stage.audience));

  CHECK(content(stage.world, first, "f") == "kept and more");
  CHECK(stage.world.node(first).process == nullptr);
}

TEST_CASE("a loss of power takes what was not synced and nothing else") {
  Stage stage;
  stage.play(0, writes());
  stage.run_to(milliseconds(1));

  CHECK(stage.world.crash(first, {.power = true, .loss = LossMode::lose}, stage.audience));

  CHECK(content(stage.world, first, "f") == "kept");
  CHECK(stage.world.last_power_loss().sectors_lost == 1);
}

TEST_CASE("power that goes after the process has died takes the page cache all the same") {
  Stage stage;
  stage.play(0, writes());
  stage.run_to(milliseconds(1));
  CHECK(stage.world.crash(first, {.power = false}, stage.audience));

  CHECK(stage.world.crash(first, {.power = true, .loss = LossMode::lose}, stage.audience));

  CHECK(content(stage.world, first, "f") == "kept");
  CHECK_FALSE(stage.world.crash(first, {.power = true, .loss = LossMode::lose}, stage.audience));
}

TEST_CASE("a loss of power with wipe leaves an empty disk") {
  Stage stage;
  stage.play(0, writes());
  stage.run_to(milliseconds(1));

  stage.world.crash(first, {.power = true, .loss = LossMode::keep, .wipe = true}, stage.audience);

  CHECK(content(stage.world, first, "f") == "(none)");
}

TEST_CASE("a loss of power tells what it destroyed") {
  Stage stage;
  stage.play(0, writes());
  stage.run_to(milliseconds(1));

  stage.world.crash(first, {.power = true, .loss = LossMode::lose}, stage.audience);

  CHECK(stage.audience.lives.back() == Told{RecordKind::power_loss, 1});
  const Record& told = stage.audience.records.back();
  CHECK(told.kind == RecordKind::power_loss);
  CHECK(told.node == first);
  CHECK((told.a == 1 && told.b == 0 && told.c == 0));
}

TEST_CASE("a loss of power that spares all that was unsynced tells that it destroyed nothing") {
  Stage stage;
  stage.play(0, writes());
  stage.run_to(milliseconds(1));

  stage.world.crash(first, {.power = true, .loss = LossMode::keep}, stage.audience);

  CHECK(stage.audience.lives.back() == Told{RecordKind::power_loss, 0});
}

TEST_CASE("a node that is down tells of the power it loses, and ends no second time") {
  Stage stage;
  stage.play(0, writes());
  stage.run_to(milliseconds(1));
  stage.world.crash(first, {.power = false}, stage.audience);
  stage.world.crash(first, {.power = true, .loss = LossMode::lose}, stage.audience);

  const std::vector<Told> lives{
      {RecordKind::start, 0}, {RecordKind::stop, 1}, {RecordKind::power_loss, 1}};
  CHECK(stage.audience.lives == lives);
}

TEST_CASE("a wiped disk is told behind what was not synced on it, all of which is destroyed") {
  Stage stage;
  stage.play(0, writes());
  stage.run_to(milliseconds(1));

  const Crash wipe{.power = true, .loss = LossMode::keep, .wipe = true};
  CHECK(stage.world.crash(first, wipe, stage.audience));

  const std::vector<Told> lives{{RecordKind::start, 0},
                                {RecordKind::stop, 2},
                                {RecordKind::power_loss, 1},
                                {RecordKind::wipe, 0}};
  CHECK(stage.audience.lives == lives);
  CHECK_FALSE(stage.world.crash(first, wipe, stage.audience));
}

TEST_CASE("timers and disk operations in flight go with the process") {
  std::vector<NodeConfiguration> nodes(2);
  nodes[0].disk.sync = Distribution::constant(10 * ms).value();
  Stage stage(nodes);
  auto starts = std::make_shared<int>(0);
  stage.play(0, {.start = [=](Host& host) {
               if (++*starts > 1) return;
               host.arm(TimerId{0}, milliseconds(10));
               host.sync(host.open("f"), IoToken{1});
             }});
  stage.run_to(milliseconds(5));
  stage.world.crash(first, {}, stage.audience);
  stage.world.schedule_start(first);

  CHECK(stage.told_by(seconds(1)) == std::vector<Line>{{0, 0, "start"}, {5 * ms, 0, "start"}});
}

TEST_CASE("an operation of a new incarnation is not taken for the one its slot held before") {
  std::vector<NodeConfiguration> nodes(2);
  nodes[0].disk.sync = Distribution::constant(10 * ms).value();
  Stage stage(nodes);
  stage.play(0, {.start = [](Host& host) { host.sync(host.open("f"), IoToken{1}); }});
  stage.run_to(milliseconds(5));
  stage.world.crash(first, {.power = true, .loss = LossMode::keep}, stage.audience);
  stage.world.schedule_start(first);

  CHECK(stage.told_by(seconds(1)) ==
        std::vector<Line>{{0, 0, "start"}, {5 * ms, 0, "start"}, {15 * ms, 0, "disk 1"}});
}

TEST_CASE("a message to a node that is down dies there") {
  Stage stage;
  stage.play(1, {});
  stage.play(0, {.start = [](Host& host) { send(host, second, "x"); }});
  stage.run_to(microseconds(500));
  stage.world.crash(second, {}, stage.audience);
  stage.told_by(milliseconds(5));

  CHECK(count(stage, Fate::node_down) == 1);
  CHECK(count(stage, Fate::delivered) == 0);
}

TEST_CASE("a message to an earlier incarnation is stale, one sent after the restart arrives") {
  Stage stage;
  stage.play(1, {});
  stage.play(0, {.start =
                     [](Host& host) {
                       send(host, second, "early");
                       host.arm(TimerId{0}, microseconds(700));
                     },
                 .timer = [](Host& host, TimerId) { send(host, second, "late"); }});
  stage.run_to(microseconds(500));
  stage.told_by(microseconds(500));
  stage.world.crash(second, {}, stage.audience);
  stage.world.schedule_start(second);

  CHECK(stage.told_by(milliseconds(5)) == std::vector<Line>{{500 * us, 1, "start"},
                                                            {700 * us, 0, "timer 0"},
                                                            {1'700 * us, 1, "message late"}});
  CHECK(count(stage, Fate::stale) == 1);
  CHECK(number(stage.world.node(second).incarnation) == 2);
}

TEST_CASE("a crash of a node that is down and a start of one that runs change nothing") {
  Stage stage;
  CHECK_FALSE(stage.world.crash(first, {}, stage.audience));
  stage.play(0, {});
  stage.run_to(milliseconds(1));
  stage.told_by(milliseconds(1));
  stage.world.schedule_start(first);

  CHECK(stage.told_by(milliseconds(2)).empty());
  CHECK(number(stage.world.node(first).incarnation) == 1);
}

TEST_CASE("a process begins anew from its prototype, with its node's streams where they were") {
  Stage stage;
  stage.play(0, {.start = [](Host& host) {
               tell(host, std::to_string(host.random(Purpose::first_model_purpose).draw()));
             }});
  stage.run_to(milliseconds(1));
  stage.world.crash(first, {}, stage.audience);
  stage.world.schedule_start(first);
  const std::vector<Line> told = stage.told_by(milliseconds(2));

  REQUIRE(told.size() == 4);
  CHECK(told[1].text != told[3].text);
}
