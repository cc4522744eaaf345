// A history of any kind and what contradicts in it, as its picture sees them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/history.hpp"
#include "models/consistency/transaction_history.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::reports {

/// From an invocation to its return, if it has one.
struct Lifetime {
  consistency::Position invoked = 0;
  consistency::Position returned = consistency::never_returned;

  [[nodiscard]] bool has_returned() const { return returned != consistency::never_returned; }
};

/// What is drawn has the ids of the contradiction, which are the places in the history. Valid as
/// long as the history and the contradiction are.
class HistoryView {
 public:
  explicit HistoryView(const consistency::Contradiction& contradiction)
      : contradiction_(contradiction) {}
  virtual ~HistoryView() = default;
  HistoryView(const HistoryView&) = delete;
  HistoryView& operator=(const HistoryView&) = delete;

  [[nodiscard]] const consistency::Contradiction& contradiction() const { return contradiction_; }

  [[nodiscard]] virtual std::size_t size() const = 0;
  [[nodiscard]] virtual Lifetime lifetime(consistency::OperationId id) const = 0;
  [[nodiscard]] virtual std::string session(consistency::OperationId id) const = 0;
  /// All of it.
  [[nodiscard]] virtual std::string describe(consistency::OperationId id) const = 0;
  /// The lines of its box; who and when is to be seen.
  [[nodiscard]] virtual std::vector<std::string> label(consistency::OperationId id) const = 0;

  /// Whether it has to do with the same as what contradicts.
  [[nodiscard]] virtual bool is_related(consistency::OperationId id) const = 0;
  /// How many may be drawn, those that contradict among them, if others are drawn at all.
  [[nodiscard]] virtual std::size_t shown_max() const = 0;

  /// What an arrow says.
  [[nodiscard]] virtual std::string reason(const consistency::Arrow& arrow) const = 0;
  /// In one or more sentences, which call what is drawn by the names in its boxes.
  [[nodiscard]] virtual std::string explanation() const = 0;
  /// "3 more operations on the same keys".
  [[nodiscard]] virtual std::string more(std::size_t count) const = 0;
  /// Whether left and right tell what came first in all sessions, not only in each.
  [[nodiscard]] virtual bool has_real_time() const { return true; }

 private:
  const consistency::Contradiction& contradiction_;
};

class OperationsView final : public HistoryView {
 public:
  OperationsView(const consistency::History& history,
                 const consistency::Contradiction& contradiction)
      : HistoryView(contradiction), history_(history) {}

  [[nodiscard]] std::size_t size() const override { return history_.operations().size(); }
  [[nodiscard]] Lifetime lifetime(consistency::OperationId id) const override;
  [[nodiscard]] std::string session(consistency::OperationId id) const override;
  [[nodiscard]] std::string describe(consistency::OperationId id) const override;
  [[nodiscard]] std::vector<std::string> label(consistency::OperationId id) const override;
  [[nodiscard]] bool is_related(consistency::OperationId id) const override;
  [[nodiscard]] std::size_t shown_max() const override { return 40; }
  [[nodiscard]] std::string reason(const consistency::Arrow& arrow) const override;
  [[nodiscard]] std::string explanation() const override { return contradiction().explanation; }
  [[nodiscard]] std::string more(std::size_t count) const override;

 private:
  const consistency::History& history_;
};

/// Of a history without real time those that contradict follow each other as their sessions have
/// them, and else as the arrows say.
class TransactionsView final : public HistoryView {
 public:
  TransactionsView(const consistency::TransactionHistory& history,
                   const consistency::Contradiction& contradiction);

  [[nodiscard]] std::size_t size() const override { return history_.transactions().size(); }
  [[nodiscard]] Lifetime lifetime(consistency::OperationId id) const override;
  [[nodiscard]] std::string session(consistency::OperationId id) const override;
  [[nodiscard]] std::string describe(consistency::OperationId id) const override;
  /// Its number, what came of it, and what it did, first to the keys of the arrows at it.
  [[nodiscard]] std::vector<std::string> label(consistency::OperationId id) const override;
  [[nodiscard]] bool is_related(consistency::OperationId id) const override;
  [[nodiscard]] std::size_t shown_max() const override { return 0; }
  [[nodiscard]] std::string reason(const consistency::Arrow& arrow) const override;
  [[nodiscard]] std::string explanation() const override;
  [[nodiscard]] std::string more(std::size_t count) const override;
  [[nodiscard]] bool has_real_time() const override { return history_.has_real_time(); }

 private:
  [[nodiscard]] const consistency::Transaction& transaction(consistency::OperationId id) const;

  const consistency::TransactionHistory& history_;
  std::vector<consistency::KeyId> keys_;         // that it is about, sorted
  std::vector<consistency::OperationId> order_;  // of what contradicts; without real time
};

}  // namespace splitvote::reports
