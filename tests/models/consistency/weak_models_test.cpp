// The weaker models: examples that tell them apart, brute force on many small histories, and that
// whoever keeps a model keeps all weaker ones.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>

#include "models/consistency/models.hpp"
#include "tests/models/consistency/simulated_history.hpp"
#include "tests/models/consistency/weak_history.hpp"
#include "tests/models/consistency/weak_oracle.hpp"

using namespace splitvote;
using consistency::History;
using consistency::Judgement;
using consistency::Verdict;

namespace {

Judgement judge(std::string_view model, const History& history) {
  const consistency::Model* found = consistency::find_model(model);
  REQUIRE(found != nullptr);
  return found->check(history, {});
}

struct Arrow {
  std::string_view stronger;
  std::string_view weaker;
  bool of_lists = true;  // as well as of registers
};
constexpr std::array arrows{
    Arrow{"linearizable", "sequential"}, Arrow{"linearizable", "2-atomic"},
    Arrow{"2-atomic", "3-atomic"}, Arrow{"3-atomic", "4-atomic"}, Arrow{"4-atomic", "k-atomic"},
    Arrow{"sequential", "causal-memory"}, Arrow{"sequential", "causal-convergence"},
    Arrow{"causal-memory", "causal"}, Arrow{"causal-memory", "pram"},
    Arrow{"causal-convergence", "causal"}, Arrow{"causal-convergence", "monotonic-reads"},
    Arrow{"causal-convergence", "read-your-writes"},
    Arrow{"causal-convergence", "writes-follow-reads"},
    Arrow{"causal-convergence", "monotonic-writes"},
    // Of lists each of these asks for one order for several reads.
    Arrow{"causal", "read-your-writes", false}, Arrow{"causal", "writes-follow-reads", false},
    Arrow{"causal", "monotonic-writes", false}, Arrow{"pram", "read-your-writes"},
    Arrow{"pram", "monotonic-reads"}, Arrow{"pram", "monotonic-writes"},
    Arrow{"causal-convergence", "strong-convergence"}, Arrow{"linearizable", "strong-convergence"}};

constexpr std::array oracle_models{"sequential",
                                   "causal-memory",
                                   "causal-convergence",
                                   "causal",
                                   "pram",
                                   "writes-follow-reads",
                                   "monotonic-writes",
                                   "monotonic-reads",
                                   "read-your-writes",
                                   "strong-convergence"};

struct Count {
  std::uint64_t ok = 0;
  std::uint64_t violated = 0;
  std::uint64_t unknown = 0;
};

bool holds_lists(const History& history) {
  return std::ranges::any_of(history.operations(), [](const consistency::Operation& operation) {
    return operation.kind == consistency::OperationKind::append_element;
  });
}

// True if every verdict on the history is the one of brute force, or none where that is allowed.
bool agrees(std::uint64_t number, const History& history, std::map<std::string, Count>& counts) {
  testing::WeakOracle oracle(history);
  for (const std::string model : oracle_models) {
    const Judgement judgement = judge(model, history);
    const bool allowed = oracle.allows(model);
    Count& count = counts[model];
    ++(judgement.verdict == Verdict::unknown ? count.unknown : allowed ? count.ok : count.violated);
    const bool right = judgement.verdict == (allowed ? Verdict::ok : Verdict::violated);
    const bool excused = judgement.verdict == Verdict::unknown && testing::writes_twice(number);
    if (right || excused) continue;
    FAIL_CHECK("history " << number << " is " << (allowed ? "" : "not ") << model << ": "
                          << static_cast<int>(judgement.verdict) << " " << judgement.undecided
                          << (judgement.contradiction ? judgement.contradiction->explanation : "")
                          << testing::spell(history));
    return false;
  }
  return true;
}

void check_verdicts(const History& history, std::initializer_list<std::string_view> kept,
                    std::initializer_list<std::string_view> broken) {
  testing::WeakOracle oracle(history);
  for (const std::string_view model : kept) {
    CHECK_MESSAGE(judge(model, history).verdict == Verdict::ok, model);
    CHECK_MESSAGE(oracle.allows(model), model);
  }
  for (const std::string_view model : broken) {
    CHECK_MESSAGE(judge(model, history).verdict == Verdict::violated, model);
    const bool asked = model != "linearizable" && model != "eventual";
    CHECK_MESSAGE((!asked || !oracle.allows(model)), model);
  }
}

bool keeps_arrows(const History& history) {
  std::map<std::string_view, Verdict> verdicts;
  for (const consistency::Model& model : consistency::models())
    verdicts[model.name] = model.check(history, {}).verdict;
  for (const consistency::Model& model : consistency::models()) {
    if (!model.says_less || verdicts["linearizable"] != Verdict::ok) continue;
    if (verdicts[model.name] == Verdict::ok) continue;
    FAIL_CHECK("linearizable but not " << model.name << testing::spell(history));
    return false;
  }
  for (const Arrow& arrow : arrows) {
    if (!arrow.of_lists && holds_lists(history)) continue;
    if (verdicts[arrow.stronger] != Verdict::ok || verdicts[arrow.weaker] == Verdict::ok) continue;
    FAIL_CHECK(arrow.stronger << " but not " << arrow.weaker << testing::spell(history));
    return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a history that is sequential but not linearizable: a read behind a write in time") {
  const History history = testing::sessions({"w(x)1", "r(x)nil"});
  check_verdicts(history, {}, {"linearizable"});
}

TEST_CASE("store buffering (Dekker) is causal in every sense but not sequential") {
  const History history = testing::sessions({"w(x)1 r(y)nil", "w(y)1 r(x)nil"});
  check_verdicts(history, {"causal-memory", "causal-convergence"}, {"sequential"});
}

TEST_CASE("independent reads of independent writes (Boehm and Adve 2008) are not sequential") {
  const History history = testing::sessions({"w(x)1", "w(y)1", "r(x)1 r(y)nil", "r(y)1 r(x)nil"});
  check_verdicts(history, {"causal-memory", "causal-convergence"}, {"sequential"});
}

TEST_CASE("Bouajjani et al. 2017, figure 3a: causal memory, but no convergence") {
  const History history = testing::sessions({"w(x)1 r(x)2", "w(x)2 r(x)1"});
  check_verdicts(history, {"causal-memory"}, {"causal-convergence"});
}

TEST_CASE("Bouajjani et al. 2017, figure 3b: causal convergence, but no causal memory") {
  const History history = testing::sessions({"w(z)1 w(x)1 w(y)1", "w(x)2 r(z)nil r(y)1 r(x)2"});
  check_verdicts(history, {"causal-convergence", "monotonic-reads"}, {"causal-memory", "pram"});
}

TEST_CASE("Bouajjani et al. 2017, figure 3c: causal, but neither memory nor convergence") {
  const History history = testing::sessions({"w(x)1", "w(x)2 r(x)1 r(x)2"});
  check_verdicts(history, {"causal", "read-your-writes"},
                 {"causal-memory", "causal-convergence", "pram"});
}

TEST_CASE("Bouajjani et al. 2017, figure 3d: causal in every sense, but not sequential") {
  const History history =
      testing::sessions({"w(x)1 r(y)nil w(y)1 r(x)1", "w(x)2 r(y)nil w(y)2 r(x)2"});
  check_verdicts(history, {"causal-memory", "causal-convergence"}, {"sequential"});
}

TEST_CASE("Bouajjani et al. 2017, figure 3e: a read goes back behind what caused the other value") {
  const History history = testing::sessions({"w(x)1 w(y)1", "r(y)1 w(x)2", "r(x)2 r(x)1"});
  check_verdicts(history, {"pram", "monotonic-reads"}, {"causal"});
}

TEST_CASE("an answer before its question (Ahamad et al. 1995) is PRAM but not causal") {
  const History history = testing::sessions({"w(x)1", "r(x)1 w(y)2", "r(y)2 r(x)nil"});
  check_verdicts(history, {"pram", "writes-follow-reads"}, {"causal"});
}

TEST_CASE("two writes of one session read the other way round are not PRAM") {
  const History history = testing::sessions({"w(x)0 w(x)1", "r(x)1 r(x)0"});
  check_verdicts(history, {"monotonic-reads", "monotonic-writes", "read-your-writes"},
                 {"pram", "causal"});
}

TEST_CASE("who reads back and forth loses what it has read") {
  const History history = testing::sessions({"w(x)1", "w(x)2", "r(x)1 r(x)2 r(x)1"});
  check_verdicts(history, {"causal", "read-your-writes"}, {"monotonic-reads"});
}

TEST_CASE("who does not find its own write does not read its writes") {
  const History history = testing::sessions({"w(x)1 r(x)nil"});
  check_verdicts(history, {"monotonic-reads", "writes-follow-reads"}, {"read-your-writes"});
}

TEST_CASE("writes that each follow a read of the other (load buffering) follow no reads") {
  const History history = testing::sessions({"r(x)1 w(y)1", "r(y)1 w(x)1"});
  check_verdicts(history, {"pram"}, {"writes-follow-reads", "causal"});
}

TEST_CASE("who does not find what it appended does not read its writes") {
  const History history = testing::sessions({"a(x)1 r(x)[2]", "a(x)2"});
  check_verdicts(history, {"monotonic-reads", "monotonic-writes", "writes-follow-reads"},
                 {"read-your-writes", "causal", "pram"});
  CHECK(judge("read-your-writes", history).contradiction->explanation ==
        "<read x by p1 [2..3] -> [2]> had to know of <append 1 to x by p1 [0..1] -> ok>, but its "
        "list of x lacks that.");
}

TEST_CASE("an element that was there and is not any more was lost") {
  const History history = testing::sessions({"a(x)1", "a(x)2", "r(x)[12] r(x)[2]"});
  check_verdicts(history, {"read-your-writes", "monotonic-writes", "writes-follow-reads"},
                 {"monotonic-reads", "causal", "pram"});
}

TEST_CASE("of two appends of one session a list may not have only the later one") {
  const History history = testing::sessions({"a(x)1 a(x)2", "r(x)[2]"});
  check_verdicts(history, {"monotonic-reads", "read-your-writes", "writes-follow-reads"},
                 {"monotonic-writes", "causal", "pram"});
}

TEST_CASE("two appends of one session are not in the other order in anybody's list") {
  const History history = testing::sessions({"a(x)1 a(x)2", "r(x)[21]"});
  check_verdicts(history, {"monotonic-reads", "read-your-writes", "writes-follow-reads"},
                 {"monotonic-writes", "causal", "pram"});
}

TEST_CASE("what was appended after a read is not in front of what was read") {
  const History history = testing::sessions({"a(x)1", "r(x)[1] a(x)2", "r(x)[21]"});
  check_verdicts(history, {"monotonic-reads", "read-your-writes", "monotonic-writes", "pram"},
                 {"writes-follow-reads", "causal"});
}

TEST_CASE("two sessions that list the same in different orders do not converge") {
  const History history = testing::sessions({"a(x)1", "a(x)2", "r(x)[12]", "r(x)[21]"});
  check_verdicts(history, {"causal-memory", "monotonic-reads"},
                 {"strong-convergence", "causal-convergence", "sequential"});
  CHECK(judge("strong-convergence", history).contradiction->explanation ==
        "<read x by p3 [4..5] -> [1 2]> and <read x by p4 [6..7] -> [2 1]> show the same elements "
        "of x in different orders.");
}

// The last read puts 3 before 4, and so before the first one. Who wrote 3 had listed 1, which then
// comes before the list without it. No read by itself tells, nor does the session of 3 alone.
TEST_CASE("what somebody else listed before a write comes before it for every session") {
  const History history = testing::sessions(
      {"a(x)1", "a(x)2", "r(x)[12] w(y)3 w(z)5", "w(y)4", "r(y)4 r(x)[2] r(z)5 r(y)4"});
  CHECK(judge("causal", history).verdict == Verdict::ok);
  CHECK(judge("pram", history).verdict == Verdict::ok);
  CHECK(judge("causal-memory", history).verdict == Verdict::violated);
}

TEST_CASE("a list with an element twice or with one that nobody appended has no explanation") {
  for (const std::string_view list : {"r(x)[11]", "r(x)[13]", "r(x)1"}) {
    const History history = testing::sessions({"a(x)1", list});
    check_verdicts(history, {}, {"read-your-writes", "strong-convergence", "eventual"});
  }
}

TEST_CASE("no model explains a value that nobody wrote") {
  const History history = testing::sessions({"r(x)1"});
  for (const consistency::Model& model : consistency::models())
    CHECK(judge(model.name, history).verdict == Verdict::violated);
}

TEST_CASE("a violation is told by the operations of a smallest circle") {
  const History history = testing::sessions({"w(x)1", "r(x)1 w(y)2", "r(y)2 r(x)nil", "w(z)1"});
  const Judgement judgement = judge("causal", history);

  REQUIRE(judgement.contradiction.has_value());
  CHECK(judgement.contradiction->explanation ==
        "<read x by p3 [8..9] -> nil> had to know of <write x = 1 by p1 [0..1] -> ok>, but found x "
        "as it was at the beginning. <read x by p3 [8..9] -> nil> had to know because <read x by "
        "p2 [2..3] -> 1> saw what <write x = 1 by p1 [0..1] -> ok> wrote to x; <read x by p2 "
        "[2..3] -> 1> comes before <write y = 2 by p2 [4..5] -> ok> in its session; <read y by p3 "
        "[6..7] -> 2> saw what <write y = 2 by p2 [4..5] -> ok> wrote to y; <read y by p3 [6..7] "
        "-> 2> comes before <read x by p3 [8..9] -> nil> in its session.");
  const History back = testing::sessions({"w(x)0 w(x)1", "r(x)1 r(x)0"});
  CHECK(judge("causal", back).contradiction->explanation ==
        "each of these would come before itself: <write x = 0 by p1 [0..1] -> ok> comes before "
        "<write x = 1 by p1 [2..3] -> ok> in its session; <write x = 1 by p1 [2..3] -> ok> comes "
        "before <write x = 0 by p1 [0..1] -> ok>, because <read x by p2 [6..7] -> 0> knew of both "
        "and saw the latter's x. <read x by p2 [6..7] -> 0> had to know because <read x by p2 "
        "[4..5] -> 1> saw what <write x = 1 by p1 [2..3] -> ok> wrote to x; <read x by p2 [4..5] "
        "-> 1> comes before <read x by p2 [6..7] -> 0> in its session.");
}

TEST_CASE("small histories are judged by the weaker models as brute force judges them") {
  std::map<std::string, Count> counts;
  for (std::uint64_t number = 0; number < 20'000; ++number)
    if (!agrees(number, testing::weak_history(number), counts)) break;

  for (const std::string model : oracle_models) {
    CHECK_MESSAGE(counts[model].ok > 5'000, model);
    const std::uint64_t violated = model == "strong-convergence" ? 100 : 300;
    CHECK_MESSAGE(counts[model].violated > violated, model);
    CHECK_MESSAGE(counts[model].unknown < 1'500, model);
  }
  // These are searched by values, too.
  CHECK(counts["sequential"].unknown == 0);
  CHECK(counts["pram"].unknown == 0);
}

// Of what a swap that did not match has found nobody knows more than a number, which need not be
// true: whatever is said is what brute force says, and most is said.
TEST_CASE("small histories with mismatches and versions are judged as brute force judges them") {
  std::map<std::string, Count> counts;
  for (std::uint64_t number = 0; number < 20'000; ++number) {
    const History history = testing::weak_mismatch_history(number);
    testing::WeakOracle oracle(history);
    for (const std::string model : oracle_models) {
      if (model == "strong-convergence") continue;  // of one register nothing is asked
      const Judgement judgement = judge(model, history);
      Count& count = counts[model];
      if (judgement.verdict == Verdict::unknown) {
        ++count.unknown;
        continue;
      }
      const bool allowed = oracle.allows(model);
      ++(allowed ? count.ok : count.violated);
      INFO(model, " ", number, testing::spell(history));
      REQUIRE(judgement.verdict == (allowed ? Verdict::ok : Verdict::violated));
    }
  }

  for (const std::string model : oracle_models) {
    if (model == "strong-convergence") continue;
    CHECK_MESSAGE(counts[model].ok > 5'000, model);
    CHECK_MESSAGE(counts[model].violated > 300, model);
    // Without the numbers it is 6000 of monotonic-writes, 5300 of monotonic-reads.
    CHECK_MESSAGE(counts[model].unknown < 4'000, model);
  }
  CHECK(counts["sequential"].unknown == 0);
  CHECK(counts["pram"].unknown == 0);
}

TEST_CASE("small histories of lists are judged by the weaker models as brute force judges them") {
  std::map<std::string, Count> counts;
  for (std::uint64_t number = 0; number < 20'000; ++number)
    if (!agrees(number, testing::weak_list_history(number), counts)) break;

  for (const std::string model : oracle_models) {
    CHECK_MESSAGE(counts[model].ok > 3'000, model);
    CHECK_MESSAGE(counts[model].violated > 300, model);
  }
}

TEST_CASE("whoever keeps a model keeps all weaker ones") {
  for (std::uint64_t number = 0; number < 20'000; ++number)
    if (!keeps_arrows(testing::weak_list_history(number))) break;
  for (std::uint64_t number = 0; number < 20'000; ++number)
    if (!keeps_arrows(testing::weak_history(number))) break;
  for (std::uint32_t number = 0; number < 20'000; ++number)
    if (!keeps_arrows(testing::play(testing::small_history(number)))) break;
}

TEST_CASE("a million histories are judged by the weaker models as brute force judges them" *
          doctest::test_suite("long") * doctest::skip()) {
  std::map<std::string, Count> counts;
  for (std::uint64_t number = 100'000; number < 1'100'000; ++number)
    if (!agrees(number, testing::weak_history(number), counts)) break;
  CHECK(counts["causal"].ok > 300'000);
}
