// What a run leaves of its clients: a history that is judged as the run was, and pictures of it.
#include "tests/scenarios/cli/command_line.hpp"

namespace splitvote::cli {
namespace {

TEST_CASE("a run that violates consistency leaves a picture of each contradiction") {
  const Folder folder;
  const Outcome run = splitvote({"run", "scenarios/library/consistency/local-reads.yaml",
                                 "--no-sweep", "-o", folder.path(), "--report"});

  CHECK(run.code == 0);
  for (const std::string model : {"linearizable", "causal", "read-your-writes"}) {
    const std::size_t end = run.out.find("." + model + ".svg\n");
    REQUIRE_MESSAGE(end != std::string::npos, run.out);
    const std::size_t begin = run.out.rfind("wrote ", end) + 6;
    const std::string svg = content(run.out.substr(begin, end - begin) + "." + model + ".svg");
    CHECK(svg.starts_with("<svg "));
    CHECK(svg.contains(" is not " + model + "</title>"));
  }
  CHECK_FALSE(run.out.contains(".writes-follow-reads.svg"));
}

TEST_CASE("the picture that a run leaves has the faults of its ledger") {
  const Folder folder;
  const Outcome run = splitvote({"run", "scenarios/library/partitions/stale-reads.yaml",
                                 "--no-sweep", "-o", folder.path(), "--report"});
  const std::string svg = content(folder / "partition-stale-reads-21.linearizable.svg");
  const Outcome judged = splitvote({"check", folder / "partition-stale-reads-21.history.jsonl"});

  CHECK(run.code == 0);
  CHECK(svg.contains("class=\"fault-cut\""));
  CHECK(svg.contains(">cut: partition minority n2, n4 | majority n1, n3, n5 [5000ms..10000ms]"));
  CHECK(judged.out.contains(" In force meanwhile: cut: partition minority n2, n4 | majority"));
  // The run tells the same, with the same faults.
  const std::size_t told = judged.out.find(" cannot have been ");
  REQUIRE(told != std::string::npos);
  const std::string sentence = judged.out.substr(told, judged.out.find('\n', told) - told);
  CHECK(run.out.contains(sentence));
}

TEST_CASE("a run leaves its history, which is judged as the run was") {
  const Folder folder;
  const Outcome run = splitvote({"run", a_case("passes"), "-o", folder.path()});
  const std::string left = folder / "passes-7.history.jsonl";

  const Outcome judged = splitvote({"check", left});

  CHECK(run.code == 0);
  CHECK(run.out.contains("wrote " + left + "\n"));
  CHECK(judged.code == 0);
  CHECK(judged.out.contains(": ok, linearizable ("));
  CHECK_FALSE(judged.out.contains("(0 operations"));
}

TEST_CASE("acknowledged writes that a run lost are missing in its history") {
  const Folder folder;
  const Outcome run =
      splitvote({"run", "scenarios/library/primary-backup/loses-acknowledged-writes.yaml",
                 "--no-sweep", "-o", folder.path(), "--brief"});
  const std::string left = folder / "primary-backup-loses-acknowledged-writes-19.history.jsonl";

  const Outcome judged = splitvote({"check", left});
  const Outcome turned =
      splitvote({"check", left, "--write", "porcupine-json", "-o", folder / "p"});
  const Outcome again = splitvote({"check", folder / "p"});

  CHECK(run.code == 0);  // it expects them to be lost
  CHECK(judged.code == 1);
  CHECK(judged.out.contains(": VIOLATED, not linearizable ("));
  CHECK(turned.code == 1);
  CHECK(again.code == 1);
}

}  // namespace
}  // namespace splitvote::cli
