// The models of transactions against brute force on many small histories.
#include <doctest/doctest.h>

#include <array>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/models.hpp"
#include "models/consistency/transaction_search.hpp"
#include "sim/random/stream.hpp"
#include "tests/models/consistency/transaction_oracle.hpp"

using namespace splitvote;
using consistency::Access;
using consistency::AccessKind;
using consistency::Judgement;
using consistency::Outcome;
using consistency::TransactionHistory;
using consistency::ValueId;
using consistency::Verdict;

namespace {

enum class Sort : std::uint8_t { registers, lists, both };

Sort sort_of(std::uint64_t number) { return number % 2 == 0 ? Sort::registers : Sort::lists; }

class TransactionGenerator {
 public:
  TransactionGenerator(std::uint64_t number, Sort sort, bool repeats = false)
      : stream_(number, {sim::Purpose::fault_value, 9, 0}), sort_(sort), repeats_(repeats) {}

  TransactionHistory generate() {
    const std::uint32_t size = below(4) + 1;
    const std::uint32_t sessions = below(3) + 1;
    for (std::uint32_t at = 0; at < size; ++at) plan();
    for (std::vector<Access>& accesses : planned_)
      for (Access& access : accesses)
        if (access.kind == AccessKind::read) access.value = told(access.key);
    play(sessions);
    return std::move(history_);
  }

 private:
  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(stream_.draw() % bound);
  }

  [[nodiscard]] bool is_list(consistency::KeyId key) const {
    return sort_ == Sort::lists || (sort_ == Sort::both && history_.name(key) == "k0");
  }

  void plan() {
    std::vector<Access>& accesses = planned_.emplace_back();
    const std::uint32_t size = below(3) + 1;
    for (std::uint32_t at = 0; at < size; ++at) {
      const auto key = history_.key("k" + std::to_string(below(2)));
      if (below(2) == 0) {
        accesses.push_back({key, consistency::nothing, AccessKind::read});
        continue;
      }
      const ValueId value =
          history_.values().text(std::to_string(repeats_ ? ++written_ % 2 : ++written_));
      accesses.push_back({key, value, is_list(key) ? AccessKind::append : AccessKind::write});
    }
  }

  // One of the values that were written to the key, or the list of some of them, mostly in the
  // order in which most transactions are going to be invoked.
  ValueId told(consistency::KeyId key) {
    std::vector<ValueId> written;
    for (const std::vector<Access>& accesses : planned_)
      for (const Access& access : accesses)
        if (access.key == key && access.kind != AccessKind::read) written.push_back(access.value);
    const std::uint32_t at = below(static_cast<std::uint32_t>(written.size()) + 1);
    if (!is_list(key)) return at == written.size() ? consistency::nothing : written[at];
    if (at > 1 && below(8) == 0) std::swap(written[0], written[1]);
    written.resize(at);
    return at == 0 ? consistency::nothing : history_.values().list(written);
  }

  void play(std::uint32_t sessions) {
    std::vector<consistency::TransactionId> open(sessions);
    std::vector<std::size_t> busy(sessions, 0);
    std::size_t next = 0;
    std::size_t done = 0;
    while (done < planned_.size()) {
      const std::uint32_t session = below(sessions);
      if (busy[session] == 0 && next < planned_.size()) {
        open[session] = history_.invoke(history_.session("s" + std::to_string(session)));
        busy[session] = ++next;
      } else if (busy[session] != 0) {
        ++done;
        const bool last = done == planned_.size() && below(4) == 0;
        const Outcome outcome = !last           ? Outcome::ok
                                : below(2) == 0 ? Outcome::failed
                                                : Outcome::unknown;
        history_.complete(open[session], outcome, planned_[busy[session] - 1]);
        busy[session] = 0;
      }
    }
  }

  sim::Stream stream_;
  Sort sort_;
  bool repeats_;  // values are written more than once
  TransactionHistory history_;
  std::vector<std::vector<Access>> planned_;
  std::uint32_t written_ = 0;
};

std::string spell(const TransactionHistory& history) {
  std::string text;
  for (std::uint32_t at = 0; at < history.transactions().size(); ++at)
    text += "\n" + history.describe(consistency::TransactionId{at});
  return text;
}

struct Count {
  std::uint64_t ok = 0;
  std::uint64_t violated = 0;
  std::uint64_t unknown = 0;
};

// True if every verdict is the one of brute force.
bool agrees(std::uint64_t number, Sort sort, std::map<std::string, Count>& counts) {
  const TransactionHistory history = TransactionGenerator(number, sort).generate();
  testing::TransactionOracle oracle(history);
  for (const consistency::TransactionModel& model : consistency::transaction_models()) {
    const std::string name(model.name);
    const bool weak = name == "causal" || name.starts_with("read-");
    if (sort != Sort::registers && weak) continue;
    const bool allowed = oracle.allows(name);
    const Judgement judgement = model.check(history, {});
    Count& count = counts[name];
    const bool open = judgement.verdict == Verdict::unknown;
    ++(open ? count.unknown : allowed ? count.ok : count.violated);
    if (judgement.verdict == (allowed ? Verdict::ok : Verdict::violated)) continue;
    FAIL_CHECK("history " << number << " is " << (allowed ? "" : "not ") << name << ": "
                          << static_cast<int>(judgement.verdict) << " " << judgement.undecided
                          << (judgement.contradiction ? judgement.contradiction->explanation : "")
                          << spell(history));
    return false;
  }
  return true;
}

// True if no verdict is the opposite of the one of brute force, which may be `unknown` here. What
// is serializable with the order of sessions keeps the weak models, of which the oracle does not
// speak.
bool contradicts_nowhere(std::uint64_t number, std::map<std::string, Count>& counts) {
  const Sort sort = number % 2 == 0 ? Sort::lists : Sort::both;
  const TransactionHistory history = TransactionGenerator(number, sort, true).generate();
  testing::TransactionOracle oracle(history);
  for (const consistency::TransactionModel& model : consistency::transaction_models()) {
    const std::string name(model.name);
    const bool weak = name == "causal" || name.starts_with("read-");
    const bool allowed = oracle.allows(weak ? "strong-session-serializable" : name);
    const Judgement judgement = model.check(history, {});
    Count& count = counts[name];
    if (judgement.verdict == Verdict::unknown) ++count.unknown;
    if (judgement.verdict == Verdict::ok) ++count.ok;
    if (judgement.verdict == Verdict::violated) ++count.violated;
    const bool opposite = judgement.verdict == (allowed ? Verdict::violated : Verdict::ok);
    if (!opposite || (weak && !allowed)) continue;
    FAIL_CHECK("history " << number << " is " << std::string(allowed ? "" : "not ") << name << ": "
                          << static_cast<int>(judgement.verdict) << " "
                          << (judgement.contradiction ? judgement.contradiction->explanation : "")
                          << spell(history));
    return false;
  }
  return true;
}

}  // namespace

TEST_CASE("small histories of transactions are judged as brute force judges them") {
  std::map<std::string, Count> counts;
  for (std::uint64_t number = 0; number < 20'000; ++number)
    if (!agrees(number, sort_of(number), counts)) break;

  for (const auto& [name, count] : counts) {
    CHECK_MESSAGE(count.ok > 5'000, name);
    CHECK_MESSAGE(count.violated > 4'000, name);
    CHECK_MESSAGE(count.unknown == 0, name);
  }
}

TEST_CASE("small histories of registers and lists are judged as brute force judges them") {
  std::map<std::string, Count> counts;
  for (std::uint64_t number = 0; number < 20'000; ++number)
    if (!agrees(number, Sort::both, counts)) break;

  for (const auto& [name, count] : counts) {
    CAPTURE(name);
    CHECK(count.violated > 4'000);
    CHECK(count.ok > 3'000);
    CHECK(count.unknown == 0);
  }
}

TEST_CASE("registers to which values are written twice are strictly serializable by brute force") {
  std::uint64_t ok = 0;
  std::uint64_t violated = 0;
  for (std::uint64_t number = 0; number < 20'000; number += 2) {
    const TransactionHistory history =
        TransactionGenerator(number, Sort::registers, true).generate();
    const bool allowed = testing::TransactionOracle(history).allows("strict-serializable");
    const Judgement judgement =
        consistency::find_transaction_model("strict-serializable")->check(history, {});
    ++(allowed ? ok : violated);
    REQUIRE_MESSAGE(judgement.verdict == (allowed ? Verdict::ok : Verdict::violated),
                    number << spell(history));
  }

  CHECK(ok > 2'500);
  CHECK(violated > 2'500);
}

TEST_CASE(
    "lists to which elements are appended twice are never judged otherwise than by brute force") {
  std::map<std::string, Count> counts;
  for (std::uint64_t number = 0; number < 10'000; ++number)
    if (!contradicts_nowhere(number, counts)) break;

  for (const auto& [name, count] : counts) {
    CAPTURE(name);
    CHECK(count.ok > 500);
    CHECK(count.violated > 2'000);
  }
}

TEST_CASE("a million histories of transactions are judged as brute force judges them" *
          doctest::test_suite("long") * doctest::skip()) {
  std::map<std::string, Count> counts;
  for (std::uint64_t number = 100'000; number < 1'100'000; ++number)
    if (!agrees(number, static_cast<Sort>(number % 3), counts)) break;
  CHECK(counts["serializable"].ok > 300'000);
}
