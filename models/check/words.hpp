// How explanations spell nodes, times and hashes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "models/consistency/words.hpp"
#include "sim/base/ids.hpp"

namespace splitvote::check {

/// The scenario's names of its nodes; a node without one is "node 7". Copies share the names.
class NodeNames {
 public:
  NodeNames() = default;
  explicit NodeNames(std::vector<std::string> names)
      : names_(std::make_shared<const std::vector<std::string>>(std::move(names))) {}

  [[nodiscard]] std::string operator()(sim::NodeId node) const;

 private:
  std::shared_ptr<const std::vector<std::string>> names_;
};

using consistency::to_text;

/// Sixteen hexadecimal digits.
[[nodiscard]] std::string to_hex(std::uint64_t word);

}  // namespace splitvote::check
