// Whole worlds at random: servers on simulated disks, clocks and networks, with clients.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

#include "models/raft/orders.hpp"
#include "tests/models/raft/random_features.hpp"
#include "tests/models/raft/random_troubles.hpp"
#include "tests/models/raft/random_world.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

struct Worlds {
  WorldReached reached;
  std::string violations;
  std::uint64_t served = 0;
};

Worlds run_worlds(std::uint64_t first, std::uint64_t end) {
  Worlds worlds;
  for (std::uint64_t seed = first; seed < end; ++seed) {
    const WorldRun run = run_random_world(seed);
    if (!run.violation.empty()) {
      // Whoever waits for a long run learns of the first at once.
      if (worlds.violations.empty()) MESSAGE(report(run));
      worlds.violations += report(run);
    }
    worlds.reached.add(run.words, run.events);
    worlds.served += run.served;
  }
  return worlds;
}

}  // namespace

TEST_CASE("a value is drawn for every key of the protocol") { CHECK(keys_without_values() == ""); }

TEST_CASE("every order of the protocol is among the troubles") {
  for (const models::Order& order : orders()) {
    CAPTURE(order.name);
    CHECK(std::ranges::count(troubles(), order.name, &Trouble::name) == 1);
  }
}

TEST_CASE("no check finds anything in random worlds of every feature, trouble and order") {
  const Worlds worlds = run_worlds(1, 1501);

  CHECK(worlds.violations == "");
  CHECK(worlds.reached.unreached() == "");
  CHECK(worlds.served > 150'000);
}

TEST_CASE("a random world is a function of its seed alone") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    CAPTURE(seed);
    CHECK(run_random_world(seed).digest == run_random_world(seed).digest);
  }
}

// Each pair of a feature or a trouble with a transition, a message or a note has met in some run.
TEST_CASE("no violation in a hundred thousand random worlds, in which everything met everything" *
          doctest::test_suite("long") * doctest::skip()) {
  const Worlds worlds = run_worlds(1'000'000, 1'100'000);

  MESSAGE(worlds.served, " operations served; ", worlds.reached.table());
  CHECK(worlds.violations == "");
  CHECK(worlds.reached.unreached() == "");
  CHECK(worlds.reached.unmet() == "");
}

TEST_CASE("the random world of SPLITVOTE_WORLD has no violation" * doctest::test_suite("by seed") *
          doctest::skip()) {
  const char* const seed = std::getenv("SPLITVOTE_WORLD");
  if (seed == nullptr) return;

  const WorldRun run = run_random_world(std::strtoull(seed, nullptr, 10));

  MESSAGE(report(run));
  CHECK(run.violation == "");
}
