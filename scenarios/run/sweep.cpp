// Hands runs out to threads in a fixed order and judges them in it, so that the threads cannot
// be seen in the results.
#include "scenarios/run/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <mutex>
#include <thread>

#include "reports/text.hpp"

namespace splitvote::run {

namespace {

using reports::ExpectationOutcome;
using reports::Verdict;
using Clock = std::chrono::steady_clock;

RunOutcome run_once_or_twice(const RunRequest& request, const PlayOptions& options) {
  const auto runner = [&options](const RunRequest& wanted) {
    return options.runner ? options.runner(wanted) : run(wanted);
  };
  RunOutcome outcome = runner(request);
  if (!options.twice) return outcome;
  const RunOutcome again = runner(request);
  if (again.summary.digest == outcome.summary.digest) return outcome;
  reports::RunSummary& summary = outcome.summary;
  summary.verdict = Verdict::nondeterministic;
  summary.failures.insert(summary.failures.begin(),
                          {"determinism",
                           reports::FailureKind::nondeterminism,
                           {},
                           sim::Instant{summary.simulated.ns},
                           {},
                           "The digest was " + sim::to_hex(summary.digest) +
                               ", and in a second run of the same scenario and seed " +
                               sim::to_hex(again.summary.digest) + ".",
                           {}});
  return outcome;
}

bool failed(const RunOutcome& outcome) { return outcome.summary.verdict != Verdict::passed; }

/// One sweep while it is being played. Tickets are given out in the order of the runs and every
/// ticket given out is used, so the results have no gaps.
class OpenSweep {
 public:
  OpenSweep(const Sweep& sweep, std::uint64_t runs_before, const Shard& shard) : sweep_(&sweep) {
    step_ = shard.count;
    first_ = (shard.index + shard.count - runs_before % shard.count) % shard.count;
    if (first_ < sweep.size()) planned_ = (sweep.size() - first_ - 1) / step_ + 1;
  }

  [[nodiscard]] std::uint64_t planned() const { return planned_; }
  [[nodiscard]] const Sweep& sweep() const { return *sweep_; }
  [[nodiscard]] std::uint64_t index(std::uint64_t ticket) const { return first_ + ticket * step_; }

  /// The next run, if there is one and nothing has ended the sweep.
  std::optional<std::uint64_t> take(bool interrupted) {
    if (given_ >= end()) return std::nullopt;
    if (given_ == 0) started_ = Clock::now();
    if (interrupted) {
      reason_ = "it was interrupted";
    } else if (is_time_up()) {
      reason_ = "its time of " + reports::duration_text(*sweep_->stop_wall) + " was up";
    }
    if (!reason_.empty()) return std::nullopt;
    results_.emplace_back();
    return given_++;
  }

  void put(std::uint64_t ticket, RunOutcome outcome) {
    results_[ticket] = PlayedRun{index(ticket), std::move(outcome)};
    // The n-th failure in the order of the runs, not of their ends: that does not hang on threads.
    for (; !cut_ && settled_ < given_ && results_[settled_]; ++settled_) {
      failures_ += failed(results_[settled_]->outcome) ? 1 : 0;
      if (sweep_->stop_failures && failures_ >= *sweep_->stop_failures) cut_ = settled_ + 1;
    }
  }

  PlayedSweep finish() && {
    PlayedSweep played{.planned = planned_};
    for (std::uint64_t ticket = 0; ticket < std::min(given_, end()); ++ticket)
      played.runs.push_back(std::move(*results_[ticket]));
    if (played.runs.size() == planned_) return played;
    const bool enough = cut_ && played.runs.size() == *cut_;
    played.ended_early = enough ? reports::count_text(failures_) + " runs had failed" : reason_;
    return played;
  }

 private:
  [[nodiscard]] std::uint64_t end() const { return cut_ ? *cut_ : planned_; }
  [[nodiscard]] bool is_time_up() const {
    if (!sweep_->stop_wall || given_ == 0) return false;
    return (Clock::now() - started_) / std::chrono::nanoseconds(1) >= sweep_->stop_wall->ns;
  }

  const Sweep* sweep_;
  std::uint64_t first_ = 0;
  std::uint64_t step_ = 1;
  std::uint64_t planned_ = 0;
  std::uint64_t given_ = 0;
  std::uint64_t settled_ = 0;  // so many results from the first on are there and counted
  std::uint64_t failures_ = 0;
  std::optional<std::uint64_t> cut_;  // tickets from here on do not count
  std::vector<std::optional<PlayedRun>> results_;
  std::string reason_;
  Clock::time_point started_;
};

/// What the threads share.
class Workshop {
 public:
  Workshop(const std::vector<Sweep>& sweeps, const PlayOptions& options) : options_(options) {
    std::uint64_t before = 0;
    for (const Sweep& sweep : sweeps) {
      open_.emplace_back(sweep, before, options.shard);
      before += sweep.size();
      progress_.planned += open_.back().planned();
    }
  }

  [[nodiscard]] std::uint64_t planned() const { return progress_.planned; }

  void work() {
    try {
      while (const std::optional<Job> job = take()) {
        const OpenSweep& open = open_[job->sweep];
        put(*job, run_once_or_twice(open.sweep().request(open.index(job->ticket)), options_));
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!error_) error_ = std::current_exception();
    }
  }

  std::vector<PlayedSweep> finish() && {
    if (error_) std::rethrow_exception(error_);
    std::vector<PlayedSweep> played;
    for (OpenSweep& open : open_) played.push_back(std::move(open).finish());
    return played;
  }

 private:
  struct Job {
    std::size_t sweep = 0;
    std::uint64_t ticket = 0;
  };

  std::optional<Job> take() {
    const std::lock_guard lock(mutex_);
    const bool interrupted = options_.interrupted != nullptr && options_.interrupted->load();
    for (; !error_ && next_ < open_.size(); ++next_) {
      if (const auto ticket = open_[next_].take(interrupted)) return Job{next_, *ticket};
    }
    return std::nullopt;
  }

  void put(const Job& job, RunOutcome outcome) {
    const std::lock_guard lock(mutex_);
    ++progress_.done;
    progress_.failed += failed(outcome) ? 1 : 0;
    open_[job.sweep].put(job.ticket, std::move(outcome));
    if (options_.progress) options_.progress(progress_);
  }

  const PlayOptions& options_;
  std::mutex mutex_;
  std::vector<OpenSweep> open_;
  std::size_t next_ = 0;
  Progress progress_;
  std::exception_ptr error_;
};

/// Says of each expectation about all runs what a part of them can say.
void judge_part(const load::Scenario& scenario, const std::vector<RunOutcome*>& runs) {
  constexpr std::string_view remark = "not judged: this is a part of the sweep";
  std::vector<reports::ExpectationResult>& results = runs.back()->summary.expectations;
  for (std::size_t i = 0; i < scenario.expect.sometimes.size(); ++i) {
    const bool seen = std::ranges::any_of(
        runs, [i](const RunOutcome* run) { return i < run->seen.size() && run->seen[i]; });
    results.push_back({"sometimes " + load::to_text(scenario.expect.sometimes[i].that),
                       seen ? ExpectationOutcome::held : ExpectationOutcome::unknown,
                       seen ? "" : std::string(remark)});
  }
  for (const load::Slo& slo : scenario.expect.slo) {
    const auto* predicate = std::get_if<load::Predicate>(&slo.bound);
    const std::string text =
        predicate != nullptr ? load::to_text(*predicate)
                             : load::to_text(std::get<load::Slo::Regression>(slo.bound).measure);
    results.push_back({"slo " + text, ExpectationOutcome::unknown, std::string(remark)});
  }
}

void judge_variant(const Sweep::Variant& variant, bool complete,
                   const std::vector<RunOutcome*>& runs) {
  if (runs.empty()) return;
  if (!complete) return judge_part(*variant.scenario, runs);
  judge_together(*variant.scenario, runs);
  // What only all runs together show, one seed does not show again.
  reports::RunSummary& last = runs.back()->summary;
  if (last.failures.empty() || runs.size() == 1) return;
  const reports::FailureKind kind = last.failures.front().kind;
  if (kind == reports::FailureKind::slo || kind == reports::FailureKind::sometimes)
    last.replay = variant.replay_all;
}

void judge(const Sweep& sweep, bool all_shards, PlayedSweep& played) {
  const bool complete = sweep.whole && all_shards && played.ended_early.empty();
  for (std::size_t v = 0; v < sweep.variants.size(); ++v) {
    std::vector<RunOutcome*> runs;
    for (PlayedRun& run : played.runs) {
      if (sweep.variant_of(run.index) == v) runs.push_back(&run.outcome);
    }
    judge_variant(sweep.variants[v], complete, runs);
  }
  if (played.ended_early.empty() || played.runs.empty()) return;
  reports::RunSummary& last = played.runs.back().outcome.summary;
  if (last.verdict != Verdict::passed) return;
  last.verdict = Verdict::inconclusive;
  last.verdict_reason = "the sweep ended early: " + played.ended_early;
}

}  // namespace

std::uint64_t Sweep::size() const {
  const std::uint64_t all = variants.size() * seeds;
  return limit ? std::min(all, *limit) : all;
}

std::size_t Sweep::variant_of(std::uint64_t index) const { return index % variants.size(); }

std::uint64_t Sweep::seed_of(std::uint64_t index) const {
  return variants[variant_of(index)].first_seed + index / variants.size();
}

RunRequest Sweep::request(std::uint64_t index) const {
  const Variant& variant = variants[variant_of(index)];
  const std::uint64_t seed = seed_of(index);
  return {.scenario = variant.scenario,
          .file = file,
          .variant = variant.text,
          .seed = seed,
          .trace = {},
          .replay = fmt::format("{} --seed {}{}", variant.replay_head, seed, variant.replay_tail)};
}

std::vector<PlayedSweep> play(const std::vector<Sweep>& sweeps, const PlayOptions& options) {
  Workshop workshop(sweeps, options);
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < std::min<std::uint64_t>(options.threads, workshop.planned()); ++i)
      threads.emplace_back([&workshop] { workshop.work(); });
    workshop.work();
  }
  std::vector<PlayedSweep> played = std::move(workshop).finish();
  for (std::size_t i = 0; i < sweeps.size(); ++i)
    judge(sweeps[i], options.shard.count == 1, played[i]);
  return played;
}

}  // namespace splitvote::run
