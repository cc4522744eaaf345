// What the events of a file mean: the format's own rules, and what the user says.
#pragma once

#include <vector>

#include "scenarios/histories/event.hpp"
#include "scenarios/histories/formats.hpp"

namespace splitvote::histories {

/// `meaning` is what the format says; the model comes from the events if nobody chooses it.
void understand(const std::vector<Event>& events, Meaning meaning, const Choices& choices,
                Reading& reading, Mistakes& mistakes);

}  // namespace splitvote::histories
