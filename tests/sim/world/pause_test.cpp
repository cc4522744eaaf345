// A paused node: nothing is handled, nothing is lost, and everything comes in its order after the
// resume.
#include <doctest/doctest.h>

#include "tests/sim/world/puppet.hpp"

using namespace splitvote::sim;

namespace {

/// Sends a message every 100 us, named by its number.
Script sends(NodeId target, int count) {
  auto sent = std::make_shared<int>(0);
  return {.start = [](Host& host) { host.arm(TimerId{0}, microseconds(100)); },
          .timer =
              [=](Host& host, TimerId timer) {
                send(host, target, std::to_string(++*sent));
                if (*sent < count) host.arm(timer, microseconds(100));
              }};
}

std::vector<Line> of_node(int node, const std::vector<Line>& lines) {
  std::vector<Line> found;
  for (const Line& line : lines) {
    if (line.node == node) found.push_back(line);
  }
  return found;
}

}  // namespace

TEST_CASE("messages to a paused node wait and are handled in their order at the resume") {
  Stage stage;
  stage.play(0, sends(second, 4));
  stage.play(1, {});
  stage.run_to(milliseconds(1));
  stage.told_by(milliseconds(1));
  CHECK(stage.world.pause(second, stage.audience));
  stage.run_to(milliseconds(5));
  CHECK(of_node(1, stage.told_by(milliseconds(5))).empty());
  CHECK(stage.world.resume(second, stage.audience));

  CHECK(stage.told_by(milliseconds(9)) == std::vector<Line>{{5 * ms, 1, "message 1"},
                                                            {5 * ms, 1, "message 2"},
                                                            {5 * ms, 1, "message 3"},
                                                            {5 * ms, 1, "message 4"}});
}

TEST_CASE("a message that arrives in the nanosecond of the resume stays behind those that waited") {
  Stage stage;
  stage.play(0, sends(second, 4));
  stage.play(1, {});
  // Scheduled before anything is sent, so that the last message comes after it at the same time.
  stage.world.schedule_control(Instant{1'400 * us}, 0);
  stage.run_to(milliseconds(1));
  stage.told_by(milliseconds(1));
  stage.world.pause(second, stage.audience);
  (void)stage.world.advance(end_of_time, stage.audience);
  REQUIRE(stage.world.now() == Instant{1'400 * us});
  stage.world.resume(second, stage.audience);

  CHECK(stage.told_by(milliseconds(9)) == std::vector<Line>{{1'400 * us, 1, "message 1"},
                                                            {1'400 * us, 1, "message 2"},
                                                            {1'400 * us, 1, "message 3"},
                                                            {1'400 * us, 1, "message 4"}});
}

TEST_CASE("a message that arrives in the nanosecond of a release stays behind those held back") {
  Stage stage;
  stage.play(0, sends(second, 3));
  stage.play(1, {});
  stage.world.network().hold(FaultId{0}, {first, second}, KindMask{1} << 3);
  // The messages arrive at 1.1, 1.2 and 1.3 ms, the last one behind this in the queue.
  stage.run_to(microseconds(1'300));
  stage.told_by({});
  stage.world.heal(FaultId{0});

  CHECK(of_node(1, stage.told_by(milliseconds(9))) ==
        std::vector<Line>{{1'300 * us, 1, "message 1"},
                          {1'300 * us, 1, "message 2"},
                          {1'300 * us, 1, "message 3"}});
}

TEST_CASE("timers that came due during a pause fire behind the waiting messages, others in time") {
  Stage stage;
  stage.play(0, sends(second, 2));
  stage.play(1, {.start = [](Host& host) {
               host.arm(TimerId{0}, milliseconds(7));
               host.arm(TimerId{1}, milliseconds(3));
               host.arm(TimerId{2}, milliseconds(2));
             }});
  stage.run_to(milliseconds(1));
  stage.told_by(milliseconds(1));
  stage.world.pause(second, stage.audience);
  stage.run_to(milliseconds(5));
  stage.world.resume(second, stage.audience);

  // Which of the two overdue timers goes first is the order of their numbers.
  CHECK(of_node(1, stage.told_by(milliseconds(9))) == std::vector<Line>{{5 * ms, 1, "message 1"},
                                                                        {5 * ms, 1, "message 2"},
                                                                        {5 * ms, 1, "timer 1"},
                                                                        {5 * ms, 1, "timer 2"},
                                                                        {7 * ms, 1, "timer 0"}});
}

TEST_CASE("a disk works on while its node is paused; the completions wait") {
  std::vector<NodeConfiguration> nodes(2);
  nodes[0].disk.sync = Distribution::constant(2 * ms).value();
  Stage stage(nodes);
  stage.play(0, {.start = [](Host& host) {
               const FileId file = host.open("f");
               host.write(file, 0, as_bytes("content"));
               host.sync(file, IoToken{1});
               host.sync_directory(IoToken{2});
             }});
  stage.run_to(milliseconds(1));
  stage.told_by(milliseconds(1));
  stage.world.pause(first, stage.audience);
  stage.run_to(milliseconds(20));

  // What the device has synced survives a loss of power although the process never heard of it.
  World fork = stage.world;
  fork.crash(first, {.power = true, .loss = LossMode::lose}, stage.audience);
  CHECK(fork.last_power_loss().sectors_lost == 0);
  Disk disk = fork.node(first).disk;
  CHECK(disk.used() == 7);

  CHECK(stage.told_by(milliseconds(20)).empty());
  stage.world.resume(first, stage.audience);
  CHECK(stage.told_by(milliseconds(30)) ==
        std::vector<Line>{{20 * ms, 0, "disk 1"}, {20 * ms, 0, "disk 2"}});
}

TEST_CASE("only a running node can be paused and only a paused one resumed") {
  Stage stage;
  CHECK_FALSE(stage.world.pause(first, stage.audience));
  stage.play(0, {});
  stage.run_to(milliseconds(1));
  CHECK_FALSE(stage.world.resume(first, stage.audience));
  CHECK(stage.world.pause(first, stage.audience));
  CHECK_FALSE(stage.world.pause(first, stage.audience));
  CHECK(stage.world.resume(first, stage.audience));
}

TEST_CASE("a crash of a paused node drops what waited: the next incarnation begins with nothing") {
  Stage stage;
  stage.play(0, sends(second, 4));
  stage.play(1, {.start = [](Host& host) { host.arm(TimerId{0}, milliseconds(3)); }});
  stage.run_to(milliseconds(1));
  stage.told_by(milliseconds(1));
  stage.world.pause(second, stage.audience);
  stage.run_to(milliseconds(2));
  CHECK(stage.world.crash(second, {}, stage.audience));
  CHECK(stage.world.network().count(MessageKind{3}, Fate::node_down) == 4);
  stage.world.schedule_start(second);

  CHECK(stage.told_by(milliseconds(20)) ==
        std::vector<Line>{{2 * ms, 1, "start"}, {5 * ms, 1, "timer 0"}});
  CHECK(stage.world.network().in_flight() == 0);
}
