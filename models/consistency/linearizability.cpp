// Linearizability: one order of all operations that explains every answer and keeps real time.
#include "models/consistency/linearizability.hpp"

#include <utility>

#include "models/consistency/contradiction.hpp"
#include "models/consistency/linearizable_prefix.hpp"
#include "models/consistency/order_search.hpp"
#include "models/consistency/witness.hpp"
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
    Clash clash;
    const ZoneAnswer answer = zones_.check(operations, history_.initial(), clash);
    if (answer == ZoneAnswer::ok) return;
    if (answer == ZoneAnswer::violated) return keep_earliest(key, clash);
    OrderSearch search(history_.values(), operations, history_.initial(), settings_.memory);
    const Verdict verdict = search.run(settings_.configurations_per_key);
    judgement_.configurations += search.configurations();
    if (verdict == Verdict::violated)
      keep_earliest(key,
                    {ClashKind::no_order, search.furthest(), {nobody, nobody, nobody, nobody}});
    else if (verdict == Verdict::unknown && judgement_.verdict == Verdict::ok)
      judgement_.verdict = Verdict::unknown;
  }

  void explain() {
    ContradictionSearch search(history_, operations_.of(first_key_), settings_.memory);
    Contradiction& contradiction = judgement_.contradiction.emplace(search.explain(first_));
    const KeyId key{static_cast<std::uint32_t>(first_key_)};
    contradiction.prefix = longest_linearizable_prefix(history_, key, settings_.memory);
    contradiction.explanation += " " + describe(*contradiction.prefix, history_);
  }

  void keep_earliest(std::size_t key, const Clash& clash) {
    const bool first = judgement_.verdict != Verdict::violated;
    judgement_.verdict = Verdict::violated;
    if (!first && first_.position <= clash.position) return;
    first_ = clash;
    first_key_ = key;
  }

  const History& history_;
  const LinearizabilitySettings& settings_;
  const KeyOperations operations_;
  ZoneCheck zones_;
  Judgement judgement_;
  Clash first_;
  std::size_t first_key_ = 0;
};

}  // namespace

Judgement check_linearizability(const History& history, const LinearizabilitySettings& settings) {
  if (!settings.witness.empty() && explains(history, settings.witness)) return {};
  return KeyByKey(history, settings).judge();
}

}  // namespace splitvote::consistency
