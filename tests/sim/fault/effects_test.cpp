// What each verb changes, and how much of it the ledger counts.
#include "sim/fault/injector.hpp"

#include <doctest/doctest.h>

#include "tests/sim/fault/scene.hpp"

using namespace splitvote::sim;

namespace {

constexpr NodeId third{2};

}  // namespace

TEST_CASE("a cut counts the messages it stops, and stops none when it is healed") {
  Scene scene;
  const FaultId cut = scene.fire(CutDirections{{{first, second}}});
  CHECK(scene.changes(cut) == 0);
  scene.run_to(microseconds(4'500));  // messages that were sent at 1, 2 and 3 ms have come
  CHECK(scene.changes(cut) == 3);
  scene.heal(cut);
  scene.run_to(milliseconds(9));

  CHECK(scene.changes(cut) == 3);
  CHECK(scene.world.network().count(MessageKind{3}, Fate::cut) == 3);
}

TEST_CASE("a link change counts the messages it alters, and none if it alters nothing") {
  Scene scene;
  const std::vector<Direction> link{{first, second}};
  const FaultId slow = scene.fire(ChangeLinks{link, {.latency_extra = milliseconds(1)}});
  const FaultId idle = scene.fire(ChangeLinks{link, {.latency_factor = {1, 1}}});
  const LinkChange as_it_was{.latency = Distribution::constant(1 * ms).value()};
  const FaultId same = scene.fire(ChangeLinks{{{second, third}}, as_it_was});
  scene.run_to(microseconds(3'500));

  CHECK(scene.changes(slow) == 3);
  CHECK(scene.changes(idle) == 0);
  CHECK(scene.changes(same) == 0);
}

TEST_CASE("a hold counts the messages that wait; healing delivers them in their order") {
  Scene scene;
  const FaultId hold = scene.fire(HoldMessages{{{first, second}}, KindMask{1} << 3});
  scene.run_to(microseconds(3'500));
  CHECK(scene.changes(hold) == 2);
  scene.told_by(microseconds(3'500));
  scene.heal(hold);

  CHECK(scene.told_by(microseconds(3'500)) ==
        std::vector<Line>{{3'500 * us, 1, "message x"}, {3'500 * us, 1, "message x"}});
}

TEST_CASE("a fault that changes nothing counts nothing") {
  Scene scene;
  CHECK(scene.changes(scene.fire(StartNodes{{first}})) == 0);
  CHECK(scene.changes(scene.fire(ResumeNodes{{first}})) == 0);
  CHECK(scene.changes(scene.fire(StepClocks{{first}, {}})) == 0);
  CHECK(scene.changes(scene.fire(DriftClocks{{first}, 0})) == 0);
  CHECK(scene.changes(scene.fire(ChangeDisks{{first}, {.read_error = Ratio{0, 1}}})) == 0);
  CHECK(scene.changes(scene.fire(StallDisks{{first}, {}})) == 0);
  CHECK(scene.changes(scene.fire(CutDirections{{}})) == 0);
  (void)scene.fire(CrashNodes{{second}, {}});
  CHECK(scene.changes(scene.fire(CrashNodes{{second}, {}})) == 0);
  CHECK(scene.changes(scene.fire(PauseNodes{{second}})) == 0);
}

TEST_CASE("a fault counts each node it changes") {
  Scene scene;
  CHECK(scene.changes(scene.fire(StepClocks{{first, second}, milliseconds(1)})) == 2);
  CHECK(scene.changes(scene.fire(StallDisks{{first, second}, milliseconds(1)})) == 2);
  CHECK(scene.changes(scene.fire(PauseNodes{{first, second, third}})) == 3);
  CHECK(scene.changes(scene.fire(CrashNodes{{first, second}, {}})) == 2);
}

TEST_CASE("a loss of power counts what it damaged on the disks") {
  Scene scene;
  Disk& disk = scene.world.disk(first);
  CHECK(disk.write(disk.open("f"), 0, Bytes(3 * sector_size, std::byte{1})) == DiskStatus::ok);
  const FaultId fault = scene.fire(CrashNodes{{first}, {.power = true, .loss = LossMode::lose}});

  // The node, three sectors, and the entry in the directory.
  CHECK(scene.changes(fault) == 5);
}

TEST_CASE("a loss of power after a crash counts the damage alone, and holds the node with it") {
  Scene scene;
  Disk& disk = scene.world.disk(first);
  CHECK(disk.write(disk.open("f"), 0, Bytes(3 * sector_size, std::byte{1})) == DiskStatus::ok);
  const FaultId crash = scene.fire(CrashNodes{{first}, {}});
  const FaultId loss = scene.fire(CrashNodes{{first}, {.power = true, .loss = LossMode::lose}});
  CHECK(scene.changes(loss) == 4);

  scene.heal(crash);
  scene.told_by(microseconds(200));
  CHECK(scene.state(first) == NodeState::down);
  scene.heal(loss);
  scene.told_by(microseconds(300));
  CHECK(scene.state(first) == NodeState::up);
}

TEST_CASE("a wipe of a disk whose node is down changes something once") {
  Scene scene;
  Disk& disk = scene.world.disk(first);
  const FileId file = disk.open("f");
  CHECK(disk.write(file, 0, Bytes(1, std::byte{1})) == DiskStatus::ok);
  CHECK(disk.complete_sync(disk.begin_sync(file)) == DiskStatus::ok);
  CHECK(disk.complete_directory_sync(disk.begin_directory_sync()) == DiskStatus::ok);
  (void)scene.fire(CrashNodes{{first}, {}});

  const Crash wipe{.power = true, .wipe = true};
  CHECK(scene.changes(scene.fire(CrashNodes{{first}, wipe})) == 1);
  CHECK(scene.changes(scene.fire(CrashNodes{{first}, wipe})) == 0);
}

TEST_CASE("a stalled disk begins nothing before its time") {
  Stage stage;
  Injector injector;
  stage.play(0, {.start = [](Host& host) { host.arm(TimerId{0}, milliseconds(1)); },
                 .timer = [](Host& host, TimerId) { host.sync(host.open("f"), IoToken{1}); }});
  stage.run_to(microseconds(500));
  injector.fire(stage.world, injector.request({}, "s"), StallDisks{{first}, milliseconds(6)}, "",
                stage.audience);

  CHECK(stage.told_by(seconds(1)).back() == Line{6'500 * us, 0, "disk 1"});
}

TEST_CASE("a step moves the wall clock alone, and healing leaves it there") {
  Scene scene;
  const Instant now = scene.world.now();
  const FaultId step = scene.fire(StepClocks{{first}, seconds(-3)});
  scene.heal(step);

  CHECK(scene.world.node(first).wall.read(now).ns == now.ns - 3'000 * ms);
  CHECK(scene.world.node(first).monotonic.read(now).ns == now.ns);
}
