// What lists tell that were read: all appends that were visible, and in which order.
#include "models/consistency/list_reads.hpp"

#include <algorithm>
#include <utility>

namespace splitvote::consistency {

namespace {

// What stood before an append in the last list that had it need not be told again.
void add_list(const Observations& observations, Node node, std::vector<Node>& told,
              Precedence& precedence) {
  const std::vector<Node> list = list_of(observations, node);
  for (std::size_t at = 1; at < list.size(); ++at) {
    if (told[list[at]] == list[at - 1]) continue;
    told[list[at]] = list[at - 1];
    precedence.add(
        {list[at - 1], list[at], Because::succeeded, observations.sights(node).front().key, node});
  }
}

/// By key: the longest list of it that was read, and who was the first to read it.
class LongestLists {
 public:
  struct Longest {
    std::vector<Node> list;
    Node reader = nobody_wrote;
  };

  explicit LongestLists(const Observations& observations) : longest_(observations.keys()) {
    for (Node node = 0; node < observations.nodes(); ++node) {
      std::vector<Node> list = list_of(observations, node);
      if (list.empty()) continue;
      Longest& longest = longest_[static_cast<std::size_t>(key_of(observations, node))];
      if (list.size() > longest.list.size()) longest = {std::move(list), node};
    }
  }

  [[nodiscard]] static KeyId key_of(const Observations& observations, Node reader) {
    return observations.sights(reader).front().key;
  }
  [[nodiscard]] const Longest& of(KeyId key) const {
    return longest_[static_cast<std::size_t>(key)];
  }

 private:
  std::vector<Longest> longest_;
};

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
  std::vector<Node> told(observations.nodes(), nobody_wrote);
  for (Node node = 0; node < observations.nodes(); ++node)
    add_list(observations, node, told, precedence);
}

void add_lists(const Observations& observations, std::uint32_t session, Precedence& precedence) {
  std::vector<Node> told(observations.nodes(), nobody_wrote);
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

std::vector<Succession> order_appends(const Observations& observations) {
  if (observations.of_transactions())
    return {observations.successions().begin(), observations.successions().end()};
  std::vector<Succession> made;
  if (!observations.holds_lists()) return made;
  const LongestLists longest(observations);
  std::vector<std::uint8_t> seen(observations.nodes(), 0);
  const auto last_of = [&](KeyId key) {
    const std::vector<Node>& list = longest.of(key).list;
    return list.empty() ? nobody_wrote : list.back();
  };
  for (std::uint32_t at = 0; at < observations.keys(); ++at) {
    Node last = nobody_wrote;
    for (const Node writer : longest.of(KeyId{at}).list) {
      made.push_back({KeyId{at}, last, writer});
      seen[writer] = 1;
      last = writer;
    }
  }
  for (Node node = 0; node < observations.nodes(); ++node)
    for (const KeyId key : observations.writes(node))
      if (observations.holds_list(key) && seen[node] == 0)
        made.push_back({key, last_of(key), node});
  return made;
}

// With the two who appended where the lists part.
std::optional<Contradiction> find_torn_list(const Observations& observations) {
  if (observations.of_transactions() || !observations.holds_lists()) return {};
  const LongestLists longest(observations);
  for (Node node = 0; node < observations.nodes(); ++node) {
    const std::vector<Node> list = list_of(observations, node);
    if (list.empty()) continue;
    const KeyId key = LongestLists::key_of(observations, node);
    const auto& [other, reader] = longest.of(key);
    const auto [here, there] = std::ranges::mismatch(list, other);
    if (here == list.end()) continue;
    Contradiction contradiction;
    for (const Node one : {node, reader, *here, *there})
      contradiction.operations.push_back(static_cast<OperationId>(observations.origin(one)));
    std::ranges::sort(contradiction.operations);
    contradiction.explanation = "two lists of " + std::string(observations.name(key)) +
                                " were read of which neither begins with the other: <" +
                                observations.describe(reader) + ">; <" +
                                observations.describe(node) + ">.";
    return contradiction;
  }
  return {};
}

std::vector<Node> appends_of(const Observations& observations, Node node) {
  std::vector<Node> appends = list_of(observations, node);
  std::ranges::sort(appends);
  return appends;
}

std::optional<Node> first_lack(std::span<const Node> appends, std::span<const Node> known) {
  for (const Node one : known)
    if (!std::ranges::binary_search(appends, one)) return one;
  return {};
}

}  // namespace splitvote::consistency
