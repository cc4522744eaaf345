// Histories of these tests: from a file or a text, with what they make or what is wrong with them.
#pragma once

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "models/consistency/models.hpp"
#include "scenarios/histories/formats.hpp"
#include "scenarios/load/diagnostic.hpp"

namespace splitvote::histories {

inline std::string case_path(const std::string& name) {
  return "tests/scenarios/histories/cases/" + name;
}

inline std::string file_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  REQUIRE_MESSAGE(file, path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// What must be right.
inline Reading read_text(const std::string& text, const Choices& choices = {}) {
  auto reading = read_history("a history", text, choices);
  if (!reading) FAIL(load::render(reading.error()));
  return std::move(*reading);
}

inline Reading read_case(const std::string& name, const Choices& choices = {}) {
  return read_text(file_text(case_path(name)), choices);
}

/// The first line of each complaint, without the file's name; empty if there is none.
inline std::string complaints(const std::string& text, const Choices& choices = {}) {
  const auto reading = read_history("h", text, choices);
  std::string all;
  if (reading) return all;
  for (const load::Diagnostic& diagnostic : reading.error()) {
    const std::string shown = load::render(diagnostic);
    all += shown.substr(2, shown.find('\n') - 1);
  }
  return all;
}

inline consistency::Verdict judge_operations(const Reading& reading) {
  REQUIRE(reading.operations);
  return consistency::find_model("linearizable")->check(*reading.operations, {}).verdict;
}

inline consistency::Verdict judge_text(const std::string& text, const Choices& choices = {}) {
  return judge_operations(read_text(text, choices));
}

}  // namespace splitvote::histories
