// The operations within a transaction, as Elle and Knossos write them.
#pragma once

#include <vector>

#include "models/consistency/transaction_history.hpp"
#include "scenarios/histories/event.hpp"
#include "scenarios/histories/model.hpp"

namespace splitvote::histories {

/// `[:append x 3]`; points into its event.
struct Micro {
  consistency::AccessKind kind{};
  std::size_t offset = 0;
  const Datum* key = nullptr;
  const Datum* value = nullptr;
};

[[nodiscard]] bool is_transactional(Model model);

/// Elle: a list to which nobody has appended yet, which is nothing.
[[nodiscard]] bool is_unwritten_list(const Meaning& meaning, const Datum& value);

/// In their order; there is at least one.
[[nodiscard]] Read<std::vector<Micro>> micros_of(const Event& event, const Meaning& meaning);

/// Whether a transaction that is ok did what it was to do.
[[nodiscard]] Read<void> agree(const Event& invocation, const Event& told, const Meaning& meaning);

}  // namespace splitvote::histories
