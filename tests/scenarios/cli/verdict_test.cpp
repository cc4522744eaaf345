// Exit codes, and what is printed when: a scenario for every verdict.
#include <algorithm>

#include "tests/scenarios/cli/command_line.hpp"

namespace splitvote::cli {
namespace {

std::string last_line(const std::string& text) {
  const std::size_t end = text.find_last_not_of('\n');
  const std::size_t start = text.rfind('\n', end);
  return text.substr(start + 1, end - start);
}

TEST_CASE("a scenario whose expectations hold exits with 0") {
  const Outcome outcome = splitvote({"run", a_case("passes")});

  CHECK(outcome.code == 0);
  CHECK(outcome.out.contains("held  always election_safety"));
  CHECK(last_line(outcome.out).starts_with("passed  2 s simulated"));
  CHECK(outcome.err == "");
}

TEST_CASE("something that must never be exits with 1, and its replay line is the last printed") {
  const Outcome outcome = splitvote({"run", a_case("violates-safety")});

  CHECK(outcome.code == 1);
  CHECK(outcome.out.contains("FAILED never commits > 0  (safety) at event "));
  CHECK(outcome.out.contains("expected at tests/scenarios/cli/cases/violates-safety.yaml:9:11"));
  CHECK(last_line(outcome.out) ==
        "  replay: splitvote run tests/scenarios/cli/cases/violates-safety.yaml --seed 7");
}

TEST_CASE("a missed deadline and a missed objective exit with 3") {
  CHECK(splitvote({"run", a_case("misses-liveness")}).code == 3);
  CHECK(splitvote({"run", a_case("misses-objective")}).code == 3);
}

TEST_CASE("a run whose budget ends exits with 4 and says which") {
  const Outcome outcome = splitvote({"run", a_case("runs-out")});

  CHECK(outcome.code == 4);
  CHECK(outcome.out.contains("inconclusive: the budget of 50 events ended"));
}

TEST_CASE("of several verdicts the one that most needs attention decides, wherever it stands") {
  const std::string pass = a_case("passes");
  const std::string safety = a_case("violates-safety");
  const std::string liveness = a_case("misses-liveness");

  CHECK(splitvote({"run", pass, pass}).code == 0);
  CHECK(splitvote({"run", pass, liveness, pass}).code == 3);
  CHECK(splitvote({"run", safety, liveness, pass}).code == 1);
  CHECK(splitvote({"run", a_case("runs-out"), liveness}).code == 3);
}

TEST_CASE("of several files the failure that matters most is told last, and all are listed") {
  const Outcome outcome =
      splitvote({"run", a_case("violates-safety"), a_case("misses-liveness"), a_case("passes")});

  CHECK(outcome.out.contains("3 runs, 1 passed, 1 safety_violated, 1 liveness_missed\n"));
  CHECK(outcome.out.contains("\n  replay: splitvote run " + a_case("misses-liveness")));
  CHECK(last_line(outcome.out).ends_with("violates-safety.yaml --seed 7"));
}

TEST_CASE("the replay line of a failed run of a sweep shows the same failure") {
  const Outcome sweep = splitvote({"run", a_case("sweeps-and-fails"), "-P", "bound=4"});
  REQUIRE(sweep.code == 1);

  const std::vector<std::string> words = replay_words(sweep.out);
  const Outcome again = splitvote(words);

  CHECK(words.back() == "protocol.pre_vote=true");
  CHECK(std::ranges::find(words, "bound=4") != words.end());
  CHECK(again.code == 1);
  const std::size_t block = again.out.rfind("FAILED");
  REQUIRE(block != std::string::npos);
  CHECK(sweep.out.substr(sweep.out.rfind("FAILED")) == again.out.substr(block));
}

TEST_CASE("every listed replay line of a sweep ends with the exit code of a failure") {
  const Outcome sweep = splitvote({"run", a_case("sweeps-and-fails"), "--brief"});
  std::size_t lines = 0;

  for (std::size_t at = 0; (at = sweep.out.find("replay: ", at)) != std::string::npos; ++at) {
    const std::string line = sweep.out.substr(at, sweep.out.find('\n', at) - at);
    CAPTURE(line);
    CHECK(splitvote(replay_words(line)).code == 1);
    ++lines;
  }
  CHECK(lines == 11);  // ten beside the one that is told in full
}

TEST_CASE("--twice leaves the verdict of a deterministic run alone") {
  CHECK(splitvote({"run", a_case("passes"), "--twice"}).code == 0);
  CHECK(splitvote({"run", a_case("violates-safety"), "--twice"}).code == 1);
}

TEST_CASE("a seed is taken instead of the scenario's") {
  CHECK(splitvote({"run", a_case("passes"), "--seed", "123"}).out.contains("seed 123"));
  CHECK(splitvote({"run", a_case("sweeps"), "--seed", "123", "--brief"})
            .out.contains("protocol.pre_vote=false  seed 123"));
}

TEST_CASE("seeds make a sweep of a scenario that has none") {
  const Outcome outcome = splitvote({"run", a_case("passes"), "--seeds", "3..6"});

  CHECK(outcome.code == 0);
  CHECK(outcome.out.contains("passed  passes    seeds 3..6  4 runs"));
}

TEST_CASE("an override on an axis of the matrix chooses its variants") {
  const Outcome one =
      splitvote({"run", a_case("sweeps"), "--set", "protocol.pre_vote=false", "--brief"});

  CHECK(one.out.contains("4 runs, 4 passed"));
  CHECK(one.out.contains("protocol.pre_vote=false"));
  CHECK_FALSE(one.out.contains("protocol.pre_vote=true"));
}

TEST_CASE("without its sweep a scenario runs once, as it is written") {
  const Outcome outcome = splitvote({"run", a_case("sweeps"), "--no-sweep"});

  CHECK(outcome.code == 0);
  CHECK(outcome.out.starts_with("sweeps  seed 7  "));
}

TEST_CASE("what must occur sometimes is not judged by a part of the sweep") {
  const std::string never = "expect.sometimes=[split_vote]";

  const Outcome whole = splitvote({"run", a_case("sweeps"), "--set", never});
  const Outcome part = splitvote({"run", a_case("sweeps"), "--set", never, "--seed", "1"});
  const Outcome shard = splitvote({"run", a_case("sweeps"), "--set", never, "--shard", "1/2"});

  CHECK(whole.code == 3);
  CHECK(whole.out.contains("never in 4 runs"));
  CHECK(part.code == 0);
  CHECK(shard.code == 0);
  CHECK(shard.out.contains("not judged: this is a part of the sweep"));
}

TEST_CASE("what only a whole sweep shows is replayed by the whole sweep") {
  const Outcome outcome = splitvote(
      {"run", a_case("sweeps"), "--set", "expect.sometimes=[split_vote]", "--seeds", "1..3"});

  const std::vector<std::string> words = replay_words(outcome.out);
  CHECK(std::ranges::find(words, "1..3") != words.end());
  CHECK(std::ranges::find(words, "--seed") == words.end());
  CHECK(splitvote(words).code == 3);
}

TEST_CASE("the shards of a sweep share its runs out among them") {
  const Outcome first = splitvote({"run", a_case("sweeps"), "--shard", "1/3", "--brief"});
  const Outcome second = splitvote({"run", a_case("sweeps"), "--shard", "2/3", "--brief"});
  const Outcome third = splitvote({"run", a_case("sweeps"), "--shard", "3/3", "--brief"});

  CHECK(first.out.contains("3 runs, 3 passed"));
  CHECK(second.out.contains("3 runs, 3 passed"));
  CHECK(third.out.contains("2 runs, 2 passed"));
}

TEST_CASE("a tag chooses the scenarios that have it") {
  const Outcome outcome = splitvote({"run", a_case("passes"), a_case("sweeps"),
                                     a_case("violates-safety"), "--tag", "many", "--brief"});

  CHECK(outcome.code == 0);
  CHECK(outcome.out.contains("8 runs, 8 passed"));
}

}  // namespace
}  // namespace splitvote::cli
