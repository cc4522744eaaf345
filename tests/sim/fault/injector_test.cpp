// What each verb does and undoes, alone and overlapping, and what the ledger says of it.
#include "sim/fault/injector.hpp"

#include <doctest/doctest.h>

#include <random>

#include "tests/sim/world/puppet.hpp"

using namespace splitvote::sim;

namespace {

constexpr NodeId third{2};

/// Three nodes, each of which sends to the next once a millisecond.
struct Scene : Stage {
  Scene() : Stage(std::vector<NodeConfiguration>(3)) {
    for (int node = 0; node < 3; ++node) {
      const NodeId next{static_cast<std::uint16_t>((node + 1) % 3)};
      play(node, {.start = [](Host& host) { host.arm(TimerId{0}, milliseconds(1)); },
                  .timer =
                      [=](Host& host, TimerId timer) {
                        send(host, next, "x");
                        host.arm(timer, milliseconds(1));
                      }});
    }
    run_to(microseconds(100));
  }

  FaultId fire(const Fault& fault) {
    const FaultId id = injector.request(world.now(), "step");
    injector.fire(world, id, fault, "text", audience);
    return id;
  }
  bool heal(FaultId fault) { return injector.heal(world, fault, audience); }
  LedgerEntry entry(FaultId fault) const { return injector.ledger(world)[number(fault)]; }
  std::uint64_t changes(FaultId fault) const { return entry(fault).changes; }
  NodeState state(NodeId node) const { return world.node(node).state; }
  std::int64_t drift(NodeId node) const { return world.node(node).monotonic.drift_ppb(); }

  Injector injector;
};

}  // namespace

TEST_CASE("the ledger says when a fault was requested, fired and healed, and what it was") {
  Scene scene;
  const FaultId fault = scene.injector.request(Instant{5 * ms}, "cut-it");
  CHECK(scene.entry(fault) == LedgerEntry{.step = "cut-it",
                                          .text = "",
                                          .requested = Instant{5 * ms},
                                          .fired = {},
                                          .healed = {},
                                          .changes = 0});

  scene.run_to(milliseconds(6));
  scene.injector.fire(scene.world, fault, PauseNodes{{first}}, "pause n0", scene.audience);
  CHECK(scene.injector.is_active(fault));
  scene.run_to(milliseconds(8));
  CHECK(scene.heal(fault));

  CHECK_FALSE(scene.injector.is_active(fault));
  CHECK(scene.entry(fault) == LedgerEntry{.step = "cut-it",
                                          .text = "pause n0",
                                          .requested = Instant{5 * ms},
                                          .fired = Instant{6 * ms},
                                          .healed = Instant{8 * ms},
                                          .changes = 1});
}

TEST_CASE("firing and healing are recorded with the fault's text") {
  Scene scene;
  scene.audience.records.clear();
  scene.audience.details.clear();

  scene.heal(scene.fire(CutDirections{{{first, second}}}));

  REQUIRE(scene.audience.records.size() == 2);
  CHECK(scene.audience.records[0].kind == RecordKind::fault);
  CHECK(scene.audience.records[0].b == 0);
  CHECK(scene.audience.records[1].b == 1);
  CHECK(scene.audience.details == std::vector<std::string>{"text", "text"});
}

TEST_CASE("a fault can be healed once, and only after it fired") {
  Scene scene;
  const FaultId fault = scene.injector.request({}, "step");
  CHECK_FALSE(scene.heal(fault));
  scene.injector.fire(scene.world, fault, PauseNodes{{first}}, "text", scene.audience);
  CHECK(scene.heal(fault));
  CHECK_FALSE(scene.heal(fault));
}

TEST_CASE("a crash is healed by a start, a pause by a resume") {
  Scene scene;
  const FaultId crash = scene.fire(CrashNodes{{first}, {}});
  const FaultId pause = scene.fire(PauseNodes{{second}});
  CHECK(scene.state(first) == NodeState::down);
  CHECK(scene.state(second) == NodeState::paused);

  scene.heal(crash);
  scene.heal(pause);
  scene.told_by(microseconds(200));

  CHECK(scene.state(first) == NodeState::up);
  CHECK(number(scene.world.node(first).incarnation) == 2);
  CHECK(scene.state(second) == NodeState::up);
  CHECK(number(scene.world.node(second).incarnation) == 1);
}

TEST_CASE("a node stays down, paused or frozen until the last fault that holds it is healed") {
  for (const bool first_in_first_out : {true, false}) {
    Scene scene;
    const std::vector<Fault> faults{CrashNodes{{first}, {}}, PauseNodes{{second}},
                                    FreezeClocks{{third}}};
    for (const Fault& fault : faults) {
      FaultId one = scene.fire(fault);
      FaultId two = scene.fire(fault);
      CHECK(scene.changes(two) == 0);  // it was so already
      if (!first_in_first_out) std::swap(one, two);
      scene.heal(one);
      scene.told_by(Duration{scene.world.now().ns + 1'000});
      CHECK((scene.state(first) == NodeState::down || scene.state(second) == NodeState::paused ||
             scene.world.node(third).monotonic.frozen()));
      scene.heal(two);
      scene.told_by(Duration{scene.world.now().ns + 1'000});
      CHECK(scene.state(first) == NodeState::up);
      CHECK(scene.state(second) == NodeState::up);
      CHECK_FALSE(scene.world.node(third).monotonic.frozen());
    }
  }
}

TEST_CASE("a start or a resume of its own frees a node from all that held it") {
  Scene scene;
  const FaultId for_ever = scene.fire(CrashNodes{{first}, {}});
  const FaultId start = scene.fire(StartNodes{{first}});
  scene.told_by(microseconds(200));
  CHECK(scene.changes(start) == 1);
  const FaultId later = scene.fire(CrashNodes{{first}, {}});
  scene.heal(later);
  scene.told_by(microseconds(300));
  CHECK(scene.state(first) == NodeState::up);
  CHECK(number(scene.world.node(first).incarnation) == 3);

  scene.heal(for_ever);  // nothing is left of it
  scene.told_by(microseconds(400));
  CHECK(number(scene.world.node(first).incarnation) == 3);

  (void)scene.fire(PauseNodes{{second}});
  CHECK(scene.changes(scene.fire(ResumeNodes{{second}})) == 1);
  scene.heal(scene.fire(PauseNodes{{second}}));
  CHECK(scene.state(second) == NodeState::up);
}

TEST_CASE("healing a crash leaves alone who has been started since, healing a pause who crashed") {
  Scene scene;
  const FaultId crash = scene.fire(CrashNodes{{first}, {}});
  scene.world.schedule_start(first);
  scene.told_by(microseconds(200));
  scene.heal(crash);
  scene.told_by(microseconds(300));
  CHECK(number(scene.world.node(first).incarnation) == 2);

  const FaultId pause = scene.fire(PauseNodes{{second}});
  (void)scene.fire(CrashNodes{{second}, {}});
  scene.heal(pause);
  scene.told_by(microseconds(400));
  CHECK(scene.state(second) == NodeState::down);
}

TEST_CASE("of overlapping drifts the newest active one counts, and the base when none is left") {
  std::mt19937_64 random(5);
  for (int round = 0; round < 200; ++round) {
    Scene scene;
    scene.world.set_drift(second, 7'000);
    struct Active {
      FaultId fault;
      std::int64_t drift_ppb;
    };
    std::vector<Active> active;
    for (int i = 0; i < 30; ++i) {
      if (active.empty() || random() % 2 == 0) {
        const auto drift_ppb = static_cast<std::int64_t>(random() % 5) * 1'000;
        active.push_back({scene.fire(DriftClocks{{second}, drift_ppb}), drift_ppb});
      } else {
        const auto healed = active.begin() + static_cast<std::ptrdiff_t>(random() % active.size());
        scene.heal(healed->fault);
        active.erase(healed);
      }
      CHECK(scene.drift(second) == (active.empty() ? 7'000 : active.back().drift_ppb));
      CHECK(scene.drift(first) == 0);
    }
  }
}

TEST_CASE(
    "overlapping changes of a disk are applied in turn to what it was, in any order of healing") {
  std::mt19937_64 random(6);
  const DiskCondition base = Scene().world.disk(second).condition();
  const std::vector<DiskChange> kinds{
      {.slower = Ratio{3, 1}},
      {.read_error = Ratio{1, 4}},
      {.sync_error = Ratio{1, 2}, .capacity = 1'000},
      {.capacity = 2'000},
      {.profile = find_disk_profile("hdd"), .read_error = Ratio{1, 8}}};
  for (int round = 0; round < 200; ++round) {
    Scene scene;
    struct Active {
      FaultId fault;
      DiskChange change;
    };
    std::vector<Active> active;
    for (int i = 0; i < 20; ++i) {
      if (active.empty() || random() % 2 == 0) {
        const DiskChange& change = kinds[random() % kinds.size()];
        active.push_back({scene.fire(ChangeDisks{{second}, change}), change});
      } else {
        const auto healed = active.begin() + static_cast<std::ptrdiff_t>(random() % active.size());
        scene.heal(healed->fault);
        active.erase(healed);
      }
      DiskCondition expected = base;
      for (const Active& one : active) expected = changed(expected, one.change);
      CHECK(scene.world.disk(second).condition() == expected);
    }
  }
}

TEST_CASE("a node that one fault names twice is treated once") {
  Scene scene;
  const FaultId crash = scene.fire(CrashNodes{{first, first}, {}});
  const FaultId drift = scene.fire(DriftClocks{{second, second}, 5'000});
  const FaultId disk = scene.fire(ChangeDisks{{third, third}, {.capacity = 10}});
  const FaultId freeze = scene.fire(FreezeClocks{{third, third}});
  CHECK(scene.changes(crash) == 1);
  CHECK(scene.changes(drift) == 1);
  CHECK(scene.changes(disk) == 1);
  CHECK(scene.changes(freeze) == 1);

  scene.injector.heal_all(scene.world, scene.audience);
  scene.told_by(milliseconds(1));

  CHECK(number(scene.world.node(first).incarnation) == 2);
  CHECK(scene.drift(second) == 0);
  CHECK(scene.world.disk(third).condition().faults.capacity == UINT64_MAX);
  CHECK_FALSE(scene.world.node(third).monotonic.frozen());
}

TEST_CASE("a drift that ends and comes again returns to what the clock had in between") {
  Scene scene;
  scene.heal(scene.fire(DriftClocks{{first}, 5'000}));
  scene.world.set_drift(first, 9'000);

  scene.heal(scene.fire(DriftClocks{{first}, 1'000}));

  CHECK(scene.drift(first) == 9'000);
}

TEST_CASE("a disk that was changed and healed is healed anew to what it became in between") {
  Scene scene;
  scene.heal(scene.fire(ChangeDisks{{first}, {.capacity = 10}}));
  scene.world.disk(first).change({.capacity = 77});

  scene.heal(scene.fire(ChangeDisks{{first}, {.capacity = 20}}));

  CHECK(scene.world.disk(first).condition().faults.capacity == 77);
}

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

TEST_CASE("heal_all leaves a world without a fault, as if each had been healed by itself") {
  Scene scene;
  (void)scene.fire(CrashNodes{{first}, {}});
  (void)scene.fire(CrashNodes{{first}, {}});
  (void)scene.fire(PauseNodes{{second}});
  (void)scene.fire(CutDirections{{{first, second}, {second, first}}});
  (void)scene.fire(DriftClocks{{third}, 40});
  (void)scene.fire(FreezeClocks{{third}});

  scene.injector.heal_all(scene.world, scene.audience);
  scene.told_by(milliseconds(1));

  CHECK(scene.state(first) == NodeState::up);
  CHECK(scene.state(second) == NodeState::up);
  CHECK_FALSE(scene.world.network().is_cut({first, second}));
  CHECK(scene.drift(third) == 0);
  CHECK_FALSE(scene.world.node(third).monotonic.frozen());
  for (const LedgerEntry& entry : scene.injector.ledger(scene.world))
    CHECK(entry.healed.has_value());
}

TEST_CASE("a copy of world and injector heals as the original does") {
  Scene scene;
  const FaultId drift = scene.fire(DriftClocks{{first}, 40'000});
  const FaultId crash = scene.fire(CrashNodes{{second}, {}});
  World world = scene.world;
  Injector injector = scene.injector;

  scene.heal(drift);
  scene.heal(crash);
  scene.told_by(milliseconds(20));
  injector.heal(world, drift, scene.audience);
  injector.heal(world, crash, scene.audience);
  (void)world.advance(Instant{20 * ms}, scene.audience);

  CHECK(world.digest() == scene.world.digest());
  CHECK(injector.ledger(world) == scene.injector.ledger(scene.world));
}
