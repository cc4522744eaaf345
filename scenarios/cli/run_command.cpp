// splitvote run: replays scenarios and says whether what they expect holds.
#include <signal.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <deque>
#include <filesystem>
#include <thread>

#include "reports/summary.hpp"
#include "scenarios/cli/artifacts.hpp"
#include "scenarios/cli/command.hpp"
#include "scenarios/cli/progress.hpp"
#include "scenarios/cli/selection.hpp"
#include "scenarios/load/diagnostic.hpp"

namespace splitvote::cli {

namespace {

using reports::RunSummary;
using reports::Verdict;

constexpr std::size_t traced_failures_max = 3;  // of a sweep

constexpr std::array options{
    Option{"seed", "N", false, "run with this seed instead of the scenario's"},
    Option{"seeds", "A..B", false, "run with each of these seeds"},
    Option{"no-sweep", "", false, "the scenario as it is written, without its matrix and seeds"},
    Option{"shard", "I/N", false, "only every N-th run, beginning with the I-th"},
    Option{"tag", "TAG", true, "only scenarios with this tag, or one of these"},
    Option{"jobs", "N", false, "so many runs at a time; default: as many as there are processors",
           'j'},
    Option{"twice", "", false, "make every run a second time and compare the digests"},
    Option{"output", "FOLDER", false,
           "leave trace and summary there (of a sweep: of the first failed runs)", 'o'},
    Option{"trace", "", false, "leave them of every run; without -o in the folder out"},
    Option{"report", "", false, "leave a picture, too; without -o in the folder out"},
    Option{"json", "FILE", false,
           "write the summary as JSON; - is standard output, and the text goes to standard error;"
           " it serves as a baseline of slo:"},
    Option{"junit", "FILE", false, "write the summary as JUnit XML; - is standard output"},
    Option{"brief", "", false, "only verdicts and failures"},
    set_option,
    parameter_option,
    colour_option,
};

std::atomic<bool> interrupted{false};

extern "C" void on_interrupt(int) { interrupted.store(true); }

/// The first interrupt lets the runs that have begun end; the second ends the program.
void heed_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
}

struct Plan {
  Cut cut;
  unsigned threads = 1;
  bool twice = false;
  bool brief = false;
  bool trace_all = false;
  bool pictures = false;
  std::optional<std::string> folder;
  std::optional<std::string> json;
  std::optional<std::string> junit;
};

/// What is written to must be writable before an hour is spent, and not twice.
void check_targets(const Plan& plan, Mistakes& mistakes) {
  std::vector<std::string> taken;
  for (const auto& [option, target] : {std::pair("--json", plan.json), {"--junit", plan.junit}}) {
    if (!target) continue;
    if (std::ranges::find(taken, *target) != taken.end())
      mistakes.push_back(
          fmt::format("{} {} would overwrite what another option writes", option, quoted(*target)));
    taken.push_back(*target);
    if (*target == "-") continue;
    const std::filesystem::path folder = std::filesystem::path(*target).parent_path();
    std::error_code error;
    if (!folder.empty() && !std::filesystem::is_directory(folder, error))
      mistakes.push_back(
          fmt::format("{} {}: there is no folder {}", option, quoted(*target), folder.string()));
    if (std::filesystem::is_directory(*target, error))
      mistakes.push_back(fmt::format("{} {} is a folder", option, quoted(*target)));
  }
}

Plan read_plan(const Arguments& arguments, Mistakes& mistakes) {
  Plan plan{.cut = read_cut(arguments, mistakes),
            .twice = arguments.has("twice"),
            .brief = arguments.has("brief"),
            .trace_all = arguments.has("trace"),
            .pictures = arguments.has("report"),
            .folder = arguments.value("output"),
            .json = arguments.value("json"),
            .junit = arguments.value("junit")};
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  plan.threads =
      static_cast<unsigned>(integer(arguments, "jobs", 1, 1024, mistakes).value_or(processors));
  if (!plan.folder && (plan.pictures || plan.trace_all)) plan.folder = "out";
  return plan;
}

/// Loads every file and prints everything that is wrong with any of them; false if something is.
bool load_all(const std::vector<std::string>& files, const load::Options& load_options,
              std::deque<load::Loaded>& all, Console& console) {
  bool good = true;
  for (const std::string& file : files) {
    const load::Loaded& loaded = all.emplace_back(load::load_file(file, load_options));
    console.complain(load::render(
        loaded.diagnostics, console.err_coloured() ? load::Colour::ansi : load::Colour::none));
    good &= loaded.ok();
  }
  return good;
}

using Played = std::vector<run::PlayedSweep>;

Played play(const std::vector<run::Sweep>& sweeps, const Plan& plan, Console& console) {
  ProgressLine line(console);
  return run::play(sweeps,
                   {.threads = plan.threads,
                    .shard = plan.cut.shard,
                    .twice = plan.twice,
                    .interrupted = &interrupted,
                    .progress = [&line](const run::Progress& progress) { line.show(progress); }});
}

/// The files of the runs that are worth it; false if one could not be written.
bool leave_artifacts(const std::vector<run::Sweep>& sweeps, const Plan& plan, Artifacts& artifacts,
                     Played& played, Console& console) {
  for (std::size_t i = 0; i < sweeps.size(); ++i) {
    std::size_t traced = 0;
    for (run::PlayedRun& run : played[i].runs) {
      RunSummary& summary = run.outcome.summary;
      const bool failed = summary.verdict != Verdict::passed;
      const bool wanted =
          plan.trace_all || played[i].planned == 1 || (failed && traced < traced_failures_max);
      if (!wanted) continue;
      ++traced;
      const sim::Result<void> left = artifacts.leave(sweeps[i].request(run.index), summary);
      if (left) continue;
      console.complain(fmt::format("splitvote: error: {}\n", left.error().message));
      return false;
    }
  }
  return true;
}

/// All runs of one sweep after another, variant by variant.
std::vector<RunSummary> summaries_of(const std::vector<run::Sweep>& sweeps, const Played& played) {
  std::vector<RunSummary> summaries;
  for (std::size_t i = 0; i < sweeps.size(); ++i) {
    for (std::size_t v = 0; v < sweeps[i].variants.size(); ++v) {
      for (const run::PlayedRun& run : played[i].runs)
        if (sweeps[i].variant_of(run.index) == v) summaries.push_back(run.outcome.summary);
    }
  }
  return summaries;
}

/// The quantiles that the scenario's `report:` asks for, and the largest.
std::vector<reports::Quantile> quantiles_of(const run::Sweep& sweep) {
  std::vector<reports::Quantile> quantiles;
  for (const sim::Ratio& share : sweep.variants.front().scenario->report.quantiles)
    quantiles.push_back({static_cast<std::uint32_t>(std::uint64_t{share.numerator} * 1'000'000 /
                                                    share.denominator)});
  constexpr reports::Quantile most{1'000'000};
  if (std::ranges::find(quantiles, most) == quantiles.end()) quantiles.push_back(most);
  return quantiles;
}

/// Every quantile that the text shows or a baseline is commonly asked for.
std::vector<reports::Quantile> json_quantiles(const std::vector<run::Sweep>& sweeps) {
  std::vector<reports::Quantile> all{{0},          reports::p50,  reports::p90,
                                     reports::p99, reports::p999, {1'000'000}};
  for (const run::Sweep& sweep : sweeps) {
    const auto own = quantiles_of(sweep);
    all.insert(all.end(), own.begin(), own.end());
  }
  std::ranges::sort(all);
  const auto repeated = std::ranges::unique(all);
  all.erase(repeated.begin(), repeated.end());
  return all;
}

bool write_files(const std::vector<run::Sweep>& sweeps, const std::vector<RunSummary>& summaries,
                 const Plan& plan, Console& console) {
  bool good = true;
  const auto write = [&](const std::string& path, const std::string& content) {
    const sim::Result<void> written = console.save(path, content);
    if (!written) console.complain(fmt::format("splitvote: error: {}\n", written.error().message));
    good &= written.has_value();
  };
  const std::vector<reports::Quantile> quantiles = json_quantiles(sweeps);
  if (plan.json)
    write(*plan.json, summaries.size() == 1 ? reports::to_json(summaries.front(), quantiles)
                                            : reports::to_json(summaries, quantiles));
  if (plan.junit) write(*plan.junit, reports::to_junit(summaries));
  return good;
}

int tell(const std::vector<run::Sweep>& sweeps, const Played& played, const Plan& plan,
         bool all_left, Console& console) {
  const std::vector<RunSummary> summaries = summaries_of(sweeps, played);
  Verdict verdict = Verdict::passed;
  for (const RunSummary& summary : summaries) verdict = reports::worse(verdict, summary.verdict);
  for (const run::PlayedSweep& sweep : played) {
    if (!sweep.ended_early.empty()) verdict = reports::worse(verdict, Verdict::inconclusive);
  }
  const bool written = write_files(sweeps, summaries, plan, console);
  if (!written || !all_left) verdict = reports::worse(verdict, Verdict::usage_error);

  for (std::size_t i = 0; i < sweeps.size(); ++i) {
    if (played[i].ended_early.empty()) continue;
    console.complain(fmt::format("{}: {} of {} runs were made: {}\n", sweeps[i].file,
                                 played[i].runs.size(), played[i].planned, played[i].ended_early));
  }

  // One table of figures serves one scenario as that scenario wants it, and several alike.
  const bool to_out = plan.json != "-" && plan.junit != "-";
  reports::SummaryStyle style{.palette = to_out ? console.out_palette() : console.err_palette(),
                              .brief = plan.brief};
  if (sweeps.size() == 1) {
    style.quantiles = quantiles_of(sweeps.front());
    style.group_by = sweeps.front().variants.front().scenario->report.group_by;
  }
  const std::string text = reports::to_text(summaries, style);
  if (to_out) {
    console.print(text);
  } else {
    console.complain(text);
  }
  return reports::exit_code(verdict);
}

void check_run(const Arguments& arguments, Mistakes& mistakes) {
  (void)read_plan(arguments, mistakes);
  check_assignments(arguments, mistakes);
}

/// Says which of the choices left nothing.
int nothing_selected(const std::deque<load::Loaded>& all, const std::vector<run::Sweep>& sweeps,
                     const Cut& cut, Console& console) {
  std::string why = "no scenario was found; those of a folder are its *.yaml";
  if (!sweeps.empty()) {
    why = fmt::format("shard {}/{} has none of the runs", cut.shard.index + 1, cut.shard.count);
  } else if (!all.empty()) {
    std::vector<std::string_view> tags;
    for (const load::Loaded& each : all)
      tags.insert(tags.end(), each.scenario.tags.begin(), each.scenario.tags.end());
    std::ranges::sort(tags);
    tags.erase(std::ranges::unique(tags).begin(), tags.end());
    why = fmt::format("no scenario has the tag {}; {}", fmt::join(cut.tags, " or "),
                      tags.empty() ? "there are no tags" : load::suggest(cut.tags.front(), tags));
  }
  console.complain(fmt::format("splitvote: error: nothing is selected: {}\n", why));
  return reports::exit_code(Verdict::nothing_selected);
}

int execute_run(const Arguments& arguments, Console& console) {
  Mistakes mistakes;
  const Plan plan = read_plan(arguments, mistakes);
  const load::Options load_options = cli::load_options(arguments);
  check_targets(plan, mistakes);
  const std::vector<std::string> files = scenario_files(arguments.files, mistakes);
  if (!mistakes.empty()) return refuse(console, mistakes);

  std::deque<load::Loaded> all;
  if (!load_all(files, load_options, all, console)) return reports::exit_code(Verdict::usage_error);
  std::vector<run::Sweep> sweeps;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (!has_tag(all[i].scenario, plan.cut.tags)) continue;
    if (!plan.cut.no_sweep) narrow(all[i], files[i], load_options, mistakes);
    sweeps.push_back(sweep_of(all[i], files[i], plan.cut, said_again(arguments)));
  }
  if (!mistakes.empty()) return refuse(console, mistakes);

  std::optional<Artifacts> artifacts;
  if (plan.folder && !sweeps.empty()) {
    sim::Result<Artifacts> made = Artifacts::in(*plan.folder, plan.pictures);
    if (!made) return refuse(console, {made.error().message});
    artifacts = std::move(*made);
  }
  std::uint64_t runs = 0;
  for (const run::Sweep& sweep : sweeps) runs += sweep.size();
  if (runs > 1) heed_interrupts();
  Played played = play(sweeps, plan, console);
  const bool none =
      std::ranges::all_of(played, [](const run::PlayedSweep& sweep) { return sweep.planned == 0; });
  if (none) return nothing_selected(all, sweeps, plan.cut, console);
  const bool all_left = !artifacts || leave_artifacts(sweeps, plan, *artifacts, played, console);
  return tell(sweeps, played, plan, all_left, console);
}

}  // namespace

Command run_command() {
  return {.name = "run",
          .usage = "FILE|FOLDER…",
          .help = "Replays scenarios and says whether what they expect holds.",
          .options = options,
          .files_min = 1,
          .check = check_run,
          .execute = execute_run};
}

}  // namespace splitvote::cli
