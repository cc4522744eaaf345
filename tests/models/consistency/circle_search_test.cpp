// The smallest circle, compared with all circles of small graphs.
#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "models/consistency/circle_search.hpp"
#include "sim/random/stream.hpp"

namespace splitvote::consistency {
namespace {

constexpr Node nodes = 5;

// A session does not go back, nor does a way through waypoints.
Precedence random_precedence(sim::Stream& stream) {
  const auto below = [&](std::uint64_t end) { return static_cast<Node>(stream.draw() % end); };
  Precedence precedence(nodes);
  std::vector<Node> all;
  for (Node node = 0; node < nodes; ++node) all.push_back(node);
  const Node waypoints = below(4);
  for (Node at = 0; at < waypoints; ++at) {
    const bool for_nobody = below(2) == 0;
    all.push_back(precedence.add_waypoint(for_nobody ? nobody_wrote : below(nodes)));
  }
  const Node links = 3 + below(8);
  for (Node at = 0; at < links; ++at) {
    const Node earlier = all[below(all.size())];
    const Node later = all[below(all.size())];
    const bool both = precedence.is_waypoint(later) && precedence.is_waypoint(earlier);
    if (both && later <= earlier) continue;
    const bool session = earlier < later && later < nodes && below(2) == 0;
    precedence.add({earlier, later, session ? Because::session : Because::seen});
  }
  return precedence;
}

/// Every way that visits no link twice, from one start until it is met again.
class AllCircles {
 public:
  explicit AllCircles(const Precedence& precedence) : precedence_(precedence) {}

  std::optional<std::size_t> smallest() {
    for (start_ = 0; start_ < nodes; ++start_) go_on(start_, nullptr, 0);
    return smallest_;
  }

 private:
  void go_on(Node at, const Link* last, std::size_t size) {
    if (last != nullptr && at == start_) {
      if (!smallest_ || size < *smallest_) smallest_ = size;
      return;
    }
    for (const Link& link : precedence_.links()) {
      if (link.earlier != at || std::ranges::find(way_, &link) != way_.end()) continue;
      const bool along =
          last != nullptr && last->because == Because::session && link.because == Because::session;
      const bool free = along || precedence_.stands_for_nobody(link.later);
      way_.push_back(&link);
      go_on(link.later, &link, size + (free ? 0 : 1));
      way_.pop_back();
    }
  }

  const Precedence& precedence_;
  Node start_ = 0;
  std::vector<const Link*> way_;
  std::optional<std::size_t> smallest_;
};

std::size_t size_of(const Precedence& precedence, std::span<const Link> circle) {
  return static_cast<std::size_t>(std::ranges::count_if(
      circle, [&](const Link& link) { return !precedence.stands_for_nobody(link.later); }));
}

void check_closed(std::span<const Link> circle) {
  for (std::size_t at = 0; at < circle.size(); ++at)
    CHECK(circle[at].later == circle[(at + 1) % circle.size()].earlier);
}

}  // namespace

TEST_CASE("the circle that is found is as small as any, and there is one if one is found") {
  sim::Stream stream(20'261'129, {sim::Purpose::fault_value, 9, 0});
  int circular = 0;
  for (int number = 0; number < 20'000; ++number) {
    const Precedence precedence = random_precedence(stream);
    const std::vector<Link> circle = find_circle(precedence);
    const auto smallest = AllCircles(precedence).smallest();
    REQUIRE(smallest.has_value() == !circle.empty());
    if (!smallest) continue;
    ++circular;
    REQUIRE(size_of(precedence, circle) == *smallest);
    check_closed(circle);
  }
  CHECK(circular > 5'000);
  CHECK(circular < 15'000);
}

TEST_CASE("a way along a session is one link, however long") {
  Precedence precedence(8);
  for (Node node = 1; node < 8; ++node) precedence.add({node - 1, node, Because::session});
  precedence.add({7, 0, Because::seen});
  const std::vector<Link> circle = find_circle(precedence);

  REQUIRE(circle.size() == 2);
  const auto session = std::ranges::find(circle, Because::session, &Link::because);
  REQUIRE(session != circle.end());
  CHECK(session->earlier == 0);
  CHECK(session->later == 7);
}

TEST_CASE("a small circle is found beside a large one, and behind what no circle goes through") {
  constexpr Node many = 100'000;
  Precedence precedence(many);
  for (Node node = 1; node < many; ++node) precedence.add({node - 1, node, Because::seen});
  precedence.add({many / 2, many / 4, Because::seen});
  precedence.add({many / 2 + 3, many / 2 + 1, Because::seen});
  const std::vector<Link> circle = find_circle(precedence);

  CHECK(circle.size() == 3);
  check_closed(circle);
}

}  // namespace splitvote::consistency
