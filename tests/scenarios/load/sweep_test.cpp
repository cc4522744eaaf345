// Expansion of the matrix: which cells there are, what is in them, and where mistakes are found.
#include <doctest/doctest.h>

#include <set>

#include "tests/scenarios/load/protocols.hpp"

namespace splitvote::load {
namespace {

std::vector<Variant> variants(std::string_view sweep) {
  Loaded loaded = test::load(test::small(sweep));
  REQUIRE_MESSAGE(loaded.ok(), render(loaded.diagnostics));
  return loaded.variants;
}

std::string cell_text(const Variant& variant) {
  std::string text;
  for (const Variant::Setting& each : variant.cell) text += each.path + "=" + each.value + " ";
  return text;
}

}  // namespace

TEST_CASE("a scenario without a matrix is its own only variant") {
  const Loaded loaded = test::load(test::small("sweep: {seeds: 5..9}\n"));
  REQUIRE(loaded.variants.size() == 1);
  CHECK(loaded.variants[0].cell.empty());
  CHECK(loaded.variants[0].scenario == loaded.scenario);
  CHECK(seeds(loaded.scenario) == SeedRange{5, 9});
  CHECK(seeds(test::good(test::small("run: {seed: 4}\n"))) == SeedRange{4, 4});
}

TEST_CASE("the matrix is the product of its axes, the last running fastest") {
  const auto all =
      variants("sweep: {matrix: {protocol.pre_vote: [true, false], protocol.window: [1, 2, 3]}}\n");
  REQUIRE(all.size() == 6);
  CHECK(cell_text(all[0]) == "protocol.pre_vote=true protocol.window=1 ");
  CHECK(cell_text(all[1]) == "protocol.pre_vote=true protocol.window=2 ");
  CHECK(cell_text(all[5]) == "protocol.pre_vote=false protocol.window=3 ");
  for (const Variant& each : all) {
    const models::Settings& settings = each.scenario.protocol.settings;
    CHECK(settings.get<bool>("pre_vote") == (each.cell[0].value == "true"));
    CHECK(std::to_string(settings.get<std::uint64_t>("window")) == each.cell[1].value);
  }
}

TEST_CASE("excluded cells are left out, and only those") {
  const auto all = variants(
      "sweep: {matrix: {protocol.pre_vote: [true, false], protocol.window: [1, 2]}, exclude: "
      "[{protocol.pre_vote: false, protocol.window: 2}]}\n");
  std::set<std::string> cells;
  for (const Variant& each : all) cells.insert(cell_text(each));
  CHECK(cells == std::set<std::string>{"protocol.pre_vote=true protocol.window=1 ",
                                       "protocol.pre_vote=true protocol.window=2 ",
                                       "protocol.pre_vote=false protocol.window=1 "});
}

TEST_CASE("an axis reaches into lists, distributions, parameters and what is not there yet") {
  Loaded loaded = test::load(test::everything());
  REQUIRE_MESSAGE(loaded.ok(), render(loaded.diagnostics));
  REQUIRE(loaded.variants.size() == 6);
  const Scenario& last = loaded.variants.back().scenario;
  CHECK(last.timeline[0].actions[0].lasts->fixed == sim::seconds(3));
  CHECK(std::get<At>(last.timeline[0].trigger).time.text == "{uniform: [3s, 4s]}");

  const auto all = variants("sweep: {matrix: {run.seed: [3, 4]}}\n");
  CHECK(all[1].scenario.run.seed == 4);
}

TEST_CASE("a mistake in a value of the matrix is found there, and told once") {
  const Loaded loaded =
      test::load(test::small("sweep:\n  matrix:\n    protocol.pre_vote: [true, false]\n    "
                             "run.duration:\n      - 5s\n      - 5\n      - 6\n"));
  REQUIRE(loaded.diagnostics.size() == 2);
  CHECK(to_text(loaded.diagnostics[0].position) == "tests/scenarios/load/text.yaml:10:9");
  CHECK(to_text(loaded.diagnostics[1].position) == "tests/scenarios/load/text.yaml:11:9");
}

TEST_CASE("a value that fits alone but not with another axis is refused, too") {
  const std::string text =
      test::complaints(test::small("timeline: [{name: a, at: 1s, mark: x}]\nsweep: {matrix: "
                                   "{run.duration: [2s, 9s], timeline.a.at: [1s, 5s]}}\n"));
  CHECK(text.contains("the step fires at 5s, when the run is over; the run lasts 2s"));
}

TEST_CASE("a matrix that explodes is refused before it does") {
  std::string sweep = "sweep: {matrix: {";
  for (int i = 0; i < 13; ++i) sweep += "x-" + std::to_string(i) + ": [1, 2], ";
  const std::string text = test::complaints(test::small(sweep + "}}\n"));
  CHECK(text.contains("the matrix has more than 4096 cells"));
}

TEST_CASE("a variant is a scenario that loads again as this one variant") {
  const Loaded loaded = test::load(test::everything());
  for (const Variant& each : loaded.variants) {
    const Loaded again = test::load(to_yaml(each.scenario));
    REQUIRE_MESSAGE(again.ok(), render(again.diagnostics));
    REQUIRE(again.variants.size() == 1);
    CHECK(again.variants[0].scenario == each.scenario);
  }
}

}  // namespace splitvote::load
