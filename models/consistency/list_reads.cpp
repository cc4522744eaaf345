// What lists tell that were read: all appends that were visible, and in which order.
#include "models/consistency/list_reads.hpp"

#include <algorithm>
#include <utility>

namespace splitvote::consistency {

namespace {

/// Adds the order of the elements of lists, what begins several of them once.
class Lists {
 public:
  explicit Lists(const Observations& observations)
      : observations_(observations), told_(observations.lists().size(), 0) {}

  void add(Node reader, Precedence& precedence) {
    const ListForest& lists = observations_.lists();
    for (ListId list = list_told(observations_, reader); !lists.is_empty(list) && told_[list] == 0;
         list = lists.before(list)) {
      told_[list] = 1;
      way_.push_back(list);
    }
    for (; !way_.empty(); way_.pop_back()) {
      const ListId before = lists.before(way_.back());
      if (!lists.is_empty(before))
        precedence.add({lists.last(before), lists.last(way_.back()), Because::succeeded,
                        observations_.sights(reader).front().key, reader});
    }
  }

 private:
  const Observations& observations_;
  std::vector<std::uint8_t> told_;  // by list
  std::vector<ListId> way_;
};

/// By key: the longest list of it that was read, and who was the first to read it.
class LongestLists {
 public:
  struct Longest {
    ListId list{};
    Node reader = nobody_wrote;
  };

  explicit LongestLists(const Observations& observations) : longest_(observations.keys()) {
    const ListForest& lists = observations.lists();
    for (Node node = 0; node < observations.nodes(); ++node) {
      const ListId list = list_told(observations, node);
      if (lists.is_empty(list)) continue;
      Longest& longest = longest_[static_cast<std::size_t>(key_of(observations, node))];
      if (longest.reader == nobody_wrote || lists.elements(list) > lists.elements(longest.list))
        longest = {list, node};
    }
  }

  [[nodiscard]] static KeyId key_of(const Observations& observations, Node reader) {
    return observations.sights(reader).front().key;
  }
  /// Its reader is nobody if there is none.
  [[nodiscard]] const Longest& of(KeyId key) const {
    return longest_[static_cast<std::size_t>(key)];
  }

 private:
  std::vector<Longest> longest_;
};

}  // namespace

ListId list_told(const Observations& observations, Node node) {
  const auto sights = observations.sights(node);
  if (sights.empty()) return ListForest::empty(KeyId{0});
  return observations.holds_list(sights.front().key) ? sights.front().list
                                                     : ListForest::empty(sights.front().key);
}

std::vector<Node> list_of(const Observations& observations, Node node) {
  return observations.appenders(list_told(observations, node));
}

void add_lists(const Observations& observations, Precedence& precedence) {
  Lists lists(observations);
  for (Node node = 0; node < observations.nodes(); ++node) lists.add(node, precedence);
}

void add_lists(const Observations& observations, std::uint32_t session, Precedence& precedence) {
  Lists lists(observations);
  for (Node node = observations.begin(session); node < observations.begin(session + 1); ++node)
    lists.add(node, precedence);
}

Contradiction explain_lack(const Observations& observations, KeyId key, Node reader, Node known) {
  Contradiction contradiction;
  for (const Node one : {known, reader})
    contradiction.operations.push_back(static_cast<OperationId>(observations.origin(one)));
  std::ranges::sort(contradiction.operations);
  contradiction.explanation = "<" + observations.describe(reader) + "> had to know of <" +
                              observations.describe(known) + ">, but its list of " +
                              observations.spell(key) + " lacks that.";
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
    const auto& [list, reader] = longest.of(key);
    return reader == nobody_wrote ? nobody_wrote : observations.lists().last(list);
  };
  for (std::uint32_t at = 0; at < observations.keys(); ++at) {
    const auto& [list, reader] = longest.of(KeyId{at});
    if (reader == nobody_wrote) continue;
    Node last = nobody_wrote;
    for (const Node writer : observations.appenders(list)) {
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
  const ListForest& lists = observations.lists();
  std::vector<std::uint8_t> begins(lists.size(), 0);  // by list: the longest of its key
  for (std::uint32_t at = 0; at < observations.keys(); ++at)
    if (longest.of(KeyId{at}).reader != nobody_wrote)
      for (ListId list = longest.of(KeyId{at}).list; !lists.is_empty(list);
           list = lists.before(list))
        begins[list] = 1;
  for (Node node = 0; node < observations.nodes(); ++node) {
    const ListId told = list_told(observations, node);
    if (lists.is_empty(told) || begins[told] != 0) continue;
    const KeyId key = LongestLists::key_of(observations, node);
    const Node reader = longest.of(key).reader;
    const std::vector<Node> list = observations.appenders(told);
    const std::vector<Node> other = observations.appenders(longest.of(key).list);
    const auto [here, there] = std::ranges::mismatch(list, other);
    Contradiction contradiction;
    for (const Node one : {node, reader, *here, *there})
      contradiction.operations.push_back(static_cast<OperationId>(observations.origin(one)));
    std::ranges::sort(contradiction.operations);
    contradiction.explanation = "two lists of " + observations.spell(key) +
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
