// Linearizability: one order of all operations that explains every answer and keeps real time.
#include "models/consistency/linearizability.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "models/consistency/contradiction.hpp"
#include "models/consistency/linearizable_prefix.hpp"
#include "models/consistency/order_search.hpp"
#include "models/consistency/version_order.hpp"
#include "models/consistency/zones.hpp"

namespace splitvote::consistency {

namespace {

class KeyByKey {
 public:
  KeyByKey(const History& history, const LinearizabilitySettings& settings)
      : history_(history),
        settings_(settings),
        operations_(history),
        zones_(history.values().size()) {}

  Judgement judge() {
    for (std::size_t key = 0; key < operations_.keys(); ++key) judge(key);
    if (judgement_.verdict == Verdict::violated && settings_.explanation != Explanation::none)
      explain();
    return std::move(judgement_);
  }

 private:
  void judge(std::size_t key) {
    const auto operations = operations_.of(key);
    if (stalest_by_versions(history_, operations) == 0) return;
    Clash clash;
    const ZoneAnswer answer = zones_.check(operations, history_.initial(), clash);
    if (answer == ZoneAnswer::ok) return;
    if (answer == ZoneAnswer::violated) return keep(key, clash.position);
    OrderSearch search(history_.values(), operations, history_.initial(), settings_.memory);
    const Verdict verdict = search.run(settings_.configurations_per_key);
    judgement_.configurations += search.configurations();
    if (verdict == Verdict::violated)
      keep(key, search.furthest());
    else if (verdict == Verdict::unknown && judgement_.verdict == Verdict::ok)
      judgement_.verdict = Verdict::unknown;
  }

  void keep(std::size_t key, Position position) {
    judgement_.verdict = Verdict::violated;
    violated_.push_back({position, static_cast<KeyId>(key)});
  }

  // Of what was known when a return could not be explained any more, so that needs that return.
  void explain() {
    std::ranges::sort(violated_);
    std::vector<KeyId> keys;
    for (const auto& [position, key] : violated_) keys.push_back(key);
    LinearizablePrefix prefix = first_refuted(history_, keys, settings_.memory);
    const Position end = prefix.refuted + 1;
    const std::vector<KeyOperation> known = known_before(history_, prefix.key, end);
    Clash clash;
    if (zones_.check(known, history_.initial(), clash) != ZoneAnswer::violated)
      clash = {ClashKind::no_order, end + 1, {nobody, nobody, nobody, nobody}};
    ContradictionSearch search(history_, known, settings_.memory);
    Contradiction& contradiction = judgement_.contradiction.emplace(search.explain(clash));
    contradiction.explanation += " " + describe(prefix, history_);
    contradiction.prefix = std::move(prefix);
  }

  const History& history_;
  const LinearizabilitySettings& settings_;
  const KeyOperations operations_;
  ZoneCheck zones_;
  Judgement judgement_;
  std::vector<std::pair<Position, KeyId>> violated_;  // and when that is complete, at the latest
};

}  // namespace

Judgement check_linearizability(const History& history, const LinearizabilitySettings& settings) {
  return KeyByKey(history, settings).judge();
}

}  // namespace splitvote::consistency
