// Linearizability: one order of all operations that explains every answer and keeps real time.
#include "models/consistency/linearizability.hpp"

#include "models/consistency/order_search.hpp"
#include "models/consistency/zones.hpp"

namespace splitvote::consistency {

namespace {

Verdict judge(ZoneAnswer answer) {
  return answer == ZoneAnswer::ok ? Verdict::ok : Verdict::violated;
}

Verdict worse(Verdict one, Verdict other) {
  if (one == Verdict::violated || other == Verdict::violated) return Verdict::violated;
  return one == Verdict::unknown ? one : other;
}

}  // namespace

Judgement check_linearizability(const History& history, const LinearizabilitySettings& settings) {
  Judgement judgement;
  const KeyOperations operations(history);
  ZoneCheck zones(history.values().size());
  for (std::size_t key = 0; key < operations.keys(); ++key) {
    Clash clash;
    const ZoneAnswer answer = zones.check(operations.of(key), history.initial(), clash);
    if (answer != ZoneAnswer::cannot_say) {
      judgement.verdict = worse(judgement.verdict, judge(answer));
      continue;
    }
    OrderSearch search(history.values(), operations.of(key), history.initial(), settings.memory);
    judgement.verdict = worse(judgement.verdict, search.run(settings.configurations_per_key));
    judgement.configurations += search.configurations();
  }
  return judgement;
}

}  // namespace splitvote::consistency
