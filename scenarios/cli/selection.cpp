#include "scenarios/cli/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "scenarios/load/units.hpp"

namespace splitvote::cli {

namespace {

namespace fs = std::filesystem;

void add_folder(const fs::path& folder, std::vector<std::string>& files) {
  std::vector<std::string> found;
  for (auto entry = fs::recursive_directory_iterator(folder);
       entry != fs::recursive_directory_iterator(); ++entry) {
    const std::string name = entry->path().filename().string();
    if (entry->is_directory() && (name == "common" || name == "schema")) {
      entry.disable_recursion_pending();
    } else if (entry->is_regular_file() && entry->path().extension() == ".yaml") {
      found.push_back(entry->path().string());
    }
  }
  std::sort(found.begin(), found.end());
  files.insert(files.end(), found.begin(), found.end());
}

std::optional<load::SeedRange> seeds_of(const Arguments& arguments, Mistakes& mistakes) {
  if (const auto seed = integer(arguments, "seed", 0, UINT64_MAX, mistakes))
    return load::SeedRange{*seed, *seed};
  const std::optional<std::string> text = arguments.value("seeds");
  if (!text) return std::nullopt;
  const load::Parsed<load::IntegerRange> range = load::parse_integer_range(*text);
  if (range) return load::SeedRange{range->first, range->last};
  mistakes.push_back(fmt::format("--seeds '{}': {}", *text, range.error().message));
  return std::nullopt;
}

bool has_tag(const load::Scenario& scenario, const std::vector<std::string>& tags) {
  return tags.empty() || std::any_of(tags.begin(), tags.end(), [&](const std::string& tag) {
           return std::find(scenario.tags.begin(), scenario.tags.end(), tag) != scenario.tags.end();
         });
}

std::string cell_text(const load::Variant& variant) {
  std::string text;
  for (const load::Variant::Setting& setting : variant.cell) {
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", setting.path, setting.value);
  }
  return text;
}

/// The command line that makes this run and no other.
std::string replay_line(const Selected& selected, const load::Variant& variant, std::uint64_t seed,
                        const std::string& said) {
  std::string line = fmt::format("splitvote run {}", quoted(selected.file));
  if (selected.loaded.scenario.sweep) line += " --no-sweep";
  line += fmt::format(" --seed {}{}", seed, said);
  for (const load::Variant::Setting& setting : variant.cell) {
    line += " --set " + quoted(setting.path + "=" + setting.value);
  }
  return line;
}

}  // namespace

std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./=:,%+@").find(c) != std::string_view::npos;
  });
  if (plain) return word;
  std::string text = "'";
  for (const char c : word) text += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return text + "'";
}

std::string said_again(const Arguments& arguments) {
  std::string text;
  for (const std::string& value : arguments.values("param")) text += " -P " + quoted(value);
  for (const std::string& value : arguments.values("set")) text += " --set " + quoted(value);
  return text;
}

std::vector<std::string> scenario_files(const std::vector<std::string>& named, Mistakes& mistakes) {
  std::vector<std::string> files;
  for (const std::string& name : named) {
    std::error_code error;
    const fs::file_status status = fs::status(name, error);
    if (fs::is_directory(status)) {
      add_folder(name, files);
    } else if (fs::exists(status)) {
      files.push_back(name);
    } else {
      mistakes.push_back(fmt::format("there is no file or folder '{}'", name));
    }
  }
  return files;
}

Cut read_cut(const Arguments& arguments, Mistakes& mistakes) {
  Cut cut{.seeds = seeds_of(arguments, mistakes),
          .no_sweep = arguments.has("no-sweep"),
          .tags = arguments.values("tag")};
  if (arguments.has("seed") && arguments.has("seeds"))
    mistakes.push_back("--seed and --seeds; give one of them");
  const std::optional<std::string> shard = arguments.value("shard");
  if (!shard) return cut;
  const std::size_t slash = shard->find('/');
  const auto part = load::parse_integer(shard->substr(0, slash));
  const auto parts =
      load::parse_integer(slash == std::string::npos ? "" : shard->substr(slash + 1));
  if (!part || !parts || *part < 1 || *part > *parts) {
    mistakes.push_back(
        fmt::format("--shard '{}' is no shard; write 2/8 for the second of eight", *shard));
  } else {
    cut.shard = *part;
    cut.shards = *parts;
  }
  return cut;
}

void select(Selected& selected, const Cut& cut, const std::string& said) {
  const load::Scenario& written = selected.loaded.scenario;
  if (!has_tag(written, cut.tags)) return;
  if (cut.no_sweep) selected.loaded.variants = {{.scenario = written, .cell = {}}};
  const std::optional<load::Sweep>& sweep = written.sweep;
  const bool sweeping = sweep && !cut.no_sweep;
  std::uint64_t nth = 0;
  for (std::size_t v = 0; v < selected.loaded.variants.size(); ++v) {
    const load::Variant& variant = selected.loaded.variants[v];
    const load::SeedRange alone{variant.scenario.run.seed, variant.scenario.run.seed};
    const load::SeedRange seeds = cut.seeds  ? *cut.seeds
                                  : sweeping ? load::seeds(variant.scenario)
                                             : alone;
    for (std::uint64_t seed = seeds.first;; ++seed) {
      const bool within_limit = !sweeping || !sweep->limit || nth < *sweep->limit;
      if (within_limit && nth++ % cut.shards == cut.shard - 1) {
        selected.jobs.push_back({.scenario = &variant.scenario,
                                 .variant = v,
                                 .variant_text = cell_text(variant),
                                 .seed = seed,
                                 .replay = replay_line(selected, variant, seed, said)});
      }
      if (seed == seeds.last) break;
    }
  }
  if (!sweeping) return;
  selected.limits.stop_failures = sweep->stop_failures;
  if (sweep->stop_wall) selected.limits.stop_wall_ns = sweep->stop_wall->ns;
}

}  // namespace splitvote::cli
