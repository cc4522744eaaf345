// The engine: time, ids, order and the digest over what was executed.
#include "sim/engine/engine.hpp"

#include <doctest/doctest.h>

#include <vector>

namespace splitvote::sim {
namespace {

Digest digest_of(EventKey key, const Event& event) {
  Engine engine;
  engine.execute(key, event);
  return engine.digest();
}

TEST_CASE("events at one time are executed in the order in which they were scheduled") {
  Engine engine;
  engine.schedule(Instant{20}, {.tag = 1});
  engine.schedule(Instant{10}, {.tag = 2});
  engine.schedule(Instant{20}, {.tag = 3});

  std::vector<std::uint64_t> order;
  EventKey key;
  Event event;
  while (engine.next(end_of_time, key, event)) {
    engine.execute(key, event);
    order.push_back(event.tag);
  }

  CHECK(order == std::vector<std::uint64_t>{2, 1, 3});
  CHECK(engine.now() == Instant{20});
  CHECK(engine.current() == EventId{3});
}

TEST_CASE("an event scheduled under a sequence number taken earlier keeps its place") {
  Engine engine;
  const std::uint64_t early = engine.take_sequence();
  engine.schedule(Instant{10}, {.tag = 1});
  engine.schedule({{10}, early}, {.tag = 2});

  EventKey key;
  Event event;
  REQUIRE(engine.next(end_of_time, key, event));
  CHECK(event.tag == 2);
}

TEST_CASE("an event that was taken but not executed leaves time, ids and digest alone") {
  Engine engine;
  engine.schedule(Instant{10}, {.tag = 1});
  const Digest before = engine.digest();

  EventKey key;
  Event event;
  REQUIRE(engine.next(end_of_time, key, event));

  CHECK(engine.now() == Instant{0});
  CHECK(engine.current() == no_event);
  CHECK(engine.digest() == before);
  CHECK(engine.pending() == 0);
}

TEST_CASE("no event is handed out before its time") {
  Engine engine;
  engine.schedule(Instant{10}, {});

  EventKey key;
  Event event;
  CHECK_FALSE(engine.next({9}, key, event));
  CHECK(engine.pending() == 1);
  CHECK(engine.next({10}, key, event));
}

TEST_CASE("idle time moves forward only") {
  Engine engine;
  engine.idle_until({10});
  engine.idle_until({5});
  CHECK(engine.now() == Instant{10});
}

TEST_CASE("the digest depends on every field that is not implied by the others") {
  const EventKey key{{1}, 2};
  const Event event{EventKind::deliver, NodeId{3}, 4, 5, EventId{6}};
  const Digest digest = digest_of(key, event);

  CHECK(digest_of(key, event) == digest);
  CHECK(digest_of({{2}, 2}, event) != digest);
  CHECK(digest_of({{1}, 3}, event) != digest);
  CHECK(digest_of(key, {EventKind::timer, NodeId{3}, 4, 5, EventId{6}}) != digest);
  CHECK(digest_of(key, {EventKind::deliver, NodeId{2}, 4, 5, EventId{6}}) != digest);
  CHECK(digest_of(key, {EventKind::deliver, NodeId{3}, 5, 5, EventId{6}}) != digest);
  CHECK(digest_of(key, {EventKind::deliver, NodeId{3}, 4, 4, EventId{6}}) != digest);
}

TEST_CASE("the digest depends on the content that was folded in, and on the order of events") {
  Engine first;
  Engine second;
  first.execute({{1}, 1}, {});
  second.execute({{1}, 1}, {});
  first.fold(7);
  CHECK(first.digest() != second.digest());
  second.fold(7);
  CHECK(first.digest() == second.digest());

  Engine swapped;
  first.execute({{1}, 2}, {.tag = 1});
  first.execute({{1}, 3}, {.tag = 2});
  swapped.execute({{1}, 1}, {});
  swapped.fold(7);
  swapped.execute({{1}, 2}, {.tag = 2});
  swapped.execute({{1}, 3}, {.tag = 1});
  CHECK(first.digest() != swapped.digest());
}

/// A run whose every event schedules up to two more, by its own digest: any difference spreads.
void run(Engine& engine, Instant limit) {
  EventKey key;
  Event event;
  while (engine.next(limit, key, event)) {
    engine.execute(key, event);
    const std::uint64_t mix = (event.tag ^ key.sequence) * 0x9e3779b97f4a7c15;
    engine.schedule(engine.now() + nanoseconds(static_cast<std::int64_t>(mix >> 54)),
                    {.tag = mix, .cause = engine.current()});
    if (mix % 64 == 0 && engine.pending() < 20'000)
      engine.schedule(engine.now() + nanoseconds(static_cast<std::int64_t>(mix >> 40)),
                      {.tag = ~mix, .cause = engine.current()});
  }
}

TEST_CASE("a copy taken at any moment continues to the digest of the original") {
  Engine original;
  original.schedule(Instant{0}, {.tag = 1});
  original.schedule(Instant{0}, {.tag = 2});
  std::vector<Engine> copies;
  for (std::int64_t time = 200'000; time <= 2'000'000; time += 200'000) {
    run(original, {time});
    copies.push_back(original);
  }
  run(original, {3'000'000});

  CHECK(number(original.current()) > 10'000);
  for (Engine& copy : copies) {
    CHECK(copy.digest() != original.digest());
    run(copy, {3'000'000});
    CHECK(copy.digest() == original.digest());
    CHECK(copy.current() == original.current());
  }
}

}  // namespace
}  // namespace splitvote::sim
