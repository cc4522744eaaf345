// The command that adds nodes, with everything that a node can begin with.
#pragma once

#include <string>

#include "tests/transcripts/arguments.hpp"
#include "tests/transcripts/world.hpp"

namespace splitvote::transcripts {

/// Throws a Mistake for a word that is neither.
[[nodiscard]] Speed to_speed(const std::string& word);

void add_nodes(World& world, Arguments& arguments);

}  // namespace splitvote::transcripts
