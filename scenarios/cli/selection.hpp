// Which runs a command line asks for: files and folders, variants, seeds, shards, tags.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/cli/arguments.hpp"
#include "scenarios/cli/console.hpp"
#include "scenarios/load/loader.hpp"
#include "scenarios/run/sweep.hpp"

namespace splitvote::cli {

/// The scenario files that are named, and those in the folders that are: every *.yaml below it in
/// the order of the paths, but for folders called `common` and `schema`.
[[nodiscard]] std::vector<std::string> scenario_files(const std::vector<std::string>& named,
                                                      Mistakes& mistakes);

/// What cuts a sweep.
struct Cut {
  std::optional<load::SeedRange> seeds;  // --seed or --seeds, instead of the scenario's
  std::uint64_t shard = 1;  // of `shards`: every shards-th job, beginning with this one
  std::uint64_t shards = 1;
  bool no_sweep = false;          // the scenario as written, without its matrix
  std::vector<std::string> tags;  // one of them must be the scenario's; empty: all
};
[[nodiscard]] Cut read_cut(const Arguments& arguments, Mistakes& mistakes);

/// One file's runs. The scenarios stay where they are, since the jobs point to them.
struct Selected {
  std::string file;
  load::Loaded loaded;
  std::vector<run::Job> jobs;
  run::SweepOptions limits;  // what the scenario's sweep says about stopping
};

/// Fills in the jobs of a scenario that loaded. `said` is how the user's own overrides are written.
void select(Selected& selected, const Cut& cut, const std::string& said);

/// The words of an argument for a shell: quoted if they have to be.
[[nodiscard]] std::string quoted(const std::string& word);

/// `-P a=b --set c=d`, as they were given, each with a space in front.
[[nodiscard]] std::string said_again(const Arguments& arguments);

}  // namespace splitvote::cli
