// The models of transactions: the anomalies of the literature.
#include <doctest/doctest.h>

#include <initializer_list>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/models.hpp"
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

Judgement judge(std::string_view model, const TransactionHistory& history) {
  const consistency::TransactionModel* found = consistency::find_transaction_model(model);
  REQUIRE(found != nullptr);
  return found->check(history, {});
}

ValueId value_of(const std::string& text, consistency::ValueTable& values) {
  if (text == "nil") return consistency::nothing;
  if (text.front() != '[') return values.text(text);
  std::vector<ValueId> elements;
  std::istringstream words(text.substr(1, text.size() - 2));
  for (std::string word; std::getline(words, word, ',');) elements.push_back(values.text(word));
  return values.list(elements);
}

// Sessions as papers write them, one after the other in time: transactions between bars, "w(x)1",
// "a(x)1" for an append, "r(x)[1,2]", "r(y)nil"; "abort" at the end of one that aborted.
TransactionHistory transactions(std::initializer_list<std::string_view> sessions) {
  TransactionHistory history;
  std::uint32_t number = 0;
  for (const std::string_view text : sessions) {
    const auto session = history.session("p" + std::to_string(++number));
    std::istringstream parts{std::string(text)};
    for (std::string part; std::getline(parts, part, '|');) {
      std::vector<Access> accesses;
      Outcome outcome = Outcome::ok;
      std::istringstream words(part);
      for (std::string word; words >> word;) {
        if (word == "abort") {
          outcome = Outcome::failed;
          continue;
        }
        const std::size_t end = word.find(')');
        const AccessKind kind = word.front() == 'r'   ? AccessKind::read
                                : word.front() == 'w' ? AccessKind::write
                                                      : AccessKind::append;
        accesses.push_back({history.key(word.substr(2, end - 2)),
                            value_of(word.substr(end + 1), history.values()), kind});
      }
      history.complete(history.invoke(session), outcome, accesses);
    }
  }
  return history;
}

std::string anomaly(std::string_view model, const TransactionHistory& history) {
  const Judgement judgement = judge(model, history);
  REQUIRE(judgement.contradiction.has_value());
  return judgement.contradiction->anomaly;
}

bool by_orders(std::string_view model) {
  return model.ends_with("serializable") || model.ends_with("snapshot-isolation");
}

void check_verdicts(const TransactionHistory& history, std::initializer_list<std::string_view> kept,
                    std::initializer_list<std::string_view> broken) {
  for (const std::string_view model : kept) {
    const Judgement judgement = judge(model, history);
    CHECK_MESSAGE(judgement.verdict == Verdict::ok,
                  model << (judgement.contradiction ? judgement.contradiction->explanation : ""));
    if (by_orders(model)) CHECK(testing::TransactionOracle(history).allows(model));
  }
  for (const std::string_view model : broken) {
    CHECK_MESSAGE(judge(model, history).verdict == Verdict::violated, model);
    if (by_orders(model)) CHECK_FALSE(testing::TransactionOracle(history).allows(model));
  }
}

}  // namespace

TEST_CASE("G0: writes of two transactions in both orders") {
  const auto history = transactions({"a(x)1 a(y)1", "a(x)2 a(y)2", "r(x)[1,2] r(y)[2,1]"});
  check_verdicts(history, {}, {"read-committed", "serializable"});
}

TEST_CASE("G1a: what was aborted is seen") {
  const auto history = transactions({"w(x)1 abort", "r(x)1"});
  check_verdicts(history, {}, {"read-committed", "serializable"});
  const auto lists = transactions({"a(x)1 abort", "a(x)2", "r(x)[1,2]"});
  check_verdicts(lists, {}, {"read-committed", "serializable"});
}

TEST_CASE("G1b: what was in between is seen") {
  const auto history = transactions({"w(x)1 w(x)2", "r(x)1"});
  check_verdicts(history, {}, {"read-committed", "serializable"});
  const auto lists = transactions({"a(x)1 a(x)2", "r(x)[1]"});
  check_verdicts(lists, {}, {"read-committed", "serializable"});
}

TEST_CASE("G1c: two transactions see each other") {
  const auto history = transactions({"w(x)1 r(y)1", "w(y)1 r(x)1"});
  check_verdicts(history, {}, {"read-committed", "serializable"});
}

TEST_CASE("a transaction that does not read its own write is refused by every model") {
  const auto history = transactions({"w(x)1 r(x)2", "w(x)2"});
  check_verdicts(history, {}, {"read-committed", "serializable"});
  const auto lists = transactions({"a(x)1 r(x)[2]", "a(x)2"});
  check_verdicts(lists, {}, {"read-committed", "serializable"});
}

TEST_CASE("a list may hold an element as often as it was appended") {
  const auto apart = transactions({"a(x)1 | a(x)1 | r(x)[1,1]"});
  const auto together = transactions({"a(x)1 a(x)1 | r(x)[1,1]"});

  // Nobody can tell which of the two is which.
  for (const consistency::TransactionModel& model : consistency::transaction_models()) {
    CHECK(model.check(apart, {}).undecided == "an element was appended to a list more than once");
    CHECK(model.check(together, {}).verdict == Verdict::unknown);
  }
}

TEST_CASE("a list that holds an element more often than it was appended has no explanation") {
  const auto once = transactions({"a(x)1 | r(x)[1,1]"});
  check_verdicts(once, {}, {"read-committed", "serializable"});
  const auto aborted = transactions({"a(x)1 | a(x)1 abort | r(x)[1,1]"});
  check_verdicts(aborted, {}, {"read-committed", "serializable"});
  CHECK(judge("read-committed", once).contradiction->explanation ==
        "what was read of x had an element more often than that was written: transaction 2 of p1 "
        "(read x -> [1 1]).");
}

TEST_CASE("a key read twice with another's write in between is no atomic read") {
  const auto history = transactions({"w(x)1", "w(x)2", "r(x)1 r(x)2"});
  check_verdicts(history, {"read-committed"}, {"read-atomic", "serializable"});
}

TEST_CASE("half of a transaction is no atomic read") {
  const auto history = transactions({"w(x)1 w(y)1", "r(x)1 r(y)nil"});
  check_verdicts(history, {}, {"read-atomic", "causal", "serializable"});
  const auto other_way = transactions({"w(x)1 w(y)1", "r(y)nil r(x)1"});
  check_verdicts(other_way, {"read-committed"}, {"read-atomic"});
  const auto lists = transactions({"a(x)1 a(y)1", "a(x)2", "r(y)nil r(x)[1,2]"});
  check_verdicts(lists, {"read-committed"}, {"read-atomic", "causal", "serializable"});
}

TEST_CASE("an effect without its cause is atomic but not causal") {
  const auto history = transactions({"w(x)1", "r(x)1 w(y)2", "r(y)2 r(x)nil"});
  check_verdicts(history, {"read-atomic"}, {"causal", "serializable"});
}

TEST_CASE("the long fork is causal, but no snapshot isolation") {
  const auto history = transactions({"a(x)1", "a(y)1", "r(x)[1] r(y)nil", "r(y)[1] r(x)nil"});
  check_verdicts(history, {"causal"}, {"snapshot-isolation", "serializable"});
  const auto registers = transactions({"w(x)1", "w(y)1", "r(x)1 r(y)nil", "r(y)1 r(x)nil"});
  check_verdicts(registers, {"causal"}, {"snapshot-isolation", "serializable"});
}

TEST_CASE("the lost update is causal, but no snapshot isolation") {
  const auto history = transactions({"r(x)nil a(x)1", "r(x)nil a(x)2", "r(x)[1,2]"});
  check_verdicts(history, {}, {"snapshot-isolation", "serializable"});
  const auto registers = transactions({"r(x)nil w(x)1", "r(x)nil w(x)2"});
  check_verdicts(registers, {"causal"}, {"snapshot-isolation", "serializable"});
}

TEST_CASE("the write skew is snapshot isolation, but not serializable") {
  const auto history = transactions({"r(x)nil r(y)nil a(x)1", "r(x)nil r(y)nil a(y)1"});
  check_verdicts(history, {"snapshot-isolation", "causal"}, {"serializable"});
  const auto registers = transactions({"r(x)nil r(y)nil w(x)1", "r(x)nil r(y)nil w(y)1"});
  check_verdicts(registers, {"snapshot-isolation", "causal"}, {"serializable"});
}

TEST_CASE("of two appends to a list that nobody saw one has the other in its snapshot") {
  // A write skew between two that write the same key: of those one would have seen the other.
  const auto history = transactions({"r(y)nil a(z)1 a(x)1", "r(z)nil a(y)1 a(x)2"});
  CHECK_FALSE(testing::TransactionOracle(history).allows("snapshot-isolation"));
  CHECK(judge("snapshot-isolation", history).verdict == Verdict::violated);
}

TEST_CASE("a write skew of two that write the same register is no snapshot isolation") {
  // Whoever of the two comes second has what the first one wrote in its snapshot, but neither has.
  const auto history = transactions({"r(y)nil w(z)1 w(x)1", "r(x)nil w(z)2 w(y)1"});
  check_verdicts(history, {"causal"}, {"snapshot-isolation", "serializable"});

  CHECK(judge("snapshot-isolation", history).contradiction->explanation ==
        "each of these would come before itself: <transaction 1 of p1 (read y -> nil, write z = 1, "
        "write x = 1)> wrote to z before <transaction 2 of p2 (read x -> nil, write z = 2, write y "
        "= 1)>, because its snapshot lacks what that wrote; <transaction 2 of p2 (read x -> nil, "
        "write z = 2, write y = 1)> wrote to "
        "z before <transaction 1 of p1 (read y -> nil, write z = 1, write x = 1)>, because its "
        "snapshot lacks what that wrote.");
}

TEST_CASE("a session that does not see what it did is serializable, but not by sessions") {
  const auto history = transactions({"a(x)1 | r(x)nil"});
  check_verdicts(history, {"serializable", "snapshot-isolation"},
                 {"strong-session-serializable", "strong-session-snapshot-isolation",
                  "strict-serializable", "read-atomic"});
}

TEST_CASE("a read that is behind in time is serializable, but not strictly") {
  const auto history = transactions({"a(x)1", "r(x)nil", "r(x)[1]"});
  check_verdicts(history, {"strong-session-serializable"}, {"strict-serializable"});
}

TEST_CASE("the example of the Elle paper is a circle through its readers") {
  const auto history = transactions(
      {"a(253)1 a(253)3 a(253)4 a(255)2 a(255)3 a(255)4 a(255)5 a(256)1 a(256)2 | "
       "a(255)8 r(253)[1,3,4] | a(256)4 r(255)[2,3,4,5,8] r(256)[1,2,4] r(253)[1,3,4] | "
       "a(250)10 r(253)[1,3,4] r(255)[2,3,4,5] a(256)3"});
  // The last append of 3 to 256 was not seen, so it came behind that of 4: then its transaction's
  // snapshot would have held the 8 of 255.
  check_verdicts(history, {"read-committed"}, {"snapshot-isolation", "serializable"});
}

TEST_CASE("Elle's si-without-g-single is snapshot isolation, but not serializable") {
  const auto history =
      transactions({"a(9)2", "a(8)1 r(9)nil", "r(6)nil r(8)nil a(9)5", "a(6)2 r(9)[2]"});
  check_verdicts(history, {"snapshot-isolation"}, {"serializable"});
}

TEST_CASE("a contradiction of transactions has the name that the literature gives it") {
  const auto named = [](std::string_view model, std::initializer_list<std::string_view> sessions) {
    return anomaly(model, transactions(sessions));
  };

  CHECK(named("read-committed", {"a(x)1 a(y)1", "a(x)2 a(y)2", "r(x)[1,2] r(y)[2,1]"}) == "G0");
  CHECK(named("read-committed", {"w(x)1 abort", "r(x)1"}) == "G1a");
  CHECK(named("read-committed", {"w(x)1 w(x)2", "r(x)1"}) == "G1b");
  CHECK(named("read-committed", {"w(x)1 r(y)1", "w(y)1 r(x)1"}) == "G1c");
  // Half of a transaction is seen: Adya's single anti-dependency.
  CHECK(named("serializable", {"a(x)1 a(y)1", "r(x)[1] r(y)nil"}) == "G-single");
  CHECK(named("serializable", {"w(x)1 w(y)1", "r(x)1 r(y)nil"}) == "G-single");
  CHECK(named("serializable", {"r(x)nil r(y)nil w(x)1", "r(x)nil r(y)nil w(y)1"}) == "write skew");
  CHECK(named("serializable", {"r(x)nil w(x)1", "r(x)nil w(x)2"}) == "lost update");
  CHECK(named("serializable", {"r(x)nil a(x)2", "a(x)1", "r(x)[1,2]"}) == "lost update");
  // Three that each replace what another one saw.
  CHECK(named("serializable", {"r(x)nil w(y)1", "r(y)nil w(z)1", "r(z)nil w(x)1"}) == "G2-item");
}

TEST_CASE("a contradiction has the name of the order that it takes") {
  const auto fork = transactions({"w(x)1", "w(y)1", "r(x)1 r(y)nil", "r(y)1 r(x)nil"});
  CHECK(anomaly("snapshot-isolation", fork) == "G-nonadjacent");
  const auto session = transactions({"w(x)1 | r(x)nil"});
  CHECK(anomaly("strong-session-snapshot-isolation", session) == "G-single-process");
  const auto late = transactions({"a(x)1", "r(x)nil", "r(x)[1]"});
  CHECK(anomaly("strict-serializable", late) == "G-single-realtime");
}

TEST_CASE("a contradiction that takes an inferred order has no name") {
  const auto history = transactions({"r(y)nil w(z)1 w(x)1", "r(x)nil w(z)2 w(y)1"});
  CHECK(anomaly("snapshot-isolation", history) == "");
}

TEST_CASE("a circle is told with the reason of each of its steps") {
  const auto history = transactions({"a(x)1", "r(x)nil", "r(x)[1]"});
  const Judgement judgement = judge("strict-serializable", history);

  REQUIRE(judgement.contradiction.has_value());
  CHECK(judgement.contradiction->explanation ==
        "each of these would come before itself: <transaction 1 of p1 (append 1 to x)> returned "
        "before <transaction 2 of p2 (read x -> nil)> was invoked; <transaction 2 of p2 (read x "
        "-> nil)> saw x before <transaction 1 of p1 (append 1 to x)> wrote to it.");
}

TEST_CASE("who lists its own append before it makes it is told so, whoever read that list before") {
  const auto history = transactions({"a(x)1", "r(x)[1,2,3]", "r(x)[1,2,3] a(x)2", "a(x)3"});
  const Judgement judgement = judge("read-committed", history);

  REQUIRE(judgement.verdict == Verdict::violated);
  CHECK(judgement.contradiction->explanation.contains("was read before its reader wrote it"));
}

TEST_CASE("a history without real time has no verdict of a model that needs it") {
  TransactionHistory history = transactions({"a(x)1", "r(x)[1]"});
  history.forget_real_time();
  CHECK(judge("strict-serializable", history).verdict == Verdict::unknown);
  CHECK(judge("serializable", history).verdict == Verdict::ok);
}

TEST_CASE("a circle over versions whose order was concluded has no name, and says from what") {
  const auto history = transactions({"w(x)1 w(a)1", "w(x)2 w(b)1", "r(a)1 r(x)2", "w(z)1 w(c)1",
                                     "w(z)2 w(d)1", "r(c)1 r(z)2", "r(x)1 r(d)1", "r(z)1 r(b)1"});
  const Judgement judgement = judge("serializable", history);

  REQUIRE(judgement.verdict == Verdict::violated);
  CHECK_FALSE(testing::TransactionOracle(history).allows("serializable"));
  CHECK(judgement.contradiction->anomaly == "");
  CHECK(judgement.contradiction->explanation.contains("which must come before what"));
}
