// Which runs a command line asks for: files and folders, variants, seeds, tags.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "scenarios/cli/arguments.hpp"
#include "scenarios/load/loader.hpp"
#include "scenarios/run/sweep.hpp"

namespace splitvote::cli {

/// The scenario files that are named, and those in the folders that are: every *.yaml below it in
/// the order of the paths, but for folders called `common` and `schema`.
[[nodiscard]] std::vector<std::string> scenario_files(const std::vector<std::string>& named,
                                                      Mistakes& mistakes);

/// What is taken of a scenario's own sweep, and what instead of it.
struct Cut {
  std::optional<std::uint64_t> seed;     // --seed
  std::optional<load::SeedRange> seeds;  // --seeds
  run::Shard shard;
  bool no_sweep = false;          // the scenario as written, without its matrix and seeds
  std::vector<std::string> tags;  // one of them must be the scenario's; empty: all
};
[[nodiscard]] Cut read_cut(const Arguments& arguments, Mistakes& mistakes);

[[nodiscard]] bool has_tag(const load::Scenario& scenario, const std::vector<std::string>& tags);

/// Leaves the variants in which each axis that an override or a parameter names has the value it
/// gives: the matrix would go over it otherwise. A mistake if the axis does not have that value.
void narrow(load::Loaded& loaded, const std::string& file, const load::Options& options,
            Mistakes& mistakes);

/// All runs of a scenario that loaded; it must outlive them. `said` is how the user's parameters
/// and overrides are written.
[[nodiscard]] run::Sweep sweep_of(const load::Loaded& loaded, const std::string& file,
                                  const Cut& cut, const std::string& said);

/// ` -P a=b --set c=d`, as they were given, for a shell.
[[nodiscard]] std::string said_again(const Arguments& arguments);

/// The word for a shell: in quotes if it has to be.
[[nodiscard]] std::string quoted(const std::string& word);

}  // namespace splitvote::cli
