// How faults are fired, overlap and are healed, and what the ledger says of it.
#include "sim/fault/injector.hpp"

#include <doctest/doctest.h>

#include <random>

#include "tests/sim/fault/scene.hpp"

using namespace splitvote::sim;

namespace {

constexpr NodeId third{2};

}  // namespace

TEST_CASE("the ledger says when a fault was requested, fired and healed, and what it was") {
  Scene scene;
  const FaultId fault = scene.injector.request(Instant{5 * ms}, "cut-it");
  CHECK(scene.entry(fault) == LedgerEntry{.step = "cut-it",
                                          .text = "",
                                          .requested = Instant{5 * ms},
                                          .fired = {},
                                          .healed = {},
                                          .ends = {},
                                          .changes = 0});

  scene.run_to(milliseconds(6));
  scene.injector.fire(scene.world, fault, PauseNodes{{first}}, "pause n0", scene.audience);
  scene.run_to(milliseconds(8));
  CHECK(scene.heal(fault));

  CHECK(scene.entry(fault) == LedgerEntry{.step = "cut-it",
                                          .text = "pause n0",
                                          .requested = Instant{5 * ms},
                                          .fired = Instant{6 * ms},
                                          .healed = Instant{8 * ms},
                                          .ends = {},
                                          .changes = 1});
}

TEST_CASE("what nobody need heal is over by itself") {
  Scene scene;
  scene.run_to(milliseconds(2));
  const FaultId order = scene.fire(OrderNodes{{first}, MessageKind{40}, {}});
  const FaultId resume = scene.fire(ResumeNodes{{first}});
  const FaultId stall = scene.fire(StallDisks{{first}, milliseconds(5)});
  const FaultId pause = scene.fire(PauseNodes{{first}});

  CHECK(scene.entry(order).over() == Instant{2 * ms});
  CHECK(scene.entry(resume).over() == Instant{2 * ms});
  CHECK(scene.entry(stall).over() == Instant{7 * ms});
  CHECK(!scene.entry(pause).over().has_value());

  scene.run_to(milliseconds(4));
  CHECK(scene.heal(pause));
  CHECK(scene.heal(stall));
  CHECK(scene.entry(pause).over() == Instant{4 * ms});
  CHECK(scene.entry(stall).over() == Instant{4 * ms});
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

TEST_CASE("a crash or a pause is over when others have brought the last of its nodes back") {
  Scene scene;
  const FaultId crash = scene.fire(CrashNodes{{first, second}, {}});
  const FaultId pause = scene.fire(PauseNodes{{third}});
  const auto over = [&](FaultId fault) {
    return scene.injector.ledger(scene.world)[number(fault)].over();
  };

  const FaultId start = scene.fire(StartNodes{{first}});
  CHECK_FALSE(over(crash).has_value());
  scene.told_by(milliseconds(7));
  (void)scene.fire(StartNodes{{second}});
  (void)scene.fire(ResumeNodes{{third}});

  CHECK(over(crash) == scene.world.now());
  CHECK(over(pause) == scene.world.now());
  CHECK(scene.injector.ledger(scene.world)[number(crash)].is_fault);
  CHECK_FALSE(scene.injector.ledger(scene.world)[number(start)].is_fault);
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
