// The reader's context: where complaints go while a tree is turned into values.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/registry/protocol.hpp"
#include "scenarios/load/diagnostic.hpp"
#include "scenarios/load/tree.hpp"
#include "scenarios/load/units.hpp"

namespace splitvote::load {

class Reader {
 public:
  Reader(std::span<const models::Protocol> protocols, std::vector<Diagnostic>& diagnostics)
      : protocols_(protocols), diagnostics_(&diagnostics) {}

  void error(const SourcePosition& at, std::string message, std::string hint = {},
             std::size_t width = 1);
  /// About a whole value.
  void error(const Node& node, std::string message, std::string hint = {});
  /// About a part of a scalar.
  void error(const Node& scalar, const TextError& error);
  /// A word that is not known here: `unknown key "x"; did you mean "y"?`
  void unknown(const SourcePosition& at, std::string_view what, std::string_view word,
               const std::vector<std::string_view>& known);

  /// Whether the node is of that kind; if not, says what is due: `a map where a duration is due`.
  [[nodiscard]] bool expect(const Node& node, Node::Kind kind, std::string_view due);

  [[nodiscard]] std::span<const models::Protocol> protocols() const { return protocols_; }

 private:
  std::span<const models::Protocol> protocols_;
  std::vector<Diagnostic>* diagnostics_;
};

}  // namespace splitvote::load
