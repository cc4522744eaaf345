// A run in which one of several groups of servers, and not the first, breaks its promises: words,
// JSON and pictures point at it.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/scenarios/cli/command_line.hpp"

namespace splitvote::cli {
namespace {

using Json = nlohmann::json;

// Group 2 of four loses the disks of all its members.
const std::string lost = "scenarios/library/groups/two-disks-lost.yaml";
const std::string as_if_safe = "expect.violated=[]";

/// Of a run's failures or expectations: the name and the groups.
std::vector<std::pair<std::string, Json>> groups_in(const Json& findings, const char* name) {
  std::vector<std::pair<std::string, Json>> found;
  for (const Json& finding : findings)
    if (finding["groups"] != Json::array()) found.emplace_back(finding[name], finding["groups"]);
  return found;
}

TEST_CASE("promises that one group broke are told as of it, and that the others kept them") {
  const Outcome outcome = splitvote({"run", lost, "--set", as_if_safe, "--no-sweep"});

  CHECK(outcome.code == 1);
  CHECK(outcome.out.contains("FAILED leader_completeness"));
  CHECK(outcome.out.contains("FAILED durability"));
  CHECK(outcome.out.contains("FAILED linearizable"));
  CHECK(outcome.out.contains("\n  group 2: a write that n1 acknowledged in term "));
  CHECK(outcome.out.contains("\n  group 2: no order of the operations on k"));
  std::size_t told = 0;
  std::size_t failed = 0;
  for (std::size_t at = 0; (at = outcome.out.find("\nFAILED ", at)) != std::string::npos; ++at)
    ++failed;
  for (std::size_t at = 0;
       (at = outcome.out.find(" Broken in 1 of 4 groups.\n", at)) != std::string::npos; ++at)
    ++told;
  CHECK(failed == 5);
  CHECK(told == failed);
}

TEST_CASE("the summary for machines has the group of every finding") {
  const Outcome outcome =
      splitvote({"run", lost, "--set", as_if_safe, "--no-sweep", "--json", "-"});
  const Json run = Json::parse(outcome.out);

  const auto failures = groups_in(run["failures"], "what");
  CHECK(run["verdict"] == "safety_violated");
  CHECK(failures.size() == 5);
  CHECK(run["failures"].size() == 5);
  CHECK(std::ranges::all_of(
      failures, [](const auto& failure) { return failure.second == Json::array({2}); }));
}

TEST_CASE("what was to be violated says where it was, and where it was not") {
  const Outcome outcome = splitvote({"run", lost, "--no-sweep", "--json", "-"});
  const Json run = Json::parse(outcome.out);

  CHECK(outcome.code == 0);
  CHECK(run["failures"].empty());
  const auto violated = groups_in(run["expectations"], "expectation");
  CHECK(violated.size() == 5);
  CHECK(violated.front() == std::pair<std::string, Json>("violated leader_completeness", {2}));
  CHECK(violated.back() == std::pair<std::string, Json>("violated linearizable", {2}));
}

TEST_CASE("the picture is of the group that broke a promise, unless another one is asked for") {
  const Folder folder;
  REQUIRE(
      splitvote({"run", lost, "--set", as_if_safe, "--no-sweep", "-o", folder.path(), "--report"})
          .code == 1);
  const std::string trace = folder / "groups-two-disks-lost-4.trace";

  const std::string beside = content(folder / "groups-two-disks-lost-4.svg");
  CHECK(beside.contains("everything of group 2 (there are 4,"));
  CHECK(splitvote({"report", trace, "-o", "-"}).out == beside);
  CHECK(splitvote({"report", trace, "--group", "2", "-o", "-"}).out == beside);
  CHECK(splitvote({"report", trace, "--group", "0", "-o", "-"})
            .out.contains("everything of group 0 (there are 4,"));
}

TEST_CASE("so it is where the violation was expected, and of a run that broke none it is group 0") {
  const Folder folder;
  REQUIRE(splitvote({"run", lost, "--no-sweep", "-o", folder.path(), "--report"}).code == 0);
  REQUIRE(splitvote({"run", "scenarios/library/groups/one-order.yaml", "--no-sweep", "-o",
                     folder.path(), "--report"})
              .code == 0);

  CHECK(content(folder / "groups-two-disks-lost-4.svg").contains("everything of group 2"));
  CHECK(content(folder / "groups-one-order-5.svg").contains("everything of group 0"));
}

TEST_CASE("what is asked of each group says which ones keep it from being so") {
  const std::string eventually =
      "expect.eventually=[{that: leader_in(n3), after: 2600ms, within: 300ms}]";
  const std::string never =
      "expect.never=[{that: not leader_in(n3), after: 2600ms, until: 2900ms}]";

  const Outcome missed = splitvote({"run", lost, "--set", eventually, "--no-sweep"});
  const Outcome broken = splitvote({"run", lost, "--set", never, "--no-sweep"});
  const Outcome summary =
      splitvote({"run", lost, "--set", eventually, "--no-sweep", "--json", "-"});

  CHECK(missed.code == 3);
  CHECK(missed.out.contains(
      "  It was not true from 2.600000 s to 2.900000 s, because of group 2.\n"));
  CHECK(broken.code == 1);
  CHECK(broken.out.contains(
      "  It came true in the window that began at 2.600000 s, because of group 2.\n"));
  CHECK(Json::parse(summary.out)["failures"][0]["groups"] == Json::array({2}));
}

TEST_CASE("what is so in no group is said of all, and what is a sum of none") {
  const Outcome all =
      splitvote({"run", lost, "--set",
                 "expect.eventually=[{that: no_leader, after: 3s, within: 100ms}]", "--no-sweep"});
  const Outcome sum = splitvote(
      {"run", lost, "--set",
       "expect.eventually=[{that: \"leads(n2) == 4\", after: 3s, within: 100ms}]", "--no-sweep"});

  CHECK(all.out.contains("  It was not true from 3.000000 s to 3.100000 s, in all 4 groups.\n"));
  CHECK(sum.out.contains("  It was not true from 3.000000 s to 3.100000 s.\n"));
}

TEST_CASE("a weaker model that clients saw broken names the groups of the keys") {
  const Outcome outcome = splitvote({"run", lost, "--set", "expect.violated=[]", "--set",
                                     "expect.always=[causal]", "--no-sweep", "--seed", "2"});

  CHECK(outcome.code == 1);
  CHECK(outcome.out.contains("FAILED causal"));
  CHECK(outcome.out.contains("\n  groups 2 and 3: "));
}

}  // namespace
}  // namespace splitvote::cli
