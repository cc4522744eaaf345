// Serializability and snapshot isolation where not all versions have a known order.
#include "models/consistency/transaction_orders.hpp"

#include <algorithm>

#include "models/consistency/causality.hpp"
#include "models/consistency/circle_search.hpp"
#include "models/consistency/snapshot_search.hpp"

namespace splitvote::consistency {

namespace {

// Words joined for each configuration of the budget.
constexpr std::uint64_t steps_per_order = 1000;

Contradiction everything(const Observations& observations, Moments moments, RealTime real_time) {
  Contradiction made;
  for (Node node = 0; node < observations.nodes(); ++node)
    made.operations.push_back(static_cast<OperationId>(observations.origin(node)));
  std::ranges::sort(made.operations);
  made.explanation = moments == Moments::two
                         ? "no order of all snapshots and commits explains all answers."
                     : real_time == RealTime::kept
                         ? "no order of all transactions explains all answers and keeps real time."
                     : observations.of_transactions()
                         ? "no order of all transactions explains all answers."
                         : "no order of all operations keeps the order of every session.";
  return made;
}

}  // namespace

Judgement judge_orders(const Observations& observations, Moments moments,
                       std::uint64_t configurations_max, RealTime real_time) {
  if (observations.absurd()) return judge(observations);
  ForcedOrders forced(observations, moments, real_time);
  const std::uint64_t steps_max =
      std::min(configurations_max, UINT64_MAX / steps_per_order) * steps_per_order;
  switch (forced.settle(steps_max)) {
    case ForcedOrders::State::circle:
      return {Verdict::violated, 0, explain(observations, find_circle(forced.precedence())), {}};
    case ForcedOrders::State::settled:
      return judge(observations);
    case ForcedOrders::State::lacks_real_time: {
      // By waypoints it is all there.
      Judgement known = judge(observations, forced.precedence());
      if (known.verdict == Verdict::violated) return known;
      return {Verdict::unknown, 0, {}, "too many transactions are open at the same time"};
    }
    case ForcedOrders::State::too_large: {
      Judgement weaker = judge_causal_convergence(observations);
      if (weaker.verdict == Verdict::violated) return weaker;
      break;
    }
    case ForcedOrders::State::open:
      break;
  }
  SnapshotSearch search(observations, forced, moments);
  const Verdict verdict = search.run(configurations_max);
  Judgement judgement{verdict, search.configurations(), {}, {}};
  if (verdict == Verdict::ok) {
    judgement = judge(observations);
    judgement.configurations = search.configurations();
  }
  if (verdict == Verdict::violated)
    judgement.contradiction = everything(observations, moments, real_time);
  return judgement;
}

}  // namespace splitvote::consistency
