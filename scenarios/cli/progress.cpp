// Words the state of a sweep, seldom enough to cost nothing.
#include "scenarios/cli/progress.hpp"

#include <fmt/format.h>

#include "reports/text.hpp"

namespace splitvote::cli {

void ProgressLine::show(const run::Progress& progress) {
  using namespace std::chrono_literals;
  if (progress.planned < 2) return;
  const Clock::time_point now = Clock::now();
  if (now - spoke_ < (console_.has_line() ? Clock::duration(100ms) : Clock::duration(5s))) return;
  spoke_ = now;
  const sim::Duration elapsed{(now - started_) / 1ns};
  console_.write_line(
      fmt::format("{} of {} runs, {} failed, {}", reports::count_text(progress.done),
                  reports::count_text(progress.planned), reports::count_text(progress.failed),
                  reports::duration_text(elapsed)));
}

}  // namespace splitvote::cli
