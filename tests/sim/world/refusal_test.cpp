// A machine answers for a process that is gone, as TCP resets a connection: when, to whom, and when
// not.
#include <doctest/doctest.h>

#include "tests/sim/world/puppet.hpp"

using namespace splitvote::sim;

namespace {

std::vector<NodeConfiguration> refusing(std::size_t count) {
  std::vector<NodeConfiguration> nodes(count);
  for (NodeConfiguration& node : nodes) node.refuses = true;
  return nodes;
}

/// Sends one message to the second node when it starts, and at each timer.
Script sender() {
  return {.start = [](Host& host) { host.arm(TimerId{0}, milliseconds(10)); },
          .timer = [](Host& host, TimerId) { send(host, second, "hello"); }};
}

/// The second node runs until 5 ms and then ends so; from there on is told.
struct CrashStage : Stage {
  CrashStage(std::vector<NodeConfiguration> nodes, Crash how) : Stage(std::move(nodes)) {
    play(0, sender());
    play(1, {});
    run_to(milliseconds(5));
    world.crash(second, how, audience);
    audience.lines.clear();
  }
};

std::vector<Line> told_of(std::vector<NodeConfiguration> nodes, Crash how) {
  return CrashStage(std::move(nodes), how).told_by(milliseconds(100));
}

}  // namespace

TEST_CASE("a message for a process that has crashed is refused, after a round trip") {
  const std::vector<Line> lines = told_of(refusing(2), {.power = false});

  CHECK(lines == std::vector<Line>{{10 * ms, 0, "timer 0"}, {12 * ms, 0, "refused by n1"}});
}

TEST_CASE("a machine without power refuses nothing, and one that is not to refuse does not") {
  CHECK(told_of(refusing(2), {.power = true}) == std::vector<Line>{{10 * ms, 0, "timer 0"}});
  CHECK(told_of(std::vector<NodeConfiguration>(2), {.power = false}) ==
        std::vector<Line>{{10 * ms, 0, "timer 0"}});
}

TEST_CASE("power that goes after the process has crashed takes the refusals along") {
  CrashStage stage(refusing(2), {.power = false});
  stage.world.crash(second, {.power = true}, stage.audience);
  stage.audience.lines.clear();

  CHECK(stage.told_by(milliseconds(100)) == std::vector<Line>{{10 * ms, 0, "timer 0"}});
}

TEST_CASE("a node that has never run refuses nothing") {
  Stage stage(refusing(2));
  stage.play(0, sender());

  CHECK(stage.told_by(milliseconds(100)) ==
        std::vector<Line>{{0, 0, "start"}, {10 * ms, 0, "timer 0"}});
}

TEST_CASE("what was sent to a process before its restart is refused though another one runs") {
  Stage stage(refusing(2));
  stage.play(0, sender());
  stage.play(1, {});
  stage.run_to(microseconds(10'500));  // the message is on its way
  stage.world.crash(second, {.power = false}, stage.audience);
  stage.world.schedule_start(second);
  stage.audience.lines.clear();

  CHECK(stage.told_by(milliseconds(100)) ==
        std::vector<Line>{{10'500 * us, 1, "start"}, {12 * ms, 0, "refused by n1"}});
}

TEST_CASE("what waited for a busy process is refused when that crashes") {
  std::vector<NodeConfiguration> nodes = refusing(2);
  nodes[1].costs.per_message_handled = milliseconds(20);
  Stage stage(std::move(nodes));
  stage.play(0, {.start = [](Host& host) { host.arm(TimerId{0}, milliseconds(1)); },
                 .timer =
                     [](Host& host, TimerId) {
                       send(host, second, "handled");
                       send(host, second, "waits");
                     }});
  stage.play(1, {});
  stage.run_to(milliseconds(5));
  stage.audience.lines.clear();
  stage.world.crash(second, {.power = false}, stage.audience);

  // The message, and the connection.
  CHECK(stage.told_by(milliseconds(100)) ==
        std::vector<Line>{{6 * ms, 0, "refused by n1"}, {6 * ms, 0, "refused by n1"}});
}

TEST_CASE("a process that crashes is missed by those that it had heard, unless the power goes") {
  for (const bool power : {false, true}) {
    CAPTURE(power);
    Stage stage(refusing(3));
    stage.play(0, sender());
    stage.play(1, {});
    stage.play(2, {.start = [](Host& host) { send(host, first, "hello"); }});
    stage.run_to(milliseconds(50));
    stage.audience.lines.clear();
    stage.world.crash(second, {.power = power}, stage.audience);

    const std::vector<Line> refused{{51 * ms, 0, "refused by n1"}};
    CHECK(stage.told_by(milliseconds(100)) == (power ? std::vector<Line>{} : refused));
    // Once: a second crash has nobody to tell.
    stage.world.schedule_start(second);
    (void)stage.told_by(milliseconds(110));
    stage.world.crash(second, {.power = false}, stage.audience);
    CHECK(stage.told_by(milliseconds(200)).empty());
  }
}

// The refusal is about the second node's earlier start, and comes when the first has heard the
// next.
TEST_CASE("a late refusal does not make a process forget whom it has heard") {
  Stage stage(refusing(2));
  stage.play(0, {.start = [](Host& host) { host.arm(TimerId{0}, microseconds(9'500)); },
                 .timer = [](Host& host, TimerId) { send(host, second, "to the first start"); }});
  stage.play(1, {.start = [](Host& host) { send(host, first, "hello"); }});
  stage.run_to(milliseconds(10));
  stage.world.crash(second, {.power = false}, stage.audience);
  stage.world.schedule_start(second);  // its hello arrives at 11 ms, the refusal at 11.5 ms
  stage.run_to(milliseconds(20));
  stage.audience.lines.clear();

  stage.world.crash(first, {.power = false}, stage.audience);

  CHECK(stage.told_by(milliseconds(100)) == std::vector<Line>{{21 * ms, 1, "refused by n0"}});
}

TEST_CASE("a refusal for a sender that is gone, too, is refused by nobody") {
  CrashStage stage(refusing(2), {.power = false});
  stage.run_to(microseconds(11'500));
  stage.world.crash(first, {.power = false}, stage.audience);
  stage.audience.lines.clear();

  CHECK(stage.told_by(milliseconds(100)).empty());
  CHECK(stage.world.network().count(refusal_kind, Fate::node_down) == 1);
  CHECK(stage.world.network().in_flight() == 0);
}

TEST_CASE("a refusal passes its link as any message does") {
  CrashStage stage(refusing(2), {.power = false});
  stage.world.network().cut(FaultId{1}, {second, first});
  stage.audience.lines.clear();

  CHECK(stage.told_by(milliseconds(100)) == std::vector<Line>{{10 * ms, 0, "timer 0"}});
  CHECK(stage.world.network().count(refusal_kind, Fate::cut) == 1);
}

TEST_CASE("a refusal is recorded like a message that the node sent") {
  CrashStage stage(refusing(2), {.power = false});
  stage.audience.records.clear();
  (void)stage.told_by(milliseconds(100));

  std::vector<std::pair<RecordKind, NodeId>> told;
  for (const Record& record : stage.audience.records) told.emplace_back(record.kind, record.node);
  using enum RecordKind;
  CHECK(told == std::vector<std::pair<RecordKind, NodeId>>{{timer, first},
                                                           {note, first},
                                                           {send, first},
                                                           {drop, second},
                                                           {send, second},
                                                           {deliver, first},
                                                           {note, first}});
}
