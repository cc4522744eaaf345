// A history that is written and read again, with the options that the notes name, has the verdict
// that it had.
#include <algorithm>
#include <filesystem>
#include <set>

#include "scenarios/histories/edn.hpp"
#include "scenarios/histories/judging.hpp"
#include "tests/scenarios/histories/read_case.hpp"
#include "tests/scenarios/histories/small_history.hpp"

using namespace splitvote;
using namespace splitvote::histories;
using consistency::AccessKind;
using consistency::History;
using consistency::OperationKind;
using consistency::TransactionHistory;
using consistency::Verdict;

namespace {

struct Again {
  Choices choices;
  Question question;
};

Datum edn_value(std::string text) {
  if (text.starts_with('\'')) text = text.substr(1, text.size() - 2);
  const std::string whole = "[" + text + "\n]";
  EdnReader reader(whole);
  Datum datum;
  REQUIRE(*reader.next(datum));
  return datum;
}

/// What "read it with --option value" says.
Again options_of(const std::vector<std::string>& notes) {
  Again again;
  for (const std::string& note : notes) {
    const std::size_t at = note.find("read it with --");
    if (at == std::string::npos) continue;
    const std::string said = note.substr(at + 15);
    const std::string value = said.substr(std::min(said.find(' ') + 1, said.size()));
    if (said == "independent") again.choices.independent = true;
    if (said == "nil absent") again.choices.nil_reads = NilReads::absent;
    if (said == "failed-cas mismatch") again.choices.failed_swaps = FailedSwaps::mismatch;
    if (said.starts_with("initial ")) again.choices.initial = edn_value(value);
    if (said.starts_with("model ")) again.choices.model = model_named(value);
    if (said.starts_with("consistency ")) again.question.consistency = value;
  }
  return again;
}

Verdict verdict_of(Reading reading, const Question& question = {}) {
  const sim::Result<Judged> judged = judge("h", std::move(reading), question);
  if (!judged) FAIL(judged.error().message);
  return judged->judgement.verdict;
}

Verdict verdict_again(const Written& written, std::string_view format) {
  Again again = options_of(written.notes);
  again.choices.format = format;
  CAPTURE(written.text);
  return verdict_of(read_text(written.text, again.choices), again.question);
}

Reading of(History history, std::vector<reports::HistoryFault> faults = {}) {
  Reading reading;
  reading.operations = std::move(history);
  reading.faults = std::move(faults);
  return reading;
}

/// With those that one of the formats could take for something else.
const std::array<std::string, 8> texts{"", "0", "1", "11", "-0", ":a", ":a b", ":]"};

struct Seen {
  std::size_t ok = 0;
  std::size_t violated = 0;

  void add(Verdict verdict) {
    ok += verdict == Verdict::ok ? 1 : 0;
    violated += verdict == Verdict::violated ? 1 : 0;
  }
};

/// They are numbered as they begin.
std::vector<reports::HistoryFault> by_name(std::vector<reports::HistoryFault> faults) {
  std::ranges::sort(faults, {}, &reports::HistoryFault::name);
  return faults;
}

/// A history by its seed, with faults, in every format.
template <typename Make>
void check_operations(std::uint64_t seed, Make make, Seen& seen) {
  const History history = make();
  const auto faults = small_faults(seed, history);
  const Verdict verdict = verdict_of(of(history, faults));
  seen.add(verdict);
  for (const Format& format : formats()) {
    if (format.write == nullptr) continue;
    CAPTURE(seed);
    CAPTURE(format.name);
    const sim::Result<Written> made = format.write(history, faults);
    REQUIRE(made);
    CHECK(verdict_again(*made, format.name) == verdict);
  }
}

std::vector<std::string> cases() {
  std::set<std::string> names;
  for (const auto& file : std::filesystem::directory_iterator("tests/scenarios/histories/cases"))
    names.insert(file.path().filename().string());
  return {names.begin(), names.end()};
}

}  // namespace

TEST_CASE("every small history has its verdict in every format that has words for it") {
  std::size_t written = 0;
  for (const std::string& name : cases()) {
    Choices choices;
    choices.independent = name == "independent.edn";
    const Verdict verdict = verdict_of(read_case(name, choices));
    const Reading reading = read_case(name, choices);
    for (const Format& format : formats()) {
      CAPTURE(name);
      CAPTURE(format.name);
      if (reading.operations && format.write != nullptr) {
        const sim::Result<Written> made = format.write(*reading.operations, reading.faults);
        if (name == "everything.jsonl" && format.takes_model) {
          CHECK_FALSE(made);
          continue;
        }
        REQUIRE(made);
        CHECK(verdict_again(*made, format.name) == verdict);
        ++written;
      }
      if (reading.transactions && format.write_transactions != nullptr) {
        const sim::Result<Written> made =
            format.write_transactions(*reading.transactions, reading.faults);
        REQUIRE(made);
        CHECK(verdict_again(*made, format.name) == verdict);
        ++written;
      }
    }
  }
  CHECK(written > 50);
}

TEST_CASE("random registers and texts have their verdicts in every format") {
  constexpr std::array registers{OperationKind::read, OperationKind::write,
                                 OperationKind::compare_and_swap, OperationKind::remove};
  constexpr std::array grown{OperationKind::read, OperationKind::write, OperationKind::append_text,
                             OperationKind::append_text, OperationKind::compare_and_swap};
  Seen seen;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    const std::span<const OperationKind> kinds =
        seed % 2 == 0 ? std::span<const OperationKind>(registers) : grown;
    check_operations(
        seed, [&] { return SmallHistory(seed, texts).operations(kinds); }, seen);
  }
  CHECK(seen.ok > 300);
  CHECK(seen.violated > 300);
}

TEST_CASE("random lists have their verdicts in every format") {
  Seen seen;
  for (std::uint64_t seed = 0; seed < 1000; ++seed)
    check_operations(
        seed, [&] { return SmallHistory(seed, texts).lists(); }, seen);
  CHECK(seen.ok > 100);
  CHECK(seen.violated > 100);
}

TEST_CASE("random transactions have their verdicts in every format that has words for them") {
  Seen seen;
  for (std::uint64_t seed = 0; seed < 1200; ++seed) {
    const AccessKind writes = seed % 2 == 0 ? AccessKind::append : AccessKind::write;
    const TransactionHistory history = SmallHistory(seed, texts).transactions(writes);
    Reading reading;
    reading.transactions = history;
    const Verdict verdict = verdict_of(std::move(reading));
    seen.add(verdict);
    for (const Format& format : formats()) {
      if (format.write_transactions == nullptr) continue;
      CAPTURE(seed);
      CAPTURE(format.name);
      const sim::Result<Written> made = format.write_transactions(history, {});
      REQUIRE(made);
      const Verdict again = verdict_again(*made, format.name);
      // The order of the file may be one that explains it.
      if (verdict == Verdict::unknown && !history.has_real_time())
        CHECK(again != Verdict::violated);
      else
        CHECK(again == verdict);
    }
  }
  CHECK(seen.ok > 100);
  CHECK(seen.violated > 100);
}

TEST_CASE("our own format keeps the faults, and what they excuse") {
  constexpr std::array registers{OperationKind::read, OperationKind::write};
  const Question eventual{.consistency = "eventual",
                          .settings = {.eventual = {.bound = sim::Duration{2}}}};
  Seen seen;
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    CAPTURE(seed);
    const History history = SmallHistory(seed, texts).operations(registers);
    const auto faults = small_faults(seed, history);
    const Verdict verdict = verdict_of(of(history, faults), eventual);
    seen.add(verdict);
    const sim::Result<Written> made = find_format("splitvote")->write(history, faults);
    REQUIRE(made);
    CAPTURE(made->text);
    const Reading again = read_text(made->text);

    CHECK(by_name(again.faults) == faults);
    CHECK(verdict_of(of(*again.operations, again.faults), eventual) == verdict);
  }
  CHECK(seen.ok > 50);
  CHECK(seen.violated > 100);
}
