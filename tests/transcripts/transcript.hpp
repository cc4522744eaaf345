// A transcript file: prose, commands, and below each marker line what the commands have printed.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace splitvote::transcripts {

/// The file is wrong at this line, or asks for what cannot be; the message says what would be
/// right.
class Mistake : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// One line that is not prose: its words, and the words as they stand.
struct Command {
  std::size_t line = 0;  // from 1
  std::string text;
};

/// Commands and their common output.
struct Block {
  std::vector<std::string> source;  // all lines up to and including the marker, prose included
  std::vector<Command> commands;
  std::size_t output_line = 0;  // of the first expected line
  std::vector<std::string> expected;
};

struct Transcript {
  std::vector<Block> blocks;
  std::vector<std::string> epilogue;  // prose behind the last block
};

inline constexpr std::string_view marker = "----";

/// Throws a Mistake, with "N: ", the line, in front, if a command has no marker below it or a
/// marker no command above it.
[[nodiscard]] Transcript parse(std::string_view text);

/// The file again, with these outputs in place of the expected ones, one per block.
[[nodiscard]] std::string render(const Transcript& transcript,
                                 const std::vector<std::vector<std::string>>& outputs);

/// What one block should have printed and did print, as "file:line:" and two columns of signs;
/// empty if they are equal.
[[nodiscard]] std::string difference(const std::string& file, const Block& block,
                                     const std::vector<std::string>& output);

}  // namespace splitvote::transcripts
