// models/raft/SYSTEMS.md says of each system's options what they are here; the presets must agree.
#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

#include "models/raft/presets.hpp"
#include "tests/scenarios/cli/command_line.hpp"

using namespace splitvote;
using namespace splitvote::cli;

namespace {

/// The `key: value` pairs in the right columns of each section, by the section's name. A row ends
/// with its right column.
std::map<std::string, std::vector<std::string>> systems() {
  std::map<std::string, std::vector<std::string>> found;
  std::ifstream page("models/raft/SYSTEMS.md");
  std::string section;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("## `")) section = line.substr(4, line.size() - 5);
    if (line.starts_with("## `")) found[section];
    if (!line.starts_with("| ") || section.empty()) continue;
    const std::size_t right = line.rfind(" | ");
    for (std::size_t at = line.find('`', right); at != std::string::npos;) {
      const std::size_t end = line.find('`', at + 1);
      const std::string code = line.substr(at + 1, end - at - 1);
      if (code.contains(": ") && !code.contains('{')) found[section].push_back(code);
      at = line.find('`', end + 1);
    }
  }
  return found;
}

/// The scenario with everything written out.
std::string explained(const std::string& file, const std::vector<std::string>& values = {}) {
  std::vector<std::string> words{"explain", file};
  for (const std::string& value : values) words.insert(words.end(), {"--set", "protocol." + value});
  const Outcome outcome = cli::splitvote(words);
  CHECK_MESSAGE(outcome.code == 0, outcome.err);
  return outcome.out;
}

}  // namespace

TEST_CASE("what is said of a system's options is what its preset sets") {
  const auto found = systems();
  const Folder folder;
  CHECK(found.size() == raft::presets.size());
  for (const models::Preset& preset : raft::presets) {
    CAPTURE(preset.name);
    REQUIRE(found.contains(std::string(preset.name)));
    const auto& pairs = found.at(std::string(preset.name));
    CHECK(pairs.size() > 3);
    const std::string file = folder / "a.yaml";
    save(file, fmt::format("version: 1\nname: a\ntopology: {{nodes: 3}}\n"
                           "protocol: {{kind: raft, preset: {}}}\n",
                           preset.name));
    const std::string plain = explained(file);
    for (const std::string& pair : pairs) {
      CAPTURE(pair);
      const std::size_t colon = pair.find(": ");
      CHECK(explained(file, {pair.substr(0, colon) + "=" + pair.substr(colon + 2)}) == plain);
    }
  }
}
