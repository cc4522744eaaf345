// Sequential consistency of long histories that are not linearizable: sessions that lag behind one
// order, and a few operations in their midst that no order explains.
#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "models/consistency/models.hpp"
#include "models/consistency/transaction_orders.hpp"
#include "tests/models/consistency/simulated_history.hpp"

using namespace splitvote;
using consistency::Judgement;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::Verdict;
using testing::Content;
using testing::PlainHistory;
using testing::PlainOperation;
using testing::PlainValue;

namespace {

constexpr std::uint32_t clients = 8;
constexpr std::uint32_t keys = 20;
constexpr std::size_t lag = 300;

PlainHistory store(std::uint64_t seed, Content content) {
  PlainHistory plain = testing::simulate_store(
      {.seed = seed,
       .content = content,
       .operations = 3'000,
       .clients = clients,
       .keys = keys,
       .swaps = content == Content::registers ? static_cast<std::uint32_t>(seed % 2) * 20 : 0,
       .unanswered = static_cast<std::uint32_t>(seed % 3)});
  // What a swap did not find is left out of the judgement, which would be `unknown` then.
  for (PlainOperation& one : plain.operations)
    if (one.outcome == Outcome::mismatch) one.outcome = Outcome::failed;
  return plain;
}

Judgement judge(std::string_view model, const PlainHistory& plain) {
  return consistency::find_model(model)->check(testing::play(plain), {});
}

/// To one of two keys of their own.
PlainOperation write(std::uint32_t session, std::uint32_t key, std::uint32_t value) {
  return {.session = session,
          .key = keys + key,
          .kind = OperationKind::write,
          .argument = {PlainValue::Form::text, {value}},
          .outcome = Outcome::ok};
}

PlainOperation append(std::uint32_t session, std::uint32_t key, std::uint32_t value) {
  PlainOperation made = write(session, key, value);
  made.kind = OperationKind::append_element;
  return made;
}

PlainOperation read(std::uint32_t session, std::uint32_t key, std::uint32_t value) {
  PlainOperation made = write(session, key, value);
  made.kind = OperationKind::read;
  std::swap(made.result, made.argument);
  return made;
}

PlainOperation read_list(std::uint32_t session, std::uint32_t key,
                         std::vector<std::uint32_t> elements) {
  PlainOperation made = read(session, key, 0);
  made.result =
      elements.empty() ? PlainValue{} : PlainValue{PlainValue::Form::list, std::move(elements)};
  return made;
}

/// In the midst of the history, each behind the one before and when its session is not busy.
void plant(const std::vector<PlainOperation>& operations, PlainHistory& plain) {
  std::size_t at = plain.events.size() / 2;
  for (const PlainOperation& one : operations) {
    const auto ends = [&](const PlainHistory::Event& event) {
      return event.returns && plain.operations[event.operation].session == one.session;
    };
    const auto begin = plain.events.begin() + static_cast<std::ptrdiff_t>(at);
    const auto place = std::find_if(begin, plain.events.end(), ends) + 1;
    const std::size_t operation = plain.operations.size();
    plain.operations.push_back(one);
    at = static_cast<std::size_t>(place - plain.events.begin()) + 2;
    plain.events.insert(place, {{operation, false}, {operation, true}});
  }
}

/// Of a history without a fault it was `ok`; now some of those operations contradict.
void check_planted(Content content, const std::vector<PlainOperation>& operations) {
  for (std::uint64_t seed = 0; seed < 12; seed += 3) {
    PlainHistory plain = store(seed, content);
    plant(operations, plain);
    const Judgement judgement = judge("sequential", testing::lagging(plain, lag));
    CAPTURE(seed);
    CHECK(judgement.verdict == Verdict::violated);
    REQUIRE(judgement.contradiction.has_value());
    CHECK(judgement.contradiction->minimal);
    CHECK_MESSAGE(judgement.contradiction->operations.size() <= operations.size(),
                  judgement.contradiction->explanation);
  }
}

void check_lagging(Content content) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    const PlainHistory plain = testing::lagging(store(seed, content), lag);
    CAPTURE(seed);
    CHECK(judge("linearizable", plain).verdict == Verdict::violated);
    CHECK(judge("sequential", plain).verdict == Verdict::ok);
  }
}

}  // namespace

TEST_CASE("sessions that lag behind one order of registers are sequential") {
  check_lagging(Content::registers);
}

TEST_CASE("sessions that lag behind one order of lists are sequential") {
  check_lagging(Content::lists);
}

TEST_CASE("two readers in the midst of a long history who order two writes differently") {
  check_planted(Content::registers, {write(1, 0, 1), write(2, 1, 1), write(1, 0, 2), write(2, 1, 2),
                                     read(3, 0, 2), read(3, 1, 1), read(4, 1, 2), read(4, 0, 1)});
}

TEST_CASE("two writers in the midst of a long history who each miss the other's write") {
  check_planted(Content::registers, {write(1, 0, 1), write(2, 1, 1), write(1, 0, 2), write(2, 1, 2),
                                     read(1, 1, 1), read(2, 0, 1)});
}

TEST_CASE("two readers in the midst of a long history who order two appends differently") {
  check_planted(Content::lists, {append(1, 0, 1), append(2, 1, 1), read_list(3, 0, {1}),
                                 read_list(3, 1, {}), read_list(4, 1, {1}), read_list(4, 0, {})});
}

TEST_CASE("two appenders in the midst of a long history who each miss what the other appended") {
  check_planted(Content::lists,
                {append(1, 0, 1), append(2, 1, 1), read_list(1, 1, {}), read_list(2, 0, {})});
}

TEST_CASE("writes that nobody reads, however many, keep nothing else from being followed") {
  consistency::History history;
  const auto writer = history.session("writer");
  for (int number = 0; number < 8'500; ++number) {
    const consistency::ValueId value = history.values().text(std::to_string(number));
    history.complete(history.invoke({writer, history.key("log"), OperationKind::write, value}),
                     Outcome::ok);
  }
  for (const auto& [session, writes, reads] :
       {std::tuple("one", "x", "y"), std::tuple("other", "y", "x")}) {
    const auto id = history.session(session);
    const consistency::ValueId value = history.values().text(session);
    history.complete(history.invoke({id, history.key(writes), OperationKind::write, value}),
                     Outcome::ok);
    history.complete(history.invoke({id, history.key(reads), OperationKind::read}), Outcome::ok);
  }

  const Judgement judgement =
      consistency::find_model("sequential")->check(history, {.configurations = 1});

  REQUIRE(judgement.verdict == Verdict::violated);
  CHECK(judgement.contradiction->operations.size() == 4);
  CHECK(judgement.contradiction->minimal);
}

namespace {

// Of keys so many that the two with the planted operations are others.
PlainHistory large_store(Content content) {
  return testing::simulate_store(
      {.seed = 1, .content = content, .operations = 100'000, .clients = clients, .keys = 500});
}

}  // namespace

TEST_CASE("a hundred thousand operations that lag behind one order are sequential") {
  for (const Content content : {Content::registers, Content::lists}) {
    const PlainHistory plain = testing::lagging(large_store(content), lag);
    CHECK(judge("linearizable", plain).verdict == Verdict::violated);
    CHECK(judge("sequential", plain).verdict == Verdict::ok);
  }
}

TEST_CASE("two writers among a hundred thousand operations who each miss the other's write") {
  PlainHistory plain = large_store(Content::registers);
  std::vector<PlainOperation> planted{write(1, 480, 1), write(2, 481, 1), write(1, 480, 2),
                                      write(2, 481, 2), read(1, 481, 1),  read(2, 480, 1)};
  plant(planted, plain);
  const Judgement judgement = judge("sequential", testing::lagging(plain, lag));

  REQUIRE(judgement.verdict == Verdict::violated);
  CHECK(judgement.contradiction->minimal);
  CHECK(judgement.contradiction->operations.size() <= planted.size());
}

TEST_CASE("what is serial is snapshot isolation, of fifty thousand transactions too") {
  const consistency::History history = testing::play(testing::lagging(
      testing::simulate_store({.seed = 1, .operations = 50'000, .clients = clients, .keys = 500}),
      lag));
  const Judgement judgement = consistency::judge_orders(consistency::Observations::of(history),
                                                        consistency::Moments::two, 1'000'000);
  CHECK(judgement.verdict == Verdict::ok);
}
