// When a client tries again, and whom it asks then: silent servers, refused connections, waits.
#include <doctest/doctest.h>

#include "tests/models/client/core_bench.hpp"

using namespace splitvote;
using namespace splitvote::client;

TEST_CASE("a silent server makes the client turn to the next one after a back-off") {
  CoreBench bench(plain_settings());

  bench.run_to(109);
  CHECK(bench.asked().empty());
  bench.run_to(110);  // 100 ms of waiting, 10 ms of back-off
  CHECK(bench.asked() == Asked{server_b});
  CHECK(bench.core.believed_leader() == server_b);
}

TEST_CASE("a server that refuses makes the client turn to the next one after a back-off, at once") {
  CoreBench bench(plain_settings());

  bench.run_to(30);
  bench.refused(server_b);  // which nobody asked
  bench.run_to(50);
  CHECK(bench.asked().empty());
  bench.refused(server_a);
  bench.refused(server_a);  // of an earlier message
  bench.run_to(59);
  CHECK(bench.asked().empty());
  bench.run_to(60);
  CHECK(bench.asked() == Asked{server_b});
  CHECK(bench.core.believed_leader() == server_b);
}

TEST_CASE("who sends an operation once gives it up when it is refused, and turns to the next") {
  ClientSettings settings = plain_settings();
  settings.request_timeout = settings.operation_timeout;
  CoreBench bench(settings);
  bench.run_to(30);

  bench.refused(server_a);
  CHECK(bench.outcomes() == std::vector{Outcome::unknown});
  CHECK(bench.core.request(0).sequence == 2);

  CHECK(bench.core.believed_leader() == server_b);
}

TEST_CASE("an operation that was refused may have been executed") {
  ClientSettings settings = plain_settings();
  settings.delivery = Delivery::at_most_once;
  CoreBench bench(settings);

  for (int ms = 1; ms < 1000; ++ms) {
    bench.run_to(ms);
    for (const sim::NodeId server : {server_a, server_b, server_c}) bench.refused(server);
  }
  bench.run_to(1000);

  CHECK(bench.outcomes() == std::vector{Outcome::unknown});
}

TEST_CASE("who sends an operation once turns to the next server for the next operation") {
  ClientSettings settings = plain_settings();
  settings.request_timeout = settings.operation_timeout;
  CoreBench bench(settings);

  bench.run_to(1000);

  CHECK(bench.outcomes() == std::vector{Outcome::unknown});
  CHECK(bench.asked() == Asked{server_b});
}

TEST_CASE("an attempt that the end of its operation cuts short says nothing of the server") {
  ClientSettings settings = plain_settings();
  settings.operation_timeout = sim::milliseconds(150);
  CoreBench bench(settings);
  bench.run_to(110);
  REQUIRE(bench.core.believed_leader() == server_b);

  bench.run_to(150);

  CHECK(bench.core.believed_leader() == server_b);
}

TEST_CASE("waits double up to their maximum, and the whole list is tried in turn") {
  CoreBench bench(plain_settings());

  bench.run_to(110);
  CHECK(bench.asked() == Asked{server_b});
  bench.run_to(230);  // + 100 + 20
  CHECK(bench.asked() == Asked{server_c});
  bench.run_to(370);  // + 100 + 40
  CHECK(bench.asked() == Asked{server_a});
  bench.run_to(550);  // + 100 + 80
  CHECK(bench.asked() == Asked{server_b});
  bench.run_to(729);
  CHECK(bench.asked().empty());
  bench.run_to(730);  // + 100 + 80 again
  CHECK(bench.asked() == Asked{server_c});
}

TEST_CASE("every attempt of an operation carries the same session and sequence") {
  CoreBench bench(plain_settings());
  const Request first = bench.core.request(0);
  const std::string value(first.operation.value);
  bench.run_to(110);

  CHECK(bench.core.request(0).session == (std::uint64_t{7} << 48));
  CHECK(bench.core.request(0).sequence == 1);
  CHECK(bench.core.request(0).operation.value == value);
}
