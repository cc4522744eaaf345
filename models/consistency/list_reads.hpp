// What lists tell that were read: all appends that were visible, and in which order.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/consistency/observations.hpp"
#include "models/consistency/precedence.hpp"

namespace splitvote::consistency {

/// The list that the operation read; an empty one if it read none.
[[nodiscard]] ListId list_told(const Observations& observations, Node node);

/// Who appended what the node saw of a list, in its order; empty if it saw no list or an empty one.
[[nodiscard]] std::vector<Node> list_of(const Observations& observations, Node node);

/// The elements of lists that nodes have read, in their order: those of `session`, or of all.
void add_lists(const Observations& observations, Precedence& precedence);
void add_lists(const Observations& observations, std::uint32_t session, Precedence& precedence);

/// That a reader of a list had to know of an append to it which it lacks.
[[nodiscard]] Contradiction explain_lack(const Observations& observations, KeyId key, Node reader,
                                         Node known);

/// Who appended that, sorted by node.
[[nodiscard]] std::vector<Node> appends_of(const Observations& observations, Node node);

/// The first of `known` that is not among the sorted appends.
[[nodiscard]] std::optional<Node> first_lack(std::span<const Node> appends,
                                             std::span<const Node> known);

/// The versions of all lists, if each is one for everybody: of operations those of the longest that
/// was read, and behind them what nobody saw.
[[nodiscard]] std::vector<Succession> order_appends(const Observations& observations);

/// That two operations read lists of a key of which neither begins with the other.
[[nodiscard]] std::optional<Contradiction> find_torn_list(const Observations& observations);

}  // namespace splitvote::consistency
