// The fault ledger: for each fault, when it was requested, when it fired, and whether it changed
// anything.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace splitvote::sim {

struct LedgerEntry {
  std::string step;  // the scenario's name for it
  std::string text;  // the verb with what it resolved to, once it fired
  Instant requested;
  std::optional<Instant> fired;
  std::optional<Instant> healed;
  /// Without being healed: at once if it only does something, and of nodes that are down or paused
  /// when others have brought back the last of them.
  std::optional<Instant> ends;
  bool is_fault = true;  // else an order to a server, or it brings nodes back
  /// Node states, clocks, sectors it changed by firing, and messages it stopped or altered while it
  /// was active. A fault that fired and changed nothing proved nothing.
  std::uint64_t changes = 0;

  /// When it was over; empty while it lasts.
  [[nodiscard]] std::optional<Instant> over() const {
    return ends && (!healed || *ends < *healed) ? ends : healed;
  }

  bool operator==(const LedgerEntry&) const = default;
};

}  // namespace splitvote::sim
