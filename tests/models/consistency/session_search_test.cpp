// The search over sessions: histories of which only the values tell, and how few operations of them
// contradict.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/models.hpp"
#include "models/consistency/session_search.hpp"
#include "tests/models/consistency/weak_history.hpp"
#include "tests/models/consistency/weak_oracle.hpp"

using namespace splitvote;
using consistency::Explanation;
using consistency::History;
using consistency::Judgement;
using consistency::OperationId;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::Verdict;
using consistency::Views;

namespace {

Judgement judge(std::string_view model, const History& history) {
  return consistency::find_model(model)->check(history, {});
}

void text(History& history, OperationKind kind, std::string_view value) {
  const consistency::ValueId id = history.values().text(value);
  const bool reads = kind == OperationKind::read;
  const OperationId operation = history.invoke({.session = history.session("s"),
                                                .key = history.key("x"),
                                                .kind = kind,
                                                .argument = reads ? consistency::nothing : id});
  history.complete(operation, Outcome::ok, reads ? id : consistency::nothing);
}

bool is_writer(const consistency::Operation& one) {
  return one.kind != OperationKind::read && one.outcome != Outcome::failed;
}

/// Those operations alone, without what was read of others.
History only(const History& history, const std::vector<OperationId>& some) {
  const auto keeps = [&](OperationId id) { return std::ranges::find(some, id) != some.end(); };
  History part;
  for (const OperationId id : some) {
    const consistency::Operation& one = history.operation(id);
    bool heeded = true;
    for (std::uint32_t other = 0; other < history.operations().size(); ++other) {
      const consistency::Operation& writer = history.operation(OperationId{other});
      const bool made = is_writer(writer) && writer.key == one.key && writer.argument == one.result;
      heeded = heeded && (!made || keeps(OperationId{other}));
    }
    if (one.kind == OperationKind::read && !heeded) continue;
    const auto value = [&](consistency::ValueId old) {
      return old == consistency::nothing ? old : part.values().text(history.values().content(old));
    };
    const OperationId made = part.invoke({.session = part.session(history.name(one.session)),
                                          .key = part.key(history.name(one.key)),
                                          .kind = one.kind,
                                          .argument = value(one.argument)});
    part.complete(made, one.outcome, value(one.result));
  }
  return part;
}

/// Of registers that are only read and written.
bool is_plain(const History& history) {
  return std::ranges::none_of(history.operations(), [](const consistency::Operation& one) {
    return one.kind == OperationKind::compare_and_swap;
  });
}

}  // namespace

TEST_CASE("a text that no pieces make is in no order of anybody") {
  History history;
  text(history, OperationKind::write, "a");
  text(history, OperationKind::append_text, "b");
  text(history, OperationKind::read, "zzz");

  for (const std::string_view model : {"sequential", "pram", "causal-memory"})
    CHECK(judge(model, history).verdict == Verdict::violated);
}

TEST_CASE("texts that pieces make in the order of a session are in an order") {
  History history;
  text(history, OperationKind::append_text, "a");
  text(history, OperationKind::append_text, "b");
  text(history, OperationKind::read, "ab");
  text(history, OperationKind::write, "a");
  text(history, OperationKind::read, "a");

  for (const std::string_view model : {"sequential", "pram", "causal", "read-your-writes"})
    CHECK(judge(model, history).verdict == Verdict::ok);
}

TEST_CASE("who wrote a value twice may not read the first one behind another") {
  const History history = testing::sessions({"w(x)1 w(x)2 r(x)1 w(x)2 w(x)1"});

  CHECK(judge("sequential", history).verdict == Verdict::violated);
  CHECK(judge("pram", history).verdict == Verdict::violated);
  CHECK(judge("sequential", testing::sessions({"w(x)1 w(x)2 w(x)1 r(x)1"})).verdict == Verdict::ok);
}

TEST_CASE("what only values tell is PRAM for each session though it is not sequential") {
  // Of 1 there are two writers, so nobody is known to have been read.
  const History history =
      testing::sessions({"w(x)1 r(y)nil w(z)1", "w(y)1 r(x)nil w(z)1", "r(z)1"});

  CHECK(judge("sequential", history).verdict == Verdict::violated);
  CHECK(judge("pram", history).verdict == Verdict::ok);
  CHECK(judge("read-your-writes", history).verdict == Verdict::ok);
}

TEST_CASE("what took effect for one session did so for all") {
  // A swap from nil to 0 without an answer, of a session that had read 1 before. Others read 0.
  const History history = testing::weak_history(149'392);

  const Judgement judgement = judge("pram", history);

  REQUIRE(judgement.verdict == Verdict::violated);
  CHECK(judgement.contradiction->minimal);
  CHECK(judgement.contradiction->explanation.contains("compare-and-swap k0 from nil to 0"));
  CHECK(judgement.contradiction->explanation.contains("if all took effect that others have read"));
  CHECK(judgement.contradiction->explanation.contains("-> 0"));
}

TEST_CASE("with writes that have no answer PRAM is what brute force says, whatever is repeated") {
  int violated = 0;
  for (std::uint64_t number = 0; number < 1'600'000; number += 8) {
    const History history = testing::weak_history(number);
    const bool open = std::ranges::any_of(
        history.operations(), [](const auto& one) { return one.outcome == Outcome::unknown; });
    if (!open) continue;
    CAPTURE(number);
    const Verdict verdict =
        consistency::search_views(history, Views::each_session, 100'000, Explanation::none).verdict;
    const bool allowed = testing::WeakOracle(history).allows("pram");
    REQUIRE(verdict == (allowed ? Verdict::ok : Verdict::violated));
    violated += allowed ? 0 : 1;
  }
  CHECK(violated > 1'000);
}

TEST_CASE("a budget that ends leaves open whether there is an order") {
  const History history = testing::sessions({"w(x)1 w(x)2 w(x)1 r(x)1", "w(x)2 w(x)1 w(x)2 r(x)2"});

  CHECK(consistency::search_views(history, Views::one, 0, Explanation::none).verdict ==
        Verdict::unknown);
  CHECK(consistency::search_views(history, Views::one, 1'000, Explanation::none).verdict ==
        Verdict::ok);
}

TEST_CASE("without any one of the operations that are told no contradiction is left") {
  int told = 0;
  for (std::uint64_t number = 0; number < 40'000; number += 8) {
    const History history = testing::weak_history(number);
    if (!is_plain(history)) continue;
    for (const Views views : {Views::one, Views::each_session}) {
      const Judgement judgement =
          consistency::search_views(history, views, 100'000, Explanation::minimal);
      if (judgement.verdict != Verdict::violated) continue;
      const std::string_view model = views == Views::one ? "sequential" : "pram";
      CAPTURE(number);
      CAPTURE(judgement.contradiction->explanation);
      CHECK(judgement.contradiction->minimal);
      const std::vector<OperationId>& operations = judgement.contradiction->operations;
      CHECK_FALSE(testing::WeakOracle(only(history, operations)).allows(model));
      for (const OperationId left_out : operations) {
        std::vector<OperationId> rest = operations;
        std::erase(rest, left_out);
        CHECK(testing::WeakOracle(only(history, rest)).allows(model));
      }
      ++told;
    }
  }
  CHECK(told > 300);
}

TEST_CASE("operations of a session that overlap have no order that could be searched for") {
  History history;
  const auto request = [&](std::string_view key, OperationKind kind, std::string_view value) {
    return consistency::Request{
        .session = history.session("s"),
        .key = history.key(key),
        .kind = kind,
        .argument = value.empty() ? consistency::nothing : history.values().text(value)};
  };
  const OperationId write = history.invoke(request("x", OperationKind::write, "1"));
  const OperationId read = history.invoke(request("x", OperationKind::read, ""));
  history.complete(read, Outcome::ok);
  history.complete(write, Outcome::ok);

  CHECK(consistency::search_views(history, Views::one, 1'000, Explanation::none).verdict ==
        Verdict::unknown);
}

// Each operation that is given up makes another session: a faulty run has thousands.
TEST_CASE("thousands of sessions share one budget") {
  History history;
  for (int at = 0; at < 3'000; ++at) {
    const auto one = [&](OperationKind kind, std::string_view value) {
      const consistency::ValueId id = history.values().text(value);
      const bool reads = kind == OperationKind::read;
      const OperationId operation =
          history.invoke({.session = history.session("s" + std::to_string(at)),
                          .key = history.key("k" + std::to_string(at % 7)),
                          .kind = kind,
                          .argument = reads ? consistency::nothing : id});
      history.complete(operation, Outcome::ok, reads ? id : consistency::nothing);
    };
    one(OperationKind::write, std::to_string(at % 5));
    one(OperationKind::read, std::to_string((at + 1) % 5));
  }

  const Judgement judgement =
      consistency::search_views(history, Views::each_session, 20'000, Explanation::none);
  CHECK(judgement.verdict == Verdict::unknown);
  CHECK(judgement.configurations <= 20'000);
}
