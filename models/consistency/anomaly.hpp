// What the literature calls a circle of transactions.
#pragma once

#include <span>
#include <string>

#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// After Adya's thesis (1999) and jepsen.io/consistency/phenomena: G0, G1c, G-single,
/// G-nonadjacent, G2-item, with `-process` or `-realtime` if it takes the order of a session or
/// real time; of two transactions also `lost update` and `write skew` (Berenson et al. 1995). Empty
/// if a step was only inferred, since then nobody knows by which dependency it came about.
[[nodiscard]] std::string anomaly_of(std::span<const Arrow> circle);

}  // namespace splitvote::consistency
