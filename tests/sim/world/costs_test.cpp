// A node with costs is a queue with one server.
#include <doctest/doctest.h>

#include <random>

#include "tests/sim/world/puppet.hpp"

using namespace splitvote::sim;

namespace {

std::vector<NodeConfiguration> with_costs(const NodeCosts& costs, std::size_t count = 2) {
  std::vector<NodeConfiguration> nodes(count);
  nodes[1].costs = costs;
  return nodes;
}

/// Sends these texts at once.
Script sends(std::vector<std::string> texts) {
  return {.start = [=](Host& host) {
    for (const std::string& text : texts) send(host, second, text);
  }};
}

Script answers() {
  return {.message = [](Host& host, NodeId source, ByteView frame) {
    send(host, source, "re " + std::string(as_text(frame)));
  }};
}

}  // namespace

TEST_CASE("messages that come together are handled one after the other, each for its cost") {
  Stage stage(with_costs({.per_message_handled = microseconds(10)}));
  stage.play(1, {});
  stage.play(0, sends({"a", "b", "c"}));

  CHECK(stage.told_by(seconds(1)) == std::vector<Line>{{0, 1, "start"},
                                                       {0, 0, "start"},
                                                       {1'000 * us, 1, "message a"},
                                                       {1'010 * us, 1, "message b"},
                                                       {1'020 * us, 1, "message c"}});
}

TEST_CASE("an answer leaves when its request was handled and it was sent, not after those behind") {
  Stage stage(
      with_costs({.per_message_handled = microseconds(10), .per_message_sent = microseconds(5)}));
  stage.play(1, answers());
  stage.play(0, sends({"a", "b"}));

  CHECK(stage.told_by(seconds(1)) == std::vector<Line>{{0, 1, "start"},
                                                       {0, 0, "start"},
                                                       {1'000 * us, 1, "message a"},
                                                       {1'015 * us, 1, "message b"},
                                                       {2'015 * us, 0, "message re a"},
                                                       {2'030 * us, 0, "message re b"}});
}

TEST_CASE("handling costs by the size of the message") {
  Stage stage(with_costs({.per_kilobyte = microseconds(64)}));
  stage.play(1, {});
  stage.play(0, sends({std::string(2048, 'x'), "b"}));

  const std::vector<Line> told = stage.told_by(seconds(1));

  CHECK(told.back().ns == 1'128 * us);
}

TEST_CASE("a network card sends at its speed, one message after the other") {
  std::vector<NodeConfiguration> nodes(2);
  nodes[0].costs.nic_bytes_per_second = 1'000'000;
  Stage stage(nodes);
  stage.play(1, {});
  stage.play(0, sends({"0123456789", "01234"}));

  CHECK(stage.told_by(seconds(1)) == std::vector<Line>{{0, 1, "start"},
                                                       {0, 0, "start"},
                                                       {1'010 * us, 1, "message 0123456789"},
                                                       {1'015 * us, 1, "message 01234"}});
}

TEST_CASE("messages, completions and timers take turns in the order in which they came") {
  std::vector<NodeConfiguration> nodes = with_costs({.per_message_handled = microseconds(100)});
  nodes[1].disk.sync = Distribution::constant(1'020 * us).value();
  Stage stage(nodes);
  stage.play(1, {.start = [](Host& host) {
               host.sync(host.open("f"), IoToken{7});
               host.arm(TimerId{0}, microseconds(1'010));
             }});
  stage.play(0, {.start =
                     [](Host& host) {
                       send(host, second, "a");
                       host.arm(TimerId{0}, microseconds(30));
                     },
                 .timer = [](Host& host, TimerId) { send(host, second, "b"); }});
  stage.told_by(microseconds(999));

  CHECK(stage.told_by(seconds(1)) == std::vector<Line>{{1'000 * us, 1, "message a"},
                                                       {1'100 * us, 1, "timer 0"},
                                                       {1'100 * us, 1, "disk 7"},
                                                       {1'100 * us, 1, "message b"}});
}

TEST_CASE("a message that arrives when the processor becomes free stays behind what waited") {
  std::vector<NodeConfiguration> nodes = with_costs({.per_message_sent = microseconds(100)});
  nodes[1].disk.sync = Distribution::constant(1'050 * us).value();
  Stage stage(nodes);
  stage.play(1, {.start = [](Host& host) { host.sync(host.open("f"), IoToken{7}); },
                 .message =
                     [](Host& host, NodeId source, ByteView frame) {
                       if (as_text(frame) == "a") send(host, source, "re a");
                     }});
  // "b" is on its way, and so before everything in the queue, when the turn is planned.
  stage.play(0, {.start =
                     [](Host& host) {
                       send(host, second, "a");
                       host.arm(TimerId{0}, microseconds(100));
                     },
                 .timer = [](Host& host, TimerId) { send(host, second, "b"); }});
  stage.told_by(microseconds(999));

  CHECK(stage.told_by(milliseconds(2)) == std::vector<Line>{{1'000 * us, 1, "message a"},
                                                            {1'100 * us, 1, "disk 7"},
                                                            {1'100 * us, 1, "message b"}});
}

TEST_CASE("a due timer is not put off by the messages that come after it") {
  Stage stage(with_costs({.per_message_handled = microseconds(10)}));
  stage.play(1, {.start = [](Host& host) { host.arm(TimerId{0}, microseconds(1'500)); }});
  // Twice as many messages as can be handled.
  stage.play(0, {.start = [](Host& host) { host.arm(TimerId{0}, {}); },
                 .timer =
                     [](Host& host, TimerId timer) {
                       send(host, second, "x");
                       host.arm(timer, microseconds(5));
                     }});

  stage.audience.stop_at = "timer 0";
  std::int64_t fired = 0;
  while (fired == 0 && stage.world.now() < Instant{10 * ms}) {
    (void)stage.world.advance(Instant{10 * ms}, stage.audience);
    if (stage.audience.lines.back().node == 1) fired = stage.audience.lines.back().ns;
  }

  // By 1.5 ms 101 messages have come (or 100, as the last one comes at the same time) and each
  // takes 10 us from 1 ms on.
  CHECK(fired >= 2'000 * us);
  CHECK(fired <= 2'010 * us);
}

TEST_CASE("a timer that waits for the processor can still be cancelled or armed anew") {
  Stage stage(with_costs({.per_message_handled = microseconds(100)}));
  stage.play(1, {.start =
                     [](Host& host) {
                       for (std::uint8_t i = 0; i < 3; ++i)
                         host.arm(TimerId{i}, microseconds(1'010 + i));
                     },
                 .message =
                     [](Host& host, NodeId, ByteView frame) {
                       if (as_text(frame) != "b") return;
                       host.cancel(TimerId{0});
                       host.arm(TimerId{1}, microseconds(500));
                     }});
  stage.play(0, sends({"a", "b"}));
  stage.told_by(microseconds(999));

  // "b" came before the timers fell due.
  CHECK(stage.told_by(seconds(1)) == std::vector<Line>{{1'000 * us, 1, "message a"},
                                                       {1'100 * us, 1, "message b"},
                                                       {1'200 * us, 1, "timer 2"},
                                                       {1'600 * us, 1, "timer 1"}});
}

TEST_CASE("a busy node that is paused goes on where it was") {
  Stage stage(with_costs({.per_message_handled = microseconds(100)}));
  stage.play(1, {});
  stage.play(0, sends({"a", "b", "c"}));
  stage.run_to(microseconds(1'050));
  stage.told_by(microseconds(1'050));
  stage.world.pause(second, stage.audience);
  stage.run_to(milliseconds(2));
  CHECK(stage.told_by(milliseconds(2)).empty());
  stage.world.resume(second, stage.audience);

  CHECK(stage.told_by(seconds(1)) ==
        std::vector<Line>{{2'000 * us, 1, "message b"}, {2'100 * us, 1, "message c"}});
}

TEST_CASE("after a pause that ends before the processor is free, its work still takes its time") {
  Stage stage(with_costs({.per_message_handled = microseconds(100)}));
  stage.play(1, {});
  stage.play(0, sends({"a", "b"}));
  stage.run_to(microseconds(1'020));
  stage.told_by(microseconds(1'020));
  stage.world.pause(second, stage.audience);
  stage.run_to(microseconds(1'040));
  stage.world.resume(second, stage.audience);

  CHECK(stage.told_by(seconds(1)) == std::vector<Line>{{1'100 * us, 1, "message b"}});
}

TEST_CASE("a crash of a busy node leaves its successor an idle processor and an empty queue") {
  Stage stage(with_costs({.per_message_handled = milliseconds(100)}));
  stage.play(1, {});
  stage.play(0, {.start =
                     [](Host& host) {
                       send(host, second, "a");
                       send(host, second, "b");
                       host.arm(TimerId{0}, milliseconds(3));
                     },
                 .timer = [](Host& host, TimerId) { send(host, second, "c"); }});
  stage.run_to(milliseconds(2));
  stage.world.crash(second, {}, stage.audience);
  stage.world.schedule_start(second);
  stage.told_by(milliseconds(2));

  CHECK(stage.told_by(seconds(1)) ==
        std::vector<Line>{{3 * ms, 0, "timer 0"}, {4 * ms, 1, "message c"}});
  CHECK(stage.world.network().count(MessageKind{3}, Fate::node_down) == 1);
}

TEST_CASE("a turn that was planned before a crash hurries nobody after it") {
  Stage stage(with_costs({.per_message_handled = milliseconds(100)}));
  stage.play(1, {});
  stage.play(0, {.start =
                     [](Host& host) {
                       send(host, second, "a");
                       send(host, second, "b");  // its turn: at 101 ms
                       host.arm(TimerId{0}, milliseconds(3));
                     },
                 .timer =
                     [](Host& host, TimerId) {
                       send(host, second, "c");
                       send(host, second, "d");
                     }});
  stage.run_to(milliseconds(2));
  stage.world.crash(second, {}, stage.audience);
  stage.world.schedule_start(second);
  stage.told_by(milliseconds(3));

  CHECK(stage.told_by(seconds(1)) ==
        std::vector<Line>{{4 * ms, 1, "message c"}, {104 * ms, 1, "message d"}});
}

TEST_CASE("the cause of a message that waited is the event that sent it") {
  Stage stage(with_costs({.per_message_handled = microseconds(10)}));
  stage.play(1, {});
  stage.play(0, sends({"a", "b"}));
  stage.told_by(seconds(1));

  EventId sent = no_event;
  EventId cause = no_event;
  for (const Record& record : stage.audience.records) {
    if (record.kind == RecordKind::send) sent = record.moment.event;
    if (record.kind == RecordKind::deliver) cause = record.moment.cause;
  }
  CHECK(sent != no_event);
  CHECK(cause == sent);
}

TEST_CASE("work begins when Lindley's recursion says, whatever comes when") {
  constexpr std::int64_t cost = 7 * us;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    std::mt19937_64 random(seed);
    Stage stage(with_costs({.per_message_handled = {cost}}, 5), microseconds(3));
    stage.play(1, {});
    std::vector<std::int64_t> arrivals;
    for (int sender : {0, 2, 3, 4}) {
      std::vector<std::int64_t> times(60);
      for (std::int64_t& time : times) time = static_cast<std::int64_t>(random() % (1'500 * us));
      std::ranges::sort(times);
      for (const std::int64_t time : times) arrivals.push_back(time + 3 * us);
      auto next = std::make_shared<std::size_t>(0);
      stage.play(sender, {.start = [=](Host& host) { host.arm(TimerId{0}, {times[0]}); },
                          .timer =
                              [=](Host& host, TimerId timer) {
                                send(host, second, "x");
                                if (++*next < times.size())
                                  host.arm(timer, {times[*next] - times[*next - 1]});
                              }});
    }
    std::ranges::sort(arrivals);

    std::vector<std::int64_t> begun;
    for (const Line& line : stage.told_by(seconds(1))) {
      if (line.text == "message x") begun.push_back(line.ns);
    }

    REQUIRE(begun.size() == arrivals.size());
    std::int64_t free_at = 0;
    std::size_t waited = 0;
    for (std::size_t i = 0; i < arrivals.size(); ++i) {
      const std::int64_t begin = std::max(arrivals[i], free_at);
      CHECK(begun[i] == begin);
      waited += begin > arrivals[i];
      free_at = begin + cost;
    }
    CHECK(waited > 60);  // at a load of 240 * 7 / 1500
  }
}
