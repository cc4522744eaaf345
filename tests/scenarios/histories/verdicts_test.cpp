// A history that is written and read again, with the options that the notes name, has the verdict
// that it had.
#include <filesystem>
#include <random>
#include <set>
#include <sstream>

#include "scenarios/histories/edn.hpp"
#include "scenarios/histories/judging.hpp"
#include "tests/scenarios/histories/read_case.hpp"

using namespace splitvote;
using namespace splitvote::histories;
using consistency::History;
using consistency::OperationKind;
using consistency::Outcome;
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

Reading of(History history) {
  Reading reading;
  reading.operations = std::move(history);
  return reading;
}

/// Small enough for contradictions and their absence: two sessions, two keys, two values.
class SmallHistory {
 public:
  explicit SmallHistory(std::uint64_t seed) : draws_(seed) {}

  History operations(std::span<const OperationKind> kinds, std::span<const std::string> values) && {
    History history;
    const auto value = [&] {
      const std::size_t drawn = below(values.size() + 1);
      return drawn == values.size() ? consistency::nothing : history.values().text(values[drawn]);
    };
    history.set_initial(below(3) == 0 ? value() : consistency::nothing);
    std::array<std::optional<consistency::OperationId>, 2> open;
    std::array<int, 2> incarnations{};
    for (int step = 0; step < 14; ++step) {
      const std::size_t lane = below(2);
      if (!open[lane]) {
        consistency::Request request;
        request.kind = kinds[below(kinds.size())];
        request.session =
            history.session("c" + std::to_string(lane) + std::to_string(incarnations[lane]));
        request.key = history.key(below(4) == 0 ? "y" : "x");
        const bool speaks =
            request.kind != OperationKind::read && request.kind != OperationKind::remove;
        if (speaks) request.argument = value();
        if (request.kind == OperationKind::append_text && request.argument == consistency::nothing)
          request.argument = history.values().text("1");
        if (request.kind == OperationKind::compare_and_swap) request.expected = value();
        open[lane] = history.invoke(request);
        continue;
      }
      const OperationKind kind = history.operation(*open[lane]).kind;
      Outcome outcome = below(6) == 0   ? Outcome::unknown
                        : below(6) == 0 ? Outcome::failed
                                        : Outcome::ok;
      if (kind == OperationKind::compare_and_swap && below(2) == 0) outcome = Outcome::mismatch;
      if (outcome == Outcome::unknown) ++incarnations[lane];
      history.complete(
          *open[lane], outcome,
          kind == OperationKind::read && outcome == Outcome::ok ? value() : consistency::nothing);
      open[lane].reset();
    }
    return history;
  }

 private:
  std::size_t below(std::size_t bound) { return draws_() % bound; }

  std::mt19937_64 draws_;
};

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
  constexpr std::array texts{OperationKind::read, OperationKind::write, OperationKind::append_text,
                             OperationKind::append_text, OperationKind::compare_and_swap};
  const std::array<std::string, 2> values{"1", "2"};
  const std::array<std::string, 4> grown{"", "1", "11", "a"};
  std::array<std::size_t, 3> seen{};
  for (std::uint64_t seed = 0; seed < 1500; ++seed) {
    const bool is_register = seed % 2 == 0;
    const auto make = [&] {
      return is_register ? SmallHistory(seed).operations(registers, values)
                         : SmallHistory(seed).operations(texts, grown);
    };
    const History history = make();
    const Verdict verdict = verdict_of(of(make()));
    ++seen[static_cast<std::size_t>(verdict)];
    for (const Format& format : formats()) {
      if (format.write == nullptr) continue;
      CAPTURE(seed);
      CAPTURE(format.name);
      const sim::Result<Written> made = format.write(history, {});
      REQUIRE(made);
      CHECK(verdict_again(*made, format.name) == verdict);
    }
  }
  CHECK(seen[static_cast<std::size_t>(Verdict::ok)] > 100);
  CHECK(seen[static_cast<std::size_t>(Verdict::violated)] > 100);
}
