// Where two traces part.
#include <doctest/doctest.h>

#include "sim/trace/compare.hpp"
#include "tests/sim/trace/sample_run.hpp"

using namespace splitvote::sim;
using namespace splitvote::sim::test;

namespace {

std::optional<Difference> difference(const std::vector<KeptRecord>& left,
                                     const std::vector<KeptRecord>& right) {
  const Result<TraceReader> left_trace = TraceReader::from_bytes(encode_trace(left));
  const Result<TraceReader> right_trace = TraceReader::from_bytes(encode_trace(right));
  REQUIRE(left_trace.has_value());
  REQUIRE(right_trace.has_value());
  const Result<std::optional<Difference>> found = compare(*left_trace, *right_trace);
  REQUIRE_MESSAGE(found.has_value(), found.error().message);
  return *found;
}

}  // namespace

TEST_CASE("a trace does not differ from itself") {
  const auto records = sample_records(1, 30'000);

  CHECK_FALSE(difference(records, records).has_value());
  CHECK_FALSE(difference({}, {}).has_value());
}

TEST_CASE("the first of several differing records is named, in whichever block it lies") {
  const auto records = sample_records(2, 40'000);
  std::size_t right = 0;
  const std::size_t places[] = {0, 1, 9'000, 10'300, 25'000, 39'999};

  for (const std::size_t place : places) {
    auto changed = records;
    changed[place].record.b ^= 1;
    changed.back().record.c ^= 1;
    const auto found = difference(records, changed);
    right += found && found->position == place && found->left && found->right &&
             same(found->left->view(), records[place].view()) &&
             same(found->right->view(), changed[place].view());
  }

  CHECK(right == std::size(places));
}

TEST_CASE("a difference in the detail alone is a difference") {
  auto records = sample_records(3, 100);
  records[50].detail.assign(3, std::byte{'a'});
  auto changed = records;
  changed[50].detail[2] = std::byte{'b'};

  const auto found = difference(records, changed);

  REQUIRE(found.has_value());
  CHECK(found->position == 50);
  CHECK(as_text(found->left->detail) == "aaa");
  CHECK(as_text(found->right->detail) == "aab");
}

TEST_CASE("a trace that ends first differs at its end") {
  const auto records = sample_records(4, 30'000);
  const std::vector<KeptRecord> shorter(records.begin(), records.begin() + 20'000);

  const auto found = difference(records, shorter);

  REQUIRE(found.has_value());
  CHECK(found->position == 20'000);
  CHECK(found->left.has_value());
  CHECK_FALSE(found->right.has_value());
}
