// The files a run leaves in the folder of `-o`: its trace, its picture, its summary.
#pragma once

#include <string>

#include "reports/summary.hpp"
#include "scenarios/run/sweep.hpp"
#include "sim/base/error.hpp"

namespace splitvote::cli {

/// What is to be left, and where.
struct ArtifactOptions {
  std::string folder;    // created if missing
  bool picture = false;  // the SVG of the window that matters
};

/// Makes the run again, recording it, and adds the files to its summary. The run is the same: it is
/// deterministic.
[[nodiscard]] sim::Result<void> leave_artifacts(const run::Job& job, const std::string& file,
                                                const ArtifactOptions& options,
                                                reports::RunSummary& summary);

/// The picture of a trace: of the window, or of the suggested one if it is empty.
[[nodiscard]] sim::Result<std::string> picture_of(const std::string& trace,
                                                  std::optional<sim::Instant> from,
                                                  std::optional<sim::Instant> to, double width);

}  // namespace splitvote::cli
