// The command run within the test: words in, exit code and both outputs out.
#pragma once

#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "scenarios/cli/command.hpp"

namespace splitvote::cli {

struct Outcome {
  int code = -1;
  std::string out;
  std::string err;
};

inline Outcome splitvote(const std::vector<std::string>& words) {
  Outcome outcome;
  char* out = nullptr;
  char* err = nullptr;
  std::size_t out_size = 0;
  std::size_t err_size = 0;
  std::FILE* out_file = ::open_memstream(&out, &out_size);
  std::FILE* err_file = ::open_memstream(&err, &err_size);
  {
    Console console(out_file, err_file);
    outcome.code = execute(words, console);
  }
  std::fclose(out_file);
  std::fclose(err_file);
  outcome.out.assign(out, out_size);
  outcome.err.assign(err, err_size);
  std::free(out);
  std::free(err);
  return outcome;
}

/// One of the small scenarios of these tests.
inline std::string a_case(const std::string& name) {
  return "tests/scenarios/cli/cases/" + name + ".yaml";
}

/// One of the small histories of the project's own.
inline std::string history(const std::string& name) {
  return "tests/scenarios/histories/cases/" + name;
}

inline void save(const std::string& path, std::string_view text) { std::ofstream(path) << text; }

inline std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// An empty folder that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "splitvote-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() { std::filesystem::remove_all(path_); }

  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (path_ / name).string();
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

/// The words of a line that a shell would make of it; quotes are single.
inline std::vector<std::string> shell_words(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  for (const char c : line) {
    if (c == '\'') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      words.push_back(word);
      word.clear();
    } else {
      word += c;
    }
  }
  words.push_back(word);
  return words;
}

/// The command behind the last `replay: ` of a text, without `splitvote`.
inline std::vector<std::string> replay_words(const std::string& text) {
  const std::size_t at = text.rfind("replay: splitvote ");
  REQUIRE(at != std::string::npos);
  const std::size_t first = at + std::string("replay: splitvote ").size();
  return shell_words(text.substr(first, text.find('\n', first) - first));
}

}  // namespace splitvote::cli
