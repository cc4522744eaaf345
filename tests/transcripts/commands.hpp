// The words of the language: each command with its usage and what it does to the world.
#pragma once

#include <span>
#include <string_view>

#include "tests/transcripts/transcript.hpp"
#include "tests/transcripts/world.hpp"

namespace splitvote::transcripts {

/// Lets one command happen; throws a Mistake if it is unknown, badly formed, or cannot be now.
void execute(World& world, const Command& command);

/// One line per command, as in the README.
[[nodiscard]] std::vector<std::string_view> usages();

/// The outputs of all blocks, in a world of their own; a Mistake names its line.
[[nodiscard]] std::vector<std::vector<std::string>> play(const Transcript& transcript);

}  // namespace splitvote::transcripts
