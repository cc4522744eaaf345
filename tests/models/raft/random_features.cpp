// Few values per key, but such that each limit is felt within a second.
#include "tests/models/raft/random_features.hpp"

#include <algorithm>

#include "models/raft/keys.hpp"
#include "models/raft/settings.hpp"

namespace splitvote::raft {
namespace {

using models::Choice;
using models::Setting;

struct Value {
  std::string text;
  Setting value;
};

Setting range(std::int64_t first, std::int64_t last) {
  return models::DurationRange{sim::milliseconds(first), sim::milliseconds(last)};
}

/// The first five servers differ; 1 is equal to all.
Setting per_node(std::array<std::uint8_t, 5> values) {
  models::PerNode given{.values = {}, .count = values.size()};
  std::ranges::copy(values, given.values.begin());
  return given;
}

struct KeyValues {
  std::string_view key;
  std::vector<Value> values;
};

std::vector<KeyValues> numbers() {
  const auto count = [](std::uint64_t number) { return Value{std::to_string(number), number}; };
  const auto milliseconds = [](std::int64_t number) {
    return Value{std::to_string(number) + "ms", sim::milliseconds(number)};
  };
  return {
      {"election_timeout",
       {{"20ms..40ms", range(20, 40)},
        {"50ms..60ms", range(50, 60)},
        {"100ms..300ms", range(100, 300)}}},
      {"heartbeat_interval", {milliseconds(4), milliseconds(10), milliseconds(30)}},
      {"quorum_timeout", {milliseconds(0), milliseconds(40), milliseconds(200)}},
      {"tick", {milliseconds(0), milliseconds(2), milliseconds(10)}},
      {"groups", {count(1), count(2), count(3)}},
      {"voters", {count(0), count(2), count(3)}},
      {"witnesses", {count(0), count(0), count(1)}},
      {"apply_time", {milliseconds(0), milliseconds(0), milliseconds(1)}},
      {"max_unapplied_entries", {count(0), count(2)}},
      {"support_duration", {milliseconds(0), milliseconds(50), milliseconds(200)}},
      {"max_staleness", {milliseconds(0), milliseconds(60)}},
      {"clock_drift_bound", {{"1%", sim::Ratio{1, 100}}, {"10%", sim::Ratio{1, 10}}}},
      {"priorities",
       {{"equal", per_node({1, 1, 1, 1, 1})},
        {"one higher", per_node({1, 2, 1, 1, 1})},
        {"one never", per_node({0, 1, 1, 1, 1})},
        {"all different", per_node({1, 5, 2, 4, 3})}}},
      {"max_inflight_bytes", {count(0), count(200)}},
      {"max_uncommitted_bytes", {count(0), count(300)}},
      {"max_batch_bytes", {count(64 * 1024), count(100)}},
      {"max_batch_entries", {count(1024), count(1), count(5)}},
      {"max_inflight_messages", {count(8), count(1), count(3)}},
      {"snapshot_entries", {count(0), count(8), count(60)}},
      {"snapshot_bytes", {count(0), count(1500)}},
      {"trailing_entries", {count(0), count(5), count(80)}},
      {"compaction_entries", {count(0), count(0), count(1), count(20)}},
      {"snapshot_chunk", {count(256 * 1024), count(60), count(250)}},
  };
}

/// Of a choice or a boolean every value, of anything else what `numbers` lists.
std::vector<Value> values_of(const models::Key& key) {
  if (key.type == models::KeyType::boolean) return {{"true", true}, {"false", false}};
  std::vector<Value> values;
  for (std::size_t i = 0; i < key.choices.size(); ++i) {
    values.push_back({std::string(key.choices[i]), Choice{i}});
  }
  for (const KeyValues& listed : numbers()) {
    if (listed.key == key.name) return listed.values;
  }
  return values;
}

std::string word(std::string_view key, const std::string& value) {
  return std::string(key) + ": " + value;
}

void draw_settings(Dice& dice, Features& features) {
  static const std::vector<std::vector<Value>> values = [] {
    std::vector<std::vector<Value>> all;
    for (const models::Key& key : keys) all.push_back(values_of(key));
    return all;
  }();
  do {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      features.settings.set(keys[i].name, values[i][dice.below(values[i].size())].value);
    }
    // Or leases would be rare.
    if (reads_of(features.settings) == Reads::lease) {
      features.settings.set("check_quorum", true);
      features.settings.set("leader_stickiness", true);
    }
    // Or promises to a leader would.
    if (dice.one_in(4)) {
      features.settings.set("fortification", true);
      features.settings.set("check_quorum", true);
      features.settings.set("leader_stickiness", true);
      features.settings.set("quorum_check",
                            Choice{static_cast<std::size_t>(QuorumCheck::answer_age)});
      features.settings.set("quiesce", false);
    }
    if (!features.settings.get<bool>("fortification"))
      features.settings.set("support_duration", sim::Duration{});
    // Or histories that must be linearizable would.
    if (dice.below(4) != 0) features.settings.set("sessions", true);
    // Or what one group executes would rarely be compared.
    if (dice.one_in(2)) features.settings.set("groups", std::uint64_t{1});
    // Or all the others would.
    if (reads_of(features.settings) != Reads::local)
      features.settings.set("max_staleness", sim::Duration{});
  } while (!contradiction(features.settings).empty() ||
           !misfit(features.settings, features.servers).empty());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const Setting& chosen = features.settings.all().find(keys[i].name)->second;
    const auto value = std::ranges::find(values[i], chosen, &Value::value);
    features.words.push_back(word(keys[i].name, value->text));
  }
  const Reads reads = reads_of(features.settings);
  features.groups = static_cast<std::uint16_t>(features.settings.get<std::uint64_t>("groups"));
  features.leases = reads == Reads::lease;
  // Clients that hear nothing send again.
  const bool stale = reads == Reads::local || reads == Reads::leader;
  features.linearizable = !stale && features.settings.get<bool>("sessions");
  const auto bound = features.settings.get<sim::Ratio>("clock_drift_bound");
  features.drift_ppb_max = std::int64_t{1'000'000'000} / bound.denominator * bound.numerator;
}

void draw_machines(Dice& dice, Features& features) {
  features.nodes.resize(features.servers + features.clients);
  const std::int64_t sync = std::int64_t{100'000} << dice.below(6);
  for (std::size_t i = 0; i < features.nodes.size(); ++i) {
    sim::NodeConfiguration& node = features.nodes[i];
    node.name = "n" + std::to_string(i);
    node.drift_ppb = dice.between(-features.drift_ppb_max, features.drift_ppb_max);
    node.clock_offset = sim::milliseconds(dice.between(0, 1000));
    node.disk.sync = *sim::Distribution::exponential(sync, 20 * sync);
  }
  features.link.latency =
      *sim::Distribution::uniform(100'000, std::int64_t{500'000} << dice.below(4));
  const auto chance = [&] { return sim::Ratio{static_cast<std::uint32_t>(dice.below(4)), 100}; };
  if (dice.one_in(2)) return;
  features.link.loss = chance();
  features.link.duplication = chance();
  features.link.reordering = chance();
  features.link.corruption = chance();
}

void draw_load(Dice& dice, Features& features) {
  client::ClientSettings& load = features.client;
  for (std::uint16_t i = 0; i < features.servers; ++i) load.servers.push_back(sim::NodeId{i});
  load.groups = features.groups;
  load.pause = *sim::Distribution::exponential(std::int64_t{500'000} << dice.below(5), 100'000'000);
  load.lanes_max = static_cast<std::uint32_t>(1 + dice.below(8));
  load.mix = {.get = 40, .put = 40, .remove = 5, .compare_and_swap = 15};
  load.keys = *sim::Zipf::create(static_cast<std::uint32_t>(1 + dice.below(6)), {0, 1});
  load.request_timeout = sim::milliseconds(dice.between(5, 100));
  load.operation_timeout = sim::milliseconds(dice.between(100, 1000));
  // "Certainly not executed" can only be said where nothing arrives twice.
  if (dice.one_in(2)) {
    load.delivery = client::Delivery::at_most_once;
    features.link.duplication = {};
  }
  load.target = dice.one_in(2) ? client::Target::any : client::Target::leader;
}

}  // namespace

Features draw_features(Dice& dice) {
  Features features;
  features.servers = static_cast<std::uint16_t>(3 + dice.below(5));
  features.clients = static_cast<std::uint16_t>(2 + dice.below(3));
  draw_settings(dice, features);
  features.words.push_back(word("servers", std::to_string(features.servers)));
  const bool refusals = dice.one_in(2);
  features.words.push_back(word("refusals", refusals ? "true" : "false"));
  draw_machines(dice, features);
  for (sim::NodeConfiguration& node : features.nodes) node.refuses = refusals;
  draw_load(dice, features);
  return features;
}

std::vector<std::string> feature_words() {
  std::vector<std::string> words;
  for (const models::Key& key : keys) {
    for (const Value& value : values_of(key)) words.push_back(word(key.name, value.text));
  }
  for (int servers = 3; servers <= 7; ++servers) {
    words.push_back(word("servers", std::to_string(servers)));
  }
  words.push_back(word("refusals", "true"));
  words.push_back(word("refusals", "false"));
  return words;
}

std::string keys_without_values() {
  std::string names;
  for (const models::Key& key : keys) {
    if (values_of(key).empty()) names += std::string(key.name) + "\n";
  }
  return names;
}

}  // namespace splitvote::raft
