// A history that was read, put to the question whether a consistency model explains it; the answer
// in words and in JSON.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/consistency/models.hpp"
#include "reports/summary.hpp"
#include "scenarios/histories/formats.hpp"
#include "sim/base/error.hpp"

namespace splitvote::histories {

struct Question {
  /// Absent: linearizable; of transactions strict-serializable, or by sessions if there is no real
  /// time; of a workload what it promises.
  std::optional<std::string> consistency;
  consistency::ModelSettings settings;
  bool negative_balances = false;  // that a bank may have them
};

enum class Subject : std::uint8_t { operations, transactions, workload };

struct Judged {
  std::string file;
  Reading reading;
  std::string consistency;
  Subject subject{};
  consistency::Judgement judgement;
};

/// Every name that a question may have, each once: of operations first, then of transactions.
[[nodiscard]] std::vector<std::string_view> consistency_names();

/// Fails if no model of that name judges what the history has, or if it has no exact memory and the
/// question asks for one. Transactions are linearizable if
/// they are strictly serializable.
[[nodiscard]] sim::Result<Judged> judge(std::string file, Reading reading,
                                        const Question& question);

[[nodiscard]] reports::Verdict verdict_of(const Judged& judged);

/// A line, and below it what contradicts.
[[nodiscard]] std::string to_text(const Judged& judged, bool brief);
/// README.md explains each member.
[[nodiscard]] std::string to_json(std::span<const Judged> all, reports::Verdict verdict);

}  // namespace splitvote::histories
