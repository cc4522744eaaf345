// The JSON Schema of the scenario language, composed of what the tables say about themselves.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "scenarios/load/loader.hpp"
#include "scenarios/load/tables.hpp"

namespace splitvote::load {

std::string json_schema(std::span<const models::Protocol> protocols) {
  using Json = nlohmann::ordered_json;
  Definitions definitions;
  define_protocols(protocols, definitions);
  Json schema;
  schema["$schema"] = "http://json-schema.org/draft-07/schema#";
  schema["title"] = "Splitvote scenario, version 1";
  schema.update(Json::parse(scenario_table().schema(definitions)));
  // An included part need not be whole, so only the version is demanded of every file.
  schema["required"] = Json::array({"version"});
  schema["patternProperties"] = {{"^x-", Json::object()}};
  for (const auto& [name, definition] : definitions.all())
    schema["definitions"][name] = Json::parse(definition);
  return schema.dump(2) + '\n';
}

}  // namespace splitvote::load
