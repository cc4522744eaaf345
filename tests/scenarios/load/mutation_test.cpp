// Ten thousand damaged scenarios: each loads or is refused with reasons; none crashes or hangs.
#include <doctest/doctest.h>

#include <ctime>
#include <random>

#include "scenarios/load/tree.hpp"

#include "tests/scenarios/load/protocols.hpp"

namespace splitvote::load {
namespace {

/// One to three small damages.
std::string damaged(std::string text, std::mt19937_64& random) {
  static constexpr std::string_view spice = "{}[]:,#&*!|>'\"%@`-?\n\t \\$.0x~\xff";
  for (std::uint64_t n = 1 + random() % 3; n > 0; --n) {
    const std::size_t at = random() % text.size();
    switch (random() % 6) {
      case 0:
        text[at] = static_cast<char>(text[at] ^ static_cast<char>(1 << (random() % 8)));
        break;
      case 1:
        text.erase(at, 1 + random() % 8);
        break;
      case 2:
        text.insert(at, 1, spice[random() % spice.size()]);
        break;
      case 3:
        text.insert(at, text.substr(random() % text.size(), random() % 40));
        break;
      case 4:
        text[at] = spice[random() % spice.size()];
        break;
      case 5:
        text.resize(at + 1);
        break;
    }
    if (text.empty()) text = " ";
  }
  return text;
}

void load_and_judge(std::string_view text) {
  const Loaded loaded = test::load(text);
  REQUIRE_MESSAGE(loaded.ok() == loaded.diagnostics.empty(), text);
  REQUIRE_MESSAGE(loaded.ok() != loaded.variants.empty(), text);
  REQUIRE_FALSE(render(loaded.diagnostics).empty() != loaded.ok());
  if (!loaded.ok()) return;
  const Loaded again = test::load(to_yaml(loaded.scenario));
  REQUIRE_MESSAGE(again.ok(), text, render(again.diagnostics));
  REQUIRE_MESSAGE(again.scenario == loaded.scenario, text);
}

}  // namespace

TEST_CASE("a damaged scenario loads or is refused, and what loads survives its own text") {
  std::mt19937_64 random(20260101);
  const std::string whole(test::everything());
  const std::string some = test::small(
      "workload: [{name: kv, rate: 5/s}]\ntimeline:\n  - {name: cut, at: 1s, partition: {mode: "
      "minority}, for: 2s}\n"
      "  - when: commits(cut.majority) > 0 and not no_leader\n    mark: a text\nexpect:\n  never: "
      "[{that: commits(cut.minority) > 0, during: cut}]\n"
      "  slo: [failover_time.p99 < 2s]\nsweep: {matrix: {protocol.pre_vote: [true, false]}}\n");
  for (int i = 0; i < 10'000; ++i) load_and_judge(damaged(i % 8 == 0 ? whole : some, random));
}

TEST_CASE("inputs made to exhaust are refused quickly") {
  const auto repeated = [](std::string_view text, std::size_t times) {
    std::string all;
    for (std::size_t i = 0; i < times; ++i) all += text;
    return all;
  };
  std::string keys;
  for (int i = 0; i < 60'000; ++i) keys += "k" + std::to_string(i) + ": 1\n";
  std::string bomb = "a0: &a0 [x, x]\n";
  for (int i = 1; i < 40; ++i)
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) +
            ", *a" + std::to_string(i - 1) + "]\n";
  const std::vector<std::string> attacks = {
      repeated("[", 100'000),
      repeated("{a: ", 100'000),
      repeated("- ", 100'000),
      repeated("? ", 50'000),
      keys,
      bomb,
      repeated("x", file_size_max),
      repeated("a: 1\n", file_size_max / 5 + 10),
      test::small("x-a: [" + repeated("1, ", 200'000) + "]\n"),
      test::small("timeline: [{when: \"" + repeated("(", 50'000) + "\", mark: x}]\n"),
      test::small("timeline: [{when: \"" + repeated("not ", 50'000) + "x\", mark: x}]\n"),
      test::small("timeline: [{at: 1s, crash: \"" + repeated("one(", 50'000) + "\"}]\n"),
      test::small("timeline: [{at: 1s, crash: \"" + repeated("one, ", 50'000) + "\"}]\n"),
      test::small("timeline: [{at: " + repeated("{choose: [", 200) + "\"}]\n"),
      test::small("timeline: [{when: " + repeated("no_leader or ", 20'000) +
                  "no_leader, mark: x}]\n")};
  for (const std::string& attack : attacks) {
    const std::clock_t start = std::clock();
    const Loaded loaded = test::load(attack);
    const std::clock_t took = std::clock() - start;
    CAPTURE(attack.substr(0, 40));
    // Processor time, and far more than it takes: a hang is minutes.
    CHECK(took / CLOCKS_PER_SEC < 10);
    CHECK(render(loaded.diagnostics).size() < 100'000);
    CHECK_FALSE(loaded.ok());
  }
}

}  // namespace splitvote::load
