// Sequential consistency: one order of everything that keeps the order of each session.
#include "models/consistency/sequential.hpp"

#include "models/consistency/causality.hpp"
#include "models/consistency/list_reads.hpp"
#include "models/consistency/session_views.hpp"
#include "models/consistency/transaction_orders.hpp"

namespace splitvote::consistency {

Judgement judge_sequential(const Observations& observations, std::uint64_t configurations_max) {
  for (auto* const weaker : {judge_causal_convergence, judge_causal_memory}) {
    Judgement judgement = weaker(observations);
    if (judgement.verdict == Verdict::violated) return judgement;
  }
  if (std::optional<Contradiction> torn = find_torn_list(observations))
    return {Verdict::violated, 0, std::move(torn), {}};
  return judge_orders(observations, Moments::one, configurations_max);
}

}  // namespace splitvote::consistency
