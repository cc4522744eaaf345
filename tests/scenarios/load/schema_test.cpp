// The JSON Schema and the loader accept the same keys and, as far as a schema can, the same values.
#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "scenarios/load/tree.hpp"
#include "tests/scenarios/load/mini_schema.hpp"
#include "tests/scenarios/load/protocols.hpp"

namespace splitvote::load {
namespace {

using Json = nlohmann::ordered_json;

const Json& schema() {
  static const Json parsed = Json::parse(json_schema(test::protocols()));
  return parsed;
}

bool obeys(const std::string& text) {
  return test::obeys(test::json_of_yaml(text), schema(), schema());
}

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream content;
  content << std::ifstream(file).rdbuf();
  return content.str();
}

/// Collects every key that stands in a map of the document, as `section/key`.
void keys_in(const Node& node, const std::string& path, std::set<std::string>& keys) {
  for (const Node& item : node.items) keys_in(item, path, keys);
  for (const Entry& entry : node.entries) {
    keys.insert(path + "/" + entry.key);
    keys_in(entry.value, path + "/" + entry.key, keys);
  }
}

const Json& resolved(const Json& schema_part) {
  const Json* part = &schema_part;
  while (part->contains("$ref"))
    part = &schema().at(Json::json_pointer(part->at("$ref").get<std::string>().substr(1)));
  return *part;
}

/// Every property of the schema by path; named maps and recursive definitions end the walk.
void properties_in(const Json& part, const std::string& path, int depth,
                   std::set<std::string>& properties) {
  if (depth > 24 || !part.is_object()) return;
  const Json& here = resolved(part);
  if (!here.is_object()) return;
  for (const char* word : {"anyOf", "allOf"})
    if (here.contains(word))
      for (const Json& each : here[word]) properties_in(each, path, depth + 1, properties);
  if (here.contains("items")) properties_in(here["items"], path, depth + 1, properties);
  if (!here.contains("properties")) return;
  for (const auto& [key, each] : here["properties"].items())
    if (properties.insert(path + "/" + key).second)
      properties_in(each, path + "/" + key, depth + 1, properties);
}

}  // namespace

TEST_CASE("the schema is draft-07 and its references lead somewhere") {
  CHECK(schema()["$schema"] == "http://json-schema.org/draft-07/schema#");
  const std::string text = schema().dump();
  const std::string mark = "\"#/definitions/";
  for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
    const std::size_t start = at + mark.size();
    const std::string name = text.substr(start, text.find('"', start) - start);
    CHECK_MESSAGE(schema()["definitions"].contains(name), name);
    CHECK_MESSAGE(!schema()["definitions"][name].empty(), name);
  }
}

TEST_CASE(
    "the worked examples, the included part and the scenario with every key obey the schema") {
  for (const char* name :
       {"leader-in-minority", "failover-sweep", "common/five-nodes", "everything"})
    CHECK_MESSAGE(obeys(content_of(std::string("tests/scenarios/load/good/") + name + ".yaml")),
                  name);
}

TEST_CASE("what explain prints obeys the schema") {
  CHECK(obeys(to_yaml(test::good(test::everything()))));
  CHECK(obeys(to_yaml(test::good(test::small()))));
}

TEST_CASE("the second spellings of guarantees and measures obey the schema") {
  CHECK(
      obeys(test::small("expect: {always: [session.read_your_writes, "
                        "{check: session.monotonic_reads}], slo: [staleness.p99 < 100ms]}\n")));
}

TEST_CASE("every key of the schema is used by the scenario with every key, which loads") {
  // The loader accepts it, hence each of these keys; what the schema has beyond it is listed here.
  std::set<std::string> used, known;
  std::vector<Diagnostic> diagnostics;
  const std::string text = test::everything();
  const auto document = read_yaml(make_source("everything", text), text, diagnostics);
  REQUIRE(test::load(text).ok());
  keys_in(*document, "", used);
  properties_in(schema(), "", 0, known);

  std::string unused;
  for (const std::string& key : known) {
    const bool draw = std::ranges::any_of(
        std::array{"/uniform", "/exponential", "/lognormal", "/pareto", "/empirical",
                   "/choose/weight", "/choose/value", "/dist", "/mean", "/max", "/p50", "/p99",
                   "/sigma", "/minimum", "/alpha", "/choose"},
        [&key](const char* word) { return key.ends_with(word); });
    const bool alternative = key.starts_with("/timeline/choose/");
    if (!used.contains(key) && !draw && !alternative) unused += key + " ";
  }
  CHECK(unused == "/include ");
}

TEST_CASE("a key that is changed by one letter is refused by the loader and by the schema") {
  const std::string text = test::everything();
  std::vector<Diagnostic> diagnostics;
  const auto document = read_yaml(make_source("everything", text), text, diagnostics);
  const std::vector<std::string> keys = {
      "seed",   "nodes",    "latency", "matrix",   "links",    "fsync",  "drift",  "handle",
      "kind",   "clients",  "mix",     "cas",      "count",    "base",   "target", "partition",
      "drop",   "between",  "step",    "stall",    "errors",   "weight", "always", "during",
      "within", "baseline", "seeds",   "failures", "quantiles"};
  for (const std::string& key : keys) {
    std::string changed = text;
    const std::size_t at = changed.find(key + ":");
    REQUIRE_MESSAGE(at != std::string::npos, key);
    changed.insert(at + key.size(), "q");
    CAPTURE(key);
    CHECK_FALSE(test::load(changed).ok());
    CHECK_FALSE(obeys(changed));
  }
}

TEST_CASE("the schema refuses wrong forms, words, units and keys as the loader does") {
  // Names, references and sums are beyond a schema.
  for (const char* name : {"version-2",
                           "version-quoted",
                           "unknown-section",
                           "name-with-space",
                           "tags-not-a-list",
                           "bad-tag",
                           "unit-missing",
                           "unit-unknown",
                           "unit-spaced",
                           "unit-of-another-kind",
                           "duration-word",
                           "integer-float",
                           "integer-negative",
                           "nodes-too-many",
                           "node-key",
                           "loss-without-unit",
                           "latency-list",
                           "distribution-unknown",
                           "distribution-two",
                           "choose-nothing",
                           "capacity-unit",
                           "protocol-unknown",
                           "protocol-without-kind",
                           "protocol-key",
                           "protocol-bool-yes",
                           "protocol-bool-quoted",
                           "protocol-choice",
                           "workload-map",
                           "workload-without-name",
                           "workload-rate",
                           "step-verb-unknown",
                           "step-choose-empty",
                           "step-weight-zero",
                           "crash-lose",
                           "crash-without-nodes",
                           "crash-empty-list",
                           "partition-mode",
                           "link-extra",
                           "disk-errors",
                           "eventually-anchor",
                           "slo-baseline",
                           "expect-key",
                           "seeds-word",
                           "matrix-scalar",
                           "stop-on",
                           "quantile",
                           "param-type",
                           "no-version",
                           "root-is-a-list"})
    CHECK_MESSAGE(!obeys(content_of(std::string("tests/scenarios/load/bad/") + name + ".yaml")),
                  name);
}

TEST_CASE("each protocol has its own keys in the schema") {
  const std::string start = "version: 1\nname: x\ntopology: {nodes: 1}\nprotocol: ";
  CHECK(obeys(start + "{kind: raft, pre_vote: true}\n"));
  CHECK(obeys(start + "{kind: echo}\n"));
  CHECK_FALSE(obeys(start + "{kind: echo, pre_vote: true}\n"));
  CHECK_FALSE(obeys(start + "{kind: other}\n"));
}

}  // namespace splitvote::load
