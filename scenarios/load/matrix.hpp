// The cells of a sweep's matrix: the document once per combination of values.
#pragma once

#include <vector>

#include "scenarios/load/loader.hpp"
#include "scenarios/load/reader.hpp"
#include "scenarios/load/tree.hpp"

namespace splitvote::load {

inline constexpr std::size_t cells_max = 4096;

struct Cell {
  Node document;
  std::vector<Variant::Setting> settings;
};

/// Every combination that is not excluded, the last axis running fastest; one cell without settings
/// if there is no matrix. Values keep their position in the matrix.
[[nodiscard]] std::vector<Cell> cells(Reader& reader, const Node& document);

}  // namespace splitvote::load
