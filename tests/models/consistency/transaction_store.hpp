// Small histories of transactions on registers and lists, as stores with snapshots leave them.
#pragma once

#include <cstdint>

#include "models/consistency/transaction_history.hpp"

namespace splitvote::testing {

enum class Held : std::uint8_t { registers, lists, both };

struct SnapshotStoreSettings {
  Held held = Held::registers;
  std::uint32_t values = UINT32_MAX;  // so many are written, one after the other, again and again
};

/// Four or five transactions of up to four sessions. Of every four the first one's store keeps
/// snapshot isolation, the second one's loses updates, the third one's snapshots show what is
/// committed later, and the fourth one's answers are wrong.
[[nodiscard]] consistency::TransactionHistory snapshot_store_history(
    std::uint64_t number, const SnapshotStoreSettings& settings = {});

}  // namespace splitvote::testing
