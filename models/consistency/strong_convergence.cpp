// Strong convergence: who has seen the same writes to a key is told the same of it.
#include "models/consistency/strong_convergence.hpp"

#include <algorithm>
#include <tuple>
#include <vector>

#include "models/consistency/list_reads.hpp"

namespace splitvote::consistency {

namespace {

struct Seen {
  KeyId key{};
  std::vector<Node> appends;  // sorted
  Node reader{};
};

std::vector<Seen> seen_by(const Observations& observations) {
  std::vector<Seen> all;
  for (Node node = 0; node < observations.nodes(); ++node) {
    std::vector<Node> list = list_of(observations, node);
    if (list.empty()) continue;
    std::ranges::sort(list);
    all.push_back({observations.sights(node).front().key, std::move(list), node});
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
                              std::string(observations.name(one.key)) + " in different orders.";
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
    if (list_of(observations, one.reader) == list_of(observations, other.reader)) continue;
    return {Verdict::violated, 0, explain(observations, one, other), {}};
  }
  return judge(observations);
}

}  // namespace splitvote::consistency
