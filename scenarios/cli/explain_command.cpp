// splitvote explain: the scenario as it is run, with every include, parameter and fallback written
// out.
#include <fmt/format.h>

#include <array>

#include "models/registry/protocol.hpp"
#include "reports/summary.hpp"
#include "scenarios/cli/command.hpp"
#include "scenarios/cli/selection.hpp"
#include "scenarios/load/diagnostic.hpp"

namespace splitvote::cli {

namespace {

constexpr std::array explain_options{
    Option{"variants", "", false, "list the cells of the sweep's matrix instead"}, set_option,
    parameter_option, colour_option};
constexpr std::array schema_options{colour_option};

std::string variants_text(const load::Loaded& loaded) {
  std::string text;
  for (const load::Variant& variant : loaded.variants) {
    const load::SeedRange seeds = load::seeds(variant.scenario);
    text += fmt::format("seeds {}..{}", seeds.first, seeds.last);
    for (const load::Variant::Setting& setting : variant.cell)
      text += fmt::format("  {}={}", setting.path, setting.value);
    text += "\n";
  }
  return text;
}

int execute_explain(const Arguments& arguments, Console& console) {
  const load::Options load_options = cli::load_options(arguments);
  const load::Loaded loaded = load::load_file(arguments.files.front(), load_options);
  console.complain(load::render(loaded.diagnostics,
                                console.err_coloured() ? load::Colour::ansi : load::Colour::none));
  if (!loaded.ok()) return reports::exit_code(reports::Verdict::usage_error);
  console.print(arguments.has("variants") ? variants_text(loaded) : load::to_yaml(loaded.scenario));
  return 0;
}

int execute_schema(const Arguments&, Console& console) {
  console.print(load::json_schema(models::protocols()));
  return 0;
}

}  // namespace

Command explain_command() {
  return {.name = "explain",
          .usage = "FILE",
          .help = "Prints the scenario with everything resolved and every fallback written out.",
          .options = explain_options,
          .files_min = 1,
          .files_max = 1,
          .check = check_assignments,
          .execute = execute_explain};
}

Command schema_command() {
  return {.name = "schema",
          .usage = "",
          .help = "Prints the JSON Schema (draft-07) of the scenario language, for editors.",
          .options = schema_options,
          .files_max = 0,
          .execute = execute_schema};
}

}  // namespace splitvote::cli
