// Putting documents together: includes below, overrides and matrix values on top.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "scenarios/load/loader.hpp"
#include "scenarios/load/reader.hpp"
#include "scenarios/load/tree.hpp"

namespace splitvote::load {

/// `top` over `base`: maps merge, all else of `top` replaces. A map that stands for a distribution
/// replaces, too, and so does a protocol of another kind.
[[nodiscard]] Node merged(Node base, Node top);

/// Reads a file and all it includes into one document without `include`.
[[nodiscard]] std::optional<Node> read_document(Reader& reader,
                                                std::vector<Diagnostic>& diagnostics,
                                                const std::filesystem::path& file);
/// The same for a text that stands for a file of that name.
[[nodiscard]] std::optional<Node> read_document(Reader& reader,
                                                std::vector<Diagnostic>& diagnostics,
                                                const std::string& name, std::string_view text);

/// Sets what a dotted path names. Items of lists are named by number from 0 or by their `name`.
/// `params.x` is the parameter's value. Missing maps are made: unknown keys are found out later.
/// False if the path leads nowhere; then it has said why.
bool set_path(Reader& reader, Node& document, std::string_view path, const SourcePosition& at,
              Node value);

/// Applies `--set path=value`; positions say `--set`.
void apply_override(Reader& reader, std::vector<Diagnostic>& diagnostics, Node& document,
                    const Assignment& assignment);

}  // namespace splitvote::load
