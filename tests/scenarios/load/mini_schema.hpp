// As much of a draft-07 validator as the scenario's schema uses.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace splitvote::load::test {

/// Whether the value obeys the schema. Knows type, const, enum, pattern, minimum, maximum,
/// required, properties, patternProperties, additionalProperties, items, minItems, anyOf, allOf and
/// local $ref; fails the test at any other word, so that none is passed over in silence.
[[nodiscard]] bool obeys(const nlohmann::ordered_json& value, const nlohmann::ordered_json& schema,
                         const nlohmann::ordered_json& root);

/// YAML as the JSON that an editor would validate: plain scalars by YAML 1.2's core schema.
[[nodiscard]] nlohmann::ordered_json json_of_yaml(const std::string& text);

}  // namespace splitvote::load::test
