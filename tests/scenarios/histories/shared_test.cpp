// Histories that other projects publish, which are not part of this repository: each has the
// verdict that the tables of its folder's README give it. Skipped unless
// SPLITVOTE_HISTORIES names their folder.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>

#include "scenarios/histories/judging.hpp"
#include "tests/scenarios/histories/read_case.hpp"

using namespace splitvote;
using namespace splitvote::histories;
using consistency::Verdict;

namespace {

std::filesystem::path folder() {
  const char* const named = std::getenv("SPLITVOTE_HISTORIES");
  return named == nullptr ? "" : named;
}

bool is_absent(const std::string& name) {
  if (!folder().empty() && std::filesystem::is_directory(folder() / name)) return false;
  MESSAGE("skipped: SPLITVOTE_HISTORIES names no folder with " << name);
  return true;
}

std::string shared_text(const std::filesystem::path& path) {
  if (path.extension() != ".gz") return file_text(path.string());
  const std::string command = "gzip -dc '" + path.string() + "'";
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                             &::pclose);
  REQUIRE(pipe);
  std::string text;
  char block[1 << 16];
  while (const std::size_t size = std::fread(block, 1, sizeof block, pipe.get()))
    text.append(block, size);
  return text;
}

std::vector<std::string> cells_of(const std::string& row) {
  std::vector<std::string> cells;
  for (std::size_t begin = 1; begin < row.size();) {
    const std::size_t end = std::min(row.find('|', begin), row.size());
    const std::size_t first = std::min(row.find_first_not_of(' ', begin), end);
    const std::size_t last = row.find_last_not_of(' ', end - 1);
    cells.push_back(first == end ? "" : row.substr(first, last + 1 - first));
    begin = end + 1;
  }
  return cells;
}

/// What the README's tables say of each file: the first cell names it, another one is the verdict.
std::map<std::string, Verdict> expected(const std::string& name) {
  std::map<std::string, Verdict> verdicts;
  std::ifstream readme(folder() / name / "README.md");
  for (std::string row; std::getline(readme, row);) {
    if (!row.starts_with("| ")) continue;
    const std::vector<std::string> cells = cells_of(row);
    for (const std::string& cell : cells) {
      if (cell == "linearizable") verdicts[cells[0]] = Verdict::ok;
      if (cell == "NOT linearizable") verdicts[cells[0]] = Verdict::violated;
    }
  }
  return verdicts;
}

/// How many files there are that could have a verdict.
std::size_t files_in(const std::string& name) {
  std::size_t count = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator(folder() / name)) {
    const std::string file_name = file.path().filename().string();
    if (file.is_regular_file() && file_name != "README.md" && !file_name.starts_with("LICENSE"))
      ++count;
  }
  return count;
}

void check_all(const std::string& name, const Choices& choices, std::size_t left_out = 0) {
  const std::map<std::string, Verdict> verdicts = expected(name);
  REQUIRE(verdicts.size() > 0);
  CHECK(verdicts.size() == files_in(name));
  std::size_t transactional = 0;
  for (const auto& [file, verdict] : verdicts) {
    CAPTURE(file);
    const Reading reading = read_text(shared_text(folder() / name / file), choices);
    if (!reading.operations) {
      ++transactional;
      continue;
    }
    CHECK(judge_operations(reading) == verdict);
  }
  CHECK(transactional == left_out);
}

}  // namespace

TEST_CASE("porcupine's histories have porcupine's verdicts") {
  if (is_absent("porcupine")) return;
  check_all("porcupine", {});
}

TEST_CASE("Knossos' histories have Knossos' verdicts") {
  if (is_absent("knossos")) return;
  Choices from_0;
  from_0.initial = spelled("0");
  check_all("knossos", from_0, 1);  // of the transactions on several registers
}

TEST_CASE("generated histories have the verdicts of porcupine and of another checker") {
  if (is_absent("synthetic")) return;
  check_all("synthetic", {});
}

TEST_CASE("Elle's histories: what is read is whole, and a value nobody wrote is refused") {
  if (is_absent("elle-cli")) return;
  const auto read_shared = [](const std::string& file) {
    return read_text(shared_text(folder() / file));
  };

  CHECK(judge_operations(read_shared("elle-cli/elle/rw-register.edn")) == Verdict::violated);
  CHECK(judge_operations(read_shared("elle-cli/elle/rw-register.json")) == Verdict::violated);
  CHECK(read_shared("elle/paper-example.edn").transactions->transactions().size() == 4);
  CHECK(read_shared("elle-cli/elle/paper-example.json").transactions->transactions().size() == 4);
  CHECK(read_shared("elle/si-without-g-single.edn").transactions->transactions().size() == 4);
}
