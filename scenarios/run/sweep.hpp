// Many runs: every variant of every scenario with every seed, on several threads, in one order.
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

/// What is to be run of one scenario file. Seeds are the outer loop, so that a sweep that ends
/// early has seen all variants.
struct Sweep {
  struct Variant {
    const load::Scenario* scenario = nullptr;  // outlives the sweep
    std::string text;                          // `protocol.pre_vote=false`; empty: the only one
    std::uint64_t first_seed = 1;
    // The command line that makes one of its runs again: head, ` --seed N`, tail.
    std::string replay_head;
    std::string replay_tail;
    std::string replay_all;  // the command line of all its runs
  };
  std::string file;  // as the user gave it
  std::vector<Variant> variants;
  std::uint64_t seeds = 1;                     // of each variant
  std::optional<std::uint64_t> limit;          // so many runs at most
  std::optional<std::uint64_t> stop_failures;  // no run behind the n-th failed one counts
  std::optional<sim::Duration> stop_wall;      // of real time, from the first run on
  bool whole = true;  // false: less than the scenario sweeps over, so `sometimes:` proves nothing

  [[nodiscard]] std::uint64_t size() const;
  /// The n-th run, from 0.
  [[nodiscard]] std::size_t variant_of(std::uint64_t index) const;
  [[nodiscard]] std::uint64_t seed_of(std::uint64_t index) const;
  [[nodiscard]] RunRequest request(std::uint64_t index) const;
};

/// Of all runs of all sweeps every `count`-th, beginning with the `index`-th, from 0.
struct Shard {
  std::uint64_t index = 0;
  std::uint64_t count = 1;
};

struct Progress {
  std::uint64_t done = 0;
  std::uint64_t planned = 0;
  std::uint64_t failed = 0;
};

struct PlayOptions {
  unsigned threads = 1;
  Shard shard;
  bool twice = false;  // every run a second time; the digests must agree
  const std::atomic<bool>* interrupted = nullptr;       // true: begin no further run
  std::function<void(const Progress&)> progress;        // called by any thread, one at a time
  std::function<RunOutcome(const RunRequest&)> runner;  // absent: `run`
};

struct PlayedRun {
  std::uint64_t index = 0;  // in its sweep
  RunOutcome outcome;
};

struct PlayedSweep {
  std::vector<PlayedRun> runs;  // in the order of their indices
  std::uint64_t planned = 0;    // of this shard
  std::string ended_early;      // why; empty: all planned runs were made
};

/// The outcomes, `sometimes:` and `slo:` included, do not depend on the number of threads, unless
/// real time or the user ends a sweep. A sweep that ended early or is not whole is not judged as a
/// whole: what it has not seen it may have seen in the rest.
[[nodiscard]] std::vector<PlayedSweep> play(const std::vector<Sweep>& sweeps,
                                            const PlayOptions& options);

}  // namespace splitvote::run
