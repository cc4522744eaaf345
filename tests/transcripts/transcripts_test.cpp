// Plays every transcript of this folder; SPLITVOTE_REWRITE=1 writes the outputs into the files.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/base/check.hpp"
#include "tests/transcripts/commands.hpp"

using namespace splitvote;
using namespace splitvote::transcripts;

namespace {

std::vector<std::string> files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator("tests/transcripts")) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path().string());
  }
  std::ranges::sort(files);
  return files;
}

std::string content(const std::string& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return text.str();
}

bool rewriting() {
  const char* const flag = std::getenv("SPLITVOTE_REWRITE");
  return flag != nullptr && std::string_view(flag) == "1";
}

void check(const std::string& file) {
  const std::string text = content(file);
  const Transcript transcript = parse(text);
  const std::vector<std::vector<std::string>> outputs = play(transcript);
  if (rewriting()) {
    std::ofstream(file) << render(transcript, outputs);
    return;
  }
  const std::string opening = text.substr(0, text.find("\n\n"));
  CHECK_MESSAGE(opening.starts_with("# "), file, ":1: a transcript opens with what it shows");
  CHECK_MESSAGE((opening.contains("section ") || opening.contains("Figure ")), file,
                ":1: and with the sentence that says so, and where it stands");
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const Block& block = transcript.blocks[i];
    if (block.expected == outputs[i]) continue;
    // What follows differs because of this.
    FAIL_CHECK(difference(file, block, outputs[i]));
    return;
  }
  CHECK_MESSAGE(text == render(transcript, outputs), file, ": one empty line ends an output");
}

}  // namespace

TEST_CASE("every transcript prints what stands in it") {
  REQUIRE(!files().empty());
  for (const std::string& file : files()) {
    sim::check_context().scenario = file.c_str();
    try {
      check(file);
    } catch (const Mistake& mistake) {
      FAIL_CHECK(file, ":", std::string(mistake.what()));
    }
  }
  sim::check_context() = {};
}

TEST_CASE("the README lists every transcript") {
  const std::string readme = content("tests/transcripts/README.md");

  for (const std::string& file : files()) {
    const std::string name = std::filesystem::path(file).filename().string();
    CHECK_MESSAGE(readme.contains("(" + name + ")"), name);
  }
}
