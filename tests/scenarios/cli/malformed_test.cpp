// Command lines that are refused: every one with its exit code and what it is told.
#include <algorithm>
#include <array>

#include "tests/scenarios/cli/command_line.hpp"

namespace splitvote::cli {
namespace {

struct Refused {
  std::string line;  // behind `splitvote `
  int code;
  std::string told;  // a part of standard error
};

const std::array refused{
    // Commands.
    Refused{"rn x.yaml", 2, "unknown command 'rn'; did you mean 'run'?"},
    Refused{"frobnicate", 2, "unknown command 'frobnicate'; see 'splitvote help'"},
    Refused{"scenario.yaml", 2, "write 'splitvote run scenario.yaml'"},
    Refused{"--seed 5 run x.yaml", 2, "the command comes first"},
    Refused{"RUN x.yaml", 2, "unknown command 'RUN'"},
    Refused{"help rnu", 2, "unknown command 'rnu'; did you mean 'run'?"},
    Refused{"help run lint", 2, "unexpected argument 'lint'"},
    Refused{"version 2", 2, "unexpected argument '2'"},
    // Options that are not there, and abbreviations that Boost would guess.
    Refused{"run x.yaml --see 5", 2, "unknown option '--see'; did you mean '--seed'?"},
    Refused{"run x.yaml --see=5", 2, "unknown option '--see'; did you mean '--seed'?"},
    Refused{"run x.yaml --repo", 2, "unknown option '--repo'; did you mean '--report'?"},
    Refused{"run x.yaml --no-swee", 2, "did you mean '--no-sweep'?"},
    Refused{"run x.yaml --zzzzzz", 2, "unknown option '--zzzzzz'"},
    Refused{"run x.yaml -x", 2, "unknown option '-x'"},
    Refused{"run x.yaml -seed 5", 2, "unknown option '-seed'; did you mean '--seed'?"},
    Refused{"run x.yaml --SEED 5", 2, "unknown option '--SEED'"},
    Refused{"lint x.yaml --seed 5", 2, "unknown option '--seed'"},
    Refused{"schema --json", 2, "unknown option '--json'"},
    // Values that are missing, or that are too many.
    Refused{"run x.yaml --seed", 2, "option '--seed' needs a value: --seed N"},
    Refused{"run x.yaml --seed=", 2, "option '--seed' needs a value: --seed N"},
    Refused{"run x.yaml --seed --brief", 2, "option '--seed' needs a value: --seed N"},
    Refused{"run x.yaml -o", 2, "option '-o' needs a value: -o FOLDER"},
    Refused{"run x.yaml -P", 2, "option '-P' needs a value: -P NAME=VALUE"},
    Refused{"run x.yaml --brief=yes", 2, "option '--brief' takes no value"},
    Refused{"run x.yaml --seed 1 --seed 1", 2, "option '--seed' is given twice"},
    Refused{"run x.yaml --brief --brief", 2, "option '--brief' is given twice"},
    Refused{"run x.yaml -o a --output b", 2, "option '--output' is given twice"},
    // Numbers.
    Refused{"run x.yaml --seed -5", 2, "--seed: -5 is out of range; it is from"},
    Refused{"run x.yaml --seed=-5", 2, "--seed: -5 is out of range; it is from"},
    Refused{"run x.yaml --seed five", 2, R"(--seed: "five" is not a)"},
    Refused{"run x.yaml --seed 1.5", 2, R"("1.5" is not an integer)"},
    Refused{"run x.yaml --seed 0x10", 2, "--seed: "},
    Refused{"run x.yaml --seed 010", 2, "--seed: "},
    Refused{"run x.yaml --seed +5", 2, R"("+5" is not an integer)"},
    Refused{"run x.yaml --seed 5s", 2, "--seed: "},
    Refused{"run x.yaml --seed 18446744073709551621", 2, "is out of range"},
    Refused{"run x.yaml --jobs 0", 2, "--jobs: 0 is out of range; it is from 1 to 1024"},
    Refused{"run x.yaml -j 1025", 2, "--jobs: 1025 is out of range"},
    Refused{"run x.yaml --jobs=-1", 2, "--jobs: -1 is out of range; it is from"},
    Refused{"run x.yaml --seeds 9..1", 2, R"(the range "9..1" runs backwards; 1..9?)"},
    Refused{"run x.yaml --seeds 1..", 2, "--seeds 1..: "},
    Refused{"run x.yaml --seeds 1-5", 2, "write a range such as 1..1000"},
    Refused{"run x.yaml --seeds 0..9000000000000000000", 2, "too many seeds"},
    Refused{"run x.yaml --seed 1 --seeds 1..2", 2, "--seed and --seeds exclude each other"},
    Refused{"run x.yaml --shard 3/2", 2, "--shard 3/2 is no shard"},
    Refused{"run x.yaml --shard 0/2", 2, "--shard 0/2 is no shard"},
    Refused{"run x.yaml --shard 2", 2, "write 2/8 for the second of eight"},
    Refused{"run x.yaml --shard 1/2/3", 2, "--shard 1/2/3 is no shard"},
    // Assignments.
    Refused{"run x.yaml -P hold", 2, "-P name=value is due, not 'hold'"},
    Refused{"run x.yaml -P=3", 2, "-P name=value is due, not '=3'"},
    Refused{"lint x.yaml --set run.seed", 2, "--set path=value is due, not 'run.seed'"},
    Refused{"explain x.yaml --set =4", 2, "--set path=value is due, not '=4'"},
    // Words that name nothing, too few and too many.
    Refused{"run", 2, "something is missing; usage: splitvote run FILE|FOLDER…"},
    Refused{"run --brief", 2, "something is missing"},
    Refused{"replay", 2, "something is missing; usage: splitvote replay TRACE"},
    Refused{"explain a.yaml b.yaml", 2, "that is too much; usage: splitvote explain FILE"},
    Refused{"schema now", 2, "that is too much"},
    Refused{"run x.yaml --sed 5", 2, "did you mean '--seed' or '--set'?"},
    Refused{"run tests/scenarios/cli/cases/passes.yml", 2,
            "did you mean tests/scenarios/cli/cases/passes.yaml?"},
    Refused{"lint tests/scenarios/cli/cases/malfomred.yaml", 2,
            "did you mean tests/scenarios/cli/cases/malformed.yaml?"},
    Refused{"run no/such.yaml", 2, "there is no file or folder no/such.yaml"},
    Refused{"lint no/such", 2, "there is no file or folder no/such"},
    Refused{"explain no/such.yaml", 2, "no/such.yaml"},
    Refused{"replay no/such.trace", 2, "no/such.trace"},
    Refused{"report no/such.trace", 2, "no/such.trace"},
    Refused{"replay tests/scenarios/cli/cases/passes.yaml", 2, "byte 0"},
    Refused{"list protocol", 2, "there is no list of 'protocol'; did you mean \"protocols\"?"},
    // Times and colours.
    Refused{"report x.trace --from 3", 2, R"(--from: "3" needs a unit)"},
    Refused{"report x.trace --to -1s", 2, "--to: -1s is before the start"},
    Refused{"report x.trace --from 2s --to 1s", 2, "the window ends before it begins"},
    Refused{"report x.trace --width 10", 2, "--width: 10 is out of range; it is from 600 to 20000"},
    Refused{"list --color=blue", 2, "--color: 'blue' is not auto, always or never"},
    // Scenarios.
    Refused{"run tests/scenarios/cli/cases/malformed.yaml", 2, "malformed.yaml:3:26: error: "},
    Refused{"run tests/scenarios/cli/cases/passes.yaml --set topolgy.nodes=3", 2,
            "--set:1:1: error: "},
    Refused{"run tests/scenarios/cli/cases/passes.yaml -P hold=3s", 2, "hold"},
    Refused{"run tests/scenarios/cli/cases/sweeps.yaml --set run.duration=2s --set "
            "protocol.pre_vote=maybe",
            2, "\"maybe\" is not a boolean"},
    Refused{"run tests/scenarios/cli/cases/sweeps-size.yaml --set protocol.max_batch_entries=3", 2,
            "sweeps protocol.max_batch_entries over 1, 64, not 3; choose one of them"},
    // Files that cannot be written.
    Refused{"run tests/scenarios/cli/cases/passes.yaml --json no/such/x.json", 2,
            "there is no folder no/such"},
    Refused{"run tests/scenarios/cli/cases/passes.yaml --json tests", 2,
            "--json tests is a folder"},
    Refused{"run tests/scenarios/cli/cases/passes.yaml --json - --junit -", 2, "would overwrite"},
    Refused{"run tests/scenarios/cli/cases/passes.yaml -o tests/run", 2, "cannot create tests/run"},
    // Nothing to do.
    Refused{"run tests/scenarios/cli/cases/passes.yaml --tag slow", 5,
            "no scenario has the tag slow"},
    Refused{"run tests/scenarios/cli/cases/passes.yaml --shard 2/2", 5,
            "shard 2/2 has none of the runs"},
    Refused{"run sim/base", 5, "no scenario was found; those of a folder are its *.yaml"},
    Refused{"lint sim/base", 5, "no scenario was found"},
};

TEST_CASE("every malformed command line is refused with its code and a sentence that helps") {
  for (const Refused& each : refused) {
    CAPTURE(each.line);
    const Outcome outcome = splitvote(shell_words(each.line));
    CHECK(outcome.code == each.code);
    CHECK_MESSAGE(outcome.err.contains(each.told), outcome.err);
    CHECK(outcome.out == "");
  }
}

TEST_CASE("all mistakes of a command line are told at once, each in a line of its own") {
  const Outcome outcome =
      splitvote(shell_words("run --see --jobs 0 --shard 2 x.yaml -P hold --seed"));

  CHECK(outcome.code == 2);
  CHECK(std::ranges::count(outcome.err, '\n') == 5);
  CHECK(outcome.err.contains("splitvote: error: unknown option '--see'; did you mean '--seed'?\n"));
  CHECK(outcome.err.contains("splitvote: error: --jobs: 0 is out of range"));
  CHECK(outcome.err.contains("splitvote: error: --shard 2 is no shard"));
  CHECK(outcome.err.contains("splitvote: error: -P name=value is due, not 'hold'\n"));
  CHECK(outcome.err.contains("splitvote: error: option '--seed' needs a value: --seed N\n"));
}

TEST_CASE("a command line without a word is answered with the commands, as a mistake") {
  const Outcome outcome = splitvote({});

  CHECK(outcome.code == 2);
  CHECK(outcome.err.contains("splitvote run FILE|FOLDER…"));
}

TEST_CASE("what is wrong with several scenarios is told before any of them is run") {
  const Outcome outcome =
      splitvote({"run", a_case("passes"), a_case("malformed"), "--set", "run.seed=x"});

  CHECK(outcome.code == 2);
  CHECK(outcome.out == "");
  CHECK(outcome.err.contains("malformed.yaml:3:26: error: \"2\" needs a unit"));
  CHECK(outcome.err.contains("malformed.yaml:5:18: error: unknown protocol \"raff\""));
  CHECK(outcome.err.contains("did you mean \"raft\"?"));
  CHECK(outcome.err.contains("--set:1:"));
}

}  // namespace
}  // namespace splitvote::cli
