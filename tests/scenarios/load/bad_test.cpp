// The malformed scenarios under bad/: each says in its first lines what is wrong with it and where.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "scenarios/load/loader.hpp"
#include "tests/scenarios/load/protocols.hpp"

namespace splitvote::load {
namespace {

const std::filesystem::path folder = "tests/scenarios/load/bad";

/// `# expect 5:12 fragment`, or with a file before the line.
struct Expectation {
  std::string place;
  std::string fragment;
};

std::string content_of(const std::filesystem::path& file) {
  std::ostringstream content;
  content << std::ifstream(file, std::ios::binary).rdbuf();
  return content.str();
}

std::vector<Expectation> expectations_of(const std::filesystem::path& file) {
  const std::string prefix = "# expect ";
  std::vector<Expectation> expectations;
  std::istringstream lines(content_of(file));
  for (std::string line; std::getline(lines, line) && line.starts_with(prefix);) {
    line.erase(0, prefix.size());
    const std::size_t space = line.find(' ');
    const std::string place = line.substr(0, space);
    const bool elsewhere = std::ranges::count(place, ':') == 2;
    const std::string name = elsewhere ? (folder / place).lexically_normal().generic_string()
                                       : file.generic_string() + ":" + place;
    expectations.push_back({name, line.substr(std::min(space + 1, line.size()))});
  }
  return expectations;
}

std::vector<std::filesystem::path> files() {
  std::vector<std::filesystem::path> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) all.push_back(entry.path());
  std::ranges::sort(all);
  return all;
}

}  // namespace

TEST_CASE("every malformed scenario is refused with exactly the complaints it announces") {
  const auto all = files();
  REQUIRE(all.size() >= 150);
  for (const std::filesystem::path& file : all) {
    const Loaded loaded = load_file(file, {test::protocols(), {}, {}});
    const auto expected = expectations_of(file);
    CAPTURE(file);
    CAPTURE(render(loaded.diagnostics));
    CHECK_FALSE(loaded.ok());
    CHECK(loaded.variants.empty());
    REQUIRE_FALSE(expected.empty());
    CHECK(loaded.diagnostics.size() == expected.size());
    for (std::size_t i = 0; i < std::min(expected.size(), loaded.diagnostics.size()); ++i) {
      const Diagnostic& diagnostic = loaded.diagnostics[i];
      CHECK(to_text(diagnostic.position) == expected[i].place);
      const std::string text = diagnostic.message + "; " + diagnostic.hint;
      CHECK_MESSAGE(text.contains(expected[i].fragment), text, " | ", expected[i].fragment);
    }
  }
}

TEST_CASE("a complaint never repeats itself and never lacks words") {
  for (const std::filesystem::path& file : files()) {
    const Loaded loaded = load_file(file, {test::protocols(), {}, {}});
    CAPTURE(file);
    for (const Diagnostic& diagnostic : loaded.diagnostics) {
      CHECK_FALSE(diagnostic.message.empty());
      CHECK_FALSE(diagnostic.message.ends_with('.'));
      CHECK_FALSE(diagnostic.hint.ends_with('.'));
      const auto same = std::ranges::count_if(loaded.diagnostics, [&](const Diagnostic& other) {
        return to_text(other.position) == to_text(diagnostic.position) &&
               other.message == diagnostic.message;
      });
      CHECK(same == 1);
    }
  }
}

}  // namespace splitvote::load
