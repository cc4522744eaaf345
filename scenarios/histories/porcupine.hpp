// porcupine's events as Go's encoding/json writes them, with values as FORMAT.md says.
#pragma once

#include <optional>
#include <string_view>

#include "models/consistency/history.hpp"
#include "scenarios/histories/datum.hpp"
#include "scenarios/histories/text.hpp"

namespace splitvote::histories {

/// `initial` is what keys hold at first, which the format does not say; integers in it are texts.
[[nodiscard]] consistency::History read_porcupine(std::string_view text,
                                                  const std::optional<Datum>& initial,
                                                  Mistakes& mistakes);

}  // namespace splitvote::histories
