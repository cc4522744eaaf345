// splitvote check: verdicts, exit codes, formats written, and what is said about it.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "scenarios/histories/own_format.hpp"
#include "tests/models/consistency/colliding_history.hpp"
#include "tests/scenarios/cli/command_line.hpp"

namespace splitvote::cli {
namespace {

using Json = nlohmann::json;

TEST_CASE("check says that a history keeps its promise") {
  const Outcome outcome = splitvote({"check", history("kv.edn")});

  CHECK(outcome.code == 0);
  CHECK(outcome.out ==
        history("kv.edn") + ": ok, linearizable (kv, 4 operations of 2 sessions on 2 keys)\n");
  CHECK(outcome.err == "");
}

TEST_CASE("check says what contradicts") {
  const Outcome outcome = splitvote({"check", history("stale-read.jsonl")});

  CHECK(outcome.code == 1);
  CHECK(outcome.out ==
        history("stale-read.jsonl") +
            ": VIOLATED, not linearizable (2 operations of 2 sessions on 1 key)\n"
            "  x cannot have been 1 while it was nil all the time: write x = 1 by c1 "
            "[0.001ms..0.005ms] -> ok; read x by c2 [0.006ms..0.009ms] -> nil. Some order explains "
            "all of x before 0.009ms; the first return that none explains: read x by c2 "
            "[0.006ms..0.009ms] -> nil.\n");
  CHECK(splitvote({"check", "--brief", history("stale-read.jsonl")}).out ==
        outcome.out.substr(0, outcome.out.find('\n') + 1));
}

TEST_CASE("of several histories each has a line, and the worst decides") {
  const Outcome worst = splitvote(
      {"check", "--brief", history("kv.edn"), history("stale-read.edn"), history("cas.edn")});
  const Outcome broken =
      splitvote({"check", history("kv.edn"), "no-such-file", history("cas.edn")});

  CHECK(worst.code == 1);
  CHECK(std::ranges::count(worst.out, '\n') == 3);
  CHECK(broken.code == 2);
  CHECK(std::ranges::count(broken.out, '\n') == 2);
  CHECK(broken.err == "splitvote: error: cannot read no-such-file: No such file or directory\n");
}

TEST_CASE("a budget that ends leaves it open") {
  const Outcome outcome = splitvote({"check", history("two-holders.edn"), "--budget", "1"});
  const Outcome json =
      splitvote({"check", history("two-holders.edn"), "--budget", "1", "--json", "-"});
  const Outcome enough = splitvote({"check", history("two-holders.edn")});

  CHECK(outcome.code == 4);
  CHECK(outcome.out.contains("two-holders.edn: unknown whether linearizable (mutex, 2 operations"));
  CHECK(outcome.out.contains("the budget of 1 configurations ended; --budget sets it\n"));
  CHECK(json.out.contains(R"("undecided": "the budget of 1 configurations ended; --budget)"));
  CHECK(enough.code == 1);
}

TEST_CASE("a search that remembers configurations themselves is not fooled by their bits") {
  const Folder folder;
  save(folder / "h.jsonl", *histories::write_own(testing::colliding_history(0), {}));

  CHECK(splitvote({"check", folder / "h.jsonl", "--brief"}).code == 1);  // wrongly
  CHECK(splitvote({"check", folder / "h.jsonl", "--brief", "--exact"}).code == 0);
}

TEST_CASE("--exact is refused where no search remembers whole configurations") {
  const auto complaint = [](const std::string& name, const std::vector<std::string>& more) {
    std::vector<std::string> words{"check", history(name), "--exact"};
    words.insert(words.end(), more.begin(), more.end());
    const Outcome outcome = splitvote(words);
    CHECK(outcome.code == 2);
    return outcome.err;
  };

  CHECK(complaint("transactions.edn", {})
            .ends_with("--exact is for the search of linearizable, and here strict-serializable is "
                       "asked\n"));
  CHECK(complaint("kv.edn", {"--consistency", "sequential"}).contains("here sequential is asked"));
  CHECK(complaint("bank.edn", {}).contains("here balanced is asked"));
}

TEST_CASE("a malformed history is refused with line, column and reason") {
  const Folder folder;
  REQUIRE(write_file(folder / "cut.edn", "[{:process 0, :type :invoke, :f :read}\n {:pro"));

  const Outcome outcome = splitvote({"check", folder / "cut.edn"});

  CHECK(outcome.code == 2);
  CHECK(outcome.out == "");
  CHECK(outcome.err == folder / "cut.edn" +
                           ":2:2: error: the text ends before the '}' of this; the file is cut "
                           "off\n   {:pro\n   ^\n");
  CHECK(splitvote({"check", folder.path()}).err ==
        "splitvote: error: cannot read " + folder.path() + ": it is a folder\n");
}

TEST_CASE("a compressed history that is cut off is refused") {
  const Folder folder;
  save(folder / "h.edn.gz", "\x1f\x8b\x08");

  const Outcome outcome = splitvote({"check", folder / "h.edn.gz"});

  CHECK(outcome.code == 2);
  CHECK(outcome.err == folder / "h.edn.gz" + ": error: what is compressed is cut off\n");
}

TEST_CASE("what the options may say is checked before anything is read") {
  const auto complaint = [](const std::vector<std::string>& words) {
    std::vector<std::string> all{"check", "no-such-file"};
    all.insert(all.end(), words.begin(), words.end());
    const Outcome outcome = splitvote(all);
    CHECK(outcome.code == 2);
    return outcome.err;
  };

  CHECK(complaint({"--model", "cas-registre"}).contains("did you mean \"cas-register\"?"));
  CHECK(complaint({"--format", "jepsen-end"}).contains("did you mean \"jepsen-edn\"?"));
  CHECK(complaint({"--consistency", "linearisable"}).contains("did you mean \"linearizable\"?"));
  CHECK(complaint({"--consistency", "session.read_your_write"})
            .contains("did you mean \"session.read_your_writes\"?"));
  CHECK(complaint({"--nil", "absnt"}).contains("did you mean \"absent\"?"));
  CHECK(complaint({"--initial", "{}"}).contains("--initial: '{}' is no value"));
  CHECK(complaint({"--consistency", "eventual"}).contains("--within DURATION belong together"));
  CHECK(complaint({"--within", "1s"}).contains("--within DURATION belong together"));
  CHECK(complaint({"--consistency", "eventual", "--within", "1"}).contains("--within: "));
  for (const std::string budget : {"0", "-1", "9223372036854775808", "99999999999999999999"})
    CHECK(complaint({"--budget", budget})
              .contains(": " + budget + " is out of range; it is from 1 to 9223372036854775807\n"));
  CHECK(complaint({"--write", "etcd-log", "-o", "x"}).contains("--write: unknown 'etcd-log'"));
  CHECK(complaint({"--write", "jepsen-edn"}).contains("belong together"));
  CHECK(complaint({"other", "--write", "splitvote", "-o", "x"}).contains("takes one history"));
}

TEST_CASE("the JSON has every file's verdict and contradiction") {
  const Outcome outcome =
      splitvote({"check", history("stale-read.jsonl"), history("kv.edn"), "--json", "-"});
  const Json json = Json::parse(outcome.out, nullptr, false);

  REQUIRE(json.is_object());
  CHECK(json["verdict"] == "safety_violated");
  CHECK(json["exit_code"] == 1);
  REQUIRE(json["files"].size() == 2);
  const Json& first = json["files"][0];
  CHECK(first["format"] == "splitvote");
  CHECK(first["model"] == nullptr);
  CHECK(first["verdict"] == "violated");
  CHECK(first["operations"] == 2);
  CHECK(first["contradiction"]["minimal"] == true);
  CHECK(first["contradiction"]["operations"][1]["session"] == "c2");
  CHECK(first["contradiction"]["prefix"]["before"] == 3);
  CHECK(first["contradiction"]["prefix"]["longest"] == true);
  CHECK(first["contradiction"]["prefix"]["next"]["session"] == "c2");
  CHECK(first["contradiction"]["prefix"]["order"] == Json::array({0}));
  CHECK(json["files"][1]["model"] == "kv");
  CHECK(json["files"][1]["contradiction"] == nullptr);
  CHECK(outcome.err.contains("stale-read.jsonl: VIOLATED"));
}

TEST_CASE("a history is written in another format, and says the same there") {
  const Folder folder;
  const std::string target = folder / "h.json";

  const Outcome outcome = splitvote(
      {"check", history("stale-read.jsonl"), "--write", "jepsen-json", "-o", target, "--brief"});
  const Outcome again = splitvote({"check", target, "--nil", "absent", "--brief"});

  CHECK(outcome.code == 1);
  CHECK(outcome.out.starts_with("wrote " + target + "\n"));
  CHECK(outcome.err.contains(": note: sessions are numbered, because processes are integers\n"));
  CHECK(again.code == 1);
  CHECK(again.out.contains("not linearizable (register, 2 operations of 2 sessions on 1 key)"));
  CHECK(splitvote({"check", history("kv.edn"), "--write", "splitvote", "-o", "-"})
            .out.starts_with("{\"splitvote_history\":1,\"initial\":\"\"}\n"));
}

TEST_CASE("a read that found nothing keeps saying so with the option that a note names") {
  const Folder folder;
  const std::string target = folder / "sr.edn";

  const Outcome outcome =
      splitvote({"check", history("stale-read.jsonl"), "--write", "jepsen-edn", "-o", target});
  const Outcome again = splitvote({"check", target, "--nil", "absent"});

  CHECK(outcome.code == 1);
  CHECK(outcome.err.contains("; read it with --nil absent\n"));
  CHECK(again.code == 1);
}

TEST_CASE("what keys hold at first is said again where porcupine's events cannot say it") {
  const Folder folder;
  const std::string target = folder / "p.json";

  const Outcome outcome =
      splitvote({"check", history("kv.edn"), "--write", "porcupine-json", "-o", target});

  CHECK(outcome.code == 0);
  CHECK(outcome.err.contains("; read it with --initial '\"\"'\n"));
  CHECK(splitvote({"check", target, "--initial", "\"\""}).code == 0);
}

TEST_CASE("a history without an operation is not ok") {
  const Folder folder;
  save(folder / "none.json", "[]");
  save(folder / "header.jsonl", "{\"splitvote_history\":1}\n");

  CHECK(splitvote({"check", folder / "none.json"}).code == 4);
  CHECK(splitvote({"check", folder / "header.jsonl"}).code == 4);
  CHECK(splitvote({"check", folder / "none.json"})
            .out.ends_with(": no operation: nothing was checked\n"));
}

TEST_CASE("what a failed cas met is said by an option") {
  const Folder folder;
  save(folder / "cas.edn",
       "{:process 0 :type :invoke :f :write :value 1}\n"
       "{:process 0 :type :ok :f :write :value 1}\n"
       "{:process 0 :type :invoke :f :cas :value [1 2]}\n"
       "{:process 0 :type :fail :f :cas :value [1 2]}\n");

  CHECK(splitvote({"check", folder / "cas.edn"}).code == 0);
  CHECK(splitvote({"check", folder / "cas.edn", "--failed-cas", "mismatch"}).code == 1);
  CHECK(splitvote({"check", folder / "cas.edn", "--failed-cas", "mismtch"})
            .err.contains("did you mean \"mismatch\"?"));
  CHECK(splitvote({"check", history("two-holders.edn"), "--failed-cas", "mismatch"})
            .err.contains("error: --failed-cas has no meaning for the model mutex; those with a "
                          "cas are: cas-register, kv\n"));
}

TEST_CASE("what a key holds at first, and what nil says, is of no meaning where nothing is read") {
  const std::string models =
      " has no meaning for the model mutex; those with values that are read are: register, "
      "cas-register, kv, list-append, rw-register, multi-register\n";
  const Outcome initial = splitvote({"check", history("two-holders.edn"), "--initial", "0"});
  CHECK(initial.code == 2);
  CHECK(initial.err.contains("error: --initial" + models));
  CHECK(splitvote({"check", history("two-holders.edn"), "--nil", "absent"})
            .err.contains("error: --nil" + models));
}

TEST_CASE("transactions are written as Elle's") {
  const Folder folder;
  const std::string target = folder / "t.json";

  const Outcome outcome =
      splitvote({"check", history("transactions.edn"), "--write", "jepsen-json", "-o", target});
  const Outcome porcupine =
      splitvote({"check", history("transactions.edn"), "--write", "porcupine-json", "-o", target});

  CHECK(outcome.code == 1);
  CHECK(porcupine.code == 1);  // the verdict's: it is worse than what could not be written
  CHECK(porcupine.err.contains("porcupine-json has no words for transactions"));
  CHECK(splitvote({"check", target}).out.contains("VIOLATED, not strict-serializable ("));
}

TEST_CASE("what is eventually seen is asked for when all faults are healed, within a time") {
  const Folder folder;
  const std::string fault = "{\"fault\":0,\"name\":\"cut\",\"time\":0}\n";
  const std::string healed = "{\"healed\":0,\"time\":8000}\n";
  const auto judged = [&](const std::string& first, const std::string& last,
                          const std::string& within) {
    save(folder / "h.jsonl",
         "{\"splitvote_history\":1,\"initial\":null}\n" + first +
             "{\"invoke\":0,\"session\":\"c1\",\"key\":\"x\",\"does\":\"write\",\"argument\":\"1\","
             "\"time\":1000}\n"
             "{\"return\":0,\"outcome\":\"ok\",\"time\":5000}\n" +
             last +
             "{\"invoke\":1,\"session\":\"c2\",\"key\":\"x\",\"does\":\"read\",\"time\":9000}\n"
             "{\"return\":1,\"outcome\":\"ok\",\"result\":null,\"time\":9500}\n");
    return splitvote(
        {"check", folder / "h.jsonl", "--consistency", "eventual", "--within", within});
  };

  CHECK(judged("", "", "3us").code == 1);
  CHECK(judged("", "", "5us").code == 0);
  CHECK(judged(fault, healed, "3us").code == 0);
  CHECK(judged(fault, healed, "500ns").code == 1);
  const Outcome lasts = judged(fault, "", "3us");
  CHECK(lasts.code == 4);
  CHECK(lasts.out.contains("a fault was never healed"));
  const Outcome timeless = judged(fault, "{\"healed\":0}\n", "3us");
  CHECK(timeless.code == 4);
  CHECK(timeless.out.contains("nobody knows when a fault was healed"));
}

TEST_CASE("transactions are judged by the models of transactions only") {
  const Outcome serializable =
      splitvote({"check", history("transactions.edn"), "--consistency", "serializable"});
  const Outcome committed =
      splitvote({"check", history("transactions.edn"), "--consistency", "read-committed"});
  const Outcome single = splitvote({"check", history("kv.edn"), "--consistency", "serializable"});
  const Outcome sequential =
      splitvote({"check", history("transactions.edn"), "--consistency", "sequential"});

  CHECK(sequential.code == 2);
  CHECK(sequential.err.contains("these are transactions, and 'sequential' judges single"));
  CHECK(serializable.code == 1);
  CHECK(serializable.out.contains("VIOLATED, not serializable (rw-register, 2 transactions of 2"));
  CHECK(committed.code == 0);
  CHECK(single.code == 2);
  CHECK(single.err.contains("these are single operations, and 'serializable' judges transactions"));
}

TEST_CASE("transactions that nobody asks about shall be strictly serializable") {
  const Outcome outcome = splitvote({"check", history("transactions.edn"), "--brief"});
  const Outcome linearizable =
      splitvote({"check", history("transactions.edn"), "--consistency", "linearizable", "--brief"});

  CHECK(outcome.out.contains("VIOLATED, not strict-serializable ("));
  CHECK(linearizable.out == outcome.out);
}

TEST_CASE("a workload is judged by what it promises") {
  const Outcome bank = splitvote({"check", history("bank.edn"), "--json", "-"});
  const Outcome late = splitvote({"check", history("set-full.edn")});
  const Outcome strict =
      splitvote({"check", history("set-full.edn"), "--consistency", "linearizable"});
  const Outcome other = splitvote({"check", history("bank.edn"), "--consistency", "causal"});
  const Json file = Json::parse(bank.out)["files"][0];

  CHECK(bank.code == 1);
  CHECK(bank.err.contains("VIOLATED, not balanced (bank, 3 operations of 2 sessions on 1 object)"));
  CHECK(file["consistency"] == "balanced");
  CHECK(file["contradiction"]["operations"].size() == 2);
  CHECK(file["contradiction"]["operations"][1]["text"] == "read by 0 -> {0 6, 1 0}");
  CHECK(late.code == 0);
  CHECK(strict.code == 1);
  CHECK(other.code == 2);
  CHECK(other.err.contains("the model bank promises that a history is balanced"));
}

}  // namespace
}  // namespace splitvote::cli
