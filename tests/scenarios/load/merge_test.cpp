// Includes, overrides and parameters: what ends up where, and which place a complaint names.
#include <doctest/doctest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/scenarios/load/protocols.hpp"

namespace splitvote::load {
namespace {

/// A folder of its own that goes away with the test.
class Folder {
 public:
  Folder() { std::filesystem::create_directories(path_); }
  ~Folder() { std::filesystem::remove_all(path_); }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  void write(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name) << text;
  }
  [[nodiscard]] Loaded load(const std::string& name) const {
    return load_file(path_ / name, {test::protocols(), {}, {}});
  }
  [[nodiscard]] std::string name(const std::string& file) const {
    return (path_ / file).generic_string();
  }

 private:
  std::filesystem::path path_ =
      std::filesystem::temp_directory_path() / ("splitvote-load-" + std::to_string(::getpid()));
};

}  // namespace

TEST_CASE("an included file lies below the including one: maps merge, lists replace") {
  const Folder folder;
  folder.write("parts/base.yaml",
               "version: 1\nname: base\ntags: [a, b]\nrun: {seed: 7, duration: 5s}\n"
               "topology: {nodes: 3, network: {default: {latency: 2ms, loss: 1%}}}\nprotocol: "
               "{kind: raft, pre_vote: false}\n");
  folder.write("top.yaml",
               "version: 1\nname: top\ninclude: [parts/base.yaml]\ntags: [c]\nrun: {seed: 8}\n"
               "topology: {network: {default: {loss: 2%}}}\n");

  const Loaded loaded = folder.load("top.yaml");

  REQUIRE_MESSAGE(loaded.ok(), render(loaded.diagnostics));
  CHECK(loaded.scenario.name == "top");
  CHECK(loaded.scenario.tags == std::vector<std::string>{"c"});
  CHECK(loaded.scenario.run.seed == 8);
  CHECK(loaded.scenario.run.duration == sim::seconds(5));
  CHECK(loaded.scenario.topology.network.fallback.latency->fixed == sim::milliseconds(2));
  CHECK(loaded.scenario.topology.network.fallback.loss == sim::Ratio{1, 50});
  CHECK(loaded.scenario.protocol.settings.get<bool>("pre_vote") == false);
}

TEST_CASE("a distribution replaces an included one as a whole, and so does another protocol") {
  const Folder folder;
  folder.write("base.yaml",
               "version: 1\nname: base\ntopology: {nodes: 3, disks: {default: {fsync: {dist: "
               "lognormal, p50: 1ms, p99: 2ms}}}}\n"
               "protocol: {kind: raft, pre_vote: false}\n");
  folder.write("top.yaml",
               "version: 1\nname: top\ninclude: base.yaml\ntopology: {disks: {default: {fsync: "
               "{uniform: [1ms, 2ms]}}}}\n"
               "protocol: {kind: echo}\n");

  const Loaded loaded = folder.load("top.yaml");

  REQUIRE_MESSAGE(loaded.ok(), render(loaded.diagnostics));
  CHECK(loaded.scenario.topology.disks.fallback.fsync->text == "{uniform: [1ms, 2ms]}");
  CHECK(loaded.scenario.protocol.kind == "echo");
}

TEST_CASE("later includes win over earlier ones") {
  const Folder folder;
  folder.write("a.yaml", "version: 1\nrun: {seed: 1, duration: 1s}\n");
  folder.write("b.yaml", "version: 1\nrun: {seed: 2}\n");
  folder.write("top.yaml", test::small("include: [a.yaml, b.yaml]\n"));
  const Loaded loaded = folder.load("top.yaml");
  REQUIRE_MESSAGE(loaded.ok(), render(loaded.diagnostics));
  CHECK(loaded.scenario.run.seed == 2);
  CHECK(loaded.scenario.run.duration == sim::seconds(1));
}

TEST_CASE("a complaint about an included line names the included file") {
  const Folder folder;
  folder.write("parts/base.yaml", "version: 1\nrun: {duration: 10}\n");
  folder.write("top.yaml", test::small("include: parts/base.yaml\n"));
  const Loaded loaded = folder.load("top.yaml");
  REQUIRE(loaded.diagnostics.size() == 1);
  CHECK(to_text(loaded.diagnostics[0].position) == folder.name("parts/base.yaml") + ":2:17");
}

TEST_CASE("a cycle of includes is reported where it closes") {
  const Folder folder;
  folder.write("a.yaml", test::small("include: b.yaml\n"));
  folder.write("b.yaml", "version: 1\ninclude: [./c.yaml]\n");
  folder.write("c.yaml", "version: 1\ninclude:\n  - a.yaml\n");
  const Loaded loaded = folder.load("a.yaml");
  REQUIRE(loaded.diagnostics.size() == 1);
  CHECK(to_text(loaded.diagnostics[0].position) == folder.name("c.yaml") + ":3:5");
  CHECK(loaded.diagnostics[0].message.contains("includes itself"));
}

TEST_CASE("the same file may be included twice, but not without end") {
  const Folder folder;
  folder.write("leaf.yaml", "version: 1\nrun: {seed: 3}\n");
  folder.write("twice.yaml", test::small("include: [leaf.yaml, leaf.yaml]\n"));
  CHECK(folder.load("twice.yaml").ok());

  // Each file includes the next one twice: 2^20 readings without a limit.
  for (int i = 0; i < 20; ++i)
    folder.write("f" + std::to_string(i) + ".yaml",
                 test::small("include: [f" + std::to_string(i + 1) + ".yaml, f" +
                             std::to_string(i + 1) + ".yaml]\n"));
  folder.write("f20.yaml", "version: 1\n");
  CHECK(render(folder.load("f0.yaml").diagnostics).contains("more than 64 files are included"));
}

TEST_CASE("a file that is not there, or a folder, is an error of the command line") {
  const Folder folder;
  CHECK(render(folder.load("none.yaml").diagnostics).contains("none.yaml: error: "));
  folder.write("sub/x.yaml", "");
  CHECK(render(folder.load("sub").diagnostics).contains("is a directory"));
}

TEST_CASE("an override changes what its path names, in maps and in lists by name or number") {
  const std::string text = test::small(
      "workload: [{name: kv, rate: 5/s}]\ntimeline: [{name: cut, at: 1s, crash: leader}]\n");
  const Loaded loaded = test::load(text, {},
                                   {{"run.seed", "9"},
                                    {"protocol.election_timeout", "100ms..200ms"},
                                    {"workload.kv.rate", "7/s"},
                                    {"timeline.0.at", "{uniform: [2s, 3s]}"},
                                    {"topology.network.default.loss", "5%"}});
  REQUIRE_MESSAGE(loaded.ok(), render(loaded.diagnostics));
  CHECK(loaded.scenario.run.seed == 9);
  CHECK(loaded.scenario.workloads[0].rate->per_1000_s == 7'000);
  CHECK(std::get<At>(loaded.scenario.timeline[0].trigger).time.text == "{uniform: [2s, 3s]}");
  CHECK(loaded.scenario.topology.network.fallback.loss == sim::Ratio{1, 20});
}

TEST_CASE("complaints about overrides point into the override") {
  const auto place = [](const std::string& path, const std::string& value) {
    const Loaded loaded = test::load(test::small("workload: [{name: kv}]\n"), {}, {{path, value}});
    return loaded.diagnostics.size() == 1 ? to_text(loaded.diagnostics[0].position)
                                          : render(loaded.diagnostics);
  };
  CHECK(place("run.duration", "10") == "--set:1:14");
  CHECK(place("protocol.prevote", "true") == "--set:1:10");
  CHECK(place("workload.vk.rate", "1/s") == "--set:1:1");
  CHECK(place("name.x", "1") == "--set:1:1");
  CHECK(place("run..seed", "1") == "--set:1:1");
  CHECK(place("run.seed", "") == "--set:1:1");
  CHECK(place("run.seed", "[1") == "--set:1:12");
  CHECK(place("include", "x.yaml") == "--set:1:1");
}

TEST_CASE("a parameter's value is put in wherever its name stands, also within texts") {
  const std::string text = test::small(
      "description: \"lasts ${hold}, not $${hold}\"\n"
      "params: {hold: {type: duration, default: 8s}, who: {type: text, default: leader}}\n"
      "timeline: [{at: 1s, crash: {nodes: \"${who}\"}, for: \"${hold}\"}]\n");

  const Scenario fallback = test::good(text);
  const Loaded given = test::load(text, {{"hold", "3s"}, {"who", "n2"}});

  CHECK(fallback.description == "lasts 8s, not ${hold}");
  CHECK(fallback.timeline[0].actions[0].lasts->fixed == sim::seconds(8));
  REQUIRE_MESSAGE(given.ok(), render(given.diagnostics));
  CHECK(given.scenario.timeline[0].actions[0].lasts->fixed == sim::seconds(3));
  CHECK(std::get<Crash>(given.scenario.timeline[0].actions[0].verb).nodes.any_of[0].name == "n2");
  CHECK(given.scenario.params[0].value == "3s");
}

TEST_CASE("parameters are plain: a boolean parameter is a boolean where it is put in") {
  const Scenario scenario = test::good(
      "version: 1\nname: x\ntopology: {nodes: 3}\nparams: {ask: {type: boolean, default: false}}\n"
      "protocol: {kind: raft, pre_vote: \"${ask}\"}\n");
  CHECK(scenario.protocol.settings.get<bool>("pre_vote") == false);
}

TEST_CASE("values of -P are judged by the parameter's type, and unknown names refused") {
  const std::string text = test::small("params: {hold: {type: duration, default: 8s}}\n");
  const auto complaint = [&](Assignment given) {
    return render(test::load(text, {std::move(given)}).diagnostics);
  };
  CHECK(complaint({"hold", "3"}).contains("-P:1:6: error: \"3\" needs a unit"));
  CHECK(complaint({"hald", "3s"})
            .contains("-P:1:1: error: unknown parameter \"hald\"; did you mean \"hold\"?"));
}

}  // namespace splitvote::load
