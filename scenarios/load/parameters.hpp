// Parameters: declared under `params:`, given a value by -P or a default, put in where `${name}`
// stands.
#pragma once

#include <string>
#include <vector>

#include "scenarios/load/loader.hpp"
#include "scenarios/load/reader.hpp"
#include "scenarios/load/schema_text.hpp"
#include "scenarios/load/tree.hpp"

namespace splitvote::load {

/// Reads the declarations of a whole document and gives each its value.
[[nodiscard]] std::vector<Parameter> read_parameters(Reader& reader, const Node& document,
                                                     const std::vector<Assignment>& given);

/// Replaces `${name}` in every scalar of the document outside of `params`; `$${` stands for `${`.
void put_in(Reader& reader, Node& document, const std::vector<Parameter>& parameters);

[[nodiscard]] Node write_parameters(const std::vector<Parameter>& parameters);
[[nodiscard]] std::string parameters_schema(Definitions& definitions);

}  // namespace splitvote::load
