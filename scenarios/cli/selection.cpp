// Folders become files, a sweep's runs are cut down to those asked for, and a run's command line
// is written again.
#include "scenarios/cli/selection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "scenarios/load/diagnostic.hpp"
#include "scenarios/load/tree.hpp"
#include "scenarios/load/units.hpp"

namespace splitvote::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t runs_max = 1'000'000'000;  // as in the scenario language

/// What lies beside a file that is not there and is called nearly like it.
std::string neighbour_of(const fs::path& missing) {
  const fs::path folder = missing.parent_path();
  std::error_code error;
  std::vector<std::string> paths;
  auto entry = fs::directory_iterator(folder.empty() ? fs::path(".") : folder, error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.extension() == ".yaml" || entry->is_directory(error))
      paths.push_back((folder / path.filename()).string());
  }
  std::ranges::sort(paths);
  std::vector<std::string_view> near;
  for (const std::string& path : paths)
    if (fs::path(path).stem() == missing.stem()) near.push_back(path);
  if (near.empty()) {
    const std::string name = missing.string();
    near = load::nearest(name, {paths.begin(), paths.end()});
  }
  const std::string question = load::did_you_mean(near, "", "");
  return question.empty() ? question : "; " + question;
}

void add_folder(const std::string& folder, std::vector<std::string>& files, Mistakes& mistakes) {
  std::vector<std::string> found;
  std::error_code error;
  auto entry = fs::recursive_directory_iterator(folder, error);
  for (; !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    std::error_code unknown;  // what cannot be asked about is neither
    if (entry->is_directory(unknown) && (name == "common" || name == "schema")) {
      entry.disable_recursion_pending();
    } else if (entry->path().extension() == ".yaml" && entry->is_regular_file(unknown)) {
      found.push_back(entry->path().string());
    }
  }
  if (error) mistakes.push_back(fmt::format("cannot read '{}': {}", folder, error.message()));
  std::sort(found.begin(), found.end());
  files.insert(files.end(), found.begin(), found.end());
}

std::optional<load::SeedRange> seeds_of(const Arguments& arguments, Mistakes& mistakes) {
  const std::optional<std::string> text = arguments.value("seeds");
  if (!text) return std::nullopt;
  const load::Parsed<load::IntegerRange> range = load::parse_integer_range(*text);
  if (!range) {
    mistakes.push_back(fmt::format("--seeds {}: {}; {}", quoted(*text), range.error().message,
                                   range.error().hint));
    return std::nullopt;
  }
  if (range->last - range->first >= runs_max) {
    mistakes.push_back(fmt::format("--seeds {}: too many seeds; at most {}", *text, runs_max));
    return std::nullopt;
  }
  return load::SeedRange{range->first, range->last};
}

run::Shard shard_of(const Arguments& arguments, Mistakes& mistakes) {
  const std::optional<std::string> text = arguments.value("shard");
  if (!text) return {};
  const std::size_t slash = text->find('/');
  const auto part = load::parse_integer(text->substr(0, slash));
  const auto parts = load::parse_integer(slash == std::string::npos ? "" : text->substr(slash + 1));
  if (part && parts && *part >= 1 && *part <= *parts) return {*part - 1, *parts};
  mistakes.push_back(
      fmt::format("--shard {} is no shard; write 2/8 for the second of eight", quoted(*text)));
  return {};
}

std::string cell_text(const load::Variant& variant) {
  std::string text;
  for (const load::Variant::Setting& setting : variant.cell)
    text += fmt::format("{}{}={}", text.empty() ? "" : reports::settings_separator, setting.path,
                        setting.value);
  return text;
}

/// What the user said, and the cell where that does not say it already.
std::string settings_text(const load::Variant& variant, const std::string& said) {
  std::string text = said;
  for (const load::Variant::Setting& setting : variant.cell) {
    const std::string word = " --set " + quoted(setting.path + "=" + setting.value);
    if (!(said + " ").contains(word + " ")) text += word;
  }
  return text;
}

/// The value as the matrix writes it.
std::string canonical(const std::string& value) {
  std::vector<load::Diagnostic> ignored;  // the loader has said it
  const auto node = load::read_yaml(load::make_source("--set", value), value, ignored);
  return node ? load::flow_text(*node) : value;
}

/// Keeps the variants with that value on that axis; nothing if the path is no axis.
void keep(load::Loaded& loaded, const std::string& file, const std::string& path,
          const std::string& value, Mistakes& mistakes) {
  const auto& axes = loaded.scenario.sweep->matrix;
  const auto axis = std::ranges::find(axes, path, &load::Axis::path);
  if (axis == axes.end()) return;
  const std::string wanted = canonical(value);
  const auto differs = [&](const load::Variant& variant) {
    return std::ranges::none_of(variant.cell, [&](const load::Variant::Setting& setting) {
      return setting.path == path && setting.value == wanted;
    });
  };
  if (!std::ranges::all_of(loaded.variants, differs)) {
    std::erase_if(loaded.variants, differs);
    return;
  }
  std::string values;
  for (const std::string& each : axis->values) values += (values.empty() ? "" : ", ") + each;
  mistakes.push_back(
      fmt::format("{} sweeps {} over {}, not {}; choose one of them, or add --no-sweep", file, path,
                  values, wanted));
}

}  // namespace

std::string quoted(const std::string& word) {
  const bool plain = !word.empty() && std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-_./=:,%+@").contains(c);
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
      add_folder(name, files, mistakes);
    } else if (fs::exists(status)) {
      files.push_back(name);
    } else {
      mistakes.push_back(
          fmt::format("there is no file or folder {}{}", quoted(name), neighbour_of(name)));
    }
  }
  return files;
}

Cut read_cut(const Arguments& arguments, Mistakes& mistakes) {
  Cut cut{.seed = integer(arguments, "seed", 0, INT64_MAX, mistakes),
          .seeds = seeds_of(arguments, mistakes),
          .shard = shard_of(arguments, mistakes),
          .no_sweep = arguments.has("no-sweep"),
          .tags = arguments.values("tag")};
  if (arguments.has("seed") && arguments.has("seeds"))
    mistakes.push_back("--seed and --seeds exclude each other; give one of them");
  return cut;
}

bool has_tag(const load::Scenario& scenario, const std::vector<std::string>& tags) {
  return tags.empty() || std::ranges::any_of(tags, [&](const std::string& tag) {
           return std::ranges::find(scenario.tags, tag) != scenario.tags.end();
         });
}

void narrow(load::Loaded& loaded, const std::string& file, const load::Options& options,
            Mistakes& mistakes) {
  if (!loaded.scenario.sweep) return;
  for (const load::Assignment& each : options.overrides)
    keep(loaded, file, each.name, each.value, mistakes);
  for (const load::Assignment& each : options.parameters)
    keep(loaded, file, "params." + each.name, each.value, mistakes);
}

run::Sweep sweep_of(const load::Loaded& loaded, const std::string& file, const Cut& cut,
                    const std::string& said) {
  const std::optional<load::Sweep>& written = loaded.scenario.sweep;
  const bool sweeping = written && !cut.no_sweep;
  const std::string command = "splitvote run " + quoted(file);
  run::Sweep sweep{.file = file};
  std::uint64_t seeds_written = 1;
  const auto add = [&](const load::Variant& variant) {
    load::SeedRange seeds{variant.scenario.run.seed, variant.scenario.run.seed};
    if (sweeping) seeds = load::seeds(variant.scenario);
    seeds_written = seeds.last - seeds.first + 1;
    std::string all = command + (cut.no_sweep ? " --no-sweep" : "");
    if (cut.seed) seeds = {*cut.seed, *cut.seed};
    if (cut.seeds) seeds = *cut.seeds;
    if (cut.seed) all += fmt::format(" --seed {}", *cut.seed);
    if (cut.seeds) all += fmt::format(" --seeds {}..{}", cut.seeds->first, cut.seeds->last);
    sweep.seeds = seeds.last - seeds.first + 1;
    const std::string settings = settings_text(variant, said);
    sweep.variants.push_back({.text = cell_text(variant),
                              .first_seed = seeds.first,
                              .replay_head = command + (written ? " --no-sweep" : ""),
                              .replay_tail = settings,
                              .replay_all = all + settings});
  };
  if (cut.no_sweep) {
    add({.scenario = loaded.scenario, .cell = {}});
    sweep.variants.back().scenario = &loaded.scenario;
  } else {
    for (const load::Variant& variant : loaded.variants) {
      add(variant);
      sweep.variants.back().scenario = &variant.scenario;
    }
  }
  sweep.whole = !written || (sweeping && (!cut.seed || seeds_written == 1));
  if (!sweeping) return sweep;
  sweep.limit = written->limit;
  sweep.stop_failures = written->stop_failures;
  sweep.stop_wall = written->stop_wall;
  return sweep;
}

}  // namespace splitvote::cli
