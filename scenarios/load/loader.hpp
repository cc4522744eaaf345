// The loader: scenario files in, a scenario and its variants out, or everything that is wrong.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/registry/protocol.hpp"
#include "scenarios/load/diagnostic.hpp"
#include "scenarios/load/scenario.hpp"

namespace splitvote::load {

/// `-P name=value` or `--set path=value`.
struct Assignment {
  std::string name;
  std::string value;
};

struct Options {
  std::span<const models::Protocol> protocols;
  std::vector<Assignment> parameters;  // -P
  std::vector<Assignment> overrides;   // --set
};

/// One cell of the sweep's matrix, or the scenario itself if there is no matrix. In its `sweep`
/// each axis has just the value of the cell, so that it loads again as this one variant.
struct Variant {
  struct Setting {
    std::string path;
    std::string value;  // canonical YAML
  };
  Scenario scenario;
  std::vector<Setting> cell;
};

/// Usable if `ok()`; else `diagnostics` says why, in the order of positions.
struct Loaded {
  Scenario scenario;              // as written, with its whole sweep: what `explain` shows
  std::vector<Variant> variants;  // at least one if ok
  std::vector<Diagnostic> diagnostics;

  [[nodiscard]] bool ok() const;
};

/// Never throws; reads the file, what it includes, and nothing else.
[[nodiscard]] Loaded load_file(const std::filesystem::path& file, const Options& options);

/// `name` stands for the file in diagnostics, and includes are relative to it.
[[nodiscard]] Loaded load_text(std::string name, std::string_view text, const Options& options);

/// The seeds a variant is run with.
[[nodiscard]] SeedRange seeds(const Scenario& scenario);

/// The draft-07 JSON Schema of the language, from the tables the loader reads with.
[[nodiscard]] std::string json_schema(std::span<const models::Protocol> protocols);

}  // namespace splitvote::load
