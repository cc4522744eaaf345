// The noun: operations in order, values by number, outcomes, and how an operation is spelled.
#include "models/consistency/history.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

#include "models/consistency/words.hpp"

using namespace splitvote;
using consistency::History;
using consistency::nothing;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::ValueId;

namespace {

consistency::Request request(History& history, OperationKind kind, ValueId argument = nothing,
                             ValueId expected = nothing) {
  return {history.session("client 7"), history.key("x"), kind, argument, expected};
}

}  // namespace

TEST_CASE("a thousand texts keep their numbers while the table grows") {
  consistency::TextTable texts;
  for (std::uint32_t number = 1; number <= 1000; ++number)
    REQUIRE(texts.intern("value " + std::to_string(number)) == consistency::TextId{number});

  for (std::uint32_t number = 1; number <= 1000; ++number)
    REQUIRE(texts.text(texts.intern("value " + std::to_string(number))) ==
            "value " + std::to_string(number));
  CHECK(texts.size() == 1001);
}

TEST_CASE("nothing, empty texts, empty lists, texts and lists of them are different values") {
  consistency::ValueTable values;
  const ValueId text = values.text("1");
  const std::array all{nothing,
                       values.text(""),
                       values.list({}),
                       text,
                       values.list(std::array{text}),
                       values.list(std::array{values.list(std::array{text})})};

  for (std::size_t one = 0; one < all.size(); ++one)
    for (std::size_t other = 0; other < all.size(); ++other)
      CHECK((all[one] == all[other]) == (one == other));
  CHECK(values.text("1") == text);
  CHECK(values.list(std::array{text}) == all[4]);
}

TEST_CASE("values are spelled as people write them") {
  consistency::ValueTable values;
  const ValueId one = values.text("1");
  const ValueId two = values.text("two");
  const ValueId inner = values.list(std::array{two});

  CHECK(values.describe(nothing) == "nil");
  CHECK(values.describe(two) == "two");
  CHECK(values.describe(values.list(std::array{one, inner, nothing})) == "[1 [two] nil]");
}

TEST_CASE("a text is quoted if it could be taken for something else") {
  consistency::ValueTable values;
  const auto spelled = [&](std::string_view text) { return values.describe(values.text(text)); };

  CHECK(spelled("v1.5-é") == "v1.5-é");
  CHECK(spelled(":a") == ":a");
  CHECK(spelled("\"1\"") == "\"1\"");  // as EDN's texts are
  CHECK(spelled("") == "\"\"");
  CHECK(spelled("nil") == "\"nil\"");
  CHECK(spelled("a b") == "\"a b\"");
  CHECK(spelled("[1]") == "\"[1]\"");
  CHECK(spelled("a\nb") == R"("a\nb")");
  CHECK(spelled(R"("a" b\)") == R"("\"a\" b\\")");
  CHECK(spelled("\"") == R"("\"")");
  CHECK(spelled("\"a b\"") == R"("\"a b\"")");
  CHECK(spelled("\"\"") == R"("\"\"")");
  CHECK(spelled("a\x1b[0m\r") == R"("a\x1b[0m\x0d")");
}

TEST_CASE("the content of a longer list begins with that of the shorter one") {
  consistency::ValueTable values;
  const ValueId one = values.text("1");
  const ValueId two = values.text("2");
  const ValueId shorter = values.list(std::array{one});
  const ValueId longer = values.list(std::array{one, two});

  const std::string appended =
      std::string(values.content(shorter)) + consistency::element_content(two);

  CHECK(appended == values.content(longer));
}

TEST_CASE("positions count invocations and returns as they come") {
  History history;
  const auto first =
      history.invoke(request(history, OperationKind::write, history.values().text("3")));
  const auto second = history.invoke(request(history, OperationKind::read));
  history.complete(second, Outcome::ok, history.values().text("3"));
  history.complete(first, Outcome::ok);

  CHECK(history.operation(first).invoked == 0);
  CHECK(history.operation(second).invoked == 1);
  CHECK(history.operation(second).returned == 2);
  CHECK(history.operation(first).returned == 3);
  CHECK(history.positions() == 4);
  CHECK(history.describe(first) == "write x = 3 by client 7 [0..3] -> ok");
  CHECK(history.describe(second) == "read x by client 7 [1..2] -> 3");
}

TEST_CASE("an operation of unknown outcome never returns") {
  History history;
  const auto given_up = history.invoke(request(history, OperationKind::remove));
  const auto lost = history.invoke(request(history, OperationKind::read));
  history.complete(given_up, Outcome::unknown);

  CHECK(!history.operation(given_up).has_returned());
  CHECK(!history.operation(lost).has_returned());
  CHECK(history.operation(lost).outcome == Outcome::unknown);
  CHECK(history.describe(given_up) == "remove x by client 7 [0..] -> no answer");
}

TEST_CASE("an operation is spelled with its times if the history has times") {
  History history;
  const ValueId one = history.values().text("1");
  const ValueId two = history.values().text("2");
  const auto swap = history.invoke(request(history, OperationKind::compare_and_swap, two, one),
                                   sim::Instant{1'500'000});
  const auto append =
      history.invoke(request(history, OperationKind::append_element, two), sim::Instant{2'000'000});
  history.complete(swap, Outcome::mismatch, nothing, sim::Instant{2'000'000});
  history.complete(append, Outcome::failed, nothing, sim::Instant{3'000'000});

  CHECK(history.describe(swap) ==
        "compare-and-swap x from 1 to 2 by client 7 [1.5ms..2ms] -> mismatch");
  CHECK(history.describe(append) == "append 2 to x by client 7 [2ms..3ms] -> failed");
}

TEST_CASE("times below zero are spelled as such") {
  using consistency::to_text;

  CHECK(to_text(sim::Instant{-940'000}) == "-0.94ms");
  CHECK(to_text(sim::Instant{-1'000'001}) == "-1.000001ms");
  CHECK(to_text(sim::Instant{-3'000'000}) == "-3ms");
  CHECK(to_text(sim::Instant{0}) == "0ms");
  CHECK(to_text(sim::Instant{940'000}) == "0.94ms");
  CHECK(to_text(sim::Instant{INT64_MIN}) == "-9223372036854.775808ms");
}
