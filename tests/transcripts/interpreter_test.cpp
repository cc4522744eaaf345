// The language itself: what is a transcript, what is a mistake, how a difference is shown.
#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "tests/transcripts/commands.hpp"

using namespace splitvote::transcripts;

namespace {

std::string mistake(const std::string& text) {
  try {
    (void)play(parse(text));
  } catch (const Mistake& mistake) {
    return mistake.what();
  }
  return "none";
}

/// What goes wrong when this is said to two fresh nodes.
std::string mistake_of(const std::string& command) {
  return mistake("add-nodes 2 plain\n" + command + "\n----\n");
}

std::vector<std::string> output_of(const std::string& commands) {
  return play(parse("quiet\n" + commands + "\n----\n")).at(0);
}

}  // namespace

TEST_CASE("a transcript is prose, commands, a marker, and an output up to the next empty line") {
  const Transcript transcript = parse(
      "# Prose.\n"
      "\n"
      "heal\n"
      "# More prose.\n"
      "heal\n"
      "----\n"
      "one\n"
      "two\n"
      "\n"
      "heal\n"
      "----\n"
      "\n"
      "# The end.\n");

  REQUIRE(transcript.blocks.size() == 2);
  CHECK(transcript.blocks[0].commands.size() == 2);
  CHECK(transcript.blocks[0].commands[1].line == 5);
  CHECK(transcript.blocks[0].expected == std::vector<std::string>{"one", "two"});
  CHECK(transcript.blocks[0].output_line == 7);
  CHECK(transcript.blocks[1].expected.empty());
  CHECK(transcript.epilogue == std::vector<std::string>{"# The end."});
}

TEST_CASE("rewriting replaces the outputs and nothing else") {
  const std::string text = "# Prose.\n\nheal\n----\nold\n\n# Between.\nheal\n----\n\n# The end.\n";

  const std::string rewritten = render(parse(text), {{"new", "newer"}, {}});

  CHECK(rewritten ==
        "# Prose.\n\nheal\n----\nnew\nnewer\n\n# Between.\nheal\n----\n\n# The end.\n");
}

TEST_CASE("rewriting with the outputs that are there changes nothing") {
  const std::string text = "# Prose.\n\nheal\n----\n\nheal\n----\none\n";

  CHECK(render(parse(text), {{}, {"one"}}) == text);
}

TEST_CASE("a difference names the file and the line, and shows both sides and their surroundings") {
  const Block block{.output_line = 10,
                    .expected = {"same", "expected", "expected, too", "same again"}};

  const std::string text = difference("f.txt", block, {"same", "got", "same again"});

  CHECK(text ==
        "f.txt:11: the output differs\n"
        "    same\n"
        "  - expected\n"
        "  - expected, too\n"
        "  + got\n"
        "    same again\n");
}

TEST_CASE("equal outputs do not differ; a missing line and one too many do") {
  const Block block{.output_line = 1, .expected = {"a", "b"}};

  CHECK(difference("f", block, {"a", "b"}).empty());
  CHECK(difference("f", block, {"a"}) == "f:2: the output differs\n    a\n  - b\n");
  CHECK(difference("f", block, {"a", "a", "b"}) ==
        "f:2: the output differs\n    a\n  + a\n    b\n");
}

TEST_CASE(
    "commands without a marker, and a marker without commands, are mistakes with their line") {
  CHECK(mistake("# x\nheal\n\n") == "2: a command needs the line ---- below it");
  CHECK(mistake("heal") == "1: a command needs the line ---- below it");
  CHECK(mistake("# x\n----\n") == "2: there is no command above ----");
}

TEST_CASE("a bad command is a mistake with its line and says what would be right") {
  CHECK(mistake_of("fly 1") == "2: there is no command \"fly\"");
  CHECK(mistake_of("campaign") == "2: campaign needs a node");
  CHECK(mistake_of("campaign 3") == "2: there is no node 3");
  CHECK(mistake_of("campaign 0") == "2: nodes are numbered from 1");
  CHECK(mistake_of("campaign one") == "2: \"one\" is not a number");
  CHECK(mistake_of("campaign 1,2") == "2: campaign takes one node");
  CHECK(mistake_of("campaign 1 2") == "2: campaign does not know \"2\"");
  CHECK(mistake_of("tick 1 lunch") ==
        "2: there is no timer \"lunch\", only election, heartbeat, transfer, quorum");
  CHECK(mistake_of("tick 1 quorum") == "2: node 1 has no quorum timer armed");
  CHECK(mistake_of("tick 1 heartbeat silent=1") == "2: silent= is for the timer quorum");
  CHECK(mistake_of("tick 1 heartbeat") == "2: node 1 has no heartbeat timer armed");
  CHECK(mistake_of("propose 1") == "2: propose needs a text");
  CHECK(mistake_of("deliver sideways") == "2: deliver does not know \"sideways\"");
  CHECK(mistake_of("deliver kind=parcel").starts_with("2: there is no message \"parcel\""));
  CHECK(mistake_of("sync 1") == "2: node 1 has nothing to sync");
  CHECK(mistake_of("restart 1") == "2: node 1 is up");
  CHECK(mistake_of("restart 9") == "2: there is no node 9");
  CHECK(mistake_of("campaign 3..1") == "2: \"3..1\" is no range");
  CHECK(mistake_of("add-nodes 1 log=1..99999999") == "2: \"1..99999999\" is no range");
  CHECK(mistake_of("add-nodes 1 vote=") == "2: a number is missing");
  CHECK(mistake_of("crash 1 keep=1") == "2: there are not that many writes to keep");
  CHECK(mistake_of("show weather") ==
        "2: show knows state, log, disk, configuration, progress and messages, not "
        "\"weather\"");
  CHECK(mistake_of("show progress 1") == "2: 1 does not lead, so it has no progress of others");
  CHECK(mistake_of("add-nodes 1 pre_vote=perhaps") == "2: pre_vote is true or false");
  CHECK(mistake_of("add-nodes 1 colour=red") == "2: add-nodes does not know \"colour=red\"");
  CHECK(mistake_of("add-nodes 1 term=1 log=1,2") == "2: the log is ahead of the term");
  CHECK(mistake_of("add-nodes 1 voters=1,2 learners=2") == "2: these members do not fit together");
  CHECK(mistake_of("add-nodes 1 log=1,1 snapshot=3") == "2: the log has no such entry");
  CHECK(mistake_of("reconfigure 1") == "2: reconfigure needs a change");
  CHECK(mistake_of("reconfigure 1 exile=2") == "2: reconfigure does not know \"exile=2\"");
  CHECK(mistake_of("snapshot 1") == "2: node 1 has applied nothing behind its snapshot");
}

TEST_CASE("a node that is down takes no commands but restart") {
  CHECK(mistake_of("crash 1\ncampaign 1") == "3: node 1 is down");
  CHECK(mistake_of("crash 1\nsync 1") == "3: node 1 is down");
  CHECK(mistake_of("crash 1\nrestart 1\ncampaign 1") == "none");
}

TEST_CASE("nth, from, to and kind choose messages; what is not chosen stays on its way") {
  const std::vector<std::string> output = output_of(
      "add-nodes 3 plain\n"
      "campaign 1\n"
      "campaign 2\n"
      "loud\n"
      "drop from=1,2 to=3 kind=request_vote nth=2\n"
      "drop from=3\n"
      "show messages");

  CHECK(output == std::vector<std::string>{"dropped 2->3 request_vote t1 last 0t0",
                                           "no such message", "1->2 request_vote t1 last 0t0",
                                           "1->3 request_vote t1 last 0t0",
                                           "2->1 request_vote t1 last 0t0"});
}

TEST_CASE("a slow disk keeps what depends on it, and a crash loses what was not synced") {
  const std::vector<std::string> output = output_of(
      "add-nodes 3 plain disk=slow\n"
      "campaign 1\n"
      "loud\n"
      "show messages\n"
      "show disk 1\n"
      "crash 1\n"
      "show disk 1");

  CHECK(output ==
        std::vector<std::string>{"no messages", "1: t0, vote none, log empty; write #1: t1, vote 1",
                                 "1: crashes and loses #1", "1: t0, vote none, log empty"});
}

TEST_CASE("a second leader of a term, and another entry at an applied index, are told as UNSAFE") {
  // Two clusters of one, as a broken rule could make them: each elects itself and commits alone.
  const std::vector<std::string> output = output_of(
      "add-nodes 1 plain voters=1\n"
      "add-nodes 1 plain voters=2\n"
      "campaign 1\n"
      "propose 1 a\n"
      "loud\n"
      "campaign 2\n"
      "propose 2 b");

  CHECK(std::ranges::count(output, "  UNSAFE: 1 leads this term, too") > 0);
  CHECK(std::ranges::count(output, "  UNSAFE: 1 applied 2t1 there") == 1);
}

TEST_CASE("the README explains every command") {
  std::ostringstream text;
  text << std::ifstream("tests/transcripts/README.md").rdbuf();

  for (const std::string_view usage : usages()) {
    CHECK_MESSAGE(text.str().contains("`" + std::string(usage) + "`"), std::string(usage));
  }
}
