// Two made-up protocols with a key of every type, and loading from text in one call.
#include "tests/scenarios/load/protocols.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

namespace splitvote::load::test {
namespace {

using models::Key;
using models::KeyType;

constexpr std::array<std::string_view, 2> reads = {"log", "read_index"};

const std::array keys{
    Key{"election_timeout",
        KeyType::duration_range,
        models::DurationRange{sim::milliseconds(150), sim::milliseconds(300)},
        "the timeout",
        {},
        1'000'000,
        60'000'000'000},
    Key{"heartbeat_interval",
        KeyType::duration,
        sim::milliseconds(50),
        "the heartbeat",
        {},
        1'000'000,
        60'000'000'000},
    Key{"pre_vote", KeyType::boolean, true, "ask first", {}},
    Key{"reads", KeyType::choice, models::Choice{0}, "how reads go", reads},
    Key{"batch", KeyType::size, std::uint64_t{65'536}, "bytes per message", {}, 1, 1 << 20},
    Key{"window", KeyType::count, std::uint64_t{8}, "messages in flight", {}, 1, 1024},
};
constexpr std::array messages{models::NamedMessage{sim::MessageKind{8}, "append_entries"},
                              models::NamedMessage{sim::MessageKind{9}, "request_vote"}};
constexpr std::array checks{models::NamedHelp{"own_check", "a check of this protocol"}};
constexpr std::array metrics{models::NamedHelp{"own_metric", "a metric of this protocol"}};
constexpr std::array predicates{models::NamedHelp{"own_predicate", "a predicate of this protocol"}};

std::string contradiction(const models::Settings& settings) {
  const auto timeout = settings.get<models::DurationRange>("election_timeout");
  const auto heartbeat = settings.get<sim::Duration>("heartbeat_interval");
  return heartbeat < timeout.first ? "" : "the heartbeat is not below the election timeout";
}

std::string no_contradiction(const models::Settings&) { return {}; }

}  // namespace

std::span<const models::Protocol> protocols() {
  static const std::array slow_values{
      models::PresetValue{"heartbeat_interval", sim::milliseconds(100)},
      models::PresetValue{"pre_vote", false},
  };
  static const std::array presets{models::Preset{"slow", "a slow one", slow_values}};
  static const std::array all{
      models::Protocol{"raft", "consensus", keys, presets, messages,
                       models::find_protocol("raft")->orders, checks, metrics, predicates,
                       contradiction, nullptr},
      models::Protocol{"echo", "nothing", {}, {}, {}, {}, {}, {}, {}, no_contradiction, nullptr},
  };
  return all;
}

std::string small(std::string_view rest) {
  return "version: 1\nname: small\ntopology: {nodes: 3}\nprotocol: {kind: raft}\n" +
         std::string(rest);
}

const std::string& everything() {
  static const std::string text = [] {
    std::ostringstream content;
    content << std::ifstream("tests/scenarios/load/good/everything.yaml").rdbuf();
    return content.str();
  }();
  return text;
}

Loaded load(std::string_view text, std::vector<Assignment> parameters,
            std::vector<Assignment> overrides) {
  return load_text("tests/scenarios/load/text.yaml", text,
                   {protocols(), std::move(parameters), std::move(overrides)});
}

Scenario good(std::string_view text) {
  Loaded loaded = load(text);
  REQUIRE_MESSAGE(loaded.ok(), render(loaded.diagnostics));
  return loaded.scenario;
}

std::string complaints(std::string_view text) { return render(load(text).diagnostics); }

}  // namespace splitvote::load::test
