// The files a run leaves in the folder of `-o`: its trace, its history, its picture, its summary.
#pragma once

#include <set>
#include <string>

#include "reports/summary.hpp"
#include "scenarios/run/run.hpp"
#include "sim/base/error.hpp"

namespace splitvote::cli {

/// One folder; no two runs of one command write to the same names.
class Artifacts {
 public:
  /// Creates the folder if it is missing.
  [[nodiscard]] static sim::Result<Artifacts> in(const std::string& folder, bool with_pictures);

  /// Makes the run again, recording it, and adds the files to its summary. The run is the same,
  /// because runs are deterministic; one that is not is an error.
  [[nodiscard]] sim::Result<void> leave(run::RunRequest request, reports::RunSummary& summary);

 private:
  Artifacts(std::string folder, bool with_pictures)
      : folder_(std::move(folder)), with_pictures_(with_pictures) {}

  [[nodiscard]] static sim::Result<void> draw_contradictions(const std::string& path,
                                                             const run::RunOutcome::Kept& kept,
                                                             reports::RunSummary& summary);
  [[nodiscard]] std::string stem(const run::RunRequest& request);

  std::string folder_;
  bool with_pictures_;
  std::set<std::string> stems_;  // taken
};

}  // namespace splitvote::cli
