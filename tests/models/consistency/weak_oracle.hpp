// The weaker models by brute force: every visibility, every arbitration, every order.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "models/consistency/history.hpp"

namespace splitvote::testing {

/// Written from the definitions in models/consistency/README.md alone: only for a few reads,
/// writes, appends of elements and compare-and-swaps. Values need not be distinct.
class WeakOracle {
 public:
  explicit WeakOracle(const consistency::History& history);

  [[nodiscard]] bool allows(std::string_view model);

 private:
  using Set = std::uint32_t;  // of nodes, by bit
  /// What a key holds: a value, or a mark and the elements of a list.
  using Held = std::vector<consistency::ValueId>;
  static constexpr consistency::ValueId list_mark{UINT32_MAX};
  struct Node {
    std::uint32_t session = 0;
    consistency::KeyId key{};
    bool reads = false;
    bool writes = false;
    bool appends = false;  // instead of replacing
    bool differs = false;  // told what the key does not hold
    Held told;
    consistency::ValueId written = consistency::nothing;
  };

  [[nodiscard]] Held held(consistency::ValueId value) const;
  static void apply(const Node& node, Held& held);
  [[nodiscard]] static bool explains(const Held& value, const Node& node) {
    return (value == node.told) != node.differs;
  }

  [[nodiscard]] bool holds(std::string_view model);
  [[nodiscard]] bool converges(std::size_t reader, std::vector<Set>& visible);
  [[nodiscard]] bool explained_somehow(std::size_t reader, Set visible) const;
  [[nodiscard]] bool sequential();
  [[nodiscard]] bool pram();
  [[nodiscard]] bool causal(std::string_view model);
  [[nodiscard]] bool causal_with(const std::vector<Set>& past, std::string_view model);
  [[nodiscard]] bool session_guarantee(std::string_view model);
  [[nodiscard]] bool guarantee_with(const std::vector<Set>& arbitration, std::string_view model,
                                    Set readers);

  /// Whether some order of the nodes of `set` keeps `before` and explains what `heard` were told.
  [[nodiscard]] bool order_exists(Set set, const std::vector<Set>& before, Set heard);
  [[nodiscard]] bool order_exists(Set left, const std::vector<Set>& before, Set heard,
                                  std::vector<Held>& state);
  /// Every total order of the writes that keeps `before`, as the set before each, until one is
  /// good.
  [[nodiscard]] bool some_arbitration(const std::vector<Set>& before,
                                      const std::function<bool(const std::vector<Set>&)>& good);
  [[nodiscard]] bool explained(std::size_t reader, Set visible,
                               const std::vector<Set>& arbitration) const;
  [[nodiscard]] bool own_before(std::size_t earlier, std::size_t later) const {
    return earlier < later && nodes_[earlier].session == nodes_[later].session;
  }

  const consistency::History& history_;
  std::vector<Node> nodes_;
  std::vector<Set> own_;  // by node: those before it in its session
  Set writers_ = 0;
};

}  // namespace splitvote::testing
