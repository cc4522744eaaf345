// Command lines that are understood.
#include "scenarios/cli/arguments.hpp"

#include "tests/scenarios/cli/command_line.hpp"

namespace splitvote::cli {
namespace {

Arguments understood(const std::string& line) {
  const auto invocation = understand(shell_words(line));
  if (!invocation) FAIL(invocation.error().front());
  return invocation->arguments;
}

TEST_CASE("a value follows its option behind a space, an equals sign, or a letter") {
  CHECK(understood("run a --output b").value("output") == "b");
  CHECK(understood("run a --output=b").value("output") == "b");
  CHECK(understood("run a -o b").value("output") == "b");
  CHECK(understood("run a -ob").value("output") == "b");
}

TEST_CASE("options may stand before, between and behind the files") {
  const Arguments arguments = understood("run --brief a --seed 3 b c --twice");

  CHECK(arguments.files == std::vector<std::string>{"a", "b", "c"});
  CHECK(arguments.value("seed") == "3");
  CHECK(arguments.has("brief"));
  CHECK(arguments.has("twice"));
  CHECK_FALSE(arguments.has("report"));
}

TEST_CASE("options that may be repeated keep their order") {
  const Arguments arguments = understood("run a -P x=1 --tag t --set b=2 -Py=3 --tag u");

  CHECK(arguments.values("param") == std::vector<std::string>{"x=1", "y=3"});
  CHECK(arguments.values("tag") == std::vector<std::string>{"t", "u"});
}

TEST_CASE("behind two dashes everything is a file") {
  const Arguments arguments = understood("run -- --brief -o");

  CHECK(arguments.files == std::vector<std::string>{"--brief", "-o"});
  CHECK_FALSE(arguments.has("brief"));
}

TEST_CASE("a single dash is a value") { CHECK(understood("run a --json -").value("json") == "-"); }

TEST_CASE("a value may contain spaces and equals signs") {
  const Arguments arguments = understood("run a --set 'x.y={a: 1, b: c=d}'");
  const load::Options options = load_options(arguments);

  REQUIRE(options.overrides.size() == 1);
  CHECK(options.overrides.front().name == "x.y");
  CHECK(options.overrides.front().value == "{a: 1, b: c=d}");
}

TEST_CASE("the largest seed of the language is read exactly") {
  Mistakes mistakes;
  const Arguments arguments = understood("run a --seed 9223372036854775807");

  CHECK(integer(arguments, "seed", 0, INT64_MAX, mistakes) == 9223372036854775807ULL);
  CHECK(mistakes.empty());
}

TEST_CASE("help is given wherever it is asked for, even beside mistakes") {
  CHECK(splitvote({"help"}).code == 0);
  CHECK(splitvote({"--help"}).out == splitvote({"help"}).out);
  CHECK(splitvote({"help", "run"}).out.contains("--seeds A..B"));
  CHECK(splitvote({"run", "--frobnicate", "--help"}).out == splitvote({"help", "run"}).out);
  CHECK(splitvote({"run", "--frobnicate", "--help"}).code == 0);
}

TEST_CASE("the version names the compiler") {
  const Outcome outcome = splitvote({"version"});

  CHECK(outcome.code == 0);
  CHECK(outcome.out.starts_with("splitvote 0."));
  CHECK(outcome.out.contains("++"));
}

}  // namespace
}  // namespace splitvote::cli
