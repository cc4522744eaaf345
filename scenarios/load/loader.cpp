// From files to variants: include, override, parameters, tables, validation, matrix.
#include "scenarios/load/loader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>

#include "scenarios/load/matrix.hpp"
#include "scenarios/load/merge.hpp"
#include "scenarios/load/parameters.hpp"
#include "scenarios/load/tables.hpp"
#include "scenarios/load/validate.hpp"

namespace splitvote::load {
namespace {

bool has_errors(const std::vector<Diagnostic>& diagnostics) {
  return std::ranges::any_of(
      diagnostics, [](const Diagnostic& each) { return each.severity == Severity::error; });
}

/// A document in which everything is settled but the parameters.
Scenario read_scenario(Reader& reader, Node document, const Options& options) {
  Scenario scenario;
  scenario.params = read_parameters(reader, document, options.parameters);
  put_in(reader, document, scenario.params);
  const bool complete = scenario_table().read(reader, document, scenario);
  validate(reader, scenario, complete ? Reading::complete : Reading::partial);
  return scenario;
}

void read_variants(Reader& reader, const Node& document, const Options& options, Loaded& loaded) {
  for (Cell& cell : cells(reader, document)) {
    Variant variant;
    variant.scenario = read_scenario(reader, std::move(cell.document), options);
    variant.cell = std::move(cell.settings);
    loaded.variants.push_back(std::move(variant));
  }
}

/// Nobody reads further than this, and a hostile file could have a hundred thousand.
void shorten(std::vector<Diagnostic>& diagnostics) {
  constexpr std::size_t shown = 200;
  if (diagnostics.size() <= shown) return;
  Diagnostic more = error_at({diagnostics[shown].position.source, 0, 0},
                             fmt::format("{} further complaints", diagnostics.size() - shown));
  more.severity = Severity::note;
  diagnostics.resize(shown);
  diagnostics.push_back(std::move(more));
}

template <typename Read>
Loaded load(const std::string& name, const Options& options, const Read& read) {
  Loaded loaded;
  try {
    Reader reader(options.protocols, loaded.diagnostics);
    std::optional<Node> document = read(reader, loaded.diagnostics);
    if (document) {
      for (const Assignment& each : options.overrides)
        apply_override(reader, loaded.diagnostics, *document, each);
      loaded.scenario = read_scenario(reader, *document, options);
      read_variants(reader, *document, options, loaded);
    }
  } catch (const std::exception& exception) {
    // Out of memory, or a mistake of a library: the user's file is the occasion all the same.
    loaded.diagnostics.push_back(
        error_at({make_source(name, ""), 0, 0},
                 fmt::format("this scenario cannot be loaded: {}", exception.what()),
                 "it may be too large"));
  }
  sort_diagnostics(loaded.diagnostics);
  shorten(loaded.diagnostics);
  if (has_errors(loaded.diagnostics)) loaded.variants.clear();
  return loaded;
}

}  // namespace

bool Loaded::ok() const { return !has_errors(diagnostics); }

Loaded load_file(const std::filesystem::path& file, const Options& options) {
  return load(file.generic_string(), options,
              [&file](Reader& reader, std::vector<Diagnostic>& diagnostics) {
                return read_document(reader, diagnostics, file);
              });
}

Loaded load_text(std::string name, std::string_view text, const Options& options) {
  return load(name, options, [&](Reader& reader, std::vector<Diagnostic>& diagnostics) {
    return read_document(reader, diagnostics, name, text);
  });
}

SeedRange seeds(const Scenario& scenario) {
  if (scenario.sweep && scenario.sweep->seeds) return *scenario.sweep->seeds;
  return {scenario.run.seed, scenario.run.seed};
}

}  // namespace splitvote::load
