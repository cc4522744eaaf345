// Histories that other projects publish, which are not part of this repository: each has the
// verdict that the tables of its folder's README give it. Skipped unless
// SPLITVOTE_HISTORIES names their folder.
#include <cstdlib>
#include <filesystem>
#include <map>

#include "scenarios/histories/judging.hpp"
#include "tests/scenarios/histories/read_case.hpp"

using namespace splitvote;
using namespace splitvote::histories;
using consistency::Judgement;
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

void check_all(const std::string& name, const Choices& choices, std::size_t transactions = 0) {
  const std::map<std::string, Verdict> verdicts = expected(name);
  REQUIRE(verdicts.size() > 0);
  CHECK(verdicts.size() == files_in(name));
  std::size_t transactional = 0;
  for (const auto& [file, verdict] : verdicts) {
    CAPTURE(file);
    const Reading reading = read_text(file_text(folder() / name / file), choices);
    if (!reading.operations) {
      // Of several registers at once linearizable is strictly serializable.
      ++transactional;
      const Judgement judgement = consistency::find_transaction_model("strict-serializable")
                                      ->check(*reading.transactions, {});
      CHECK(judgement.verdict == verdict);
      continue;
    }
    CHECK(judge_operations(reading) == verdict);
  }
  CHECK(transactional == transactions);
}

Verdict judge_transactions(const Reading& reading, std::string_view level) {
  REQUIRE(reading.transactions);
  return consistency::find_transaction_model(level)->check(*reading.transactions, {}).verdict;
}

Verdict yes_or_no(std::string_view cell) {
  REQUIRE((cell == "yes" || cell == "NO"));
  return cell == "yes" ? Verdict::ok : Verdict::violated;
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

TEST_CASE("AWDIT's histories keep what their folder says, and what is weaker") {
  if (is_absent("awdit")) return;
  std::size_t judged = 0;
  std::ifstream readme(folder() / "awdit/README.md");
  for (std::string row; std::getline(readme, row);) {
    if (!row.starts_with("| `")) continue;
    const std::vector<std::string> cells = cells_of(row);
    const std::string level = cells[0].substr(1, cells[0].size() - 3);
    for (const auto& file :
         std::filesystem::recursive_directory_iterator(folder() / "awdit" / level)) {
      if (!file.is_regular_file()) continue;
      const Reading reading = read_text(file_text(file.path().string()));
      ++judged;
      CAPTURE(file.path().string());
      CHECK(judge_transactions(reading, "read-committed") == yes_or_no(cells[1]));
      CHECK(judge_transactions(reading, "read-atomic") == yes_or_no(cells[2]));
      CHECK(judge_transactions(reading, "causal") == yes_or_no(cells[3]));
    }
  }
  CHECK(judged == files_in("awdit"));
}

TEST_CASE("Elle's histories have Elle's verdicts, and what nobody wrote nobody may read") {
  if (is_absent("elle-cli") || is_absent("elle")) return;
  const auto read_shared = [](const std::string& file) {
    return read_text(file_text(folder() / file));
  };

  CHECK(judge_operations(read_shared("elle-cli/elle/rw-register.edn")) == Verdict::violated);
  CHECK(judge_operations(read_shared("elle-cli/elle/rw-register.json")) == Verdict::violated);
  for (const std::string file : {"elle/paper-example.edn", "elle-cli/elle/paper-example.json"})
    CHECK(judge_transactions(read_shared(file), "serializable") == Verdict::violated);
  const Reading skewed = read_shared("elle/si-without-g-single.edn");
  CHECK(judge_transactions(skewed, "serializable") == Verdict::violated);
  CHECK(judge_transactions(skewed, "snapshot-isolation") == Verdict::ok);
}

TEST_CASE("Jepsen's workloads have the verdicts of elle-cli") {
  if (is_absent("elle-cli")) return;
  const auto verdict = [](const std::string& file, Model model) {
    Choices choices;
    choices.model = model;
    const Reading reading = read_text(file_text(folder() / "elle-cli" / file), choices);
    REQUIRE(reading.workload);
    return judge_workload(*reading.workload, {}).verdict;
  };

  CHECK(verdict("jepsen/bank.edn", Model::bank) == Verdict::ok);
  CHECK(verdict("jepsen/bank.json", Model::bank) == Verdict::ok);
  CHECK(verdict("jepsen/bank-neg.edn", Model::bank) == Verdict::ok);
  CHECK(verdict("jepsen/bank-negative-balances.json", Model::bank) == Verdict::violated);
  CHECK(verdict("jepsen/set.edn", Model::set) == Verdict::ok);
  CHECK(verdict("jepsen/set_full.edn", Model::set_full) == Verdict::violated);
  CHECK(verdict("jepsen/set_full.json", Model::set_full) == Verdict::violated);
  CHECK(verdict("custom/comments.edn", Model::comments) == Verdict::violated);
}

TEST_CASE("the lost update that PolySI found in Galera is found") {
  if (is_absent("polysi")) return;
  const Reading galera = read_text(file_text(folder() / "polysi/violations/galera.txt"));

  CHECK(judge_transactions(galera, "snapshot-isolation") == Verdict::violated);
  CHECK(judge_transactions(galera, "causal") == Verdict::ok);
}

TEST_CASE("what PolySI recorded of PostgreSQL is snapshot isolation, as its paper says") {
  if (is_absent("polysi")) return;
  std::size_t judged = 0;
  for (const auto& file : std::filesystem::directory_iterator(folder() / "polysi/fig7")) {
    const Reading reading = read_text(file_text(file.path().string()));
    CAPTURE(file.path().string());
    for (const std::string_view level :
         {"snapshot-isolation", "strong-session-snapshot-isolation", "causal"})
      CHECK(judge_transactions(reading, level) == Verdict::ok);
    ++judged;
  }
  CHECK(judged == 3);
}
