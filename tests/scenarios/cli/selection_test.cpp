// Which files and variants are taken.
#include "scenarios/cli/selection.hpp"

#include "tests/scenarios/cli/command_line.hpp"

namespace splitvote::cli {
namespace {

void write(const std::string& path) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::filesystem::copy_file(a_case("passes"), path);
}

TEST_CASE("of a folder every scenario below it is taken in the order of the paths") {
  const Folder folder;
  for (const char* name : {"b.yaml", "a/z.yaml", "a/b/c.yaml", "c.yaml", "notes.txt", "d.yml"})
    write(folder / name);
  Mistakes mistakes;

  const std::vector<std::string> files = scenario_files({folder.path()}, mistakes);

  CHECK(files == std::vector<std::string>{folder / "a/b/c.yaml", folder / "a/z.yaml",
                                          folder / "b.yaml", folder / "c.yaml"});
  CHECK(mistakes.empty());
}

TEST_CASE("folders called common and schema hold parts, not scenarios") {
  const Folder folder;
  for (const char* name : {"a.yaml", "common/b.yaml", "x/common/c.yaml", "schema/d.yaml"})
    write(folder / name);
  Mistakes mistakes;

  CHECK(scenario_files({folder.path()}, mistakes) == std::vector<std::string>{folder / "a.yaml"});
  CHECK(scenario_files({folder / "common"}, mistakes) ==
        std::vector<std::string>{folder / "common/b.yaml"});
}

TEST_CASE("a file that is named is taken whatever it is called and wherever it lies") {
  const Folder folder;
  write(folder / "common/x.txt");
  Mistakes mistakes;

  CHECK(scenario_files({folder / "common/x.txt"}, mistakes) ==
        std::vector<std::string>{folder / "common/x.txt"});
}

TEST_CASE("a folder that leads back to itself ends") {
  const Folder folder;
  write(folder / "a.yaml");
  std::filesystem::create_directory_symlink(folder.path(), folder / "again");
  Mistakes mistakes;

  CHECK(scenario_files({folder.path()}, mistakes).size() == 1);
}

TEST_CASE("every scenario of the library is taken and passes lint") {
  const Outcome outcome = splitvote({"lint", "scenarios/library"});

  CHECK(outcome.code == 0);
  CHECK(outcome.out.contains("scenarios/library/leader-in-minority.yaml: ok, 1 variant, 1 run\n"));
  CHECK_FALSE(outcome.out.contains("/common/"));
  CHECK(outcome.err == "");
}

TEST_CASE("explain writes what loads again as the same scenario") {
  const Folder folder;
  const Outcome first = splitvote({"explain", "scenarios/library/leader-in-minority.yaml"});
  std::ofstream(folder / "again.yaml") << first.out;

  const Outcome second = splitvote({"explain", folder / "again.yaml"});

  CHECK(first.code == 0);
  CHECK(second.code == 0);
  CHECK(first.out == second.out);
}

TEST_CASE("explain lists the cells of a matrix") {
  CHECK(splitvote({"explain", a_case("sweeps"), "--variants"}).out ==
        "seeds 1..4  protocol.pre_vote=true\nseeds 1..4  protocol.pre_vote=false\n");
}

TEST_CASE("a word is quoted for a shell only if it has to be") {
  CHECK(quoted("a/b-c_d.yaml") == "a/b-c_d.yaml");
  CHECK(quoted("x={a: 1}") == "'x={a: 1}'");
  CHECK(quoted("it's") == R"('it'\''s')");
  CHECK(quoted("") == "''");
}

}  // namespace
}  // namespace splitvote::cli
