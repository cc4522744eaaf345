// How far many runs have come: one line written over on a terminal, a line now and then elsewhere.
#pragma once

#include <chrono>
#include <cstdint>

#include "scenarios/cli/console.hpp"
#include "scenarios/run/sweep.hpp"

namespace splitvote::cli {

class ProgressLine {
 public:
  explicit ProgressLine(Console& console) : console_(console) {}
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;
  /// Wipes the line off the terminal.
  ~ProgressLine() { console_.wipe_line(); }

  /// Speaks at most ten times a second on a terminal, every five seconds elsewhere.
  void show(const run::Progress& progress);

 private:
  using Clock = std::chrono::steady_clock;

  Console& console_;
  Clock::time_point started_ = Clock::now();
  Clock::time_point spoke_ = started_;
};

}  // namespace splitvote::cli
