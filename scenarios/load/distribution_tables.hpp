// The parameters of each distribution of the scenario language.
#pragma once

#include <optional>
#include <string>

#include "scenarios/load/type.hpp"
#include "scenarios/load/values.hpp"

namespace splitvote::load {

// Each reads the value of its key, or says what is wrong with it.
[[nodiscard]] std::optional<Draw> read_uniform(Reader& reader, const Node& parameters);
[[nodiscard]] std::optional<Draw> read_exponential(Reader& reader, const Node& parameters);
[[nodiscard]] std::optional<Draw> read_lognormal(Reader& reader, const Node& parameters);
[[nodiscard]] std::optional<Draw> read_pareto(Reader& reader, const Node& parameters);
[[nodiscard]] std::optional<Draw> read_choose(Reader& reader, const Node& parameters);
[[nodiscard]] std::optional<Draw> read_empirical(Reader& reader, const Node& parameters);

[[nodiscard]] std::optional<Draw> uniform_draw(Reader& reader, const Node& node,
                                               const models::DurationRange& range);

[[nodiscard]] std::string uniform_schema(Definitions& definitions);
[[nodiscard]] std::string exponential_schema(Definitions& definitions);
[[nodiscard]] std::string lognormal_schema(Definitions& definitions);
[[nodiscard]] std::string pareto_schema(Definitions& definitions);
[[nodiscard]] std::string choose_schema(Definitions& definitions);
[[nodiscard]] std::string empirical_schema(Definitions& definitions);
/// Of the form with `dist:` among the parameters.
[[nodiscard]] std::string flat_schema(Definitions& definitions);

}  // namespace splitvote::load
