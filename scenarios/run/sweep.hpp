// Many runs of one scenario file: every variant with every seed, on several threads, in one order.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/load/loader.hpp"
#include "scenarios/run/run.hpp"

namespace splitvote::run {

/// One run to be made.
struct Job {
  const load::Scenario* scenario = nullptr;
  std::size_t variant = 0;  // runs of the same variant are judged together
  std::string variant_text;
  std::uint64_t seed = 0;
  std::string replay;
};

struct SweepOptions {
  unsigned threads = 1;
  bool twice = false;                          // every run a second time; the digests must agree
  std::optional<std::uint64_t> stop_failures;  // no run behind the n-th failed one counts
  std::optional<std::int64_t> stop_wall_ns;
  const std::atomic<bool>* interrupted = nullptr;
  std::function<void(std::size_t done, std::size_t failed)>
      progress;  // called by any thread, one at a time
};

struct SweepResult {
  std::vector<RunOutcome>
      outcomes;             // in the order of the jobs; fewer than jobs if the sweep was ended
  std::string ended_early;  // why; empty: all jobs were done
};

/// The outcomes do not depend on the number of threads, unless real time or the user ends the
/// sweep.
[[nodiscard]] SweepResult run_sweep(const std::string& file, const std::vector<Job>& jobs,
                                    const SweepOptions& options);

}  // namespace splitvote::run
