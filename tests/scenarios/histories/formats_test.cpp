// Which format a file has, from its first bytes, from its name, or because somebody says so.
#include "tests/scenarios/histories/read_case.hpp"

using namespace splitvote;
using namespace splitvote::histories;

TEST_CASE("each format is told by how it begins") {
  CHECK(read_case("stale-read.edn").format == "jepsen-edn");
  CHECK(read_case("cas.edn").format == "jepsen-edn");
  CHECK(read_case("stale-read.json").format == "jepsen-json");
  CHECK(read_case("etcd.log").format == "etcd-log");
  CHECK(read_case("columns.txt").format == "columns");
  CHECK(read_case("awdit.txt").format == "awdit");
  CHECK(read_case("plume.txt").format == "plume");
  CHECK(read_case("stale-read.jsonl").format == "splitvote");
  CHECK(read_case("porcupine.json").format == "porcupine-json");
}

TEST_CASE("a file that begins like no format is known by its name, or refused") {
  CHECK(read_history("h.edn", "[]", {})->format == "jepsen-edn");
  CHECK(read_history("h.json", "[]", {})->format == "jepsen-json");
  CHECK(complaints("[]").contains("this begins like no known format; choose one with --format: "));
  CHECK(complaints("what is this?").contains("this begins like no known format"));
}

TEST_CASE("a format that is chosen is believed") {
  Choices choices;
  choices.format = "jepsen-json";

  CHECK(read_text("[]", choices).format == "jepsen-json");
  CHECK(complaints(file_text(case_path("stale-read.edn")), choices).contains("1:1: error: syntax"));
}

TEST_CASE("the model is the first that knows all words, or the one that is chosen") {
  Choices kv;
  kv.model = Model::kv;

  CHECK(read_case("stale-read.edn").model == Model::register_);
  CHECK(read_case("cas.edn").model == Model::cas_register);
  CHECK(read_case("kv.edn").model == Model::kv);
  CHECK(read_case("mutex.edn").model == Model::mutex);
  CHECK(read_case("lists.edn").model == Model::list_append);
  CHECK(read_case("transactions.edn").model == Model::rw_register);
  CHECK_FALSE(read_case("stale-read.jsonl").model);
  CHECK(complaints(file_text(case_path("cas.edn")), kv)
            .starts_with("1:2: error: the model kv has no operation 'write'; known here: "));
}

TEST_CASE("what a format says itself nobody else can say") {
  Choices choices;
  choices.model = Model::kv;
  CHECK(complaints(file_text(case_path("stale-read.jsonl")), choices) ==
        " error: --model has no meaning for the format splitvote; that format says itself what its "
        "operations mean\n");
}
