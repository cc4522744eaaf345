// Every scenario of the library fails when its claim is false: each is run once with the premise
// turned round.
#include <doctest/doctest.h>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "models/registry/protocol.hpp"
#include "scenarios/load/loader.hpp"
#include "scenarios/run/run.hpp"

using namespace splitvote;
using reports::Verdict;

namespace {

const std::string library = "scenarios/library/";

struct CounterClaim {
  std::string file;
  std::vector<load::Assignment> overrides;  // what makes the claim false
  std::string verdict;
  std::string broken;  // a word of an expectation that must break
};

std::vector<CounterClaim> counter_claims() {
  std::vector<CounterClaim> claims;
  for (const YAML::Node& row : YAML::LoadFile("tests/scenarios/run/counter_claims.yaml")) {
    CounterClaim& claim = claims.emplace_back();
    claim.file = row["file"].as<std::string>();
    claim.verdict = row["verdict"].as<std::string>();
    claim.broken = row["breaks"].as<std::string>();
    for (const auto& turned : row["turned"]) {
      claim.overrides.push_back({turned.first.as<std::string>(), turned.second.as<std::string>()});
    }
  }
  return claims;
}

/// With five seeds at most.
reports::RunSummary play(const load::Variant& variant, const std::string& file) {
  const load::SeedRange seeds = load::seeds(variant.scenario);
  std::vector<run::RunOutcome> outcomes;
  for (std::uint64_t seed = seeds.first; seed <= seeds.last && seed < seeds.first + 5; ++seed) {
    outcomes.push_back(run::run({.scenario = &variant.scenario, .file = file, .seed = seed}));
  }
  std::vector<run::RunOutcome*> runs;
  for (run::RunOutcome& outcome : outcomes) runs.push_back(&outcome);
  run::judge_together(variant.scenario, runs);
  reports::RunSummary all = outcomes.back().summary;
  for (const run::RunOutcome& outcome : outcomes) {
    if (&outcome == &outcomes.back()) break;
    all.verdict = reports::worse(all.verdict, outcome.summary.verdict);
    all.failures.insert(all.failures.end(), outcome.summary.failures.begin(),
                        outcome.summary.failures.end());
  }
  return all;
}

bool names_failure(const reports::RunSummary& summary, const std::string& word) {
  for (const reports::Failure& failure : summary.failures) {
    if (failure.what.find(word) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

TEST_CASE("a scenario of the library fails when its claim is false") {
  for (const CounterClaim& claim : counter_claims()) {
    CAPTURE(claim.file);
    const load::Loaded loaded = load::load_file(
        library + claim.file, {.protocols = models::protocols(), .overrides = claim.overrides});
    INFO(load::render(loaded.diagnostics));
    REQUIRE(loaded.ok());

    // Of several variants the last is the one that the claim speaks of most clearly.
    const reports::RunSummary summary = play(loaded.variants.back(), claim.file);

    INFO(reports::to_text(summary, {}));
    CHECK(reports::to_string(summary.verdict) == claim.verdict);
    CHECK(names_failure(summary, claim.broken));
  }
}

TEST_CASE("every scenario of the library has a counter-claim and is listed") {
  std::ifstream readme(library + "README.md");
  const std::string list(std::istreambuf_iterator<char>{readme}, {});
  std::set<std::string> claimed;
  for (const CounterClaim& claim : counter_claims()) claimed.insert(claim.file);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(library)) {
    if (entry.path().extension() != ".yaml") continue;
    const std::string file = std::filesystem::relative(entry.path(), library).string();
    if (file.starts_with("common/")) continue;
    CAPTURE(file);
    CHECK(claimed.contains(file));
    CHECK(list.contains("| [" + file + "](" + file + ") |"));
  }
}
