// The product of the axes, less what is excluded.
#include "scenarios/load/matrix.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/load/merge.hpp"

namespace splitvote::load {
namespace {

struct AxisNodes {
  const Entry* entry = nullptr;
  const std::vector<Node>* values = nullptr;
};

/// Empty if there is no matrix, or one that the table of the sweep complains about.
std::vector<AxisNodes> axes_of(const Node& document) {
  std::vector<AxisNodes> axes;
  const Entry* const sweep = document.find("sweep");
  const Entry* const matrix = sweep ? sweep->value.find("matrix") : nullptr;
  if (!matrix) return axes;
  for (const Entry& entry : matrix->value.entries) {
    if (!entry.value.is_list() || entry.value.items.empty()) return {};
    axes.push_back({&entry, &entry.value.items});
  }
  return axes;
}

/// Sections that decide about the sweep itself, or about what is read, cannot vary in it.
bool may_vary(Reader& reader, const AxisNodes& axis) {
  const std::string& path = axis.entry->key;
  for (const std::string_view section : {"sweep", "include", "version", "name", "report"}) {
    if (path != section && !path.starts_with(std::string(section) + ".")) continue;
    reader.error(axis.entry->position, fmt::format("\"{}\" cannot vary in a matrix", path),
                 "vary params, run, topology, protocol, workload, timeline or expect", path.size());
    return false;
  }
  return true;
}

bool matches(const Node& exclusion, const std::vector<Variant::Setting>& settings) {
  return !exclusion.entries.empty() &&
         std::ranges::all_of(exclusion.entries, [&settings](const Entry& entry) {
           return std::ranges::any_of(settings, [&entry](const Variant::Setting& setting) {
             return setting.path == entry.key && setting.value == flow_text(entry.value);
           });
         });
}

bool is_excluded(const Node& document, const std::vector<Variant::Setting>& settings) {
  const Entry* const sweep = document.find("sweep");
  const Entry* const exclude = sweep ? sweep->value.find("exclude") : nullptr;
  return exclude && std::ranges::any_of(exclude->value.items, [&settings](const Node& each) {
           return matches(each, settings);
         });
}

/// The sweep of a cell: each axis with its one value, nothing excluded.
void narrow_sweep(Node& document, const std::vector<AxisNodes>& axes,
                  const std::vector<std::size_t>& choice) {
  Node& sweep = document.find("sweep")->value;
  std::erase_if(sweep.entries, [](const Entry& entry) { return entry.key == "exclude"; });
  Node& matrix = sweep.find("matrix")->value;
  for (std::size_t i = 0; i < axes.size(); ++i)
    matrix.entries[i].value.items = {(*axes[i].values)[choice[i]]};
}

/// The next combination; false after the last.
bool advance(std::vector<std::size_t>& choice, const std::vector<AxisNodes>& axes) {
  for (std::size_t i = axes.size(); i-- > 0;) {
    if (++choice[i] < axes[i].values->size()) return true;
    choice[i] = 0;
  }
  return false;
}

/// Whether the matrix can be expanded at all; complains if not.
bool check_axes(Reader& reader, const std::vector<AxisNodes>& axes) {
  std::size_t count = 1;
  bool usable = true;
  for (const AxisNodes& axis : axes) {
    usable = may_vary(reader, axis) && usable;
    count = std::min(count * axis.values->size(), cells_max + 1);
  }
  if (count <= cells_max) return usable;
  reader.error(axes.back().entry->position,
               fmt::format("the matrix has more than {} cells", cells_max), "shorten the lists",
               axes.back().entry->key.size());
  return false;
}

}  // namespace

std::vector<Cell> cells(Reader& reader, const Node& document) {
  std::vector<Cell> all;
  const std::vector<AxisNodes> axes = axes_of(document);
  if (axes.empty()) {
    all.push_back({document, {}});
    return all;
  }
  if (!check_axes(reader, axes)) return all;
  std::vector<std::size_t> choice(axes.size(), 0);
  do {
    std::vector<Variant::Setting> settings;
    for (std::size_t i = 0; i < axes.size(); ++i)
      settings.push_back({axes[i].entry->key, flow_text((*axes[i].values)[choice[i]])});
    if (is_excluded(document, settings)) continue;
    Cell cell{document, std::move(settings)};
    bool usable = true;
    for (std::size_t i = 0; i < axes.size(); ++i)
      usable = set_path(reader, cell.document, axes[i].entry->key, axes[i].entry->position,
                        (*axes[i].values)[choice[i]]) &&
               usable;
    if (!usable) return {};
    narrow_sweep(cell.document, axes, choice);
    all.push_back(std::move(cell));
  } while (advance(choice, axes));
  if (all.empty())
    reader.error(axes.front().entry->position, "every cell of the matrix is excluded",
                 "exclude less", axes.front().entry->key.size());
  return all;
}

}  // namespace splitvote::load
