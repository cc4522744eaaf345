// The models of transactions: read committed, read atomic, snapshot isolation, serializability.
#pragma once

#include <cstdint>

#include "models/consistency/observations.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// Biswas and Enea, On the Complexity of Checking Transactional Consistency (2019): an order of all
/// transactions that keeps the sessions, such that whatever a transaction saw something of before,
/// in its own order, comes not behind what it sees.
[[nodiscard]] Judgement judge_read_committed(const Observations& observations);
/// The same, at any time or of an earlier transaction of the session.
[[nodiscard]] Judgement judge_read_atomic(const Observations& observations);

/// Adya, Liskov, O'Neil, Generalized Isolation Level Definitions (2000), with the versions that
/// lists tell (Kingsbury and Alvaro, Elle, 2020): decided if all keys hold lists. Of registers the
/// versions are not known: an order is searched for.
[[nodiscard]] Judgement judge_serializable(const Observations& observations,
                                           std::uint64_t configurations_max);
/// An order that keeps real time as well, of transactions that are each a session by itself.
[[nodiscard]] Judgement judge_strict_serializable(const Observations& observations,
                                                  std::uint64_t configurations_max);
/// Cerone and Gotsman, Analysing Snapshot Isolation (2018): circles are allowed if two transactions
/// in a row each saw what the next one replaced. Of registers as above.
[[nodiscard]] Judgement judge_snapshot_isolation(const Observations& observations,
                                                 std::uint64_t configurations_max);

}  // namespace splitvote::consistency
