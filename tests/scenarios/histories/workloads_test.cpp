// Jepsen's workloads: the promise of each by a history that keeps it and one that does not.
#include "scenarios/histories/judging.hpp"
#include "tests/scenarios/histories/read_case.hpp"

using namespace splitvote;
using namespace splitvote::histories;
using consistency::Judgement;
using consistency::Verdict;

namespace {

/// Each word is an operation of a process of its own, one after the other: "add 1", "read -> #{1}".
std::string one_by_one(std::initializer_list<std::string_view> operations) {
  std::string text;
  int process = 0;
  for (const std::string_view operation : operations) {
    const std::string by = "{:process " + std::to_string(process++) + ", :type ";
    const std::size_t blank = operation.find(' ');
    const std::string f = ", :f :" + std::string(operation.substr(0, blank));
    const std::string value(operation.substr(blank + 1));
    const bool tells = value.starts_with("-> ");
    text += by + ":invoke" + f + (tells ? "" : ", :value " + value) + "}\n";
    text += by + ":ok" + f + ", :value " + (tells ? value.substr(3) : value) + "}\n";
  }
  return text;
}

Judgement judge_as(Model model, const std::string& text, const WorkloadSettings& settings = {}) {
  Choices choices;
  choices.model = model;
  const Reading reading = read_text(text, choices);
  REQUIRE(reading.workload);
  return judge_workload(*reading.workload, settings);
}

std::string explanation(Model model, const std::string& text) {
  const Judgement judgement = judge_as(model, text);
  REQUIRE(judgement.contradiction);
  return judgement.contradiction->explanation;
}

std::string add(int value, std::string_view type) {
  return "{:process 5" + std::to_string(value) + ", :type :" + std::string(type) +
         ", :f :add, :value " + std::to_string(value) + "}\n";
}

}  // namespace

TEST_CASE("bank: every read has the total of the first one") {
  CHECK(explanation(Model::bank, file_text(case_path("bank.edn"))) ==
        "the total was 10 and is 6: read by 0 -> {0 10, 1 0}; read by 0 -> {0 6, 1 0}.");
  CHECK(judge_as(Model::bank, one_by_one({"read -> {0 9, 1 1}", "read -> {1 4, 0 6}"})).verdict ==
        Verdict::ok);
}

TEST_CASE("bank: accounts appear at first, have a balance, and none below zero") {
  const std::string below = one_by_one({"read -> {0 10, 1 0}", "read -> {0 11, 1 -1}"});

  CHECK(explanation(Model::bank, below).starts_with("the balance of account 1 is -1: "));
  CHECK(judge_as(Model::bank, below, {.negative_balances = true}).verdict == Verdict::ok);
  CHECK(explanation(Model::bank, one_by_one({"read -> {0 1}", "read -> {0 0, 2 1}"}))
            .starts_with("account 2 was not there at first: "));
  CHECK(explanation(Model::bank, one_by_one({"read -> {0 nil}"}))
            .starts_with("account 0 has no balance: "));
  CHECK(judge_as(Model::bank, one_by_one({"transfer {}"})).verdict == Verdict::unknown);
}

TEST_CASE("set: the last read has what was acknowledged, and nothing that nobody added") {
  const std::string kept = add(1, "invoke") + add(1, "ok") + add(2, "invoke") + add(2, "info");

  CHECK(judge_as(Model::set, kept).verdict == Verdict::unknown);
  CHECK(judge_as(Model::set, kept + one_by_one({"read -> #{1}"})).verdict == Verdict::ok);
  CHECK(judge_as(Model::set, kept + one_by_one({"read -> [2 1]"})).verdict == Verdict::ok);
  CHECK(explanation(Model::set, kept + one_by_one({"read -> #{2}"})) ==
        "1 was added, but the last read lacks it: add 1 by 51 -> ok; read by 0 -> #{2}.");
  CHECK(explanation(Model::set, kept + one_by_one({"read -> #{1 3}"})) ==
        "nobody added 3, but the last read has it: read by 0 -> #{1 3}.");
}

TEST_CASE("set-full: an element that comes late is stale, one that is missed last is lost") {
  const std::string late = file_text(case_path("set-full.edn"));
  const std::string lost = one_by_one({"add 1", "read -> #{1}", "read -> #{}"});

  CHECK(judge_as(Model::set_full, late).verdict == Verdict::ok);
  CHECK(judge_as(Model::set_full, late, {.linearizable = true}).verdict == Verdict::violated);
  CHECK(explanation(Model::set_full, lost) ==
        "1 is lost: it was known by add 1 by 0 -> ok, and missing behind that in read by 2 -> "
        "#{}.");
}

TEST_CASE("set-full: who does not see what is being added says nothing") {
  const std::string during = add(1, "invoke") + one_by_one({"read -> #{}"});

  CHECK(judge_as(Model::set_full, during + add(1, "ok")).verdict == Verdict::unknown);
  CHECK(judge_as(Model::set_full, during + add(1, "info")).verdict == Verdict::unknown);
  // A read that saw it makes it known, whatever became of the add.
  CHECK(judge_as(Model::set_full, add(1, "invoke") + one_by_one({"read -> #{1}", "read -> #{}"}))
            .verdict == Verdict::violated);
  CHECK(judge_as(Model::set_full, one_by_one({"add 1", "read -> [1 1]"})).verdict ==
        Verdict::violated);
  CHECK(judge_as(Model::set_full, one_by_one({"add 1", "read -> [1 2]"})).verdict ==
        Verdict::violated);
}

TEST_CASE("counter: reads lie between what is certain and what is possible") {
  CHECK(explanation(Model::counter, file_text(case_path("counter.json"))) ==
        "the counter was between 2 and 2, but 1 was read: read by 1 -> 1.");
  const std::string open = add(3, "invoke") + one_by_one({"read -> 3", "read -> 0"});
  CHECK(judge_as(Model::counter, open).verdict == Verdict::ok);
  CHECK(judge_as(Model::counter, open + add(3, "fail")).verdict == Verdict::violated);
  CHECK(judge_as(Model::counter, one_by_one({"add 2", "add -1", "read -> 1"})).verdict ==
        Verdict::ok);
  CHECK(judge_as(Model::counter, one_by_one({"add 2", "add -1", "read -> 2"})).verdict ==
        Verdict::violated);
}

TEST_CASE("comments: nothing is seen without what returned before it was written") {
  const std::string before = one_by_one({"write 1", "write 2"});

  CHECK(explanation(Model::comments, before + one_by_one({"read -> #{2}"})) ==
        "2 was seen without 1, which had been written before: write 1 by 0 -> ok; write 2 by 1 -> "
        "ok; read by 0 -> #{2}.");
  CHECK(judge_as(Model::comments, before + one_by_one({"read -> #{1}"})).verdict == Verdict::ok);
  CHECK(judge_as(Model::comments, before + one_by_one({"read -> #{1 2 7}"})).verdict ==
        Verdict::ok);
}

TEST_CASE("unique ids are given once, and what goes into a queue comes out") {
  CHECK(judge_as(Model::unique_ids, one_by_one({"generate -> 1", "generate -> 2"})).verdict ==
        Verdict::ok);
  CHECK(explanation(Model::unique_ids, one_by_one({"generate -> 1", "generate -> 1"})) ==
        "1 was given twice: generate by 0 -> 1; generate by 1 -> 1.");
  CHECK(judge_as(Model::total_queue,
                 one_by_one({"enqueue 1", "enqueue 2", "dequeue -> 2", "drain -> [1]"}))
            .verdict == Verdict::ok);
  CHECK(explanation(Model::total_queue, one_by_one({"enqueue 1", "drain -> []"})) ==
        "1 was put in and never came out: enqueue 1 by 0 -> ok.");
  CHECK(explanation(Model::total_queue, one_by_one({"dequeue -> 3"})) ==
        "3 came out, but nobody had put it in: dequeue by 0 -> 3.");
}

TEST_CASE("the values tell workloads apart that have the same words") {
  CHECK(read_case("bank.edn").model == Model::bank);
  CHECK(read_case("set-full.edn").model == Model::set_full);
  CHECK(read_case("counter.json").model == Model::counter);
  CHECK(read_text(one_by_one({"read -> {0 1}"})).model == Model::bank);
  CHECK(read_text(one_by_one({"add 1", "read -> [1]"})).model == Model::set);
  CHECK(read_text(one_by_one({"add 1", "add 1"})).model == Model::counter);
  CHECK(read_text(one_by_one({"write 1", "read -> #{1}"})).model == Model::comments);
  CHECK(read_text(one_by_one({"write [1]", "read -> [1]"})).model == Model::register_);
  CHECK(complaints(one_by_one({"add 1"})).starts_with("1:1: error: what is added here is never"));
}

TEST_CASE("several objects of a workload are judged one by one") {
  Choices choices;
  choices.independent = true;
  choices.model = Model::set;
  const std::string text = one_by_one({"add [0 1]", "add [1 2]", "read -> [0 #{1}]"});
  const Reading apart = read_text(text, choices);

  CHECK(judge_workload(*apart.workload, {}).verdict == Verdict::unknown);
  CHECK(judge_workload(*read_text(text + one_by_one({"read -> [1 #{2}]"}), choices).workload, {})
            .verdict == Verdict::ok);
  CHECK(judge_workload(*read_text(text + one_by_one({"read -> [1 #{}]"}), choices).workload, {})
            .verdict == Verdict::violated);
}

TEST_CASE("operations without a process may overlap, and their answers find them") {
  const std::string text =
      "{:type :invoke :f :read :value nil}\n{:type :invoke :f :write :value 1}\n"
      "{:type :ok :f :write :value 1}\n{:type :ok :f :read :value 1}\n";

  CHECK(judge_text(text) == Verdict::ok);
}

TEST_CASE("a value that no workload has is refused where it stands") {
  const std::string invoke = "{:process 0 :type :invoke :f :read}\n{:process 0 :type :ok :f :read";
  const auto said = [&](Model model, const std::string& text) {
    Choices choices;
    choices.model = model;
    return complaints(text, choices);
  };

  CHECK(said(Model::bank, invoke + " :value [1]}").starts_with("2:39: error: a read of a bank"));
  CHECK(said(Model::bank, invoke + " :value {0 :x}}").starts_with("2:42: error: this is no bal"));
  CHECK(said(Model::bank, invoke + " :value {0 1234567890123456}}").starts_with("2:42: error"));
  CHECK(said(Model::set, invoke + "}").starts_with("2:1: error: a read of a set"));
  CHECK(said(Model::set_full, invoke + " :value 3}").starts_with("2:39: error: a read of a set"));
  CHECK(said(Model::set, "{:process 0 :type :invoke :f :add}")
            .starts_with("1:1: error: this add has no element"));
  CHECK(said(Model::counter, invoke + " :value #{}}").starts_with("2:39: error: a read of a c"));
  CHECK(said(Model::comments, invoke + " :value 3}").starts_with("2:39: error: a read of a set"));
  CHECK(said(Model::bank, "{:process 0 :type :invoke :f :add}")
            .starts_with("1:1: error: the model bank has no operation 'add'"));
}
