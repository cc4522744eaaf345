// splitvote run: replays scenarios and says whether what they expect holds.
#include <fmt/format.h>

#include <array>
#include <atomic>
#include <csignal>
#include <deque>
#include <thread>

#include "reports/summary.hpp"
#include "scenarios/cli/artifacts.hpp"
#include "scenarios/cli/command.hpp"
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
    Option{"tag", "TAG", true, "only scenarios with this tag"},
    Option{"jobs", "N", false, "so many runs at a time; default: as many as there are processors",
           'j'},
    Option{"twice", "", false, "make every run a second time and compare the digests"},
    Option{"output", "FOLDER", false,
           "leave the trace and the summary there (of a sweep: of failed runs)", 'o'},
    Option{"report", "", false, "leave a picture, too; without -o in the folder out"},
    Option{"json", "FILE", false,
           "write the summary as JSON; - is standard output, instead of the text"},
    Option{"junit", "FILE", false, "write the summary as JUnit XML"},
    Option{"brief", "", false, "only verdicts and failures"},
    set_option,
    parameter_option,
    colour_option,
};

std::atomic<bool> interrupted{false};

extern "C" void on_interrupt(int) { interrupted.store(true); }

struct Plan {
  Cut cut;
  unsigned threads = 1;
  bool twice = false;
  bool brief = false;
  std::optional<ArtifactOptions> artifacts;
  std::optional<std::string> json;
  std::optional<std::string> junit;
};

Plan read_plan(const Arguments& arguments, Mistakes& mistakes) {
  Plan plan{.cut = read_cut(arguments, mistakes),
            .twice = arguments.has("twice"),
            .brief = arguments.has("brief"),
            .json = arguments.value("json"),
            .junit = arguments.value("junit")};
  const unsigned processors = std::max(1U, std::thread::hardware_concurrency());
  plan.threads =
      static_cast<unsigned>(integer(arguments, "jobs", 1, 1024, mistakes).value_or(processors));
  const std::optional<std::string> folder = arguments.value("output");
  if (folder || arguments.has("report")) {
    plan.artifacts =
        ArtifactOptions{.folder = folder.value_or("out"), .picture = arguments.has("report")};
  }
  return plan;
}

/// Loads every file and prints everything that is wrong with any of them; false if something is.
bool load_all(const std::vector<std::string>& files, const load::Options& load_options,
              std::deque<Selected>& all, Console& console) {
  bool good = true;
  for (const std::string& file : files) {
    Selected& selected = all.emplace_back();
    selected.file = file;
    selected.loaded = load::load_file(file, load_options);
    const auto colour = console.err_coloured() ? load::Colour::ansi : load::Colour::none;
    console.complain(load::render(selected.loaded.diagnostics, colour));
    good &= selected.loaded.ok();
  }
  return good;
}

/// All runs of one file; the summaries in their order.
void play(Selected& selected, const Plan& plan, Console& console,
          std::vector<RunSummary>& summaries) {
  run::SweepOptions sweep = selected.limits;
  sweep.threads = plan.threads;
  sweep.twice = plan.twice;
  sweep.interrupted = &interrupted;
  const std::size_t jobs = selected.jobs.size();
  sweep.progress = [&](std::size_t done, std::size_t failed) {
    // Whole quarters of sweeps that take a while.
    if (jobs < 100 || done * 4 / jobs == (done - 1) * 4 / jobs) return;
    console.progress(
        fmt::format("{}: {} of {} runs, {} failed", selected.file, done, jobs, failed));
  };
  run::SweepResult result = run::run_sweep(selected.file, selected.jobs, sweep);
  console.end_progress();

  std::size_t traced = 0;
  for (std::size_t i = 0; i < result.outcomes.size(); ++i) {
    RunSummary& summary = result.outcomes[i].summary;
    const bool wanted =
        jobs == 1 || (summary.verdict != Verdict::passed && traced < traced_failures_max);
    if (plan.artifacts && wanted) {
      ++traced;
      const sim::Result<void> left =
          leave_artifacts(selected.jobs[i], selected.file, *plan.artifacts, summary);
      if (!left) {
        console.complain(fmt::format("splitvote: error: {}\n", left.error().message));
        summary.verdict = reports::worse(summary.verdict, Verdict::usage_error);
        summary.verdict_reason = left.error().message;
      }
    }
    summaries.push_back(std::move(summary));
  }
  if (result.ended_early.empty() || summaries.empty()) return;
  console.complain(fmt::format("{}: {} of {} runs were made: {}\n", selected.file,
                               result.outcomes.size(), jobs, result.ended_early));
  RunSummary& last = summaries.back();
  if (last.verdict == Verdict::passed) {
    last.verdict = Verdict::inconclusive;
    last.verdict_reason = "the sweep ended early: " + result.ended_early;
  }
}

bool write_out(const std::string& path, const std::string& content, Console& console) {
  const sim::Result<void> written = write_file(path, content);
  if (!written) console.complain(fmt::format("splitvote: error: {}\n", written.error().message));
  return written.has_value();
}

int tell(const std::vector<RunSummary>& summaries, const Plan& plan, Console& console) {
  Verdict verdict = summaries.empty() ? Verdict::inconclusive : Verdict::passed;
  for (const RunSummary& summary : summaries) verdict = reports::worse(verdict, summary.verdict);
  reports::SummaryStyle style{.palette = console.out_palette(), .brief = plan.brief};
  bool good = true;
  if (plan.json) {
    const std::string json = summaries.size() == 1
                                 ? reports::to_json(summaries.front(), style.quantiles)
                                 : reports::to_json(summaries, style.quantiles);
    good &= write_out(*plan.json, json, console);
  }
  if (plan.junit) good &= write_out(*plan.junit, reports::to_junit(summaries), console);
  if (plan.json != "-") {
    console.print(summaries.size() == 1 ? reports::to_text(summaries.front(), style)
                                        : reports::to_text(summaries, style));
  }
  return reports::exit_code(good ? verdict : reports::worse(verdict, Verdict::usage_error));
}

int execute_run(const Arguments& arguments, Console& console) {
  Mistakes mistakes;
  const Plan plan = read_plan(arguments, mistakes);
  const load::Options load_options = cli::load_options(arguments, mistakes);
  const std::vector<std::string> files = scenario_files(arguments.files, mistakes);
  if (!mistakes.empty()) return refuse(console, mistakes);

  std::deque<Selected> all;
  if (!load_all(files, load_options, all, console)) return reports::exit_code(Verdict::usage_error);
  std::size_t jobs = 0;
  for (Selected& selected : all) {
    select(selected, plan.cut, said_again(arguments));
    jobs += selected.jobs.size();
  }
  if (jobs == 0) {
    console.complain(
        "splitvote: error: nothing is selected; no scenario was found, or none with that tag or in "
        "that shard\n");
    return reports::exit_code(Verdict::nothing_selected);
  }
  std::signal(SIGINT, on_interrupt);
  std::vector<RunSummary> summaries;
  for (Selected& selected : all) {
    if (!interrupted.load()) play(selected, plan, console, summaries);
  }
  return tell(summaries, plan, console);
}

}  // namespace

Command run_command() {
  return {.name = "run",
          .usage = "FILE|FOLDER…",
          .help = "Replays scenarios and says whether what they expect holds.",
          .options = options,
          .files_min = 1,
          .execute = execute_run};
}

}  // namespace splitvote::cli
