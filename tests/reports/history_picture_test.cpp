// The picture of a contradiction: well formed, the same every time, and true to the history.
#include "reports/history_picture.hpp"

#include <doctest/doctest.h>

#include "models/consistency/models.hpp"
#include "reports/history_window.hpp"
#include "tests/reports/xml_check.hpp"

namespace splitvote::reports {
namespace {

using consistency::Contradiction;
using consistency::History;
using consistency::OperationId;
using consistency::OperationKind;
using consistency::Outcome;

OperationId invoke(History& history, std::string_view session, OperationKind kind,
                   std::string_view value = "") {
  return history.invoke(
      {history.session(session), history.key("a<b"), kind,
       kind == OperationKind::write ? history.values().text(value) : consistency::nothing});
}

void answer(History& history, OperationId operation, std::string_view told = "") {
  history.complete(operation, Outcome::ok,
                   told.empty() ? consistency::nothing : history.values().text(told));
}

// Two writes that overlap, a read of the second, a read of the first during another, and one more.
History stale() {
  History history;
  const OperationId one = invoke(history, "c&1", OperationKind::write, "1");  // 0
  const OperationId two = invoke(history, "c2", OperationKind::write, "2");   // 1
  answer(history, one);                                                       // 2
  answer(history, two);                                                       // 3
  const OperationId fresh = invoke(history, "c3", OperationKind::read);       // 4
  answer(history, fresh, "2");                                                // 5
  const OperationId old = invoke(history, "c&1", OperationKind::read);        // 6
  answer(history, old, "1");                                                  // 7
  const OperationId last = invoke(history, "c3", OperationKind::read);        // 8
  answer(history, last, "2");                                                 // 9
  return history;
}

Contradiction contradiction_of(const History& history, std::string_view model) {
  const auto judgement = consistency::find_model(model)->check(history, {});
  REQUIRE(judgement.contradiction.has_value());
  return *judgement.contradiction;
}

TEST_CASE("the picture is well-formed, escapes what it shows, and is the same every time") {
  const History history = stale();
  const Contradiction contradiction = contradiction_of(history, "linearizable");
  const std::vector<HistoryFault> faults{{.name = "cut \"<n1>\" & more", .begin = 1, .end = 6}};

  const std::string svg = picture_of(history, contradiction, "a < b & c", faults);

  CHECK(test::xml_fault(svg) == "");
  CHECK(svg.contains("<title>a &lt; b &amp; c</title>"));
  CHECK(svg.contains(">c&amp;1</text>"));
  CHECK(svg.contains(">cut &quot;&lt;n1&gt;&quot; &amp; more</text>"));
  CHECK(picture_of(history, contradiction, "a < b & c", faults) == svg);
}

TEST_CASE("a box says what was done and told, whatever the key and the value are called") {
  History history;
  const auto key = history.key("eggs by -> the dozen");
  const OperationId read = history.invoke({history.session("c by d"), key, OperationKind::read});
  history.complete(read, Outcome::ok, history.values().text("1 -> 2"));
  const Contradiction contradiction = contradiction_of(history, "linearizable");

  CHECK(OperationsView(history, contradiction).label(read) ==
        std::vector<std::string>{R"(read eggs by -> the dozen -> "1 -> 2")"});
}

void check_points(const History& history) {
  const Contradiction contradiction = contradiction_of(history, "linearizable");
  const OperationsView view(history, contradiction);
  const HistoryWindow window(view);
  REQUIRE(contradiction.prefix.has_value());

  const auto points = window.points(contradiction.prefix->order);

  REQUIRE(points.size() == 3);
  double last = 0;
  for (const auto& [operation, x] : points) {
    CHECK(x > window.begin(operation));
    CHECK(x < window.end(operation));
    CHECK(x < window.at(contradiction.prefix->end));
    CHECK(x > last);
    last = x;
  }
}

TEST_CASE("points of an order lie within their operations, one behind the other") {
  check_points(stale());
}

TEST_CASE("the point of what was asked first and done last is behind the other's") {
  History history;
  const OperationId slow = invoke(history, "c1", OperationKind::write, "1");
  const OperationId quick = invoke(history, "c2", OperationKind::write, "2");
  answer(history, quick);
  answer(history, slow);
  answer(history, invoke(history, "c3", OperationKind::read), "1");
  answer(history, invoke(history, "c3", OperationKind::read), "2");

  check_points(history);
}

TEST_CASE("the longest prefix is shaded, and the return behind it crossed out") {
  const History history = stale();
  Contradiction contradiction = contradiction_of(history, "linearizable");
  const std::string longest = picture_of(history, contradiction, "");
  contradiction.prefix->longest = false;
  const std::string bound = picture_of(history, contradiction, "");
  contradiction.prefix.reset();
  const std::string none = picture_of(history, contradiction, "");

  CHECK(longest.contains("class=\"explained\""));
  CHECK(longest.contains(">explained up to here</text>"));
  CHECK(longest.contains("no order explains this return: read a&lt;b by c&amp;1 [6..7] -&gt; 1"));
  CHECK(longest.contains("class=\"order-point\""));
  CHECK(bound.contains(">explained at least up to here</text>"));
  CHECK_FALSE(bound.contains("class=\"breaks\""));
  CHECK_FALSE(none.contains("class=\"explained\""));
  CHECK_FALSE(none.contains("class=\"order-point\""));
}

TEST_CASE("a model without real time has arrows with their reasons, and who saw it") {
  History history;
  answer(history, invoke(history, "c1", OperationKind::write, "1"));
  answer(history, invoke(history, "c1", OperationKind::write, "2"));
  answer(history, invoke(history, "c2", OperationKind::read), "2");
  answer(history, invoke(history, "c2", OperationKind::read), "1");
  const Contradiction contradiction = contradiction_of(history, "causal");

  const std::string svg = picture_of(history, contradiction, "");

  CHECK(test::xml_fault(svg) == "");
  CHECK(svg.contains(">same session</text>"));
  CHECK(svg.contains(">overwritten, as was seen</text>"));
  CHECK(svg.contains("seen by read a&lt;b by c2"));
  CHECK_FALSE(svg.contains("class=\"explained\""));
}

TEST_CASE("faults are drawn that meet the window, and only those") {
  const History history = stale();
  const Contradiction contradiction = contradiction_of(history, "linearizable");
  const OperationsView view(history, contradiction);
  const HistoryWindow window(view);
  const std::vector<HistoryFault> faults{{.name = "over before", .begin = 0, .end = 0},
                                         {.name = "from before", .begin = 0, .end = 6},
                                         {.name = "to the end", .begin = 6},
                                         {.name = "afterwards", .begin = 10}};

  const std::string svg = picture_of(history, contradiction, "", faults);

  CHECK_FALSE(svg.contains("over before"));
  CHECK(svg.contains(">from before</text>"));
  CHECK(svg.contains(">to the end</text>"));
  CHECK_FALSE(svg.contains("afterwards"));
  CHECK(window.before(0, 0.5) == HistoryWindow::left);
  CHECK(window.before(consistency::never_returned, 0.5) == window.right());
}

TEST_CASE("what makes the picture too wide is left out and counted, never what contradicts") {
  History history;
  answer(history, invoke(history, "c1", OperationKind::write, "1"));
  answer(history, invoke(history, "c1", OperationKind::write, "2"));
  const OperationId fresh = invoke(history, "c2", OperationKind::read);
  answer(history, fresh, "2");
  for (int count = 0; count < 100; ++count)
    answer(history, invoke(history, "c3", OperationKind::read), "2");
  const OperationId old = invoke(history, "c2", OperationKind::read);
  answer(history, old, "1");
  const Contradiction contradiction{.operations = {fresh, old}};

  const OperationsView view(history, contradiction);
  const HistoryWindow window(view);

  CHECK(window.right() <= 2'400);
  CHECK(window.shown().size() > 4);
  CHECK(window.shown().size() + window.left_out() == 102);
  CHECK(window.shown().front() == fresh);
  CHECK(window.shown().back() == old);
  CHECK(picture_of(history, contradiction, "").contains("more operations on the same keys"));
}

TEST_CASE("more faults than there are rows for are counted") {
  const History history = stale();
  const std::vector<HistoryFault> faults(9, {.name = "cut"});

  CHECK(picture_of(history, contradiction_of(history, "linearizable"), "", faults)
            .contains("Not drawn: 3 more faults."));
}

TEST_CASE("the faults active then are those between the first invocation and the last return") {
  const History history = stale();
  const Contradiction contradiction{.operations = {OperationId{2}, OperationId{3}}};  // 4 to 7
  const std::vector<HistoryFault> faults{{.name = "healed just before", .begin = 0, .end = 4},
                                         {.name = "healed behind the first", .begin = 0, .end = 5},
                                         {.name = "begun before the last", .begin = 7},
                                         {.name = "begun behind the last", .begin = 8}};

  const auto active = active_faults(faults, OperationsView(history, contradiction));

  REQUIRE(active.size() == 2);
  CHECK(active[0].name == "healed behind the first");
  CHECK(active[1].name == "begun before the last");
}

using consistency::Access;
using consistency::AccessKind;
using consistency::TransactionHistory;
using consistency::TransactionId;

// Two transactions at once, each of which reads both keys and writes one; then who saw both.
TransactionHistory skewed() {
  TransactionHistory history;
  const consistency::KeyId x = history.key("x<y");
  const consistency::KeyId y = history.key("y");
  const consistency::ValueId one = history.values().text("1");
  const Access no_x{x, consistency::nothing, AccessKind::read};
  const Access no_y{y, consistency::nothing, AccessKind::read};
  const TransactionId first = history.invoke(history.session("c&1"));  // 0
  const TransactionId second = history.invoke(history.session("c2"));  // 1
  history.complete(first, Outcome::ok, std::vector{no_x, no_y, Access{x, one, AccessKind::write}});
  history.complete(second, Outcome::ok, std::vector{no_x, no_y, Access{y, one, AccessKind::write}});
  const TransactionId last = history.invoke(history.session("c2"));  // 4
  history.complete(last, Outcome::ok, std::vector{Access{x, one, AccessKind::read}});
  return history;
}

Contradiction contradiction_of(const TransactionHistory& history, std::string_view model) {
  const auto judgement = consistency::find_transaction_model(model)->check(history, {});
  REQUIRE(judgement.contradiction.has_value());
  return *judgement.contradiction;
}

TEST_CASE("a box is a transaction with its operations, and arrows say of which key they are") {
  const TransactionHistory history = skewed();
  const Contradiction contradiction = contradiction_of(history, "serializable");
  const TransactionsView view(history, contradiction);
  const std::vector<HistoryFault> faults{{.name = "cut", .begin = 1, .end = 2}};

  const std::string svg = picture_of(view, "not serializable", faults);

  CHECK(test::xml_fault(svg) == "");
  CHECK(view.explanation() ==
        "write skew: each of these would come before itself: transaction 1 saw y before "
        "transaction 2 wrote to it; transaction 2 saw x<y before transaction 1 wrote to it.");
  CHECK(view.label(OperationId{0}) == std::vector<std::string>{"transaction 1", "read x<y -> nil",
                                                               "read y -> nil", "write x<y = 1"});
  CHECK(svg.contains(">write x&lt;y = 1</text>"));
  CHECK(svg.contains(">c&amp;1</text>"));
  CHECK(svg.contains(">has not seen it: y</text>"));
  CHECK(svg.contains(">has not seen it: x&lt;y</text>"));
  CHECK(svg.contains(">cut</text>"));
  CHECK(svg.contains("Not drawn: 1 more transaction on the same keys in that time.") == false);
  CHECK(picture_of(view, "not serializable", faults) == svg);
  CHECK(active_faults(faults, view) == faults);
}

TEST_CASE("what a transaction did to the keys of its arrows is never left out") {
  TransactionHistory history;
  std::vector<Access> accesses;
  for (int number = 0; number < 9; ++number)
    accesses.push_back(
        {history.key("k" + std::to_string(number)), history.values().text("1"), AccessKind::write});
  history.complete(history.invoke(history.session("s")), Outcome::ok, accesses);
  history.complete(history.invoke(history.session("t")), Outcome::failed, accesses);
  const Contradiction contradiction{
      .operations = {OperationId{0}, OperationId{1}},
      .arrows = {{OperationId{0}, OperationId{1}, consistency::Because::seen, history.key("k8")}}};
  const TransactionsView view(history, contradiction);

  CHECK(view.label(OperationId{1}) ==
        std::vector<std::string>{"transaction 2, aborted", "write k0 = 1", "write k1 = 1",
                                 "write k2 = 1", "write k3 = 1", "write k4 = 1", "write k8 = 1",
                                 "… and 3 more"});
}

TEST_CASE("a list that is too long is cut in its middle") {
  TransactionHistory history;
  std::vector<consistency::ValueId> elements;
  for (int number = 10; number < 40; ++number)
    elements.push_back(history.values().text(std::to_string(number)));
  const Access read{history.key("x"), history.values().list(elements), AccessKind::read};
  history.complete(history.invoke(history.session("s")), Outcome::ok, std::vector{read});
  const Contradiction contradiction{.operations = {OperationId{0}}};

  CHECK(TransactionsView(history, contradiction).label(OperationId{0}).back() ==
        "read x -> [10 11…35 36 37 38 39]");
}

TEST_CASE("without real time a session's order goes to the right, and so do most arrows") {
  TransactionHistory history;
  history.forget_real_time();
  for (const std::string_view session : {"1", "1", "2", "2"})
    history.complete(history.invoke(history.session(session)), Outcome::ok, {});
  const auto id = [](std::uint32_t number) { return OperationId{number}; };
  const auto arrow = [&](std::uint32_t from, std::uint32_t to) {
    return consistency::Arrow{id(from), id(to), consistency::Because::seen, {}, {}};
  };
  const Contradiction contradiction{.operations = {id(0), id(1), id(2), id(3)},
                                    .arrows = {arrow(0, 3), arrow(3, 0)}};
  const Contradiction other{.operations = {id(0), id(2)}, .arrows = {arrow(2, 0)}};
  const TransactionsView view(history, contradiction);
  const HistoryWindow window(view);
  const TransactionsView turned(history, other);

  CHECK(window.begin(id(0)) < window.begin(id(1)));
  CHECK(window.begin(id(2)) < window.begin(id(3)));
  CHECK(turned.lifetime(id(2)).returned < turned.lifetime(id(0)).invoked);
  CHECK(picture_of(view, "").contains("the order of each session; of two sessions"));
}

TEST_CASE("what one session did at once lies in lanes of its own") {
  History history;
  const OperationId one = invoke(history, "nameless", OperationKind::write, "1");
  const OperationId other = invoke(history, "c", OperationKind::write, "2");
  const OperationId two = invoke(history, "nameless", OperationKind::write, "3");
  for (const OperationId id : {one, other, two}) answer(history, id);
  const OperationId later = invoke(history, "nameless", OperationKind::read);
  answer(history, later, "1");
  const Contradiction contradiction{.operations = {one, other, two, later}};
  const OperationsView view(history, contradiction);
  const HistoryWindow window(view);

  REQUIRE(window.lanes().size() == 3);
  CHECK(window.lanes()[1] == "nameless");
  CHECK(window.lane(one) == 0);
  CHECK(window.lane(two) == 1);
  CHECK(window.lane(other) == 2);
  CHECK(window.lane(later) == 0);
}

TEST_CASE("a contradiction of nobody, or of too many with arrows, has no picture") {
  CHECK_FALSE(can_be_drawn({}));
  CHECK(can_be_drawn({.operations = std::vector<OperationId>(60), .arrows = {{}}}));
  CHECK_FALSE(can_be_drawn({.operations = std::vector<OperationId>(61), .arrows = {{}}}));
  CHECK(can_be_drawn({.operations = std::vector<OperationId>(61)}));
}

TEST_CASE("of many that contradict the last ones are drawn") {
  History history;
  Contradiction contradiction;
  for (int at = 0; at < 100; ++at) {
    const OperationId id = invoke(history, "c", OperationKind::write, std::to_string(at));
    answer(history, id);
    contradiction.operations.push_back(id);
  }
  const OperationsView view(history, contradiction);
  const HistoryWindow window(view);

  REQUIRE(window.shown().size() == 60);
  CHECK(window.shown().front() == OperationId{40});
  CHECK(window.contradicting_left_out() == 40);
  CHECK(picture_of(view, "many").contains("Not drawn: the first 40 of those that contradict."));
}

}  // namespace
}  // namespace splitvote::reports
