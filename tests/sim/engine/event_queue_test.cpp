// The queue against a sorted map, over sizes and shapes that make it change its structure.
#include "sim/engine/event_queue.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

#include "tests/support/allocation_count.hpp"

namespace splitvote::sim {
namespace {

enum class Shape { uniform, one_time, clustered, protocol, outliers, bursts };

/// The queue and its oracle, given the same pushes and asked for the same pops.
class Pair {
 public:
  explicit Pair(std::uint64_t seed) : random_(seed) {}

  std::size_t size() const { return oracle_.size(); }

  void push(Shape shape) {
    const EventKey key{{now_ + wait(shape)}, next_sequence_++};
    insert(key);
  }

  /// Under a sequence number older than those of events already pending.
  void push_under_early_sequence() {
    const std::uint64_t early = next_sequence_++;
    push(Shape::clustered);
    insert({{now_ + wait(Shape::clustered)}, early});
  }

  /// What the world does with a stale timer: takes it out and puts it back in front.
  void pop_and_push_back() {
    EventKey key;
    Event event;
    REQUIRE(queue_.pop(end_of_time, key, event));
    queue_.push(key, event);
  }

  void pop() {
    EventKey key;
    Event event;
    const auto expected = oracle_.begin();
    if (expected->first.time.ns > 0)
      REQUIRE_FALSE(queue_.pop(Instant{expected->first.time.ns - 1}, key, event));
    REQUIRE(queue_.pop(expected->first.time, key, event));
    REQUIRE(key == expected->first);
    REQUIRE(event == expected->second);
    now_ = key.time.ns;
    oracle_.erase(expected);
    REQUIRE(queue_.size() == oracle_.size());
    REQUIRE(queue_.empty() == oracle_.empty());
  }

  std::uint64_t draw() { return random_(); }

 private:
  std::int64_t wait(Shape shape) {
    const auto below = [this](std::int64_t limit) {
      return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(limit));
    };
    switch (shape) {
      case Shape::uniform:
        return below(1'000'000'000);
      case Shape::one_time:
        return 0;
      case Shape::clustered:
        return below(3) * 1'000'000 + below(4);
      case Shape::protocol:
        return below(8) == 0 ? 150'000'000 + below(150'000'000) : below(500'000);
      case Shape::outliers:
        return below(50) == 0 ? (INT64_MAX - now_) / 2 + below(1000) : below(100'000);
      case Shape::bursts:
        return below(256);
    }
    return 0;
  }
  void insert(EventKey key) {
    const Event event{EventKind::timer, NodeId{static_cast<std::uint16_t>(random_())},
                      static_cast<std::uint32_t>(random_()), random_(), EventId{random_()}};
    queue_.push(key, event);
    oracle_.emplace(key, event);
  }

  EventQueue queue_;
  std::map<EventKey, Event> oracle_;
  std::mt19937_64 random_;
  std::int64_t now_ = 0;
  std::uint64_t next_sequence_ = 1;
};

void grow(Pair& pair, Shape shape, std::size_t size) {
  while (pair.size() < size) {
    pair.push(shape);
    if (pair.draw() % 4 == 0) pair.pop();
  }
}

void hold(Pair& pair, Shape shape, int steps) {
  for (int step = 0; step < steps && pair.size() > 0; ++step) {
    pair.pop();
    if (pair.draw() % 16 == 0 && pair.size() > 0) pair.pop_and_push_back();
    if (pair.draw() % 16 == 0) pair.push_under_early_sequence();
    if (pair.draw() % 16 != 1) pair.push(shape);
  }
}

void drain(Pair& pair, std::size_t size) {
  while (pair.size() > size) pair.pop();
}

TEST_CASE("events leave in the order of time and sequence, whatever the shape and the number") {
  for (const Shape shape : {Shape::uniform, Shape::one_time, Shape::clustered, Shape::protocol,
                            Shape::outliers, Shape::bursts}) {
    for (const std::size_t size : {3u, 40u, 700u, 5'000u, 50'000u}) {
      CAPTURE(static_cast<int>(shape));
      CAPTURE(size);
      Pair pair(size);

      grow(pair, shape, size);
      hold(pair, shape, 2'000);
      drain(pair, size / 40);
      grow(pair, shape, size / 2);
      drain(pair, 0);
    }
  }
}

TEST_CASE("a burst of near events before many far ones leaves in order") {
  // The burst overflows the tree while the ladder is already sorted by a later horizon.
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    CAPTURE(seed);
    Pair pair(seed);
    grow(pair, Shape::uniform, 30'000);
    hold(pair, Shape::uniform, static_cast<int>(pair.draw() % 300));

    grow(pair, seed % 2 == 0 ? Shape::bursts : Shape::protocol, 60'000);
    hold(pair, Shape::clustered, 3'000);

    drain(pair, 0);
  }
}

TEST_CASE("events sorted by a later horizon stay in order when the tree overflows before it") {
  // Given a few events, then thousands in the next block of 2^16 ns: after two pops the tree has
  // taken the few and begun with the block, whose rest lies sorted on the lower rungs.
  EventQueue queue;
  std::vector<EventKey> expected;
  std::mt19937_64 random(1);
  const auto push = [&](std::int64_t time) {
    const EventKey key{{time}, expected.size() + 1};
    queue.push(key, {.tag = key.sequence});
    expected.push_back(key);
  };
  const auto within = [&random](std::int64_t first, std::uint64_t count) {
    return first + static_cast<std::int64_t>(random() % count);
  };
  for (int count = 0; count < 20; ++count) push(0xff00 + count);
  for (int count = 0; count < 30'000; ++count) push(within(0x10000, 0x300));
  EventKey key;
  Event event;
  REQUIRE(queue.pop(end_of_time, key, event));
  REQUIRE(queue.pop(end_of_time, key, event));

  // When more events come before the block than the tree holds, and some into the block.
  for (int count = 0; count < 20'000; ++count) push(within(0xff80, 0x80));
  for (int count = 0; count < 1'000; ++count) push(within(0x10000, 0x300));

  std::ranges::sort(expected);
  for (std::size_t next = 2; next < expected.size(); ++next) {
    REQUIRE(queue.pop(end_of_time, key, event));
    REQUIRE(key == expected[next]);
    REQUIRE(event.tag == key.sequence);
  }
  CHECK(queue.empty());
}

TEST_CASE("a copy pops what the original pops, and neither disturbs the other") {
  for (const std::size_t size : {0u, 5u, 900u, 20'000u, 50'000u}) {
    CAPTURE(size);
    Pair original(size + 1);
    grow(original, Shape::protocol, size);

    Pair copy = original;
    hold(copy, Shape::uniform, 1'000);
    hold(original, Shape::clustered, 1'000);

    drain(copy, 0);
    drain(original, 0);
  }
}

TEST_CASE("one million events at one time leave in the order of their sequence") {
  EventQueue queue;
  for (std::uint64_t sequence = 1; sequence <= 1'000'000; ++sequence)
    queue.push({{5}, sequence}, {.tag = sequence});

  EventKey key;
  Event event;
  bool ordered = true;
  for (std::uint64_t sequence = 1; sequence <= 1'000'000; ++sequence) {
    ordered = ordered && queue.pop({5}, key, event) && key.sequence == sequence;
    ordered = ordered && event.tag == sequence;
  }
  CHECK(ordered);
  CHECK(queue.empty());
}

TEST_CASE("the first and the last moment of time are times like any other") {
  EventQueue queue;
  queue.push({end_of_time, (std::uint64_t{1} << 40) - 1}, {.tag = 2});
  queue.push({{0}, 0}, {.tag = 1});

  EventKey key;
  Event event;
  REQUIRE(queue.pop({0}, key, event));
  CHECK(event.tag == 1);
  REQUIRE_FALSE(queue.pop({INT64_MAX - 1}, key, event));
  REQUIRE(queue.pop(end_of_time, key, event));
  CHECK(event.tag == 2);
  CHECK(key == EventKey{end_of_time, (std::uint64_t{1} << 40) - 1});
}

TEST_CASE("nothing is allocated once the queue has been as large as it gets") {
  for (const std::size_t size : {10u, 1'000u, 60'000u}) {
    CAPTURE(size);
    EventQueue queue;
    std::uint64_t sequence = 1;
    std::mt19937_64 random(1);
    EventKey key;
    Event event;
    const auto breathe = [&] {
      while (queue.size() < size)
        queue.push({{key.time.ns + static_cast<std::int64_t>(random() % 1'000'000)}, sequence++},
                   {});
      while (queue.size() > size / 50) REQUIRE(queue.pop(end_of_time, key, event));
    };
    for (int round = 0; round < 20; ++round) breathe();

    const std::uint64_t before = allocation_count;
    for (int round = 0; round < 5; ++round) breathe();
    const std::uint64_t after = allocation_count;

    CHECK(after == before);
  }
}

}  // namespace
}  // namespace splitvote::sim
