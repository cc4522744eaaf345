// porcupine's events as Go's encoding/json writes them, with values as FORMAT.md says.
#pragma once

#include <string_view>

#include "models/consistency/history.hpp"
#include "scenarios/histories/text.hpp"

namespace splitvote::histories {

[[nodiscard]] consistency::History read_porcupine(std::string_view text, Mistakes& mistakes);

}  // namespace splitvote::histories
