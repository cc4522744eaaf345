// Orders: the verbs that protocols add to the timeline.
#include <doctest/doctest.h>

#include "models/registry/protocol.hpp"
#include "scenarios/load/loader.hpp"
#include "scenarios/load/order_table.hpp"
#include "tests/scenarios/load/protocols.hpp"

namespace splitvote::load {
namespace {

Order order_in(const Scenario& scenario) {
  return std::get<Order>(scenario.timeline.at(0).actions.at(0).verb);
}

std::string complaints(std::string_view text) { return render(test::load(text).diagnostics); }

/// Registered for nobody: an order with a parameter of every type that may stand bare.
constexpr std::array parameters{
    models::Parameter{"to", models::ParameterType::nodes, "whom"},
    models::Parameter{"within", models::ParameterType::duration, "how long"},
    models::Parameter{"force", models::ParameterType::flag, "whatever it takes"},
    models::Parameter{"group", models::ParameterType::group, "of which"},
};
constexpr models::Order hand_over{.name = "hand_over",
                                  .help = "tells a server to hand over",
                                  .kind = sim::MessageKind{50},
                                  .parameters = parameters,
                                  .bare = true};

std::optional<Order> read(const Node& node) {
  std::vector<Diagnostic> diagnostics;
  Reader reader(test::protocols(), diagnostics);
  Order order;
  if (!load::order(hand_over).read(reader, node, order)) return std::nullopt;
  return order;
}

}  // namespace

TEST_CASE("an order is told to the leader unless it says to whom") {
  const Order fallback =
      order_in(test::good(test::small("timeline: [{at: 3s, reconfigure: {add: n3}}]\n")));
  const Order named =
      order_in(test::good(test::small("timeline: [{at: 3s, reconfigure: {on: n1, add: n3}}]\n")));

  CHECK(fallback.nodes.any_of.at(0).kind == SelectorKind::leader);
  CHECK(named.nodes.any_of.at(0).name == "n1");
}

TEST_CASE("the order of the arguments does not matter, and an empty list is none") {
  const auto load = [](std::string_view arguments) {
    return order_in(test::good(
        test::small("timeline: [{at: 3s, reconfigure: {" + std::string(arguments) + "}}]\n")));
  };

  CHECK(load("add: n3, remove: n1") == load("remove: n1, learners: [], add: [n3]"));
  CHECK_FALSE(load("add: n3") == load("remove: n3"));
}

TEST_CASE("orders survive the resolved text of their scenario") {
  const Scenario scenario = test::good(test::small(
      "timeline: [{at: 3s, reconfigure: {on: one(all), add: [n1, n3], catch_up: false}}]\n"));

  const Loaded again = test::load(to_yaml(scenario));

  REQUIRE(again.ok());
  CHECK(again.scenario == scenario);
}

TEST_CASE("a step without a name is called by what it orders") {
  const Scenario scenario =
      test::good(test::small("timeline: [{at: 3s, reconfigure: {add: n3}}, {at: 4s, reconfigure: "
                             "{on: n2, remove: n1}}]\n"));

  CHECK(scenario.timeline[0].name == "reconfigure-add-n3");
  CHECK(scenario.timeline[1].name == "reconfigure-n2-remove-n1");
}

TEST_CASE("a mistake in an order is told like one in any verb") {
  const auto step = [](std::string_view text) {
    return complaints(test::small("timeline: [{at: 3s, " + std::string(text) + "}]\n"));
  };

  CHECK(step("reconfigur: {add: n3}").contains("did you mean \"reconfigure\"?"));
  CHECK(step("reconfigure: {ad: n3}").contains("did you mean \"add\"?"));
  CHECK(step("reconfigure: {add: n9}").contains("unknown node \"n9\""));
  CHECK(step("reconfigure: {add: rest}").contains("\"rest\" outside of a partition's groups"));
  CHECK(step("reconfigure: {on: n1}").contains("an order that says nothing"));
  CHECK(step("reconfigure: {group: 0}").contains("an order that says nothing"));
  CHECK(step("reconfigure: {add: n3, group: n1}").contains("an integer"));
  CHECK(step("reconfigure: {add: n3, catch_up: maybe}").contains("is not a boolean"));
  CHECK(step("reconfigure: {add: n3}, for: 3s").contains("there is nothing to heal"));
  CHECK(step("reconfigure: leader").contains("where an order is due"));
}

TEST_CASE("an order may name a group that there is") {
  const auto complaint = [](std::string_view group, std::string_view groups) {
    const std::string text =
        "version: 1\nname: small\ntopology: {nodes: 3}\nprotocol: {kind: raft, groups: " +
        std::string(groups) +
        "}\ntimeline: [{at: 3s, take_snapshot: {group: " + std::string(group) + "}}]\n";
    return render(load_text("a.yaml", text, {.protocols = models::protocols()}).diagnostics);
  };

  CHECK(complaint("3", "4") == "");
  CHECK(complaint("4", "4").contains("5:44: error: there is no group 4"));
  CHECK(complaint("4", "4").contains("groups: 4 numbers them 0 to 3"));
  CHECK(complaint("0", "1") == "");
  CHECK(!complaint("3", "5000").contains("there is no group"));
  CHECK(complaint("1", "1").contains("the only group is 0"));
}

TEST_CASE("settings that fit no topology of that size are pointed at") {
  const auto complaint = [](std::string_view nodes, std::string_view settings) {
    const std::string text = "version: 1\nname: small\ntopology: {nodes: " + std::string(nodes) +
                             "}\nprotocol: {kind: raft, " + std::string(settings) + "}\n";
    return render(load_text("a.yaml", text, {.protocols = models::protocols()}).diagnostics);
  };

  CHECK(complaint("3", "witnesses: 2") == "");
  CHECK(complaint("3", "witnesses: 3").contains("4:11: error: the settings do not fit the topo"));
  CHECK(complaint("3", "witnesses: 3").contains("at most 2 of them can be witnesses"));
  CHECK(complaint("5", "voters: 2, witnesses: 2").contains("witnesses: 2 of 2 voters"));
}

TEST_CASE("a protocol that does not take an order says so") {
  const std::string text =
      "version: 1\nname: small\ntopology: {nodes: 3}\nprotocol: {kind: echo}\n"
      "timeline: [{at: 3s, reconfigure: {add: n3}}]\n";

  CHECK(complaints(text).contains("the order \"reconfigure\" to servers of echo"));
}

TEST_CASE("an order that says something by itself may be written as its nodes") {
  const auto bare = read(text_scalar("n2"));
  REQUIRE(bare.has_value());
  CHECK(bare->nodes.any_of.at(0).name == "n2");
  CHECK(bare->arguments.empty());

  const auto full = read(map_of({{"within", {}, plain_scalar("10ms")},
                                 {"force", {}, plain_scalar("true")},
                                 {"group", {}, plain_scalar("7")},
                                 {"to", {}, text_scalar("n1")}}));
  REQUIRE(full.has_value());
  CHECK(full->arguments.at(0).name == "to");
  CHECK(std::get<sim::Duration>(full->arguments.at(1).value) == sim::milliseconds(10));
  CHECK(std::get<bool>(full->arguments.at(2).value));
  CHECK(std::get<models::GroupId>(full->arguments.at(3).value) == models::GroupId{7});
}

}  // namespace splitvote::load
