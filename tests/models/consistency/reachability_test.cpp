// What comes before what, against a walk along the arcs: in few chains and in many.
#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "models/consistency/reachability.hpp"
#include "sim/random/stream.hpp"

using namespace splitvote;
using consistency::Arc;
using consistency::Reachability;

namespace {

constexpr std::uint32_t things = 200;

/// So many sessions of as many things each, and arcs between those, forwards in some order.
std::vector<Arc> random_arcs(std::uint64_t number, std::uint32_t sessions, std::uint32_t between) {
  sim::Stream stream(number, {sim::Purpose::fault_value, 22, sessions});
  const auto below = [&](std::uint32_t bound) {
    return static_cast<std::uint32_t>(stream.draw() % bound);
  };
  std::vector<Arc> arcs;
  for (std::uint32_t at = sessions; at < things; ++at) arcs.push_back({at - sessions, at});
  for (std::uint32_t at = 0; at < between; ++at) {
    const std::uint32_t one = below(things);
    const std::uint32_t other = below(things);
    if (one != other) arcs.push_back({std::min(one, other), std::max(one, other)});
  }
  return arcs;
}

std::vector<bool> reached_from(std::uint32_t from, const std::vector<Arc>& arcs) {
  std::vector<bool> reached(things, false);
  reached[from] = true;
  for (std::uint32_t at = from; at < things; ++at)
    for (const Arc& arc : arcs)
      if (arc.earlier == at && reached[at]) reached[arc.later] = true;
  return reached;
}

void check(const Reachability& reach, const std::vector<Arc>& arcs) {
  for (std::uint32_t from = 0; from < things; ++from) {
    const std::vector<bool> reached = reached_from(from, arcs);
    for (std::uint32_t to = 0; to < things; ++to) REQUIRE(reach.reaches(from, to) == reached[to]);
  }
}

}  // namespace

TEST_CASE("things in few chains, or in many, reach what a walk along the arcs reaches") {
  for (const std::uint32_t sessions : {1u, 3u, 5u, 100u, 200u})
    for (std::uint64_t number = 0; number < 4; ++number) {
      std::vector<Arc> arcs = random_arcs(number, sessions, 150);
      Reachability reach(things);
      REQUIRE(reach.sort(arcs));
      REQUIRE(reach.close());
      check(reach, arcs);

      const std::vector<Arc> more = random_arcs(number + 100, sessions, 50);
      arcs.insert(arcs.end(), more.begin(), more.end());
      REQUIRE(reach.sort(arcs));
      REQUIRE(reach.close());
      check(reach, arcs);
    }
}

TEST_CASE("arcs in a circle are refused") {
  Reachability reach(things);
  CHECK_FALSE(reach.sort(std::vector<Arc>{{1, 2}, {2, 3}, {3, 1}}));
}

TEST_CASE("a million things have room in few chains, and not as bits") {
  constexpr std::uint32_t many = 1'000'000;
  std::vector<Arc> chain;
  for (std::uint32_t at = 1; at < many; ++at) chain.push_back({at - 1, at});
  Reachability few(many);
  REQUIRE(few.sort(chain));
  REQUIRE(few.close());
  CHECK(few.reaches(17, many - 1));
  CHECK_FALSE(few.reaches(many - 1, 17));

  Reachability apart(many);
  REQUIRE(apart.sort({}));
  CHECK_FALSE(apart.close());
}
