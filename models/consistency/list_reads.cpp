// What lists tell that were read: all appends that were visible, and in which order.
#include "models/consistency/list_reads.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace splitvote::consistency {

namespace {

using Pairs = std::set<std::pair<Node, Node>>;

// Of a pair that several lists show one is enough.
void add_list(const Observations& observations, Node node, Pairs& told, Precedence& precedence) {
  const std::vector<Node> list = list_of(observations, node);
  for (std::size_t at = 1; at < list.size(); ++at)
    if (told.insert({list[at - 1], list[at]}).second)
      precedence.add({list[at - 1], list[at], Because::succeeded,
                      observations.sights(node).front().key, node});
}

}  // namespace

std::vector<Node> list_of(const Observations& observations, Node node) {
  std::vector<Node> list;
  const auto sights = observations.sights(node);
  if (sights.empty() || !observations.holds_list(sights.front().key)) return list;
  for (const Sight& glimpse : observations.glimpses(node)) list.push_back(glimpse.writer);
  if (sights.front().writer != nobody_wrote) list.push_back(sights.front().writer);
  return list;
}

void add_lists(const Observations& observations, Precedence& precedence) {
  Pairs told;
  for (Node node = 0; node < observations.nodes(); ++node)
    add_list(observations, node, told, precedence);
}

void add_lists(const Observations& observations, std::uint32_t session, Precedence& precedence) {
  Pairs told;
  for (Node node = observations.begin(session); node < observations.begin(session + 1); ++node)
    add_list(observations, node, told, precedence);
}

Contradiction explain_lack(const Observations& observations, KeyId key, Node reader, Node known) {
  Contradiction contradiction;
  for (const Node one : {known, reader})
    contradiction.operations.push_back(static_cast<OperationId>(observations.origin(one)));
  std::ranges::sort(contradiction.operations);
  contradiction.explanation = "<" + observations.describe(reader) + "> had to know of <" +
                              observations.describe(known) + ">, but its list of " +
                              std::string(observations.name(key)) + " lacks that.";
  contradiction.arrows = {arrow(observations, {known, reader, Because::known, key}),
                          arrow(observations, {reader, known, Because::replaced, key})};
  return contradiction;
}

std::optional<Node> first_lack(std::span<const Node> list, std::span<const Node> known) {
  std::vector<Node> sorted(list.begin(), list.end());
  std::ranges::sort(sorted);
  for (const Node one : known)
    if (!std::ranges::binary_search(sorted, one)) return one;
  return {};
}

}  // namespace splitvote::consistency
