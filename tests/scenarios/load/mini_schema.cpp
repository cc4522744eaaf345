// Walks a schema and an instance together and collects every disagreement with its path.
#include "tests/scenarios/load/mini_schema.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <regex>

#include "scenarios/load/tree.hpp"

namespace splitvote::load::test {
namespace {

using Json = nlohmann::ordered_json;

bool has_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "integer") return value.is_number_integer();
  if (type == "number") return value.is_number();
  REQUIRE(type == "null");
  return value.is_null();
}

bool has_any_type(const Json& value, const Json& types) {
  if (types.is_string()) return has_type(value, types);
  return std::ranges::any_of(types, [&](const Json& type) { return has_type(value, type); });
}

bool properties_obey(const Json& value, const Json& schema, const Json& root) {
  if (!value.is_object()) return true;
  for (const Json& key : schema.value("required", Json::array()))
    if (!value.contains(key.get<std::string>())) return false;
  const Json properties = schema.value("properties", Json::object());
  const Json patterns = schema.value("patternProperties", Json::object());
  for (const auto& [key, each] : value.items()) {
    bool known = false;
    if (properties.contains(key)) {
      if (!obeys(each, properties[key], root)) return false;
      known = true;
    }
    for (const auto& [pattern, sub] : patterns.items())
      if (std::regex_search(key, std::regex(pattern))) known = obeys(each, sub, root);
    if (known || !schema.contains("additionalProperties")) continue;
    const Json& rest = schema["additionalProperties"];
    if (rest.is_boolean() ? !rest.get<bool>() : !obeys(each, rest, root)) return false;
  }
  return true;
}

bool items_obey(const Json& value, const Json& schema, const Json& root) {
  if (!value.is_array()) return true;
  if (schema.contains("minItems") && value.size() < schema["minItems"].get<std::size_t>())
    return false;
  return !schema.contains("items") || std::ranges::all_of(value, [&](const Json& item) {
    return obeys(item, schema["items"], root);
  });
}

void require_known_words(const Json& schema) {
  static constexpr std::array words = {"$schema",
                                       "title",
                                       "description",
                                       "definitions",
                                       "type",
                                       "const",
                                       "enum",
                                       "pattern",
                                       "minimum",
                                       "maximum",
                                       "required",
                                       "properties",
                                       "patternProperties",
                                       "additionalProperties",
                                       "items",
                                       "minItems",
                                       "anyOf",
                                       "allOf",
                                       "$ref"};
  for (const auto& [word, ignored] : schema.items())
    REQUIRE_MESSAGE(std::ranges::find(words, word) != words.end(), word);
}

Json json_of(const Node& node) {
  switch (node.kind) {
    case Node::Kind::null:
      return nullptr;
    case Node::Kind::list: {
      Json list = Json::array();
      for (const Node& item : node.items) list.push_back(json_of(item));
      return list;
    }
    case Node::Kind::map: {
      Json map = Json::object();
      for (const Entry& entry : node.entries) map[entry.key] = json_of(entry.value);
      return map;
    }
    case Node::Kind::scalar:
      break;
  }
  if (!node.plain) return node.text;
  if (node.text == "true" || node.text == "false") return node.text == "true";
  if (std::regex_match(node.text, std::regex("[-+]?[0-9]{1,18}"))) return std::stoll(node.text);
  if (std::regex_match(node.text, std::regex(R"([-+]?[0-9]+(\.[0-9]+)?)")))
    return std::stod(node.text);
  return node.text;
}

}  // namespace

bool obeys(const Json& value, const Json& schema, const Json& root) {
  if (schema.is_boolean()) return schema.get<bool>();
  require_known_words(schema);
  if (schema.contains("$ref")) {
    const std::string path = schema["$ref"].get<std::string>().substr(1);
    return obeys(value, root.at(Json::json_pointer(path)), root);
  }
  if (schema.contains("type") && !has_any_type(value, schema["type"])) return false;
  if (schema.contains("const") && value != schema["const"]) return false;
  if (schema.contains("enum") && std::ranges::find(schema["enum"], value) == schema["enum"].end())
    return false;
  if (schema.contains("pattern") && value.is_string() &&
      !std::regex_search(value.get<std::string>(),
                         std::regex(schema["pattern"].get<std::string>())))
    return false;
  if (schema.contains("minimum") && value.is_number() && value < schema["minimum"]) return false;
  if (schema.contains("maximum") && value.is_number() && value > schema["maximum"]) return false;
  const auto holds = [&](const Json& each) { return obeys(value, each, root); };
  if (schema.contains("anyOf") && !std::ranges::any_of(schema["anyOf"], holds)) return false;
  if (schema.contains("allOf") && !std::ranges::all_of(schema["allOf"], holds)) return false;
  return properties_obey(value, schema, root) && items_obey(value, schema, root);
}

Json json_of_yaml(const std::string& text) {
  std::vector<Diagnostic> diagnostics;
  const auto node = read_yaml(make_source("schema test", text), text, diagnostics);
  REQUIRE(diagnostics.empty());
  return json_of(*node);
}

}  // namespace splitvote::load::test
