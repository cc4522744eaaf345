// Support of nodes for each other: when it is requested, how long it lasts on either side, and that
// nobody relies on more than what was promised.
#include "models/raft/node_support.hpp"

#include <doctest/doctest.h>

#include <random>

using namespace splitvote;
using namespace splitvote::raft;

namespace {

constexpr NodeId peer{2};
constexpr NodeId other{5};
constexpr sim::LocalInstant at(std::int64_t ms) { return {ms * 1'000'000}; }
constexpr sim::LocalInstant never{INT64_MIN};

/// Requests every 50 ms are supported for 150, of which 140 are certain.
NodeSupport make_support(std::uint64_t incarnation = 1) {
  NodeSupport support(sim::milliseconds(50), sim::milliseconds(150), sim::milliseconds(140));
  support.start(incarnation);
  return support;
}

}  // namespace

TEST_CASE("support is requested at once when a group needs it, then once per interval") {
  NodeSupport support = make_support();
  CHECK_FALSE(support.due());
  for (int group = 0; group < 100; ++group) support.need(0, set_of(peer), at(7));

  CHECK(support.take_requests(at(7)) == set_of(peer));
  CHECK(support.take_requests(at(56)) == 0);
  CHECK(support.due() == at(57));
  CHECK(support.take_requests(at(57)) == set_of(peer));
}

TEST_CASE("a request that is held up leaves as soon as it may") {
  NodeSupport support = make_support();
  support.need(0, set_of(peer), at(0));
  support.hold_up(true);
  CHECK(support.take_requests(at(5)) == 0);
  CHECK_FALSE(support.due());

  support.hold_up(false);

  CHECK(support.due() == at(0));
  CHECK(support.take_requests(at(9)) == set_of(peer));
}

TEST_CASE("support is requested as long as some group needs it") {
  NodeSupport support = make_support();
  support.need(0, set_of(peer), at(0));
  support.need(0, set_of(peer) | set_of(other), at(0));
  support.need(set_of(peer), 0, at(10));
  CHECK(support.take_requests(at(50)) == (set_of(peer) | set_of(other)));

  support.need(set_of(peer) | set_of(other), set_of(other), at(60));

  CHECK(support.take_requests(at(100)) == set_of(other));
}

TEST_CASE("a request is supported for the whole duration, and each one anew") {
  NodeSupport support = make_support();
  CHECK(support.epoch_for(peer) == 0);

  CHECK_FALSE(support.on_request(peer, 1, at(10)));
  const SupportEpoch epoch = support.epoch_for(peer);
  CHECK(epoch != 0);
  CHECK_FALSE(support.on_request(peer, 1, at(60)));
  CHECK(support.withdraw(at(209)) == 0);
  CHECK(support.epoch_for(peer) == epoch);
  CHECK(support.due() == at(210));
  CHECK(support.withdraw(at(210)) == set_of(peer));

  CHECK(support.epoch_for(peer) == 0);
  CHECK_FALSE(support.due());
}

TEST_CASE("support that was withdrawn is given again in another epoch") {
  NodeSupport support = make_support();
  CHECK_FALSE(support.on_request(peer, 1, at(0)));
  const SupportEpoch before = support.epoch_for(peer);
  REQUIRE(support.withdraw(at(150)) == set_of(peer));

  CHECK_FALSE(support.on_request(peer, 1, at(160)));

  CHECK(support.epoch_for(peer) > before);
}

TEST_CASE("a node that has begun anew loses the support it had, and an older start gets none") {
  NodeSupport support = make_support();
  CHECK_FALSE(support.on_request(peer, 1, at(0)));
  const SupportEpoch before = support.epoch_for(peer);

  CHECK(support.on_request(peer, 2, at(10)));
  const SupportEpoch after = support.epoch_for(peer);
  CHECK(after > before);
  CHECK_FALSE(support.on_request(peer, 1, at(100)));

  CHECK(support.withdraw(at(160)) == set_of(peer));
}

TEST_CASE("no epoch of a start of the supporter is one of an earlier start") {
  NodeSupport first = make_support(1);
  NodeSupport second = make_support(2);
  for (int times = 0; times < 1000; ++times) {
    CHECK_FALSE(first.on_request(peer, 1, at(times * 1000)));
    (void)first.withdraw(at(times * 1000 + 150));
  }
  CHECK_FALSE(first.on_request(peer, 1, at(2'000'000)));
  CHECK_FALSE(second.on_request(peer, 1, at(0)));

  CHECK(second.epoch_for(peer) > first.epoch_for(peer));
}

TEST_CASE("who requested counts from when it did, on what is certain only, and on one epoch") {
  NodeSupport support = make_support();
  support.on_response(peer, 7, at(100));
  CHECK(support.supported_until(peer, 7) == at(240));

  support.on_response(peer, 7, at(50));  // overtaken
  CHECK(support.supported_until(peer, 7) == at(240));
  CHECK(support.supported_until(peer, 6) == never);
  CHECK(support.supported_until(peer, 0) == never);
  CHECK(support.supported_until(other, 7) == never);
  support.on_response(peer, 8, at(60));

  CHECK(support.supported_until(peer, 7) == never);
  CHECK(support.supported_until(peer, 8) == at(200));
  support.on_response(peer, 7, at(150));  // of the epoch before
  CHECK(support.supported_until(peer, 8) == at(200));
}

// Store liveness' "support durability": clocks differ in rate by as much as is believed, messages
// are late, lost and out of order, and both restart.
TEST_CASE("whoever relies on support has it, on any clocks within the bound") {
  std::mt19937_64 random(1);
  const auto below = [&](std::uint64_t bound) {
    return static_cast<std::int64_t>(random() % bound);
  };
  std::uint64_t relied = 0;
  std::uint64_t withdrawn = 0;
  for (int run = 0; run < 300; ++run) {
    // Rates of 99 to 101 ticks per 100; certain is 150 * 99 / 101, rounded down.
    NodeSupport asks(sim::milliseconds(50), sim::milliseconds(150), sim::nanoseconds(147'029'702));
    NodeSupport gives = asks;
    std::uint64_t starts_of_asks = 1;
    std::uint64_t starts_of_gives = 1;
    asks.start(1);
    gives.start(1);
    const std::int64_t fast = 9900 + below(201);
    const std::int64_t slow = 9900 + below(201);
    const auto clock = [](std::int64_t rate, std::int64_t ms) {
      return sim::LocalInstant{ms * 100 * rate};
    };
    struct Way {
      std::int64_t arrives = 0;
      SupportEpoch epoch = 0;
      std::uint64_t incarnation = 0;
      sim::LocalInstant sent;
    };
    std::vector<Way> requests;
    std::vector<Way> responses;
    asks.need(0, set_of(peer), clock(fast, 0));
    SupportEpoch fortified = 0;
    for (std::int64_t ms = 0; ms < 3000; ++ms) {
      const sim::LocalInstant here = clock(fast, ms);
      const sim::LocalInstant there = clock(slow, ms);
      if (below(800) == 0) {
        gives = NodeSupport(sim::milliseconds(50), sim::milliseconds(150), {});
        gives.start(++starts_of_gives);
      }
      if (below(800) == 0) {
        asks = NodeSupport(sim::milliseconds(50), sim::milliseconds(150),
                           sim::nanoseconds(147'029'702));
        asks.start(++starts_of_asks);
        asks.need(0, set_of(peer), here);
        fortified = 0;
      }
      if (gives.withdraw(there) != 0) ++withdrawn;
      if (asks.take_requests(here) != 0 && below(3) != 0)
        requests.push_back({ms + below(200), 0, starts_of_asks, here});
      std::erase_if(requests, [&](const Way& way) {
        if (way.arrives > ms) return false;
        (void)gives.on_request(peer, way.incarnation, there);
        responses.push_back({ms + below(200), gives.epoch_for(peer), way.incarnation, way.sent});
        return true;
      });
      std::erase_if(responses, [&](const Way& way) {
        if (way.arrives > ms) return false;
        if (way.incarnation == starts_of_asks) asks.on_response(peer, way.epoch, way.sent);
        return true;
      });
      // A promise made now would be made for the present epoch.
      if (below(50) == 0 && gives.epoch_for(peer) != 0) fortified = gives.epoch_for(peer);
      if (here >= asks.supported_until(peer, fortified)) continue;
      ++relied;
      // Not withdrawn, unless by a restart, after which its servers keep still for the duration.
      const bool restarted = fortified >> 32 != starts_of_gives;
      REQUIRE((restarted || gives.epoch_for(peer) == fortified));
    }
  }
  CHECK(relied > 50'000);
  CHECK(withdrawn > 500);
}
