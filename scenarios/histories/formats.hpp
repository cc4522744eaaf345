// The table of formats: how each is told apart, read and written.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/history.hpp"
#include "models/consistency/transaction_history.hpp"
#include "reports/history_fault.hpp"
#include "scenarios/histories/model.hpp"
#include "scenarios/histories/workload.hpp"
#include "scenarios/histories/written.hpp"
#include "scenarios/load/diagnostic.hpp"

namespace splitvote::histories {

/// What the user says about a file; what is absent the file or its format says.
struct Choices {
  std::optional<std::string> format;
  std::optional<Model> model;
  std::optional<NilReads> nil_reads;
  std::optional<FailedSwaps> failed_swaps;
  std::optional<Datum> initial;
  bool independent = false;
};

/// A history, as single operations, as transactions, as both if every transaction is one operation,
/// or of a workload.
struct Reading {
  std::string_view format;
  std::optional<Model> model;  // absent: the format says what operations mean
  std::optional<consistency::History> operations;
  std::optional<consistency::TransactionHistory> transactions;
  std::optional<WorkloadHistory> workload;
  std::vector<reports::HistoryFault> faults;
};

enum class Content : std::uint8_t {
  text,   // UTF-8 without control characters: a mistake has a line and a column
  bytes,  // its reader says where a mistake is
};

using Faults = std::span<const reports::HistoryFault>;

struct Format {
  std::string_view name;
  std::string_view help;
  std::string_view extension;  // decides only if the text does not; may be empty
  bool (*fits)(std::string_view text) = nullptr;
  /// Whether a text that begins like no format may have been meant as this one; absent: nobody can
  /// tell. Its reader then says what is wrong.
  bool (*resembles)(std::string_view text) = nullptr;
  void (*read)(std::string_view text, const Choices& choices, Reading& reading,
               Mistakes& mistakes) = nullptr;
  /// Of single operations. Absent: it is only read.
  sim::Result<Written> (*write)(const consistency::History& history, Faults faults) = nullptr;
  /// Absent: it has no words for transactions.
  sim::Result<Written> (*write_transactions)(const consistency::TransactionHistory& history,
                                             Faults faults) = nullptr;
  bool takes_model = false;    // else it says itself what operations mean
  bool takes_initial = false;  // without a model: what keys hold at first
  Content content = Content::text;
};

[[nodiscard]] std::span<const Format> formats();
/// nullptr if there is none of that name.
[[nodiscard]] const Format* find_format(std::string_view name);

/// Everything that is wrong, if something is.
[[nodiscard]] std::expected<Reading, std::vector<load::Diagnostic>> read_history(
    const std::string& name, std::string_view text, const Choices& choices);

}  // namespace splitvote::histories
