// splitvote lint: loads scenarios and says everything that is wrong with them, without running any.
#include <fmt/format.h>

#include <array>

#include "reports/summary.hpp"
#include "scenarios/cli/command.hpp"
#include "scenarios/cli/selection.hpp"
#include "scenarios/load/diagnostic.hpp"

namespace splitvote::cli {

namespace {

constexpr std::array options{set_option, parameter_option, colour_option};

std::string good_line(const std::string& file, const load::Loaded& loaded) {
  std::uint64_t runs = 0;
  for (const load::Variant& variant : loaded.variants) {
    const load::SeedRange seeds = load::seeds(variant.scenario);
    runs += seeds.last - seeds.first + 1;
  }
  return fmt::format("{}: ok, {} variant{}, {} run{}\n", file, loaded.variants.size(),
                     loaded.variants.size() == 1 ? "" : "s", runs, runs == 1 ? "" : "s");
}

int execute_lint(const Arguments& arguments, Console& console) {
  Mistakes mistakes;
  const load::Options load_options = cli::load_options(arguments);
  const std::vector<std::string> files = scenario_files(arguments.files, mistakes);
  if (!mistakes.empty()) return refuse(console, mistakes);
  if (files.empty()) {
    console.complain("splitvote: error: no scenario was found; those of a folder are its *.yaml\n");
    return reports::exit_code(reports::Verdict::nothing_selected);
  }
  bool good = true;
  for (const std::string& file : files) {
    const load::Loaded loaded = load::load_file(file, load_options);
    const auto colour = console.err_coloured() ? load::Colour::ansi : load::Colour::none;
    console.complain(load::render(loaded.diagnostics, colour));
    good &= loaded.ok();
    if (loaded.ok()) console.print(good_line(file, loaded));
  }
  return reports::exit_code(good ? reports::Verdict::passed : reports::Verdict::usage_error);
}

}  // namespace

Command lint_command() {
  return {.name = "lint",
          .usage = "FILE|FOLDER…",
          .help = "Says everything that is wrong with scenarios, without running them.",
          .options = options,
          .files_min = 1,
          .check = check_assignments,
          .execute = execute_lint};
}

}  // namespace splitvote::cli
