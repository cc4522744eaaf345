// Composing JSON Schema text. Only what draft-07 has.
#include "scenarios/load/schema_text.hpp"

#include <fmt/format.h>

namespace splitvote::load {

std::string json_text(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      (result += '\\') += c;
    else if (static_cast<unsigned char>(c) < 0x20)
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    else
      result += c;
  }
  return result + '"';
}

std::string json_list(const std::vector<std::string>& items) {
  return fmt::format("[{}]", fmt::join(items, ", "));
}

std::string Definitions::reference(std::string_view name) {
  return fmt::format(R"({{"$ref": "#/definitions/{}"}})", name);
}

bool Definitions::begin(std::string_view name) {
  return schemas_.try_emplace(std::string(name)).second;
}

std::string Definitions::end(std::string_view name, std::string schema) {
  schemas_.find(name)->second = std::move(schema);
  return reference(name);
}

std::string Definitions::or_parameter(const std::string& schema) {
  if (begin("parameter"))
    (void)end("parameter", R"({"type": "string", "pattern": "\\$\\{[A-Za-z][A-Za-z0-9_-]*\\}"})");
  return any_of({schema, reference("parameter")});
}

std::string Definitions::pattern(std::string_view name, std::string_view help,
                                 std::string_view pattern) {
  if (!begin(name)) return reference(name);
  return end(name, fmt::format(R"({{"description": {}, "type": "string", "pattern": {}}})",
                               json_text(help), json_text(fmt::format("{}|\\$\\{{", pattern))));
}

std::string Definitions::integer(std::uint64_t minimum, std::uint64_t maximum) {
  return or_parameter(
      fmt::format(R"({{"type": "integer", "minimum": {}, "maximum": {}}})", minimum, maximum));
}

std::string Definitions::boolean() { return or_parameter(R"({"type": "boolean"})"); }

std::string Definitions::number(std::string_view name, std::string_view help, std::uint32_t minimum,
                                std::uint32_t maximum) {
  (void)name;
  return or_parameter(
      fmt::format(R"({{"description": {}, "type": "number", "minimum": {}, "maximum": {}}})",
                  json_text(help), minimum, maximum));
}

std::string Definitions::words(const std::vector<std::string_view>& names) {
  std::vector<std::string> texts;
  for (const std::string_view name : names) texts.push_back(json_text(name));
  return or_parameter(fmt::format(R"({{"enum": {}}})", json_list(texts)));
}

std::string Definitions::list(const std::string& item, std::size_t least) {
  return fmt::format(R"({{"type": "array", "items": {}, "minItems": {}}})", item, least);
}

std::string Definitions::any_of(const std::vector<std::string>& schemas) {
  return fmt::format(R"({{"anyOf": {}}})", json_list(schemas));
}

std::string Definitions::map(const std::string& values) {
  return fmt::format(R"({{"type": "object", "additionalProperties": {}}})", values);
}

std::string Definitions::object(const std::vector<Property>& properties) {
  std::vector<std::string> texts, required;
  for (const Property& each : properties) {
    // Beside "$ref" draft-07 ignores all else, hence the allOf.
    texts.push_back(fmt::format(R"({}: {{"description": {}, "allOf": [{}]}})", json_text(each.key),
                                json_text(each.help), each.schema));
    if (each.required) required.push_back(json_text(each.key));
  }
  return fmt::format(R"({{"type": "object", "additionalProperties": false, "required": {}, )"
                     R"("properties": {{{}}}}})",
                     json_list(required), fmt::join(texts, ", "));
}

}  // namespace splitvote::load
