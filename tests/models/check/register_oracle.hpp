// Linearizability by brute force: every order, every choice of what unanswered writes did.
#pragma once

#include <cstdint>
#include <vector>

#include "models/check/history.hpp"

namespace splitvote::testing {

/// Written from models/client/operation.hpp alone and without any idea: only for a few operations
/// on one key.
class RegisterOracle {
 public:
  explicit RegisterOracle(std::span<const check::HistoryEntry> entries);

  [[nodiscard]] bool linearizable();

 private:
  struct State {
    bool present = false;
    check::TextId value = check::empty_text;
    std::uint64_t revision = 0;
    std::uint64_t given = 0;  // the largest revision given so far
  };
  bool extend(const State& state, std::uint32_t done);
  bool take(const State& state, std::uint32_t done, const check::HistoryEntry& operation);
  bool take_answered(const State& state, std::uint32_t done, const check::HistoryEntry& operation);
  bool take_unknown(const State& state, std::uint32_t done, const check::HistoryEntry& operation);

  std::vector<check::HistoryEntry> operations_;
  std::uint64_t revision_max_ = 0;
};

}  // namespace splitvote::testing
