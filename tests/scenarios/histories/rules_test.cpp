// What the words of a history mean: the rules of Knossos, Elle and porcupine, each by a history
// whose verdict turns on it.
#include "tests/scenarios/histories/read_case.hpp"

using namespace splitvote;
using namespace splitvote::histories;
using consistency::Outcome;
using consistency::Verdict;

namespace {

Choices with_initial(const std::string& text) {
  Choices choices;
  choices.initial = spelled(text);
  return choices;
}

Choices with_nil(NilReads meaning) {
  Choices choices;
  choices.nil_reads = meaning;
  return choices;
}

const std::string nil_after_write = R"({:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 0, :type :invoke, :f :read, :value nil}
{:process 0, :type :ok, :f :read, :value nil})";

}  // namespace

TEST_CASE("Knossos: a read that was told nil says nothing") {
  CHECK(judge_text(nil_after_write) == Verdict::ok);
  CHECK(judge_text(nil_after_write, with_nil(NilReads::absent)) == Verdict::violated);
}

TEST_CASE("porcupine's etcd model: a read that was told nil found nothing") {
  const std::string text =
      "INFO  jepsen.util - 0 :invoke :write 1\nINFO  jepsen.util - 0 :ok :write 1\n"
      "INFO  jepsen.util - 0 :invoke :read nil\nINFO  jepsen.util - 0 :ok :read nil\n";

  CHECK(judge_text(text) == Verdict::violated);
  CHECK(judge_text(text, with_nil(NilReads::unknown)) == Verdict::ok);
}

TEST_CASE("Elle: a read that was told nil found nothing") {
  const std::string text = R"({:process 0, :type :invoke, :f :txn, :value [[:w :x 1]]}
{:process 0, :type :ok, :f :txn, :value [[:w :x 1]]}
{:process 0, :type :invoke, :f :txn, :value [[:r :x nil]]}
{:process 0, :type :ok, :f :txn, :value [[:r :x nil]]})";

  CHECK(judge_text(text) == Verdict::violated);
}

TEST_CASE("Elle: the empty list is what nobody has appended to") {
  const std::string text = R"({:process 0, :type :invoke, :f :txn, :value [[:r :x nil]]}
{:process 0, :type :ok, :f :txn, :value [[:r :x []]]}
{:process 1, :type :invoke, :f :txn, :value [[:append :x 1]]}
{:process 1, :type :ok, :f :txn, :value [[:append :x 1]]})";

  CHECK(judge_text(text) == Verdict::ok);
}

TEST_CASE("Jepsen: a cas that failed never was; in etcd's log it found another value") {
  const std::string log =
      "INFO  jepsen.util - 0 :invoke :write 1\nINFO  jepsen.util - 0 :ok :write 1\n"
      "INFO  jepsen.util - 0 :invoke :cas [1 2]\nINFO  jepsen.util - 0 :fail :cas [1 2]\n";
  const std::string edn = R"({:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 0, :type :invoke, :f :cas, :value [1 2]}
{:process 0, :type :fail, :f :cas, :value [1 2]})";

  CHECK(judge_text(edn) == Verdict::ok);
  CHECK(judge_text(log) == Verdict::violated);
}

TEST_CASE("keys hold nil at first, texts of kv nothing but the empty text, or what is said") {
  const std::string read_0 = R"({:process 0, :type :invoke, :f :read, :value nil}
{:process 0, :type :ok, :f :read, :value 0})";
  const std::string get_empty = R"({:process 0, :type :invoke, :f :get, :key "k", :value nil}
{:process 0, :type :ok, :f :get, :key "k", :value ""})";

  CHECK(judge_text(read_0) == Verdict::violated);
  CHECK(judge_text(read_0, with_initial("0")) == Verdict::ok);
  CHECK(judge_text(get_empty) == Verdict::ok);
  CHECK(judge_text(get_empty, with_initial("\"0\"")) == Verdict::violated);
}

TEST_CASE("an operation of unknown outcome may take effect long after its process is gone") {
  CHECK(judge_operations(read_case("cas.edn")) == Verdict::ok);
}

TEST_CASE("a process that goes on after info is another session") {
  const Reading reading = read_text(R"({:process 7, :type :invoke, :f :write, :value 1}
{:process 7, :type :info, :f :write, :value 1}
{:process 7, :type :invoke, :f :read, :value nil}
{:process 7, :type :ok, :f :read, :value 1})");
  const auto operations = reading.operations->operations();

  REQUIRE(operations.size() == 2);
  CHECK(reading.operations->name(operations[0].session) == "7");
  CHECK(reading.operations->name(operations[1].session) == "7 (2)");
  CHECK(operations[0].outcome == Outcome::unknown);
}

TEST_CASE("independent pairs are keys of their own, and nobody guesses that they are") {
  Choices independent;
  independent.independent = true;
  Choices lists;
  lists.model = Model::cas_register;
  const std::string text = file_text(case_path("independent.edn"));

  const Reading reading = read_text(text, independent);

  CHECK(reading.operations->name(reading.operations->operations()[0].key) == "a");
  CHECK(reading.operations->name(reading.operations->operations()[1].key) == "b");
  CHECK(judge_operations(reading) == Verdict::ok);
  CHECK(complaints(text).contains("looks like a pair of jepsen.independent; say --independent"));
  CHECK(read_text(text, lists).operations->operations()[0].kind ==
        consistency::OperationKind::write);
}

TEST_CASE("integers, texts and keywords are different values") {
  const std::string text = R"({:process 0, :type :invoke, :f :write, :value 1}
{:process 0, :type :ok, :f :write, :value 1}
{:process 0, :type :invoke, :f :read}
{:process 0, :type :ok, :f :read, :value "1"})";

  CHECK(judge_text(text) == Verdict::violated);
}

TEST_CASE("two who hold a lock contradict; one who waits does not") {
  CHECK(judge_operations(read_case("mutex.edn")) == Verdict::ok);
  CHECK(judge_operations(read_case("two-holders.edn")) == Verdict::violated);
}

TEST_CASE("processes that are no numbers are no clients") {
  CHECK(read_case("stale-read.edn").operations->operations().size() == 3);
  CHECK(read_case("stale-read.json").operations->operations().size() == 3);
}

TEST_CASE("columns are put into the order of their times, calls first") {
  const Reading reading = read_text("1 write 0 5 - - 10 30\n2 read 0 - - 5 30 40\n");
  const auto operations = reading.operations->operations();

  CHECK(operations[1].invoked < operations[0].returned);
  CHECK(operations[0].returned < operations[1].returned);
  CHECK(judge_operations(read_case("columns.txt")) == Verdict::ok);
  CHECK(judge_text("1 cas 0 5 6 0 10 20\n2 write 0 5 - - 0 5\n") == Verdict::violated);
}

TEST_CASE("transactions keep their sessions, their outcomes and what they did") {
  const Reading reading = read_case("transactions.edn");
  REQUIRE(reading.transactions);
  const auto& history = *reading.transactions;
  REQUIRE(history.transactions().size() == 2);

  CHECK_FALSE(reading.operations);
  CHECK(history.has_real_time());
  CHECK(history.describe(consistency::TransactionId{1}) ==
        "transaction 2 of 1 (read :y -> nil, read :x -> 1)");
}

TEST_CASE("transactions of one operation each are single operations as well") {
  const Reading reading = read_case("lists.edn");

  REQUIRE(reading.transactions);
  REQUIRE(reading.operations);
  CHECK(reading.transactions->transactions()[1].outcome == Outcome::unknown);
  CHECK(judge_operations(reading) == Verdict::ok);
}

TEST_CASE("AWDIT's and Plume's transactions are ordered within their sessions only") {
  const Reading awdit = read_case("awdit.txt");
  const Reading plume = read_case("plume.txt");
  using consistency::TransactionId;

  CHECK_FALSE(awdit.transactions->has_real_time());
  REQUIRE(awdit.transactions->transactions().size() == 3);
  CHECK(awdit.transactions->describe(TransactionId{0}) ==
        "transaction 1 of 1 (write 0 = 1, write 1 = 1)");
  CHECK(awdit.transactions->describe(TransactionId{2}) ==
        "transaction 3 of 2 (read 1 -> 1, read 0 -> 1)");
  REQUIRE(plume.transactions->transactions().size() == 2);
  CHECK(plume.transactions->describe(TransactionId{1}) ==
        "transaction 2 of 2 (read 0 -> 1, read 1 -> 0)");
  CHECK(plume.transactions->values().describe(plume.transactions->initial()) == "0");
}

TEST_CASE("calls of one of porcupine's clients that overlap are no session") {
  const auto call = [](int id) {
    return R"({"ClientId":0,"Kind":false,"Value":{"op":"read","key":"x"},"Id":)" +
           std::to_string(id) + "}\n";
  };
  const auto told = [](int id) {
    return R"({"ClientId":0,"Kind":true,"Value":{"outcome":"ok","value":null},"Id":)" +
           std::to_string(id) + "}\n";
  };

  const Reading reading = read_text(call(0) + call(1) + told(0) + call(2) + told(2) + told(1));
  const auto operations = reading.operations->operations();

  CHECK(reading.operations->name(operations[0].session) == "0");
  CHECK(reading.operations->name(operations[1].session) == "0 (2)");
  CHECK(reading.operations->name(operations[2].session) == "0");
}

TEST_CASE("who of porcupine's clients gives a call up goes on as another session") {
  const auto event = [](const std::string& kind, const std::string& value, int id) {
    return R"({"ClientId":7,"Kind":)" + kind + R"(,"Value":)" + value + R"(,"Id":)" +
           std::to_string(id) + "}\n";
  };
  const auto call = [&](int id) { return event("false", R"({"op":"read","key":"x"})", id); };
  const auto told = [&](int id) { return event("true", R"({"outcome":"ok","value":null})", id); };
  const std::string lost = event("true", R"({"outcome":"unknown"})", 0);

  const Reading reading = read_text(call(0) + lost + call(1) + told(1) + call(2) + told(2));
  const auto operations = reading.operations->operations();

  CHECK(reading.operations->name(operations[0].session) == "7");
  CHECK(reading.operations->name(operations[1].session) == "7 (2)");
  CHECK(reading.operations->name(operations[2].session) == "7 (2)");
}
