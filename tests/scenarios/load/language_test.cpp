// What well-formed scenarios come to, section by section.
#include <doctest/doctest.h>

#include "scenarios/load/predicate_text.hpp"
#include "tests/scenarios/load/protocols.hpp"

namespace splitvote::load {
namespace {

Scenario with_timeline(std::string_view steps) {
  return test::good(test::small("timeline:\n" + std::string(steps)));
}

template <typename Each>
const Each& verb_of(const Step& step) {
  return std::get<Each>(step.actions.at(0).verb);
}

}  // namespace

TEST_CASE("both worked examples load") {
  for (const char* name : {"leader-in-minority", "failover-sweep"}) {
    const Loaded loaded = load_file(std::string("tests/scenarios/load/good/") + name + ".yaml",
                                    {test::protocols(), {}, {}});
    CHECK_MESSAGE(loaded.ok(), render(loaded.diagnostics));
    CHECK(loaded.scenario.name == name);
  }
}

TEST_CASE("nodes may be a number, a list or a map") {
  const auto names = [](std::string_view nodes) {
    std::string all;
    const Scenario scenario = test::good(
        "version: 1\nname: x\nprotocol: {kind: raft}\ntopology: {nodes: " + std::string(nodes) +
        "}\n");
    for (const NodeSettings& node : scenario.topology.nodes)
      all += node.name + node.datacenter + " ";
    return all;
  };
  CHECK(names("3") == "n1 n2 n3 ");
  CHECK(names("[b, a]") == "b a ");
  CHECK(names("{b: {dc: west}, a: }") == "bwest a ");
}

TEST_CASE("what a topology does not say is filled in, and said by explain") {
  const Scenario scenario = test::good(test::small());
  CHECK(scenario.topology.network.fallback.latency->fixed == sim::milliseconds(1));
  CHECK(scenario.topology.disks.fallback.fsync->fixed == sim::milliseconds(1));
  CHECK(to_yaml(scenario).contains("latency: 1ms"));
}

TEST_CASE("one direction of the latency matrix stands for both unless both are given") {
  const Scenario scenario = test::good(test::everything());
  std::string all;
  for (const DatacenterLatency& each : scenario.topology.network.latencies)
    all += each.source + ">" + each.target + " " + each.latency.text + "; ";
  CHECK(all ==
        "east>office 30ms; east>west 12ms; office>east 30ms; west>east {exponential: {mean: 13ms, "
        "max: 1s}}; ");
}

TEST_CASE("machines refuse nothing unless the network says so") {
  CHECK(test::good(test::everything()).topology.network.refusals);
  CHECK_FALSE(test::good(test::small()).topology.network.refusals);
}

TEST_CASE("a preset sets what it names, and a key beside it comes after it, wherever it stands") {
  const Scenario scenario = test::good(
      "version: 1\nname: x\ntopology: {nodes: 3}\n"
      "protocol: {pre_vote: true, kind: raft, preset: slow}\n");

  CHECK(scenario.protocol.settings.get<sim::Duration>("heartbeat_interval") ==
        sim::milliseconds(100));
  CHECK(scenario.protocol.settings.get<bool>("pre_vote"));
}

TEST_CASE("an unknown preset is an error with its place, and so is one of a protocol without any") {
  const std::string head = "version: 1\nname: x\ntopology: {nodes: 3}\n";

  const std::string unknown = test::complaints(head + "protocol: {kind: raft, preset: slwo}\n");
  const std::string none = test::complaints(head + "protocol: {kind: echo, preset: slow}\n");

  CHECK(unknown.find("4:32: error: unknown preset of raft \"slwo\"") != std::string::npos);
  CHECK(unknown.find("did you mean \"slow\"") != std::string::npos);
  CHECK(none.find("unknown key of echo \"preset\"") != std::string::npos);
}

TEST_CASE("a protocol's settings are its fallbacks where the scenario is silent") {
  const Scenario scenario = test::good(
      "version: 1\nname: x\ntopology: {nodes: 1}\nprotocol: {kind: raft, reads: read_index}\n");
  const models::Settings& settings = scenario.protocol.settings;
  CHECK(settings.get<models::Choice>("reads").index == 1);
  CHECK(settings.get<std::uint64_t>("batch") == 65'536);
  CHECK(settings.get<models::DurationRange>("election_timeout").last == sim::milliseconds(300));
  CHECK(settings.all().size() == 6);
}

TEST_CASE("a workload without a rate is a closed loop of one lane, with one an open loop of many") {
  const Scenario scenario = test::good(
      test::small("workload: [{name: a}, {name: b, rate: 0.5/s}, {name: c, timeout: 50ms}]\n"));
  CHECK_FALSE(scenario.workloads[0].rate);
  CHECK(scenario.workloads[0].lanes == 1);
  CHECK(scenario.workloads[1].rate->per_1000_s == 500);
  CHECK(scenario.workloads[1].lanes == 64);
  CHECK(scenario.workloads[2].request_timeout == sim::milliseconds(50));
}

TEST_CASE("a mix contains what it names and nothing else") {
  const Scenario scenario = test::good(test::small("workload: [{name: a, mix: {cas: 2}}]\n"));
  CHECK(scenario.workloads[0].mix == Mix{.put = 0, .get = 0, .cas = 2, .remove = 0});
}

TEST_CASE("every distribution samples what its words say") {
  const auto draw = [](std::string_view words) {
    const Scenario scenario =
        test::good(test::small("timeline: [{every: " + std::string(words) + ", mark: x}]\n"));
    return std::get<Every>(scenario.timeline[0].trigger).period.distribution;
  };
  CHECK(draw("5ms") == *sim::Distribution::constant(5'000'000));
  CHECK(draw("5ms..6ms") == *sim::Distribution::uniform(5'000'000, 6'000'000));
  CHECK(draw("{uniform: [5ms, 6ms]}") == *sim::Distribution::uniform(5'000'000, 6'000'000));
  CHECK(draw("{exponential: {mean: 2s, max: 9s}}") ==
        *sim::Distribution::exponential(2'000'000'000, 9'000'000'000));
  CHECK(draw("{dist: lognormal, p50: 1ms, p99: 3ms}") ==
        *sim::Distribution::lognormal(1'000'000, 3'000'000));
  CHECK(draw("{lognormal: {p50: 1ms, sigma: 0.5}}") ==
        *sim::Distribution::lognormal_sigma(1'000'000, {1, 2}));
  CHECK(draw("{pareto: {minimum: 1ms, alpha: 1.5}}") ==
        *sim::Distribution::pareto(1'000'000, {3, 2}));
  const std::array points = {sim::QuantilePoint{{0, 1}, 1'000'000},
                             sim::QuantilePoint{{1, 1}, 2'000'000}};
  CHECK(draw("{empirical: {0%: 1ms, 100%: 2ms}}") == *sim::Distribution::empirical(points));
  const std::array parts = {
      sim::WeightedDistribution{3, *sim::Distribution::constant(1'000'000)},
      sim::WeightedDistribution{1, *sim::Distribution::uniform(2'000'000, 3'000'000)}};
  CHECK(draw("{choose: [{weight: 3, value: 1ms}, 2ms..3ms]}") ==
        *sim::Distribution::mixture(parts));
}

TEST_CASE("triggers are at, every and when") {
  const Scenario scenario = with_timeline(
      "  - {at: 5s, mark: x}\n  - {every: 1s, from: 2s, until: 9s, mark: x}\n  - {when: term > 3, "
      "from: 1s, mark: x}\n");
  CHECK(std::get<At>(scenario.timeline[0].trigger).time.fixed == sim::seconds(5));
  CHECK(std::get<Every>(scenario.timeline[1].trigger).until == sim::seconds(9));
  CHECK(std::get<When>(scenario.timeline[2].trigger).from == sim::seconds(1));
}

std::vector<std::string> step_names(std::string_view timeline) {
  std::vector<std::string> names;
  for (const Step& step : with_timeline(timeline).timeline) names.push_back(step.name);
  return names;
}

TEST_CASE("a step without a name is called by its verb and whom it hits") {
  CHECK(step_names("  - {at: 1s, crash: leader}\n"
                   "  - {at: 1s, pause: [n1, \"pick(2, followers)\"], for: 1s}\n"
                   "  - {at: 1s, cut: {from: n1, to: n2..n3}}\n"
                   "  - {at: 1s, partition: {mode: leader}}\n"
                   "  - {at: 1s, partition: {groups: {few: [n1], many: [rest]}}}\n"
                   "  - {at: 1s, heal: [crash-leader, cut-n1-n2-n3]}\n"
                   "  - {at: 1s, heal: all}\n"
                   "  - {at: 1s, mark: hello}\n"
                   "  - {at: 1s, choose: [{mark: a}, {crash: n1}]}\n") ==
        std::vector<std::string>{"crash-leader", "pause-n1-pick-2-followers", "cut-n1-n2-n3",
                                 "partition-leader-rest", "partition-few-many",
                                 "heal-crash-leader-cut-n1-n2-n3", "heal-all", "mark",
                                 "choose-mark-crash"});
}

TEST_CASE("another step before it, or another time and strength, does not rename a step") {
  const std::string step = "  - {at: 1s, crash: leader}\n";
  const std::string edited = "  - {every: 2s, crash: {nodes: leader, lose: torn}, for: 3s}\n";
  const std::string others = "  - {at: 2s, pause: leader}\n  - {at: 2s, crash: n1}\n";

  CHECK(step_names(step).back() == "crash-leader");
  CHECK(step_names(edited).back() == "crash-leader");
  CHECK(step_names(others + step).back() == "crash-leader");
}

TEST_CASE("steps that do the same are numbered, around the names that are given") {
  CHECK(step_names("  - {at: 1s, crash: n1}\n  - {at: 2s, crash: n1}\n"
                   "  - {name: crash-n1-2, at: 3s, mark: x}\n  - {at: 4s, crash: n1}\n") ==
        std::vector<std::string>{"crash-n1", "crash-n1-3", "crash-n1-2", "crash-n1-4"});
}

TEST_CASE("a name that is made is a name, however much a step hits") {
  const std::string name =
      step_names(
          "  - {at: 1s, crash: [n1, n2, n3, \"except(all, one(followers), pick(1, n1, "
          "n2))\", leader, followers]}\n")
          .front();
  CHECK(is_name(name));
  CHECK(name == "crash-n1-n2-n3-except-all-one-followers-pick-1-n");
}

TEST_CASE("every form of predicate that is listed can be written") {
  for (const PredicateHelp& each : predicate_helps()) {
    CAPTURE(each.form);
    const Scenario scenario =
        test::good(test::small("workload: [{name: kv}]\ntimeline: [{when: \"" +
                               std::string(each.form) + "\", mark: x}]\n"));
    const auto& predicate = std::get<When>(scenario.timeline.front().trigger).predicate;
    CHECK(to_text(predicate).size() >= each.form.size());
  }
}

TEST_CASE("a verb on nodes may be written without the map") {
  const Scenario scenario = with_timeline(
      "  - {at: 1s, pause: [leader, n2]}\n  - {at: 1s, pause: {nodes: [leader, n2]}}\n");
  CHECK(verb_of<Pause>(scenario.timeline[0]) == verb_of<Pause>(scenario.timeline[1]));
  CHECK(verb_of<Pause>(scenario.timeline[0]).nodes.any_of[1].node == 1);
}

TEST_CASE("a crash without lose keeps the page cache, a power loss draws the fates") {
  const Scenario scenario = with_timeline(
      "  - {at: 1s, crash: leader}\n  - {at: 1s, crash: {nodes: leader, lose: all}}\n  - {at: 1s, "
      "power_loss: leader}\n");
  CHECK_FALSE(verb_of<Crash>(scenario.timeline[0]).lose);
  CHECK(verb_of<Crash>(scenario.timeline[1]).lose == Lose::all);
  CHECK(verb_of<PowerLoss>(scenario.timeline[2]).lose == Lose::random);
}

TEST_CASE("a change replaces, lengthens or multiplies") {
  const auto change = [](std::string_view words) {
    const Scenario scenario =
        with_timeline("  - {at: 1s, disk: {nodes: n1, fsync: " + std::string(words) + "}}\n");
    return *verb_of<Disk>(scenario.timeline[0]).fsync;
  };
  CHECK(change("2ms").draw.fixed == sim::milliseconds(2));
  CHECK(change("+80ms").extra == sim::milliseconds(80));
  CHECK(change("-80ms").extra == sim::milliseconds(-80));
  CHECK(change("x1.5").factor == sim::Ratio{3, 2});
  CHECK(change("{uniform: [1ms, 2ms]}").kind == Change::Kind::replace);
}

TEST_CASE("a range of nodes is those nodes in the order of the topology") {
  const Scenario scenario = with_timeline("  - {at: 1s, pause: n1..n3}\n");
  const NodeSet& set = verb_of<Pause>(scenario.timeline[0]).nodes;
  REQUIRE(set.any_of.size() == 3);
  CHECK(set.any_of[2].name == "n3");
  CHECK(set.any_of[2].node == 2);
}

TEST_CASE("selectors nest, and their operands are unions") {
  const Scenario scenario =
      with_timeline("  - {at: 1s, pause: \"pick(2, except(all, leader, n1), n2)\"}\n");
  const Selector& pick = verb_of<Pause>(scenario.timeline[0]).nodes.any_of.at(0);
  CHECK(pick.kind == SelectorKind::pick);
  CHECK(pick.count == 2);
  REQUIRE(pick.operands.size() == 1);
  REQUIRE(pick.operands[0].any_of.size() == 2);
  const Selector& except = pick.operands[0].any_of[0];
  CHECK(except.kind == SelectorKind::except);
  REQUIRE(except.operands.size() == 2);
  CHECK(except.operands[1].any_of.size() == 2);
}

TEST_CASE("a partition's groups are those it names, or those of its mode") {
  CHECK(group_names({{{"x", {}, {}}, {"y", {}, {}}}, {}, {}}) ==
        std::vector<std::string>{"x", "y"});
  CHECK(group_names({{}, PartitionMode::minority, {}}) ==
        std::vector<std::string>{"minority", "majority"});
  const Scenario scenario = with_timeline(
      "  - {name: p, at: 1s, partition: {mode: leader}}\n  - {at: 2s, pause: p.rest}\n");
  CHECK(verb_of<Pause>(scenario.timeline[1]).nodes.any_of[0].group == "rest");
}

TEST_CASE("and binds closer than or, and not closer than both") {
  const auto kind = [](std::string_view words) {
    const Scenario scenario =
        with_timeline("  - {when: \"" + std::string(words) + "\", mark: x}\n");
    return std::get<When>(scenario.timeline[0].trigger).predicate;
  };
  const Predicate either = kind("no_leader or single_leader and not term > 3");
  REQUIRE(either.kind == PredicateKind::any);
  REQUIRE(either.operands[1].kind == PredicateKind::every);
  CHECK(either.operands[1].operands[1].kind == PredicateKind::negation);
  CHECK(either.operands[1].operands[1].operands[0].kind == PredicateKind::comparison);
  CHECK(kind("(no_leader or single_leader) and no_leader").kind == PredicateKind::every);
}

TEST_CASE("a measure has a workload, nodes and an aggregate where its kind allows them") {
  const Scenario scenario = test::good(test::everything());
  const auto slo = [&](std::size_t i) { return std::get<Predicate>(scenario.expect.slo[i].bound); };
  CHECK(slo(0).measure.aggregate == Aggregate::quantile);
  CHECK(slo(0).measure.quantile == sim::Ratio{999, 1'000});
  CHECK(slo(0).threshold == Quantity{Unit::duration, 2'000'000'000, {}});
  CHECK(slo(1).measure.workload == "kv");
  CHECK(slo(1).measure.name == "availability");
  CHECK(slo(1).comparison == Comparison::at_least);
  CHECK(std::get<Slo::Regression>(scenario.expect.slo[4].bound).max == sim::Ratio{3, 2});
}

TEST_CASE("the guarantees of sessions and the staleness of reads have a second spelling") {
  const Scenario scenario = test::good(test::small(
      "workload: [{name: kv, clients: 1}]\n"
      "expect:\n"
      "  always: [linearizable, sequential, causal, session.read_your_writes,\n"
      "    session.monotonic_reads, session.monotonic_writes, session.writes_follow_reads]\n"
      "  slo: [staleness.p99 < 100ms, kv.staleness.max < 1s, staleness_versions.max <= 3]\n"));
  std::string checks;
  for (const CheckName& check : scenario.expect.always) checks += check.name + " ";
  std::string measures;
  for (const Slo& slo : scenario.expect.slo)
    measures += to_text(std::get<Predicate>(slo.bound)) + ", ";

  CHECK(checks ==
        "linearizable sequential causal read-your-writes monotonic-reads monotonic-writes "
        "writes-follow-reads ");
  CHECK(measures ==
        "read_staleness.p99 < 100ms, kv.read_staleness.max < 1s, "
        "read_staleness_versions.max <= 3, ");
}

TEST_CASE("a slip in the second spelling is answered in it") {
  const auto complaint = [](const std::string& expect) {
    return test::complaints(
        test::small("workload: [{name: kv, clients: 1}]\nexpect: {" + expect + "}\n"));
  };
  CHECK(complaint("always: [session.read_your_write]").contains("\"session.read_your_writes\"?"));
  CHECK(complaint("slo: [stalenes.p99 < 1s]").contains("\"staleness\"?"));
}

TEST_CASE("a moment is a time, a step's start or its end, and a bare step is its start") {
  const Scenario scenario = test::good(test::everything());
  CHECK(scenario.expect.never[2].window.after->time == sim::seconds(5));
  CHECK(scenario.expect.never[2].window.until->kind == Anchor::Kind::step_start);
  CHECK(scenario.expect.eventually[2].after.kind == Anchor::Kind::step_end);
  CHECK(scenario.timeline[scenario.expect.eventually[2].after.index].name == "cut");
  CHECK(scenario.expect.eventually[0].after.time == sim::Duration{});
}

TEST_CASE("predicates know their place, also within quotes") {
  const Scenario scenario =
      test::good(test::small("expect: {never: [\"no_leader and term > 3\"]}\n"));
  const Predicate& predicate = scenario.expect.never[0].that;
  CHECK(to_text(predicate.operands[1].measure.position) == "tests/scenarios/load/text.yaml:5:33");
}

TEST_CASE("what stands under x- is ignored, whatever it is") {
  CHECK(test::complaints(test::small("x-anything: {a: [010, yes, {b: }]}\n")).empty());
  CHECK_FALSE(test::complaints(test::small("y-anything: 1\n")).empty());
}

}  // namespace splitvote::load
