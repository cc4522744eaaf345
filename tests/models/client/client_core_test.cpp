// The client core, one rule of a client library at a time, with a hand-made clock.
#include "models/client/client_core.hpp"

#include <doctest/doctest.h>

#include <set>

#include "tests/models/client/core_bench.hpp"

using namespace splitvote;
using namespace splitvote::client;

TEST_CASE("an operation is invoked and then sent to the first server") {
  const CoreBench bench(plain_settings());

  REQUIRE(bench.actions.size() == 2);
  CHECK(bench.actions[0].kind == ActionKind::invoke);
  CHECK(bench.actions[0].operation == 1);
  CHECK(bench.actions[1].kind == ActionKind::send);
  CHECK(bench.actions[1].target == server_a);
}

TEST_CASE("clients without a first server spread over the servers by their numbers") {
  ClientSettings settings = plain_settings();
  settings.first_server.reset();
  const CoreBench bench(settings);

  CHECK(bench.asked() == Asked{server_b});  // 7 mod 3
}

TEST_CASE("an answer ends the operation and lets a closed loop begin the next") {
  CoreBench bench(plain_settings());
  bench.answer(server_a, Status::ok, 12);

  REQUIRE(bench.actions.size() == 3);
  CHECK(bench.actions[0].kind == ActionKind::complete);
  CHECK(bench.actions[0].operation == 1);
  CHECK(bench.actions[0].outcome == Outcome::ok);
  CHECK(bench.actions[0].revision == 12);
  CHECK(bench.actions[1].kind == ActionKind::invoke);
  CHECK(bench.actions[1].operation == 2);
}

TEST_CASE("an operation without an answer in time ends as unknown, and its session moves on") {
  CoreBench bench(plain_settings());
  bench.run_to(999);
  CHECK(bench.outcomes().empty());
  bench.run_to(1000);

  CHECK(bench.outcomes() == Outcomes{Outcome::unknown});
  CHECK(bench.core.request(0).sequence == 2);
}

TEST_CASE("the answer to an operation that was given up changes nothing") {
  CoreBench bench(plain_settings());
  const Response late{.session = bench.core.request(0).session, .sequence = 1, .revision = 3};
  bench.run_to(1000);
  bench.deliver(server_a, late);

  CHECK(bench.actions.empty());
  CHECK(bench.core.request(0).sequence == 2);
}

TEST_CASE("a late answer to an earlier attempt still ends the operation") {
  CoreBench bench(plain_settings());
  bench.run_to(110);
  bench.answer(server_a, Status::ok, 5);

  CHECK(bench.outcomes() == Outcomes{Outcome::ok});
  CHECK(bench.asked() == Asked{server_a});  // it answers after all: the next one goes there again
}

TEST_CASE("an answer that arrives during a back-off ends the operation") {
  CoreBench bench(plain_settings());
  bench.run_to(105);
  bench.answer(server_a, Status::ok, 5);

  CHECK(bench.outcomes() == Outcomes{Outcome::ok});
}

TEST_CASE("a hint is followed at once and believed by the next operation") {
  CoreBench bench(plain_settings());
  bench.answer(server_a, Status::not_leader, 0, server_c);
  CHECK(bench.asked() == Asked{server_c});

  bench.answer(server_c, Status::ok, 1);
  CHECK(bench.asked() == Asked{server_c});
}

TEST_CASE("two servers that point at each other are left after two hints, for the third") {
  CoreBench bench(plain_settings());
  bench.answer(server_a, Status::not_leader, 0, server_b);
  bench.answer(server_b, Status::not_leader, 0, server_a);
  CHECK(bench.asked() == Asked{server_a});

  bench.answer(server_a, Status::not_leader, 0, server_b);
  CHECK(bench.asked().empty());
  bench.run_to(10);
  CHECK(bench.asked() == Asked{server_b});
  bench.answer(server_b, Status::not_leader, 0, server_a);
  CHECK(bench.asked() == Asked{server_a});
  bench.answer(server_a, Status::not_leader, 0, server_b);
  bench.answer(server_b, Status::not_leader, 0, server_a);
  bench.run_to(30);
  CHECK(bench.asked() == Asked{server_c});
}

TEST_CASE("a server that a hint led to and that is silent is not the next one asked") {
  CoreBench bench(plain_settings());
  bench.answer(server_a, Status::not_leader, 0, server_b);
  bench.run_to(110);

  CHECK(bench.asked() == Asked{server_c});
}

TEST_CASE("a lane that backs off goes to the leader that another lane has found meanwhile") {
  ClientSettings settings = plain_settings();
  settings.lanes_max = 2;
  settings.pause = always(sim::milliseconds(500));
  CoreBench bench(settings);
  bench.run_to(500);
  bench.answer_lane(0, server_a, {.status = Status::not_leader});
  bench.answer_lane(1, server_c, {.status = Status::ok, .revision = 1});
  bench.run_to(510);

  CHECK(bench.asked() == Asked{server_c});
}

TEST_CASE("servers that point at each other cost an operation a bounded number of messages") {
  CoreBench bench(plain_settings());
  std::size_t messages = 1;
  Asked asked = bench.asked();
  for (std::int64_t ms = 1; ms < 1000; ++ms) {
    while (!asked.empty()) {  // every answer is immediate
      const sim::NodeId source = asked.back();
      bench.answer(source, Status::not_leader, 0, source == server_a ? server_b : server_a);
      asked = bench.asked();
      messages += asked.size();
    }
    bench.run_to(ms);
    asked = bench.asked();
    messages += asked.size();
  }

  // Back-offs of 10, 20, 40, 80, 80 … ms: 15 begin within 1000 ms (4 end by 150 ms, then 10.6 of
  // 80 ms), and each is followed by at most three messages, as is the beginning.
  CHECK(messages <= 48);
  CHECK(messages >= 15);
}

TEST_CASE("a server that knows no leader is left for the next after a back-off") {
  CoreBench bench(plain_settings());
  bench.answer(server_a, Status::not_leader);
  CHECK(bench.asked().empty());

  bench.run_to(10);
  CHECK(bench.asked() == Asked{server_b});
}

TEST_CASE("a hint at the server itself or at a stranger is no hint") {
  CoreBench bench(plain_settings());
  bench.answer(server_a, Status::not_leader, 0, server_a);
  CHECK(bench.asked().empty());
  bench.run_to(10);
  bench.answer(server_b, Status::not_leader, 0, sim::NodeId{40});
  CHECK(bench.asked().empty());
}

TEST_CASE("a busy server is asked again after a back-off") {
  CoreBench bench(plain_settings());
  bench.answer(server_a, Status::busy);
  CHECK(bench.asked().empty());

  bench.run_to(10);
  CHECK(bench.asked() == Asked{server_a});
}

TEST_CASE("a refusal of an attempt that was given up does not disturb the present one") {
  CoreBench bench(plain_settings());
  bench.run_to(110);
  bench.answer(server_a, Status::not_leader, 0, server_c);

  CHECK(bench.actions.empty());
  bench.run_to(209);
  CHECK(bench.asked().empty());
}

TEST_CASE("nothing is concluded from refusals where messages may arrive twice") {
  ClientSettings settings = plain_settings();
  settings.operation_timeout = sim::milliseconds(25);
  CoreBench bench(settings);
  bench.answer(server_a, Status::not_leader);
  bench.run_to(10);
  bench.answer(server_b, Status::busy);
  bench.run_to(25);

  CHECK(bench.outcomes() == Outcomes{Outcome::unknown});
}

TEST_CASE("an operation has failed if every attempt was refused and none can arrive twice") {
  ClientSettings settings = plain_settings();
  settings.delivery = Delivery::at_most_once;
  settings.operation_timeout = sim::milliseconds(25);
  CoreBench bench(settings);
  bench.answer(server_a, Status::not_leader);
  bench.run_to(10);
  bench.answer(server_b, Status::busy);
  bench.run_to(25);

  CHECK(bench.outcomes() == Outcomes{Outcome::failed});
}

TEST_CASE("one attempt without an answer makes the outcome unknown") {
  ClientSettings settings = plain_settings();
  settings.delivery = Delivery::at_most_once;
  settings.operation_timeout = sim::milliseconds(120);
  CoreBench bench(settings);
  bench.run_to(110);
  bench.answer(server_b, Status::busy);
  bench.run_to(120);

  CHECK(bench.outcomes() == Outcomes{Outcome::unknown});
}

TEST_CASE("two attempts of which one was refused leave the outcome unknown") {
  ClientSettings settings = plain_settings();
  settings.delivery = Delivery::at_most_once;
  settings.servers = {server_a};
  settings.operation_timeout = sim::milliseconds(120);
  CoreBench bench(settings);
  bench.run_to(110);  // the second attempt at the same server
  bench.answer(server_a, Status::not_leader);
  bench.run_to(120);

  CHECK(bench.outcomes() == Outcomes{Outcome::unknown});
}

TEST_CASE("a swap that did not match ends with the revision the key has") {
  ClientSettings settings = plain_settings();
  settings.mix = {.get = 0, .put = 0, .compare_and_swap = 1};
  CoreBench bench(settings);
  CHECK(bench.core.request(0).operation.expected_revision == 0);
  bench.answer(server_a, Status::mismatch, 9);

  CHECK(bench.outcomes() == Outcomes{Outcome::mismatch});
  CHECK(bench.core.request(0).operation.expected_revision == 9);
}

TEST_CASE("a lane swaps from the revision it saw last, not from another lane's") {
  ClientSettings settings = plain_settings();
  settings.mix = {.get = 0, .put = 0, .compare_and_swap = 1};
  settings.lanes_max = 2;
  CoreBench bench(settings);
  bench.answer_lane(1, server_a, {.status = Status::ok, .revision = 4});

  CHECK(bench.core.request(1).operation.expected_revision == 4);
  CHECK(bench.core.request(0).operation.expected_revision == 0);
}

TEST_CASE("one lane's timeout tells the others, which do not turn away once more") {
  ClientSettings settings = plain_settings();
  settings.lanes_max = 2;
  CoreBench bench(settings);
  CHECK(bench.asked() == Asked{server_a, server_a});
  bench.run_to(110);

  CHECK(bench.asked() == Asked{server_b, server_b});
}

TEST_CASE("a session has never two operations outstanding, and sequences grow by one") {
  ClientSettings settings = plain_settings();
  settings.lanes_max = 3;
  settings.operation_timeout = sim::milliseconds(150);
  CoreBench bench(settings);
  std::vector<std::uint64_t> open(3);
  std::vector<std::uint64_t> begun(3);
  int wrong = 0;
  const auto follow = [&] {
    for (const Action& action : bench.actions) {
      if (action.kind == ActionKind::invoke) {
        wrong += open[action.lane] != 0 ? 1 : 0;
        open[action.lane] = action.operation;
        ++begun[action.lane];
      } else if (action.kind == ActionKind::complete) {
        wrong += open[action.lane] != action.operation ? 1 : 0;
        open[action.lane] = 0;
      }
    }
    for (std::uint32_t lane = 0; lane < 3; ++lane) {
      wrong += bench.core.request(lane).sequence != begun[lane] ? 1 : 0;
    }
  };
  follow();
  for (std::int64_t ms = 1; ms < 5000; ++ms) {
    bench.run_to(ms);
    follow();
    if (ms % 7 != 0) continue;
    bench.answer_lane(static_cast<std::uint32_t>(ms % 3), server_a, {.status = Status::ok});
    follow();
  }

  CHECK(wrong == 0);
  CHECK(begun[0] + begun[1] + begun[2] > 100);
}

TEST_CASE("no two values are alike, in one client or after its restart") {
  ClientSettings settings = plain_settings();
  settings.value_size = 1;
  std::set<std::string, std::less<>> values;
  CoreBench bench(settings);
  CoreBench restarted(settings, 1);
  for (int i = 0; i < 200; ++i) {
    values.emplace(bench.core.request(0).operation.value);
    values.emplace(restarted.core.request(0).operation.value);
    bench.answer(server_a, Status::ok);
    restarted.answer(server_a, Status::ok);
  }

  CHECK(values.size() == 400);
  CHECK(values.contains("7:1"));
  CHECK(restarted.core.request(0).session == ((std::uint64_t{7} << 48) | (1U << 16)));
}

TEST_CASE("a value is filled up to the size asked for") {
  const CoreBench bench(plain_settings());

  CHECK(bench.core.request(0).operation.value == "7:1.............");
}
