// Reads a worked example in bytes out of a format document, so that document and code cannot drift.
#pragma once

#include <fstream>
#include <string>
#include <string_view>

#include "sim/base/bytes.hpp"

namespace splitvote::models {

/// The bytes of the ```bytes block under the heading `## <heading>`; what stands behind a `|` is
/// prose. Empty if there is no such block. `path` is relative to the repository's root.
inline sim::Bytes worked_example(const std::string& path, const std::string& heading) {
  std::ifstream file(path);
  sim::Bytes bytes;
  std::string line;
  while (std::getline(file, line) && line != "## " + heading) continue;
  while (std::getline(file, line) && line != "```bytes") continue;
  while (std::getline(file, line) && line != "```") {
    const std::string digits = line.substr(0, line.find('|'));
    for (std::size_t at = 0; at + 1 < digits.size() && digits[at] != ' '; at += 3) {
      bytes.push_back(static_cast<std::byte>(std::stoi(digits.substr(at, 2), nullptr, 16)));
    }
  }
  return bytes;
}

}  // namespace splitvote::models
