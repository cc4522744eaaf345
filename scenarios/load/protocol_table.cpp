// The keys of `protocol:`, which are those that the named protocol registered.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/load/tables.hpp"

namespace splitvote::load {
namespace {

using models::Key;
using models::KeyType;
using models::Setting;

/// One of the registered words of a key.
Type<models::Choice> choice(const Key& key) {
  const std::vector<std::string_view> names(key.choices.begin(), key.choices.end());
  return {
      [names](Reader& reader, const Node& node, models::Choice& value) {
        if (!reader.expect(node, Node::Kind::scalar, "one of its words")) return false;
        const auto at = std::ranges::find(names, node.text);
        if (at == names.end()) {
          reader.error(node, fmt::format("unknown value {}", found(node)),
                       suggest(node.text, names));
          return false;
        }
        value.index = static_cast<std::size_t>(at - names.begin());
        return true;
      },
      [names](const models::Choice& value) { return text_scalar(std::string(names[value.index])); },
      [names](Definitions& definitions) { return definitions.words(names); }};
}

/// Both ends of a range obey the key's bounds.
Type<models::DurationRange> bounded_range(sim::Duration minimum, sim::Duration maximum) {
  Type<models::DurationRange> type = duration_range();
  const auto read = type.read;
  type.read = [=](Reader& reader, const Node& node, models::DurationRange& value) {
    if (!read(reader, node, value)) return false;
    if (value.first >= minimum && value.last <= maximum) return true;
    reader.error(node, found(node) + " is out of range",
                 fmt::format("both ends are from {} to {}", to_text(minimum), to_text(maximum)));
    return false;
  };
  return type;
}

Type<std::uint64_t> bounded_size(std::uint64_t minimum, std::uint64_t maximum) {
  Type<std::uint64_t> type = size();
  const auto read = type.read;
  type.read = [=](Reader& reader, const Node& node, std::uint64_t& value) {
    if (!read(reader, node, value)) return false;
    if (value >= minimum && value <= maximum) return true;
    reader.error(node, found(node) + " is out of range",
                 fmt::format("it is from {} to {}", size_text(minimum), size_text(maximum)));
    return false;
  };
  return type;
}

/// The type of one alternative of Setting, as a type of Setting.
template <typename Value>
Type<Setting> as_setting(Type<Value> type) {
  return {[read = type.read](Reader& reader, const Node& node, Setting& setting) {
            Value value{};
            if (!read(reader, node, value)) return false;
            setting = value;
            return true;
          },
          [write = type.write](const Setting& setting) { return write(std::get<Value>(setting)); },
          type.schema};
}

/// A list of small numbers, one per server.
Type<models::PerNode> per_node(const Key& key) {
  const auto items =
      list(integer<std::uint64_t>(key.minimum, key.maximum), "a list with a number per server");
  return {[items](Reader& reader, const Node& node, models::PerNode& value) {
            std::vector<std::uint64_t> numbers;
            if (!items.read(reader, node, numbers)) return false;
            if (numbers.size() > value.values.size()) {
              reader.error(node, "more numbers than there can be servers");
              return false;
            }
            value.count = numbers.size();
            std::ranges::transform(numbers, value.values.begin(), [](std::uint64_t number) {
              return static_cast<std::uint8_t>(number);
            });
            return true;
          },
          [items](const models::PerNode& value) {
            const auto end = value.values.begin() + static_cast<std::ptrdiff_t>(value.count);
            return items.write(std::vector<std::uint64_t>(value.values.begin(), end));
          },
          items.schema};
}

Type<Setting> type_of(const Key& key) {
  const auto ns = [](std::uint64_t bound) {
    const auto longest = static_cast<std::uint64_t>(duration_max.ns);
    return sim::Duration{static_cast<std::int64_t>(std::min(bound, longest))};
  };
  switch (key.type) {
    case KeyType::duration:
      return as_setting(duration(ns(key.minimum), ns(key.maximum)));
    case KeyType::duration_range:
      return as_setting(bounded_range(ns(key.minimum), ns(key.maximum)));
    case KeyType::size:
      return as_setting(bounded_size(key.minimum, key.maximum));
    case KeyType::count:
      return as_setting(integer<std::uint64_t>(key.minimum, key.maximum));
    case KeyType::boolean:
      return as_setting(boolean());
    case KeyType::choice:
      return as_setting(choice(key));
    case KeyType::share:
      return as_setting(share());
    case KeyType::per_node:
      return as_setting(per_node(key));
  }
  return {};
}

const models::Protocol* find(std::span<const models::Protocol> protocols, std::string_view name) {
  const auto at = std::ranges::find(protocols, name, &models::Protocol::name);
  return at == protocols.end() ? nullptr : &*at;
}

std::vector<std::string_view> protocol_names(std::span<const models::Protocol> protocols) {
  std::vector<std::string_view> names;
  for (const models::Protocol& each : protocols) names.push_back(each.name);
  return names;
}

const models::Protocol* read_kind(Reader& reader, const Node& node, Protocol& value) {
  const Entry* const kind = node.find("kind");
  if (!kind) {
    reader.error(node, "a protocol needs the key \"kind\"",
                 suggest("", protocol_names(reader.protocols())));
    return nullptr;
  }
  if (!reader.expect(kind->value, Node::Kind::scalar, "the name of a protocol")) return nullptr;
  value.kind = kind->value.text;
  const models::Protocol* const protocol = find(reader.protocols(), value.kind);
  if (!protocol)
    reader.unknown(kind->value.position, "protocol", value.kind,
                   protocol_names(reader.protocols()));
  return protocol;
}

/// Sets what the named preset sets; whatever the scenario says itself comes after it.
bool read_preset(Reader& reader, const Node& node, const models::Protocol& protocol,
                 models::Settings& settings) {
  if (!reader.expect(node, Node::Kind::scalar, "the name of a preset")) return false;
  const auto preset = std::ranges::find(protocol.presets, node.text, &models::Preset::name);
  if (preset == protocol.presets.end()) {
    std::vector<std::string_view> names;
    for (const models::Preset& each : protocol.presets) names.push_back(each.name);
    reader.unknown(node.position, fmt::format("preset of {}", protocol.name), node.text, names);
    return false;
  }
  for (const models::PresetValue& set : preset->values) settings.set(set.key, set.value);
  return true;
}

bool read_settings(Reader& reader, const Node& node, Protocol& value) {
  value.position = node.position;
  if (!reader.expect(node, Node::Kind::map, "a protocol")) return false;
  const models::Protocol* const protocol = read_kind(reader, node, value);
  if (!protocol) return false;
  bool usable = true;
  std::vector<std::string_view> known = {"kind"};
  for (const Key& key : protocol->keys) {
    known.push_back(key.name);
    value.settings.set(key.name, key.fallback);
  }
  const Entry* const preset = protocol->presets.empty() ? nullptr : node.find("preset");
  if (!protocol->presets.empty()) known.push_back("preset");
  if (preset) usable = read_preset(reader, preset->value, *protocol, value.settings);
  for (const Entry& entry : node.entries) {
    if (entry.key == "kind" || (preset && entry.key == "preset")) continue;
    const auto key = std::ranges::find(protocol->keys, entry.key, &Key::name);
    if (key == protocol->keys.end()) {
      reader.unknown(entry.position, fmt::format("key of {}", protocol->name), entry.key, known);
      usable = false;
      continue;
    }
    Setting setting = key->fallback;
    const bool read = type_of(*key).read(reader, entry.value, setting);
    if (read) value.settings.set(key->name, setting);
    usable = usable && read;
  }
  if (!usable) return false;
  for (const Key& key : protocol->keys)
    value.texts[std::string(key.name)] =
        flow_text(type_of(key).write(value.settings.all().find(key.name)->second));
  const std::string why = protocol->contradiction ? protocol->contradiction(value.settings) : "";
  if (!why.empty()) reader.error(node, fmt::format("the settings contradict each other: {}", why));
  return why.empty();
}

Node write_settings(const Protocol& value) {
  std::vector<Entry> entries = {{"kind", {}, text_scalar(value.kind)}};
  for (const auto& [key, text] : value.texts) entries.push_back({key, {}, plain_scalar(text)});
  return map_of(std::move(entries));
}

/// `kind` is that word and no other, so that an editor knows which keys belong to it.
std::string schema_of(const models::Protocol& protocol, Definitions& definitions) {
  std::vector<Property> properties = {{"kind", std::string(protocol.help),
                                       fmt::format(R"({{"const": {}}})", json_text(protocol.name)),
                                       true}};
  for (const Key& key : protocol.keys)
    properties.push_back(
        {std::string(key.name), std::string(key.help), type_of(key).schema(definitions), false});
  if (!protocol.presets.empty()) {
    std::vector<std::string_view> names;
    for (const models::Preset& each : protocol.presets) names.push_back(each.name);
    properties.push_back({"preset",
                          "The published defaults of a real system; keys beside it come after it.",
                          definitions.words(names), false});
  }
  return definitions.object(properties);
}

}  // namespace

Type<Protocol> protocol_settings() {
  return {read_settings, write_settings,
          [](Definitions&) { return Definitions::reference("protocol"); }};
}

void define_protocols(std::span<const models::Protocol> protocols, Definitions& definitions) {
  if (!definitions.begin("protocol")) return;
  std::vector<std::string> schemas;
  for (const models::Protocol& each : protocols) schemas.push_back(schema_of(each, definitions));
  (void)definitions.end("protocol", definitions.any_of(schemas));
}

}  // namespace splitvote::load
