// Local clocks: the verbs one by one, then random clocks against 128-bit arithmetic.
#include "sim/clock/local_clock.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace splitvote::sim;

namespace {

__extension__ using Int128 = __int128;

constexpr Instant at(Duration span) { return Instant{} + span; }

constexpr LocalInstant local(Duration span) { return LocalInstant{} + span; }

}  // namespace

TEST_CASE("a clock nobody touched reads the true time") {
  const LocalClock clock;

  CHECK(clock.read(at(seconds(5))) == local(seconds(5)));
  CHECK(clock.when(at(seconds(5)), local(seconds(7))) == at(seconds(7)));
}

TEST_CASE("a clock with an offset is ahead by it") {
  const LocalClock clock(milliseconds(-300));

  CHECK(clock.read(at(seconds(1))) == local(milliseconds(700)));
  CHECK(clock.when(at(seconds(1)), local(seconds(1))) == at(milliseconds(1300)));
}

TEST_CASE("20 ppm gain 20 microseconds a second") {
  const LocalClock clock(Duration{}, 20'000);

  CHECK(clock.read(at(seconds(1))) == local(seconds(1) + microseconds(20)));
  CHECK(clock.read(at(seconds(86400))) == local(seconds(86400) + microseconds(1'728'000)));
}

TEST_CASE("a slow clock waits longer") {
  const LocalClock clock(Duration{}, -200'000'000);

  CHECK(clock.read(at(seconds(10))) == local(seconds(8)));
  CHECK(clock.when(at(seconds(1)), local(seconds(8))) == at(seconds(10)));
}

TEST_CASE("a local time that is past is due now") {
  const LocalClock clock(seconds(10), 1000);

  CHECK(clock.when(at(seconds(3)), local(seconds(5))) == at(seconds(3)));
  CHECK(clock.when(at(seconds(3)), LocalInstant{INT64_MIN}) == at(seconds(3)));
}

TEST_CASE("a new drift counts from the moment it is set") {
  LocalClock clock(Duration{}, 100'000'000);

  clock.set_drift(at(seconds(10)), -100'000'000);

  CHECK(clock.read(at(seconds(10))) == local(seconds(11)));
  CHECK(clock.read(at(seconds(20))) == local(seconds(20)));
}

TEST_CASE("what is not shown of a nanosecond is not lost when the drift is set a thousand times") {
  LocalClock clock(Duration{}, 1'000'000);  // a thousandth fast: a thousandth of a ns each ns

  for (std::int64_t ns = 1; ns <= 1000; ++ns) clock.set_drift(Instant{ns}, 1'000'000);

  CHECK(clock.read(Instant{999}) < clock.read(Instant{1000}));
  CHECK(clock.read(Instant{1000}) == LocalInstant{1001});
}

TEST_CASE("a step moves the reading at once, back as well as forward") {
  LocalClock clock;

  clock.step(at(seconds(5)), milliseconds(200));
  CHECK(clock.read(at(seconds(5))) == local(milliseconds(5200)));

  clock.step(at(seconds(6)), milliseconds(-1200));
  CHECK(clock.read(at(seconds(6))) == local(seconds(5)));
  CHECK(clock.when(at(seconds(6)), local(milliseconds(5500))) == at(milliseconds(6500)));
}

TEST_CASE("a frozen clock stands, and goes on from where it stood") {
  LocalClock clock(Duration{}, 100'000'000);

  clock.freeze(at(seconds(10)));
  CHECK(clock.frozen());
  CHECK(clock.read(at(seconds(15))) == local(seconds(11)));
  CHECK(clock.when(at(seconds(15)), local(seconds(11))) == at(seconds(15)));
  CHECK(clock.when(at(seconds(15)), local(seconds(11) + nanoseconds(1))) == end_of_time);

  clock.thaw(at(seconds(20)));
  CHECK_FALSE(clock.frozen());
  CHECK(clock.read(at(seconds(20))) == local(seconds(11)));
  CHECK(clock.read(at(seconds(30))) == local(seconds(22)));
  CHECK(clock.when(at(seconds(20)), local(seconds(22))) == at(seconds(30)));
}

TEST_CASE("a frozen clock can be stepped, and its drift can be set for later") {
  LocalClock clock;
  clock.freeze(at(seconds(1)));

  clock.step(at(seconds(2)), seconds(4));
  clock.set_drift(at(seconds(3)), 500'000);

  CHECK(clock.read(at(seconds(9))) == local(seconds(5)));
  clock.thaw(at(seconds(10)));
  CHECK(clock.read(at(seconds(12))) == local(seconds(7) + milliseconds(1)));
}

TEST_CASE("freezing twice and thawing twice is freezing and thawing once") {
  LocalClock clock;
  clock.freeze(at(seconds(1)));
  clock.freeze(at(seconds(2)));
  CHECK(clock.read(at(seconds(3))) == local(seconds(1)));

  clock.thaw(at(seconds(3)));
  clock.thaw(at(seconds(4)));
  CHECK(clock.read(at(seconds(5))) == local(seconds(3)));
}

TEST_CASE("the ends of the range neither overflow nor wake anyone early") {
  const Instant last{std::int64_t{1} << 61};
  LocalClock clock(Duration{INT64_MAX}, LocalClock::drift_ppb_limit - 1);

  CHECK(clock.read(Instant{}) == LocalInstant{std::int64_t{1} << 61});
  CHECK(clock.read(last) > clock.read(Instant{last.ns - 1}));
  CHECK(clock.when(last, LocalInstant{INT64_MAX}) == end_of_time);
  CHECK(LocalClock().when(Instant{}, LocalInstant{INT64_MAX}) == end_of_time);

  clock.step(last, Duration{INT64_MIN});
  CHECK(clock.read(last) == LocalInstant{-(std::int64_t{1} << 61)});
  CHECK(clock.when(last, LocalInstant{INT64_MAX}) == end_of_time);
}

namespace {

/// The clock's definition in 128-bit arithmetic: all in units of 10^-9 ns, nothing is ever rounded.
struct ExactClock {
  Int128 reading = 0;
  std::int64_t since = 0;
  std::int64_t rate = 1'000'000'000;
  bool running = true;

  [[nodiscard]] Int128 exact(Instant now) const {
    return running ? reading + Int128{now.ns - since} * rate : reading;
  }
  [[nodiscard]] LocalInstant read(Instant now) const {
    const Int128 value = exact(now);
    const Int128 towards_zero = value / 1'000'000'000;
    return {static_cast<std::int64_t>(towards_zero * 1'000'000'000 > value ? towards_zero - 1
                                                                           : towards_zero)};
  }
  void move(Instant now) {
    reading = exact(now);
    since = now.ns;
  }
};

/// Uniform in the number of bits, so that all sizes up to 2^bits come up.
std::int64_t any_size(std::mt19937_64& random, int bits) {
  const int kept = std::uniform_int_distribution(0, bits)(random);
  return kept == 0 ? 0 : static_cast<std::int64_t>(random() >> (64 - kept));
}

std::int64_t any_drift(std::mt19937_64& random) {
  const std::int64_t size = any_size(random, 29) % LocalClock::drift_ppb_limit;
  return (random() & 1) != 0 ? size : -size;
}

/// Applies one random verb to both.
void change(std::mt19937_64& random, Instant now, LocalClock& clock, ExactClock& exact) {
  exact.move(now);
  switch (random() % 4) {
    case 0: {
      const std::int64_t drift = any_drift(random);
      clock.set_drift(now, drift);
      exact.rate = 1'000'000'000 + drift;
      break;
    }
    case 1: {
      const std::int64_t by = any_size(random, 50) * ((random() & 1) != 0 ? 1 : -1);
      clock.step(now, {by});
      exact.reading += Int128{by} * 1'000'000'000;
      break;
    }
    case 2:
      clock.freeze(now);
      exact.running = false;
      break;
    default:
      clock.thaw(now);
      exact.running = true;
  }
}

/// `when` is right if the reading reaches `wanted` there and nowhere before.
void check_when(const LocalClock& clock, Instant now, LocalInstant wanted) {
  const Instant due = clock.when(now, wanted);
  REQUIRE(due >= now);
  if (due == end_of_time) {
    REQUIRE((clock.frozen() || wanted.ns > std::int64_t{1} << 61));
    REQUIRE(clock.read(now) < wanted);
    return;
  }
  REQUIRE(clock.read(due) >= wanted);
  if (due > now) REQUIRE(clock.read(due - nanoseconds(1)) < wanted);
}

}  // namespace

TEST_CASE("random clocks read what exact arithmetic says, and wake at the first nanosecond") {
  std::mt19937_64 random(20);
  for (int run = 0; run < 20'000; ++run) {
    const std::int64_t offset = any_size(random, 55);
    const std::int64_t drift = any_drift(random);
    LocalClock clock({offset}, drift);
    ExactClock exact{Int128{offset} * 1'000'000'000, 0, 1'000'000'000 + drift, true};
    Instant now;
    for (int step = 0; step < 10; ++step) {
      now = now + Duration{any_size(random, 56)};
      REQUIRE(clock.read(now) == exact.read(now));
      check_when(clock, now, exact.read(now) + Duration{any_size(random, 58)});
      check_when(clock, now, exact.read(now) + Duration{any_size(random, 10)});
      change(random, now, clock, exact);
      REQUIRE(clock.read(now) == exact.read(now));
    }
  }
}

TEST_CASE("readings decades after the last change are exact, whatever was not shown then") {
  std::mt19937_64 random(22);
  for (int run = 0; run < 50'000; ++run) {
    const Instant change_at{any_size(random, 40)};
    const std::int64_t first = any_drift(random);
    const std::int64_t second = any_drift(random);
    LocalClock clock({0}, first);
    ExactClock exact{0, 0, 1'000'000'000 + first, true};

    clock.set_drift(change_at, second);
    exact.move(change_at);
    exact.rate = 1'000'000'000 + second;

    const Instant now{(std::int64_t{1} << 61) - any_size(random, 60)};
    REQUIRE(clock.read(now) == exact.read(now));
    check_when(clock, change_at, exact.read(now) + Duration{-any_size(random, 60)});
  }
}

TEST_CASE("a running clock never goes back, nanosecond by nanosecond") {
  std::mt19937_64 random(21);
  for (int run = 0; run < 2'000; ++run) {
    const LocalClock clock({0}, any_drift(random));
    Instant now{any_size(random, 58)};
    for (int step = 0; step < 50; ++step, now = now + nanoseconds(1)) {
      const Duration gained = clock.read(now + nanoseconds(1)) - clock.read(now);
      REQUIRE(gained >= nanoseconds(0));
      REQUIRE(gained <= nanoseconds(2));
    }
  }
}
