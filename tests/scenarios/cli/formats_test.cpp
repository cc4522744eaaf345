// What machines read: JSON, JUnit, lists, the schema; and what is left in a folder.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "tests/scenarios/cli/command_line.hpp"

namespace splitvote::cli {
namespace {

using Json = nlohmann::json;

TEST_CASE("--json - prints nothing but JSON on standard output") {
  const Outcome outcome = splitvote({"run", a_case("violates-safety"), "--json", "-"});

  const Json json = Json::parse(outcome.out, nullptr, false);
  REQUIRE(json.is_object());
  CHECK(json["verdict"] == "safety_violated");
  CHECK(json["exit_code"] == 1);
  CHECK(json["seed"] == 7);
  CHECK(json["replay"] == "splitvote run " + a_case("violates-safety") + " --seed 7");
  CHECK(json["metrics"]["commits"]["quantiles"].contains("max"));
  CHECK(outcome.err.contains("FAILED never commits > 0"));
}

TEST_CASE("the JSON of several runs has one entry a run and the verdict of all") {
  const Outcome outcome =
      splitvote({"run", a_case("sweeps"), a_case("misses-liveness"), "--json", "-"});

  const Json json = Json::parse(outcome.out, nullptr, false);
  REQUIRE(json.is_object());
  CHECK(json["runs"].size() == 9);
  CHECK(json["exit_code"] == 3);
  CHECK(json["runs"][0]["variant"] == "protocol.pre_vote=true");
  CHECK(json["runs"][4]["variant"] == "protocol.pre_vote=false");
  CHECK(json["runs"][4]["seed"] == 1);
}

TEST_CASE("the same runs give the same bytes with one thread and with several") {
  const auto with_jobs = [](const std::string& jobs) {
    const Folder folder;
    const Outcome outcome =
        splitvote({"run", a_case("sweeps-and-fails"), a_case("sweeps"), a_case("passes"), "--jobs",
                   jobs, "--json", folder / "summary.json"});
    return std::pair(outcome.out, content(folder / "summary.json"));
  };

  const auto one = with_jobs("1");

  CHECK(one.second.size() > 1000);
  CHECK(with_jobs("2") == one);
  CHECK(with_jobs("5") == one);
}

TEST_CASE("JUnit has a case for each run, and what failed") {
  const Folder folder;

  const Outcome outcome = splitvote({"run", a_case("passes"), a_case("misses-liveness"), "--junit",
                                     folder / "junit.xml", "--brief"});

  const std::string xml = content(folder / "junit.xml");
  CHECK(outcome.code == 3);
  CHECK(xml.starts_with("<?xml version=\"1.0\""));
  CHECK(xml.contains("<testsuites name=\"splitvote\" tests=\"2\" failures=\"1\" errors=\"0\""));
  CHECK(xml.contains("replay: splitvote run " + a_case("misses-liveness") + " --seed 7"));
}

TEST_CASE("a single run leaves its trace and its summary, and its picture if asked for") {
  const Folder folder;

  const Outcome outcome =
      splitvote({"run", a_case("passes"), "-o", folder / "new/out", "--report"});

  CHECK(outcome.code == 0);
  CHECK(outcome.out.contains("wrote " + folder / "new/out/passes-7.trace\n"));
  CHECK(outcome.out.contains("wrote " + folder / "new/out/passes-7.svg\n"));
  CHECK(content(folder / "new/out/passes-7.svg").starts_with("<svg"));
  const Json json = Json::parse(content(folder / "new/out/passes-7.json"), nullptr, false);
  CHECK(json["artifacts"].size() == 4);
  const std::filesystem::directory_iterator left(folder / "new/out");
  CHECK(std::ranges::count_if(left, [](const auto&) { return true; }) == 4);
}

TEST_CASE("of a sweep only the first failed runs leave files, or all if they are asked for") {
  const auto traces = [](std::vector<std::string> words) {
    const Folder folder;
    words.insert(words.end(), {"-o", folder.path()});
    (void)splitvote(words);
    const std::filesystem::directory_iterator left(folder.path());
    return std::ranges::count_if(
        left, [](const auto& entry) { return entry.path().extension() == ".trace"; });
  };

  CHECK(traces({"run", a_case("sweeps-and-fails")}) == 3);
  CHECK(traces({"run", a_case("sweeps")}) == 0);
  CHECK(traces({"run", a_case("sweeps"), "--trace"}) == 8);
}

TEST_CASE("two runs of one name leave files of two names") {
  const Folder folder;

  const Outcome outcome =
      splitvote({"run", a_case("passes"), a_case("passes"), "-o", folder.path()});

  CHECK(outcome.code == 0);
  CHECK(std::filesystem::exists(folder / "passes-7.trace"));
  CHECK(std::filesystem::exists(folder / "passes-7.2.trace"));
}

TEST_CASE("every list is JSON, too, with the same words") {
  const Outcome outcome = splitvote({"list", "--json"});

  const Json json = Json::parse(outcome.out, nullptr, false);
  REQUIRE(json.is_object());
  for (const char* topic : {"protocols", "faults", "checks", "metrics", "predicates", "events",
                            "selectors", "distributions"}) {
    CAPTURE(topic);
    REQUIRE(json[topic].size() > 2 - (std::string(topic) == "protocols" ? 1 : 0));
    const Outcome text = splitvote({"list", topic});
    for (const Json& word : json[topic]) {
      CHECK(text.out.contains("  " + word["name"].get<std::string>()));
      CHECK(word["help"].get<std::string>().size() > 5);
    }
  }
}

TEST_CASE("the schema is JSON of draft 7, and the one that lies beside the scenarios") {
  const Outcome outcome = splitvote({"schema"});

  const Json json = Json::parse(outcome.out, nullptr, false);
  REQUIRE(json.is_object());
  CHECK(json["$schema"].get<std::string>().contains("draft-07"));
  CHECK(outcome.out == content("scenarios/schema/scenario.v1.schema.json"));
}

TEST_CASE("colours are printed when they are asked for, and not into a file") {
  CHECK_FALSE(splitvote({"run", a_case("passes")}).out.contains("\x1b["));
  CHECK(splitvote({"run", a_case("passes"), "--color", "always"}).out.contains("\x1b["));
  CHECK_FALSE(splitvote({"run", a_case("passes"), "--color=never"}).out.contains("\x1b["));
}

}  // namespace
}  // namespace splitvote::cli
