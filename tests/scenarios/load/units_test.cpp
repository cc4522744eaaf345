// Numbers with units: what they mean to the nanosecond, and that their texts come back.
#include "scenarios/load/units.hpp"

#include <doctest/doctest.h>

#include <random>

namespace splitvote::load {

TEST_CASE("durations are exact to the nanosecond in every unit") {
  CHECK(parse_duration("1ns")->ns == 1);
  CHECK(parse_duration("1.5us")->ns == 1'500);
  CHECK(parse_duration("0.2ms")->ns == 200'000);
  CHECK(parse_duration("0.000000001s")->ns == 1);
  CHECK(parse_duration("2min")->ns == 120'000'000'000);
  CHECK(parse_duration("1.5h")->ns == 5'400'000'000'000);
  CHECK(parse_duration("-200ms")->ns == -200'000'000);
  CHECK(parse_duration("+80ms")->ns == 80'000'000);
  CHECK(parse_duration("8760h") == duration_max);
  CHECK_FALSE(parse_duration("8760.0000000001h"));
}

TEST_CASE("texts that are almost durations are refused") {
  for (const char* text : {"", "10", "ms", "10 ms", "1e3ms", ".5s", "5.s", "05s", "0x5s", "1,5s",
                           "--5s", "5S", "5sec", "5ms ", " 5ms", "∞s", "1.2.3s"})
    CHECK_MESSAGE(!parse_duration(text), text);
}

TEST_CASE("a bare number is told which unit it might have meant") {
  CHECK(parse_duration("10").error().hint == "10ms?");
  CHECK(parse_size("64").error().hint == "64KiB?");
  CHECK(parse_share("5").error().hint == "5%?");
  CHECK(parse_rate("200").error().hint == "200/s?");
}

TEST_CASE("sizes know decimal and binary units and no others") {
  CHECK(parse_size("1kB") == 1'000);
  CHECK(parse_size("1KiB") == 1'024);
  CHECK(parse_size("1.5MiB") == 1'572'864);
  CHECK(parse_size("2GB") == 2'000'000'000);
  CHECK_FALSE(parse_size("1KB"));
  CHECK_FALSE(parse_size("0.1B"));
  CHECK_FALSE(parse_size("-1B"));
}

TEST_CASE("bandwidths in bits are an eighth of those in bytes") {
  CHECK(parse_bandwidth("1Gbit/s") == 125'000'000);
  CHECK(parse_bandwidth("10MiB/s") == 10'485'760);
  CHECK_FALSE(parse_bandwidth("1bit/s"));
}

TEST_CASE("shares are fractions in lowest terms") {
  CHECK(parse_share("5%") == sim::Ratio{1, 20});
  CHECK(parse_share("0.1%") == sim::Ratio{1, 1'000});
  CHECK(parse_share("20ppm") == sim::Ratio{1, 50'000});
  CHECK(parse_share("100%") == sim::Ratio{1, 1});
  CHECK(parse_share("0%") == sim::Ratio{0, 1});
  CHECK_FALSE(parse_share("401%"));
}

TEST_CASE("rates, drifts, factors and decimals mean what they say") {
  CHECK(parse_rate("200/s")->per_1000_s == 200'000);
  CHECK(parse_rate("0.5/s")->per_1000_s == 500);
  CHECK(parse_rate("30/min")->per_1000_s == 500);
  CHECK_FALSE(parse_rate("1/min"));
  CHECK(parse_drift("20ppm") == 20'000);
  CHECK(parse_drift("-500ppb") == -500);
  CHECK(parse_drift("0.1%") == 1'000'000);
  CHECK_FALSE(parse_drift("50%"));
  CHECK(parse_factor("x1.5") == sim::Ratio{3, 2});
  CHECK_FALSE(parse_factor("1.5"));
  CHECK(parse_decimal("0.99") == sim::Ratio{99, 100});
  CHECK_FALSE(parse_decimal("0.99x"));
}

TEST_CASE("integers are decimal digits without signs, points, exponents or leading zeros") {
  CHECK(parse_integer("0") == 0u);
  CHECK(parse_integer("9223372036854775807") == 9223372036854775807u);
  for (const char* text :
       {"9223372036854775808", "010", "00", "+1", "-1", "1.0", "1e3", "0x1", "1_000", "", "yes"})
    CHECK_MESSAGE(!parse_integer(text), text);
}

TEST_CASE("ranges run forwards and name the faulty end") {
  CHECK(parse_duration_range("150ms..300ms")->last.ns == 300'000'000);
  CHECK(parse_duration_range("150ms")->last.ns == 150'000'000);
  CHECK(parse_duration_range("150ms..300").error().offset == 7);
  CHECK_FALSE(parse_duration_range("300ms..150ms"));
  CHECK(parse_integer_range("1..2000")->last == 2000);
  CHECK(parse_integer_range("7")->first == 7);
  CHECK_FALSE(parse_integer_range("1..2..3"));
}

TEST_CASE("a quantity's unit decides what it counts") {
  CHECK(parse_quantity("3")->unit == Unit::count);
  CHECK(parse_quantity("2.5s")->value == 2'500'000'000);
  CHECK(parse_quantity("85%")->share == sim::Ratio{17, 20});
  CHECK(parse_quantity("64KiB")->value == 65'536);
  CHECK(parse_quantity("5/s")->value == 5'000);
  CHECK_FALSE(parse_quantity("5parsec"));
}

TEST_CASE("a value's text is read as the same value") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20'000; ++i) {
    const std::uint64_t bits = random() >> (random() % 63);
    const sim::Duration duration{
        static_cast<std::int64_t>(bits % static_cast<std::uint64_t>(duration_max.ns)) *
        (i % 2 ? 1 : -1)};
    REQUIRE(parse_duration(to_text(duration)) == duration);
    const std::uint64_t bytes = bits % (std::uint64_t{1} << 40);
    REQUIRE(parse_size(size_text(bytes)) == bytes);
    REQUIRE(parse_bandwidth(bandwidth_text(bytes)) == bytes);
    const Rate rate{bits % 1'000'000'000'000};
    REQUIRE(parse_rate(to_text(rate))->per_1000_s == rate.per_1000_s);
    const std::int64_t drift = static_cast<std::int64_t>(bits % 499'999'999) * (i % 2 ? 1 : -1);
    REQUIRE(parse_drift(drift_text(drift)) == drift);
    const auto share = parse_share(std::to_string(bits % 4'000'000'000) + "ppb");
    REQUIRE(parse_share(share_text(*share)) == *share);
  }
}

TEST_CASE("durations are written in the largest unit that needs three decimals at most") {
  CHECK(to_text(sim::Duration{1'500'000'000}) == "1.5s");
  CHECK(to_text(sim::Duration{1'234'567}) == "1234.567us");
  CHECK(to_text(sim::Duration{999}) == "999ns");
  CHECK(to_text(sim::Duration{-80'000'000}) == "-80ms");
  CHECK(to_text(sim::Duration{}) == "0ms");
}

}  // namespace splitvote::load
