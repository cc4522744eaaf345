// How stale reads were, exactly, when the order of the versions is known; and k-atomicity.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/consistency/history.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// The least staleness that explains a read: it was told the version that was written so many
/// versions before the newest, or the newest of so long before it was invoked.
struct Staleness {
  OperationId read{};
  std::uint64_t versions = 0;  // 0: the newest
  sim::Duration time{};        // 0 if the history has no times

  constexpr bool operator==(const Staleness&) const = default;
};

struct StalenessReport {
  Verdict verdict = Verdict::ok;  // violated: no staleness explains the history in that order
  std::string reason;             // unless ok
  std::vector<Staleness> reads;   // in the order of their invocations; if ok
};

/// `versions` are the writes that took effect, each key's in the order of its versions: all that
/// are known to have taken effect or that were read. Written values are distinct for each key. The
/// writes keep real time in their order; each read stands for itself. Linear but for a search per
/// read. Golab, Rahman, AuYoung, Keeton, Gupta, Client-centric Benchmarking of Eventual Consistency
/// for Cloud Storage Systems (2014) have k and t without the order.
[[nodiscard]] StalenessReport measure_staleness(const History& history,
                                                std::span<const OperationId> versions);

/// Aiyer, Alvisi, Bazzi, On the Availability of Non-strict Quorum Systems (2005): each read is told
/// one of the last k versions in an order of all operations that keeps real time. With k = 1 this
/// is linearizability. In the order of versions that is given.
[[nodiscard]] Judgement judge_k_atomic(const History& history,
                                       std::span<const OperationId> versions, std::uint64_t k);

}  // namespace splitvote::consistency
