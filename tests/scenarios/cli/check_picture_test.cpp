// splitvote check: what it draws, and that nothing it tells or draws commands a terminal.
#include <nlohmann/json.hpp>

#include "tests/scenarios/cli/command_line.hpp"

namespace splitvote::cli {
namespace {

using Json = nlohmann::json;

TEST_CASE("names that a terminal would obey are told in quotes") {
  const Folder folder;
  save(folder / "names.jsonl",
       "{\"splitvote_history\":1,\"initial\":null}\n"
       "{\"invoke\":0,\"session\":\"c\\u001b1\",\"key\":\"x\\u001b[31m\",\"does\":\"write\","
       "\"argument\":\"1\",\"time\":1000}\n"
       "{\"return\":0,\"outcome\":\"ok\",\"time\":5000}\n"
       "{\"invoke\":1,\"session\":\"c "
       "2\",\"key\":\"x\\u001b[31m\",\"does\":\"read\",\"time\":6000}\n"
       "{\"return\":1,\"outcome\":\"ok\",\"result\":null,\"time\":9000}\n");

  const std::string picture = folder / "names.svg";
  const Outcome outcome = splitvote({"check", folder / "names.jsonl", "--svg", picture});

  CHECK(outcome.out.contains("write \"x\\x1b[31m\" = 1 by \"c\\x1b1\" ["));
  CHECK(outcome.out.contains("read \"x\\x1b[31m\" by c 2 ["));
  CHECK_FALSE(outcome.out.contains('\x1b'));
  CHECK_FALSE(content(picture).contains('\x1b'));
}

TEST_CASE("what contradicts is drawn, a lane a session") {
  const Folder folder;
  const Outcome outcome =
      splitvote({"check", history("stale-read.jsonl"), "--svg", folder / "h.svg"});
  const Outcome kept = splitvote({"check", history("kv.edn"), "--svg", folder / "none.svg"});
  const std::string svg = content(folder / "h.svg");

  CHECK(outcome.code == 1);
  CHECK(outcome.out.ends_with("wrote " + folder / "h.svg" + "\n"));
  CHECK(svg.starts_with("<svg "));
  CHECK(svg.contains(">c1</text>"));
  CHECK(svg.contains(">c2</text>"));
  CHECK(svg.contains("class=\"op-failed\""));
  CHECK(svg.contains(">read x -&gt; nil</text>"));  // whole: its step is as wide as it needs
  CHECK(svg.contains("read x by c2 [0.006ms..0.009ms] -&gt; nil"));
  CHECK(kept.code == 0);
  CHECK(kept.err == history("kv.edn") + ": note: no picture: nothing contradicts\n");
  CHECK(splitvote({"check", history("two-holders.edn"), "--budget", "1", "--svg", folder / "k.svg"})
            .err.ends_with(": note: no picture: nobody knows whether anything contradicts\n"));
  CHECK_FALSE(std::filesystem::exists(folder / "none.svg"));
  CHECK(splitvote({"check", "a", "b", "--svg", "c"}).code == 2);
}

TEST_CASE("the faults in force are told, drawn and kept") {
  const Folder folder;
  const Outcome outcome =
      splitvote({"check", history("stale-read.edn"), "--svg", folder / "h.svg", "--json",
                 folder / "h.json", "--write", "splitvote", "-o", folder / "h.jsonl"});
  const Outcome again = splitvote({"check", folder / "h.jsonl"});
  const Json json = Json::parse(content(folder / "h.json"), nullptr, false);

  CHECK(outcome.out.contains(" In force meanwhile: start \"cut\" [0.00031ms..].\n"));
  CHECK(again.out.contains(" In force meanwhile: start \"cut\" [0.00031ms..].\n"));
  CHECK(content(folder / "h.svg").contains(">start &quot;cut&quot; [0.00031ms..]</text>"));
  CHECK(json["files"][0]["contradiction"]["faults"] ==
        Json::array({{{"name", "start \"cut\""}, {"before", 3}}}));
}

TEST_CASE("what contradicts in transactions is drawn, with the faults in force") {
  const Folder folder;
  save(folder / "skew.edn",
       "{:process 0 :type :invoke :f :txn :value [[:r x nil] [:r y nil] [:w x 1]]}\n"
       "{:process :nemesis :type :info :f :start :value \"n1 | n2\"}\n"
       "{:process 1 :type :invoke :f :txn :value [[:r x nil] [:r y nil] [:w y 1]]}\n"
       "{:process 0 :type :ok :f :txn :value [[:r x nil] [:r y nil] [:w x 1]]}\n"
       "{:process 1 :type :ok :f :txn :value [[:r x nil] [:r y nil] [:w y 1]]}\n"
       "{:process :nemesis :type :info :f :stop}\n");
  const Outcome outcome = splitvote(
      {"check", folder / "skew.edn", "--consistency", "serializable", "--svg", folder / "h.svg"});
  const std::string svg = content(folder / "h.svg");

  CHECK(outcome.code == 1);
  CHECK(outcome.out.contains("  write skew: "));
  CHECK(outcome.out.contains(" In force meanwhile: start \"n1 | n2\".\n"));
  CHECK(svg.contains(">skew.edn is not serializable</text>"));
  CHECK(svg.contains(">transaction 2</text>"));
  CHECK(svg.contains(">has not seen it: x</text>"));
  CHECK(svg.contains(">start &quot;n1 | n2&quot;</text>"));
}

TEST_CASE("what breaks a workload's promise is drawn among what happened meanwhile") {
  const Folder folder;
  save(folder / "bank.edn",
       "{:process 0 :type :invoke :f :read}\n"
       "{:process 0 :type :ok :f :read :value {0 10, 1 10}}\n"
       "{:process 1 :type :invoke :f :transfer :value {:from 0 :to 1 :amount 5}}\n"
       "{:process 0 :type :invoke :f :read}\n"
       "{:process 0 :type :ok :f :read :value {0 5, 1 10}}\n"
       "{:process 1 :type :ok :f :transfer :value {:from 0 :to 1 :amount 5}}\n");
  const Outcome outcome = splitvote({"check", folder / "bank.edn", "--svg", folder / "h.svg"});
  const std::string svg = content(folder / "h.svg");

  CHECK(outcome.code == 1);
  CHECK(svg.contains(">bank.edn is not balanced</text>"));
  CHECK(svg.contains(">read -&gt; {0 5, 1 10}</text>"));
  CHECK(svg.contains("class=\"follower\""));
}

}  // namespace
}  // namespace splitvote::cli
