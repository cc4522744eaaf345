// Where a search has been: what is found again, also in chains of which not all are compared.
#include <doctest/doctest.h>

#include <array>
#include <vector>

#include "models/consistency/visited_set.hpp"

using namespace splitvote;
using consistency::VisitedSet;

namespace {

constexpr consistency::ConfigurationHash here{1, 2};
constexpr consistency::ConfigurationHash there{3, 4};

/// With one operation used, or two, and none of those without an answer.
bool insert(VisitedSet& set, consistency::ConfigurationHash fixed,
            std::vector<std::uint32_t> used) {
  return set.insert({fixed, {}, used, {}});
}

bool insert_more(VisitedSet& set, std::uint64_t word) {
  const std::array more{word};
  return set.insert({here, {}, {}, more});
}

/// Of which none has used less than another one.
void fill(VisitedSet& set, std::uint32_t count) {
  for (std::uint32_t at = 0; at < count; ++at) REQUIRE(insert(set, here, {at}));
}

}  // namespace

TEST_CASE("what has used more than one that was there is not new") {
  VisitedSet set;

  CHECK(insert(set, here, {1, 2}));
  CHECK_FALSE(insert(set, here, {1, 2}));
  CHECK_FALSE(insert(set, here, {1, 2, 3}));
  CHECK(insert(set, here, {1}));
  CHECK(insert(set, there, {1}));
  CHECK(set.size() == 3);
}

TEST_CASE("of a long chain each is found again, and none of another chain") {
  VisitedSet set;
  fill(set, 10'000);

  for (std::uint32_t at = 0; at < 10'000; ++at) CHECK_FALSE(insert(set, here, {at}));
  CHECK(set.size() == 10'000);
  CHECK(insert(set, there, {5}));
  CHECK(insert(set, here, {10'000}));
}

TEST_CASE("of a long chain the latest ones stand for those that have used more") {
  VisitedSet set;
  fill(set, 10'000);

  CHECK_FALSE(insert(set, here, {9'999, 20'000}));
  CHECK_FALSE(insert(set, here, {9'999 - (VisitedSet::compared_max - 1), 20'000}));
  // An earlier one could, but is not looked at.
  CHECK(insert(set, here, {0, 20'000}));
}

TEST_CASE("of a long chain those without an answer tell one from another") {
  VisitedSet set;
  const auto two_of_them = [](std::uint64_t one, std::uint64_t other) {
    return std::uint64_t{1} << one | std::uint64_t{1} << other;
  };
  for (std::uint64_t one = 0; one < 60; ++one)
    for (std::uint64_t other = one + 1; other < 60; ++other)
      REQUIRE(insert_more(set, two_of_them(one, other)));

  for (std::uint64_t one = 0; one < 60; ++one)
    for (std::uint64_t other = one + 1; other < 60; ++other)
      CHECK_FALSE(insert_more(set, two_of_them(one, other)));
}
