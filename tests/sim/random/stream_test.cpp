// Streams against the published answers, and against each other.
#include "sim/random/stream.hpp"

#include <doctest/doctest.h>

#include <array>
#include <vector>

using namespace splitvote::sim;

TEST_CASE("Philox2x64-10 gives the known answers of Random123") {
  // Random123 1.09, examples/kat_vectors.
  CHECK(philox({0, 0}, 0) == PhiloxBlock{0xca00a0459843d731, 0x66c24222c9a845b5});
  CHECK(philox({~0ull, ~0ull}, ~0ull) == PhiloxBlock{0x65b021d60cd8310f, 0x4d02f3222f86df20});
  CHECK(philox({0x243f6a8885a308d3, 0x13198a2e03707344}, 0xa4093822299f31d0) ==
        PhiloxBlock{0x0a5e742c2997341c, 0xb0f883d38000de5d});
}

TEST_CASE("a draw is the first word of the block at {position, packed name} under the seed") {
  Stream stream(42, {Purpose::link_loss, 0xabcdef, 0x123456});
  (void)stream.draw();

  const std::uint64_t draw = stream.draw();

  const std::uint64_t packed = 1ull << 48 | 0xabcdefull << 24 | 0x123456;
  CHECK(draw == philox({1, packed}, 42).first);
  CHECK(stream.position() == 2);
}

TEST_CASE("an unnamed stream with seed 0 starts with the known answer for zero") {
  Stream stream;
  CHECK(stream.draw() == 0xca00a0459843d731);
}

TEST_CASE("a copy continues alike and leaves the original where it is") {
  Stream original(7, {Purpose::disk_fault, 1, 2});
  (void)original.draw();

  Stream copy = original;
  const std::uint64_t of_copy = copy.draw();

  CHECK(original.position() == 1);
  CHECK(original.draw() == of_copy);
  CHECK(copy == original);
}

TEST_CASE("a sibling is the stream of the other name from the given draw on") {
  Stream stream(7, {Purpose::first_model_purpose, 3, 0});
  Stream expected(7, {Purpose::first_model_purpose, 3, 12});
  (void)expected.draw();
  (void)expected.draw();
  (void)stream.draw();

  const Stream sibling = stream.sibling(12, 2);

  CHECK(sibling == expected);
  CHECK(stream.position() == 1);
}

TEST_CASE("uniform keeps its bounds at the edges of int64") {
  Stream stream(1, {});

  CHECK(uniform(stream, 5, 5) == 5);
  CHECK(uniform(stream, INT64_MIN, INT64_MIN) == INT64_MIN);
  CHECK(uniform(stream, INT64_MAX, INT64_MAX) == INT64_MAX);

  Stream twin = stream;
  const std::uint64_t draw = twin.draw();
  CHECK(uniform(stream, INT64_MIN, INT64_MAX) == static_cast<std::int64_t>(draw - (1ull << 63)));
  CHECK(stream == twin);
}

TEST_CASE("below cuts the 2^64 draws into equal parts") {
  CHECK(below(0, 3) == 0);
  CHECK(below(0x5555555555555555, 3) == 0);
  CHECK(below(0x5555555555555556, 3) == 1);
  CHECK(below(0xaaaaaaaaaaaaaaaa, 3) == 1);
  CHECK(below(0xaaaaaaaaaaaaaaab, 3) == 2);
  CHECK(below(~0ull, 3) == 2);
  CHECK(below(~0ull, 1) == 0);
  CHECK(below(~0ull, ~0ull) == ~0ull - 1);
}

namespace {

/// Pearson's statistic of equally likely cells.
double chi_square(const std::vector<std::uint64_t>& counts, double expected) {
  double sum = 0;
  for (const std::uint64_t count : counts) {
    const double difference = static_cast<double>(count) - expected;
    sum += difference * difference / expected;
  }
  return sum;
}

// Mean 255 and standard deviation 22.6: chance of leaving these bounds below 2e-9 (Wilson-Hilferty:
// the cube root of chi^2 / 255 is normal with mean 1 - 2/2295 and variance 2/2295; 6 deviations).
constexpr double chi_low = 255 * 0.5530;
constexpr double chi_high = 255 * 1.6258;

/// Draws from two streams together, as cells of 4 bits by 4 bits.
std::vector<std::uint64_t> joint_counts(Stream first, Stream second, int shift) {
  std::vector<std::uint64_t> counts(256);
  for (int i = 0; i < 256'000; ++i) {
    const std::uint64_t a = first.draw() >> shift & 15;
    const std::uint64_t b = second.draw() >> shift & 15;
    ++counts[a * 16 + b];
  }
  return counts;
}

void check_independent(const Stream& first, const Stream& second) {
  for (const int shift : {0, 30, 60}) {
    const double statistic = chi_square(joint_counts(first, second, shift), 1000);
    CHECK(statistic > chi_low);
    CHECK(statistic < chi_high);
  }
}

}  // namespace

TEST_CASE("streams of neighbouring names, seeds and positions are independent") {
  const Stream stream(1, {Purpose::link_latency, 1, 2});
  Stream later = stream;
  (void)later.draw();

  check_independent(stream, Stream(1, {Purpose::link_latency, 2, 1}));
  check_independent(stream, Stream(1, {Purpose::link_latency, 1, 3}));
  check_independent(stream, Stream(1, {Purpose::link_loss, 1, 2}));
  check_independent(stream, Stream(2, {Purpose::link_latency, 1, 2}));
  check_independent(stream, later);
}

TEST_CASE("a stream's first draws over many names are uniform") {
  std::vector<std::uint64_t> counts(256);
  for (std::uint32_t name = 0; name < 256'000; ++name) {
    Stream stream(99, {Purpose::disk_latency, name, 0});
    ++counts[stream.draw() >> 56];
  }

  const double statistic = chi_square(counts, 1000);

  CHECK(statistic > chi_low);
  CHECK(statistic < chi_high);
}

TEST_CASE("the chi-square test sees a stream paired with itself") {
  const Stream stream(1, {Purpose::link_latency, 1, 2});
  CHECK(chi_square(joint_counts(stream, stream, 0), 1000) > chi_high);
}
