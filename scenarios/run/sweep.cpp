#include "scenarios/run/sweep.hpp"

#include <algorithm>
#include <chrono>
#include <mutex>
#include <thread>

#include "reports/text.hpp"

namespace splitvote::run {

namespace {

using Clock = std::chrono::steady_clock;

RunOutcome run_job(const std::string& file, const Job& job, bool twice) {
  const RunRequest request{.scenario = job.scenario,
                           .file = file,
                           .variant = job.variant_text,
                           .seed = job.seed,
                           .replay = job.replay};
  RunOutcome outcome = run(request);
  if (!twice) return outcome;
  const RunOutcome again = run(request);
  if (again.summary.digest == outcome.summary.digest) return outcome;
  reports::RunSummary& summary = outcome.summary;
  summary.verdict = reports::Verdict::nondeterministic;
  summary.failures.insert(summary.failures.begin(),
                          {"determinism",
                           reports::FailureKind::nondeterminism,
                           {},
                           sim::Instant{summary.simulated.ns},
                           {},
                           "The second run of the same scenario and seed had the digest " +
                               sim::to_hex(again.summary.digest) + ".",
                           {}});
  return outcome;
}

bool failed(const RunOutcome& outcome) {
  return outcome.summary.verdict != reports::Verdict::passed;
}

/// What the threads share. They take jobs in order; results wait in their places.
class Workshop {
 public:
  Workshop(const std::string& file, const std::vector<Job>& jobs, const SweepOptions& options)
      : file_(file),
        jobs_(jobs),
        options_(options),
        results_(jobs.size()),
        started_(Clock::now()) {}

  void work() {
    while (const std::optional<std::size_t> index = take()) {
      RunOutcome outcome = run_job(file_, jobs_[*index], options_.twice);
      const std::lock_guard lock(mutex_);
      failed_ += failed(outcome) ? 1 : 0;
      results_[*index] = std::move(outcome);
      ++done_;
      if (options_.progress) options_.progress(done_, failed_);
    }
  }

  SweepResult result() && {
    SweepResult result;
    std::uint64_t failures = 0;
    for (std::optional<RunOutcome>& outcome : results_) {
      if (!outcome) break;  // an earlier end left a gap: what lies behind it does not count
      failures += failed(*outcome) ? 1 : 0;
      result.outcomes.push_back(std::move(*outcome));
      if (options_.stop_failures && failures >= *options_.stop_failures) break;
    }
    const bool all = result.outcomes.size() == jobs_.size();
    const bool enough = options_.stop_failures && failures >= *options_.stop_failures;
    if (!all)
      result.ended_early = enough ? reports::count_text(failures) + " runs failed" : reason_;
    return result;
  }

 private:
  std::optional<std::size_t> take() {
    const std::lock_guard lock(mutex_);
    if (next_ == jobs_.size()) return std::nullopt;
    if (options_.interrupted != nullptr && options_.interrupted->load())
      reason_ = "it was interrupted";
    if (options_.stop_wall_ns &&
        (Clock::now() - started_) / std::chrono::nanoseconds(1) > *options_.stop_wall_ns) {
      reason_ = "its time was up";
    }
    const bool enough = options_.stop_failures && failed_ >= *options_.stop_failures;
    if (!reason_.empty() || enough) return std::nullopt;
    return next_++;
  }

  const std::string& file_;
  const std::vector<Job>& jobs_;
  const SweepOptions& options_;
  std::mutex mutex_;
  std::size_t next_ = 0;
  std::size_t done_ = 0;
  std::uint64_t failed_ = 0;
  std::vector<std::optional<RunOutcome>> results_;
  std::string reason_;
  Clock::time_point started_;
};

/// Sometimes and objectives, over the runs of each variant.
void judge_variants(const std::vector<Job>& jobs, std::vector<RunOutcome>& outcomes) {
  for (std::size_t first = 0; first < outcomes.size();) {
    std::size_t end = first;
    std::vector<RunOutcome*> runs;
    while (end < outcomes.size() && jobs[end].variant == jobs[first].variant)
      runs.push_back(&outcomes[end++]);
    judge_together(*jobs[first].scenario, runs);
    first = end;
  }
}

}  // namespace

SweepResult run_sweep(const std::string& file, const std::vector<Job>& jobs,
                      const SweepOptions& options) {
  Workshop workshop(file, jobs, options);
  {
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < std::min<std::size_t>(options.threads, jobs.size()); ++i) {
      threads.emplace_back([&] { workshop.work(); });
    }
    workshop.work();
  }
  SweepResult result = std::move(workshop).result();
  judge_variants(jobs, result.outcomes);
  return result;
}

}  // namespace splitvote::run
