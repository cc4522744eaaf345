// Strong convergence: who has seen the same writes to a key is told the same of it.
#include "models/consistency/strong_convergence.hpp"

#include <algorithm>
#include <compare>
#include <tuple>
#include <vector>

#include "models/consistency/list_reads.hpp"

namespace splitvote::consistency {

namespace {

struct Told {
  KeyId key{};
  std::uint32_t elements = 0;
  ListId list{};
  Node reader{};

  auto operator<=>(const Told&) const = default;
};

struct Seen {
  KeyId key{};
  std::vector<Node> appends;  // sorted
  Node reader{};
};

std::vector<Told> told_by(const Observations& observations) {
  std::vector<Told> all;
  for (Node node = 0; node < observations.nodes(); ++node) {
    const ListId list = list_told(observations, node);
    if (observations.lists().is_empty(list)) continue;
    const KeyId key = observations.sights(node).front().key;
    all.push_back({key, observations.lists().elements(list), list, node});
  }
  std::ranges::sort(all);
  return all;
}

// Where there are several lists of one length.
std::vector<Seen> seen_by(const Observations& observations) {
  const std::vector<Told> told = told_by(observations);
  std::vector<Seen> all;
  for (auto begin = told.begin(); begin != told.end();) {
    const auto end = std::find_if(begin, told.end(), [&](const Told& one) {
      return one.key != begin->key || one.elements != begin->elements;
    });
    const bool alone = begin->list == (end - 1)->list;
    for (auto at = begin; at != end && !alone; ++at)
      all.push_back({at->key, appends_of(observations, at->reader), at->reader});
    begin = end;
  }
  std::ranges::sort(all, {}, [](const Seen& one) {
    return std::tuple<KeyId, const std::vector<Node>&, Node>(one.key, one.appends, one.reader);
  });
  return all;
}

Contradiction explain(const Observations& observations, const Seen& one, const Seen& other) {
  Contradiction contradiction;
  for (const Node node : {one.reader, other.reader})
    contradiction.operations.push_back(static_cast<OperationId>(observations.origin(node)));
  std::ranges::sort(contradiction.operations);
  contradiction.minimal = true;
  contradiction.explanation = "<" + observations.describe(one.reader) + "> and <" +
                              observations.describe(other.reader) + "> show the same elements of " +
                              observations.spell(one.key) + " in different orders.";
  return contradiction;
}

}  // namespace

Judgement judge_strong_convergence(const Observations& observations) {
  if (observations.absurd()) return judge(observations);
  const std::vector<Seen> all = seen_by(observations);
  for (std::size_t at = 1; at < all.size(); ++at) {
    const Seen& one = all[at - 1];
    const Seen& other = all[at];
    if (one.key != other.key || one.appends != other.appends) continue;
    if (list_told(observations, one.reader) == list_told(observations, other.reader)) continue;
    return {Verdict::violated, 0, explain(observations, one, other), {}};
  }
  return judge(observations);
}

}  // namespace splitvote::consistency
