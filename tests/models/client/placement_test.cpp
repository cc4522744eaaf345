// Which group holds a key, and that a client remembers a leader for each.
#include "models/client/placement.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "tests/models/client/core_bench.hpp"

using namespace splitvote;
using namespace splitvote::client;

TEST_CASE("the group is FNV-1a of the key modulo the number of groups") {
  // The published values of the 64-bit hash of "", "a" and "foobar".
  CHECK(group_of("", 1000) == 0xcbf29ce484222325 % 1000);
  CHECK(group_of("a", 1000) == 0xaf63dc4c8601ec8c % 1000);
  CHECK(group_of("foobar", 1000) == 0x85944171f73967e8 % 1000);
  CHECK(group_of("foobar", 1) == 0);
}

TEST_CASE("keys spread over the groups") {
  std::array<int, 8> held{};
  for (int key = 1; key <= 8000; ++key) ++held[group_of("k" + std::to_string(key), 8)];

  // A fair draw has mean 1000 and deviation sqrt(8000 * 1/8 * 7/8) = 30; six of them.
  for (const int count : held) CHECK(std::abs(count - 1000) < 180);
}

TEST_CASE("a client believes in a leader for each group") {
  ClientSettings settings = plain_settings();
  settings.groups = 2;
  settings.keys = *sim::Zipf::create(64, {0, 1});
  CoreBench bench(settings);
  const auto group = [&] { return group_of(bench.core.request(0).operation.key, 2); };
  const std::array leaders{server_b, server_c};

  // Each answer comes from the leader of the key's own group.
  std::uint64_t revision = 0;
  std::array<int, 2> operations{};
  while (operations[0] < 3 || operations[1] < 3) {
    ++operations[group()];
    bench.answer(leaders[group()], Status::ok, ++revision);
  }

  CHECK(bench.core.believed_leader(0) == server_b);
  CHECK(bench.core.believed_leader(1) == server_c);
  CHECK(bench.asked() == Asked{leaders[group()]});
}
