// Reads a transcript, writes it back, and shows where an output differs from the expected one.
#include "tests/transcripts/transcript.hpp"

#include <algorithm>
#include <sstream>

namespace splitvote::transcripts {
namespace {

std::string at_line(std::size_t line, std::string_view what) {
  return std::to_string(line) + ": " + std::string(what);
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::istringstream stream{std::string(text)};
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

}  // namespace

Transcript parse(std::string_view text) {
  Transcript transcript;
  Block block;
  const std::vector<std::string> lines = lines_of(text);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    block.source.push_back(lines[i]);
    const bool prose = lines[i].empty() || lines[i].starts_with('#');
    if (prose && lines[i].empty() && !block.commands.empty()) {
      throw Mistake(at_line(block.commands.back().line, "a command needs the line ---- below it"));
    }
    if (lines[i] == marker) {
      if (block.commands.empty()) throw Mistake(at_line(i + 1, "there is no command above ----"));
      block.output_line = i + 2;
      while (i + 1 < lines.size() && !lines[i + 1].empty()) block.expected.push_back(lines[++i]);
      if (i + 1 < lines.size()) ++i;  // the empty line that ends the output
      transcript.blocks.push_back(std::move(block));
      block = {};
    } else if (!prose) {
      block.commands.push_back({i + 1, lines[i]});
    }
  }
  if (!block.commands.empty()) {
    throw Mistake(at_line(block.commands.back().line, "a command needs the line ---- below it"));
  }
  transcript.epilogue = std::move(block.source);
  return transcript;
}

std::string render(const Transcript& transcript,
                   const std::vector<std::vector<std::string>>& outputs) {
  std::string text;
  const auto add = [&](const std::vector<std::string>& lines) {
    for (const std::string& line : lines) text += line + '\n';
  };
  for (std::size_t i = 0; i < transcript.blocks.size(); ++i) {
    add(transcript.blocks[i].source);
    add(outputs.at(i));
    const bool last = i + 1 == transcript.blocks.size() && transcript.epilogue.empty();
    if (!last) text += '\n';
  }
  add(transcript.epilogue);
  return text;
}

std::string difference(const std::string& file, const Block& block,
                       const std::vector<std::string>& output) {
  const std::vector<std::string>& expected = block.expected;
  if (expected == output) return {};
  const std::size_t shorter = std::min(expected.size(), output.size());
  std::size_t front = 0;
  while (front < shorter && expected[front] == output[front]) ++front;
  std::size_t back = 0;
  while (back < shorter - front &&
         expected[expected.size() - 1 - back] == output[output.size() - 1 - back]) {
    ++back;
  }
  std::string text =
      file + ":" + std::to_string(block.output_line + front) + ": the output differs\n";
  if (front > 0) text += "    " + expected[front - 1] + '\n';
  for (std::size_t i = front; i + back < expected.size(); ++i) {
    text += "  - " + expected[i] + '\n';
  }
  for (std::size_t i = front; i + back < output.size(); ++i) text += "  + " + output[i] + '\n';
  if (back > 0) text += "    " + expected[expected.size() - back] + '\n';
  return text;
}

}  // namespace splitvote::transcripts
