// What the network promises: order, chances, cuts judged at delivery, holds, bandwidth, and who
// caused what.
#include "sim/network/network.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <bit>

using namespace splitvote::sim;

namespace {

constexpr NodeId a{0};
constexpr NodeId b{1};

LinkProfile steady(Duration latency) {
  return {.latency = Distribution::constant(latency.ns).value()};
}

/// The network with an engine, and the arrivals in their order.
struct Wire {
  explicit Wire(const LinkProfile& profile) : network(7, 2, profile) {}

  Sent send(Direction direction, std::size_t size = 10) {
    Bytes frame(size, std::byte{1});
    return network.send(engine, engine.now(),
                        {.source = direction.source, .target = direction.target}, frame);
  }

  struct Arrival {
    Instant time;
    MessageSlot slot;
    MessageId id;
  };
  std::vector<Arrival> arrivals(Instant limit = end_of_time) {
    std::vector<Arrival> found;
    EventKey key;
    Event event;
    while (engine.next(limit, key, event)) {
      engine.execute(key, event);
      found.push_back({key.time, MessageSlot{event.slot}, MessageId{event.tag}});
    }
    return found;
  }

  Engine engine;
  Network network;
};

}  // namespace

TEST_CASE("a message arrives after the latency of its link") {
  Wire wire(steady(milliseconds(3)));
  wire.send({a, b});

  const auto arrivals = wire.arrivals();

  REQUIRE(arrivals.size() == 1);
  CHECK(arrivals[0].time == Instant{3'000'000});
  CHECK(wire.network.judge(arrivals[0].slot) == Fate::delivered);
}

TEST_CASE("a link delivers in the order of sending, whatever the jitter") {
  Wire wire({.latency = Distribution::jittered(1'000, 900'000).value()});
  for (int i = 0; i < 200; ++i) wire.send({a, b});

  const auto arrivals = wire.arrivals();

  REQUIRE(arrivals.size() == 200);
  CHECK(std::is_sorted(arrivals.begin(), arrivals.end(),
                       [](auto& x, auto& y) { return x.id < y.id; }));
}

TEST_CASE("with reordering some messages overtake others") {
  Wire wire({.latency = Distribution::jittered(1'000, 900'000).value(), .reordering = {1, 2}});
  for (int i = 0; i < 200; ++i) wire.send({a, b});

  const auto arrivals = wire.arrivals();

  CHECK_FALSE(std::is_sorted(arrivals.begin(), arrivals.end(),
                             [](auto& x, auto& y) { return x.id < y.id; }));
}

TEST_CASE("a cut is judged at delivery and only in its direction") {
  Wire wire(steady(milliseconds(1)));
  wire.send({a, b});
  wire.send({b, a});

  wire.network.cut(FaultId{4}, {a, b});  // both messages are already under way

  const auto arrivals = wire.arrivals();
  REQUIRE(arrivals.size() == 2);
  CHECK(wire.network.judge(arrivals[0].slot) == Fate::cut);
  CHECK(wire.network.judge(arrivals[1].slot) == Fate::delivered);
  CHECK(wire.network.effects(FaultId{4}) == 1);
}

TEST_CASE("a direction that two faults cut is open when both are healed") {
  Wire wire(steady(milliseconds(1)));
  wire.network.cut(FaultId{0}, {a, b});
  wire.network.cut(FaultId{1}, {a, b});

  wire.network.heal(wire.engine, FaultId{0});
  CHECK(wire.network.is_cut({a, b}));
  wire.network.heal(wire.engine, FaultId{1});
  CHECK_FALSE(wire.network.is_cut({a, b}));
}

TEST_CASE("loss takes its share of the messages, within four standard deviations") {
  Wire wire({.latency = Distribution::constant(1000).value(), .loss = {1, 10}});
  for (int i = 0; i < 20'000; ++i) wire.send({a, b});

  int lost = 0;
  for (const auto& arrival : wire.arrivals())
    lost += wire.network.judge(arrival.slot) == Fate::lost ? 1 : 0;

  CHECK(lost > 2000 - 170);  // sqrt(20000 * 0.1 * 0.9) = 42.4
  CHECK(lost < 2000 + 170);
}

TEST_CASE(
    "burst loss has the stationary loss of Gilbert and Elliott, and longer runs than independent "
    "loss") {
  // pi_bad = 0.02 / (0.02 + 0.18) = 0.1; all is lost while bad; the mean run of losses is 1 / 0.18
  // = 5.6.
  Wire wire({.latency = Distribution::constant(1000).value(),
             .burst = BurstLoss{{2, 100}, {18, 100}, {1, 1}}});
  for (int i = 0; i < 50'000; ++i) wire.send({a, b});

  int lost = 0;
  int runs = 0;
  bool before = false;
  for (const auto& arrival : wire.arrivals()) {
    const bool now = wire.network.judge(arrival.slot) == Fate::lost;
    lost += now ? 1 : 0;
    runs += now && !before ? 1 : 0;
    before = now;
  }
  CHECK(lost > 4500);
  CHECK(lost < 5500);
  CHECK(static_cast<double>(lost) / runs > 5.0);
  CHECK(static_cast<double>(lost) / runs < 6.2);
}

TEST_CASE("a duplicate is a message of its own with the same frame") {
  Wire wire({.latency = Distribution::constant(1000).value(), .duplication = {1, 1}});

  const Sent sent = wire.send({a, b});

  const auto arrivals = wire.arrivals();
  REQUIRE(arrivals.size() == 2);
  CHECK(sent.duplicated);
  CHECK(arrivals[1].id == sent.copy);
  CHECK(wire.network.message(arrivals[0].slot).frame ==
        wire.network.message(arrivals[1].slot).frame);
}

TEST_CASE("corruption flips exactly one bit") {
  Wire wire({.latency = Distribution::constant(1000).value(), .corruption = {1, 1}});
  wire.send({a, b}, 40);

  const auto arrivals = wire.arrivals();

  int flipped = 0;
  for (const std::byte byte : wire.network.message(arrivals[0].slot).frame) {
    flipped += std::popcount(static_cast<unsigned>(byte ^ std::byte{1}));
  }
  CHECK(flipped == 1);
}

TEST_CASE("bandwidth puts messages in a row, and a full queue drops them") {
  // 1 MB/s and 1000 bytes: a millisecond each.
  Wire wire({.latency = Distribution::constant(0).value(),
             .bytes_per_second = 1'000'000,
             .queue_max = milliseconds(2)});
  for (int i = 0; i < 3; ++i) CHECK_FALSE(wire.send({a, b}, 1000).overflowed);

  CHECK(wire.send({a, b}, 1000).overflowed);
  CHECK(wire.network.count(MessageKind{}, Fate::overflow) == 1);
  const auto arrivals = wire.arrivals();
  REQUIRE(arrivals.size() == 3);
  CHECK(arrivals[0].time == Instant{1'000'000});
  CHECK(arrivals[2].time == Instant{3'000'000});
}

TEST_CASE("a held message arrives when the hold is healed, and others pass") {
  Wire wire(steady(milliseconds(1)));
  wire.network.hold(FaultId{0}, {a, b}, KindMask{1} << 0);
  wire.send({a, b});
  const auto held = wire.arrivals();
  REQUIRE(held.size() == 1);

  CHECK(wire.network.hold_back(wire.engine, held[0].slot));
  CHECK(wire.arrivals().empty());

  wire.engine.idle_until(Instant{9'000'000});
  wire.network.heal(wire.engine, FaultId{0});
  const auto released = wire.arrivals();
  REQUIRE(released.size() == 1);
  CHECK(released[0].time == Instant{9'000'000});
  CHECK_FALSE(wire.network.hold_back(wire.engine, released[0].slot));
}

TEST_CASE("what arrives in the nanosecond of a release stays behind what was held") {
  Wire wire(steady(milliseconds(1)));
  wire.network.hold(FaultId{0}, {a, b}, KindMask{1} << 0);
  const MessageId first = wire.send({a, b}).id;
  const MessageId second = wire.send({a, b}).id;
  for (const auto& arrival : wire.arrivals())
    CHECK(wire.network.hold_back(wire.engine, arrival.slot));
  const MessageId third = wire.send({a, b}).id;  // arrives at 2 ms, before all that comes then
  wire.engine.idle_until(Instant{2'000'000});
  wire.network.heal(wire.engine, FaultId{0});

  std::vector<MessageId> passed;
  EventKey key;
  Event event;
  while (wire.engine.next(end_of_time, key, event)) {
    wire.engine.execute(key, event);
    CHECK(key.time == Instant{2'000'000});
    if (!wire.network.hold_back(wire.engine, MessageSlot{event.slot}))
      passed.push_back(MessageId{event.tag});
  }

  CHECK(passed == std::vector<MessageId>{first, second, third});
}

TEST_CASE("a changed link returns to its base when the change is healed, in whatever order") {
  Wire wire(steady(milliseconds(1)));
  wire.network.change(FaultId{0}, {a, b}, {.latency_extra = milliseconds(5)});
  wire.network.change(FaultId{1}, {a, b}, {.latency_factor = {3, 1}});
  wire.send({a, b});
  CHECK(wire.arrivals()[0].time == Instant{18'000'000});  // (1 + 5) * 3

  wire.network.heal(wire.engine, FaultId{0});
  wire.send({a, b});
  CHECK(wire.arrivals()[0].time == Instant{21'000'000});  // 18 + 1 * 3

  wire.network.heal(wire.engine, FaultId{1});
  wire.send({a, b});
  CHECK(wire.arrivals()[0].time == Instant{22'000'000});
  CHECK(wire.network.effects(FaultId{0}) == 1);
  CHECK(wire.network.effects(FaultId{1}) == 2);
}

TEST_CASE("switching a chance on moves no latency") {
  Wire plain({.latency = Distribution::jittered(1000, 50'000).value()});
  Wire chancy({.latency = Distribution::jittered(1000, 50'000).value(),
               .loss = {1, 2},
               .corruption = {1, 3}});
  for (int i = 0; i < 50; ++i) {
    plain.send({a, b});
    chancy.send({a, b});
  }

  const auto expected = plain.arrivals();
  const auto found = chancy.arrivals();

  REQUIRE(found.size() == expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i].time == expected[i].time);
}
