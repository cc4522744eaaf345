// What every registered protocol must have, whoever adds it.
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>

#include "models/check/check_table.hpp"
#include "models/registry/protocol.hpp"

using namespace splitvote;
using namespace splitvote::models;

namespace {

/// A help text is one sentence.
bool is_sentence(std::string_view help) {
  return help.size() > 10 && help.back() == '.' && help.front() >= 'A' && help.front() <= 'Z';
}

bool is_word(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '_';
  });
}

/// Of the type the key announces, and within its bounds.
bool fallback_fits(const Key& key) {
  const auto within = [&](std::int64_t value) {
    return value >= 0 && static_cast<std::uint64_t>(value) >= key.minimum &&
           static_cast<std::uint64_t>(value) <= key.maximum;
  };
  switch (key.type) {
    case KeyType::duration: {
      const auto* span = std::get_if<sim::Duration>(&key.fallback);
      return span != nullptr && within(span->ns);
    }
    case KeyType::duration_range: {
      const auto* range = std::get_if<DurationRange>(&key.fallback);
      return range != nullptr && range->first <= range->last && within(range->first.ns) &&
             within(range->last.ns);
    }
    case KeyType::size:
    case KeyType::count: {
      const auto* number = std::get_if<std::uint64_t>(&key.fallback);
      return number != nullptr && *number >= key.minimum && *number <= key.maximum;
    }
    case KeyType::boolean:
      return std::get_if<bool>(&key.fallback) != nullptr;
    case KeyType::choice: {
      const auto* choice = std::get_if<Choice>(&key.fallback);
      return choice != nullptr && choice->index < key.choices.size();
    }
    case KeyType::share: {
      const auto* share = std::get_if<sim::Ratio>(&key.fallback);
      return share != nullptr && share->numerator <= share->denominator;
    }
    case KeyType::per_node:
      return std::get_if<PerNode>(&key.fallback) != nullptr && key.maximum <= 255;
  }
  return false;
}

Settings fallbacks(const Protocol& protocol) {
  Settings settings;
  for (const Key& key : protocol.keys) settings.set(key.name, key.fallback);
  return settings;
}

/// "<protocol>.<word>" of everything for which `wrong` holds, so that a failure names the culprit.
template <typename Words, typename Wrong>
std::string culprits(Words words, Wrong wrong) {
  std::string found;
  for (const Protocol& protocol : protocols()) {
    for (const auto& word : words(protocol)) {
      if (wrong(word)) found += std::string(protocol.name) + "." + std::string(word.name) + " ";
    }
  }
  return found;
}

template <typename Words>
std::string repeated(Words words) {
  std::string found;
  for (const Protocol& protocol : protocols()) {
    std::set<std::string_view> names;
    for (const auto& word : words(protocol)) {
      if (!names.insert(word.name).second) found += std::string(word.name) + " ";
    }
  }
  return found;
}

}  // namespace

TEST_CASE("raft and primary_backup are registered, in order of their names") {
  REQUIRE(protocols().size() == 2);
  CHECK(protocols()[0].name == "primary_backup");
  CHECK(protocols()[1].name == "raft");
}

TEST_CASE("a protocol is found by its exact name and by no other") {
  REQUIRE(find_protocol("raft") != nullptr);
  CHECK(find_protocol("raft")->name == "raft");
  CHECK(find_protocol("Raft") == nullptr);
  CHECK(find_protocol("raf") == nullptr);
  CHECK(find_protocol("") == nullptr);
}

TEST_CASE("names of protocols are unique, sorted words with a sentence of help") {
  CHECK(std::ranges::adjacent_find(protocols(), std::ranges::greater_equal{}, &Protocol::name) ==
        protocols().end());
  CHECK(std::ranges::all_of(protocols(), is_word, &Protocol::name));
  CHECK(std::ranges::all_of(protocols(), is_sentence, &Protocol::help));
}

TEST_CASE("every key is a word of its own with help and a default within its bounds") {
  const auto keys = [](const Protocol& protocol) { return protocol.keys; };

  CHECK(culprits(keys, [](const Key& key) { return !is_word(key.name); }) == "");
  CHECK(culprits(keys, [](const Key& key) { return !is_sentence(key.help); }) == "");
  CHECK(culprits(keys, [](const Key& key) { return key.minimum > key.maximum; }) == "");
  CHECK(culprits(keys, [](const Key& key) { return !fallback_fits(key); }) == "");
  CHECK(repeated(keys) == "");
}

TEST_CASE("a preset is a word with help and sets keys that exist to values within their bounds") {
  for (const Protocol& protocol : protocols()) {
    for (const Preset& preset : protocol.presets) {
      CAPTURE(preset.name);
      CHECK(is_word(preset.name));
      CHECK(is_sentence(preset.help));
      for (const PresetValue& set : preset.values) {
        CAPTURE(set.key);
        const auto key = std::ranges::find(protocol.keys, set.key, &Key::name);
        REQUIRE(key != protocol.keys.end());
        Key with_value = *key;
        with_value.fallback = set.value;
        CHECK(fallback_fits(with_value));
      }
    }
  }
}

TEST_CASE("the settings of a preset do not contradict each other") {
  for (const Protocol& protocol : protocols()) {
    for (const Preset& preset : protocol.presets) {
      CAPTURE(preset.name);
      Settings settings = fallbacks(protocol);
      for (const PresetValue& set : preset.values) settings.set(set.key, set.value);
      CHECK(protocol.contradiction(settings) == "");
    }
  }
}

TEST_CASE("only a choice has choices, and at least two different ones") {
  const auto keys = [](const Protocol& protocol) { return protocol.keys; };
  const auto wrong = [](const Key& key) {
    const std::set<std::string_view> choices(key.choices.begin(), key.choices.end());
    if (key.type != KeyType::choice) return !choices.empty();
    return choices.size() < 2 || choices.size() != key.choices.size();
  };

  CHECK(culprits(keys, wrong) == "");
}

TEST_CASE("message kinds of a protocol are unique, displayable and not the client's") {
  const auto messages = [](const Protocol& protocol) { return protocol.messages; };
  for (const Protocol& protocol : protocols()) {
    std::set<sim::MessageKind> kinds;
    for (const NamedMessage& message : protocol.messages) kinds.insert(message.kind);
    CHECK(kinds.size() == protocol.messages.size());
    CHECK(!kinds.empty());
  }

  CHECK(repeated(messages) == "");
  CHECK(culprits(messages, [](const NamedMessage& message) {
          const auto kind = sim::number(message.kind);
          return kind < 8 || kind >= sim::message_kinds_max || !is_word(message.name);
        }) == "");
}

TEST_CASE("orders are words with help, with kinds of their own, and mean the same everywhere") {
  const auto orders = [](const Protocol& protocol) { return protocol.orders; };
  std::map<std::string_view, std::vector<std::string_view>> known;
  for (const Protocol& protocol : protocols()) {
    std::set<sim::MessageKind> kinds;
    for (const NamedMessage& message : protocol.messages) kinds.insert(message.kind);
    for (const Order& order : protocol.orders) {
      CHECK(kinds.insert(order.kind).second);
      CHECK((order.encode != nullptr));
      std::vector<std::string_view> names;
      for (const Parameter& parameter : order.parameters) {
        CHECK(is_word(parameter.name));
        CHECK(parameter.name != "on");
        CHECK(is_sentence(parameter.help));
        names.push_back(parameter.name);
      }
      CHECK(known.try_emplace(order.name, names).first->second == names);
    }
  }

  CHECK(repeated(orders) == "");
  CHECK(culprits(orders, [](const Order& order) {
          const auto kind = sim::number(order.kind);
          return kind < 8 || kind >= sim::message_kinds_max || !is_word(order.name);
        }) == "");
}

TEST_CASE("every check that a protocol names exists") {
  const auto checks = [](const Protocol& protocol) { return protocol.checks; };

  CHECK(culprits(checks, [](const NamedHelp& check) {
          const auto row =
              std::ranges::find(check::check_table, check.name, &check::CheckHelp::name);
          return row == check::check_table.end() || !is_sentence(check.help);
        }) == "");
  CHECK(repeated(checks) == "");
}

TEST_CASE("metrics and predicates have help and are named once") {
  const auto metrics = [](const Protocol& protocol) { return protocol.metrics; };
  const auto predicates = [](const Protocol& protocol) { return protocol.predicates; };
  const auto wrong = [](const NamedHelp& word) {
    return !is_word(word.name) || !is_sentence(word.help);
  };

  CHECK(culprits(metrics, wrong) == "");
  CHECK(culprits(predicates, wrong) == "");
  CHECK(repeated(metrics) == "");
  CHECK(repeated(predicates) == "");
}

TEST_CASE("the defaults of a protocol do not contradict each other") {
  for (const Protocol& protocol : protocols()) {
    CHECK(protocol.contradiction(fallbacks(protocol)) == "");
  }
}

TEST_CASE("a heartbeat slower than the time-out it feeds is a contradiction") {
  Settings raft = fallbacks(*find_protocol("raft"));
  raft.set("heartbeat_interval", sim::seconds(1));
  Settings primary_backup = fallbacks(*find_protocol("primary_backup"));
  primary_backup.set("heartbeat_interval", sim::seconds(1));

  CHECK(find_protocol("raft")->contradiction(raft) != "");
  CHECK(find_protocol("primary_backup")->contradiction(primary_backup) != "");
}

TEST_CASE("the defaults make a server that can be copied") {
  const std::array members{sim::NodeId{0}, sim::NodeId{1}, sim::NodeId{2}};
  for (const Protocol& protocol : protocols()) {
    const auto server = protocol.make_server(fallbacks(protocol), members, members[1]);
    REQUIRE(server != nullptr);
    CHECK(server->clone() != nullptr);
  }
}
