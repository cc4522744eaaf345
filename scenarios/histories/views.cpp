// A history that was judged, as its picture sees it.
#include "scenarios/histories/views.hpp"

#include <fmt/format.h>

namespace splitvote::histories {

namespace {

using consistency::Arrow;
using consistency::Contradiction;
using consistency::OperationId;

/// An operation of a workload speaks to an object, and its promise has no arrows.
class WorkloadView final : public reports::HistoryView {
 public:
  WorkloadView(const WorkloadHistory& history, const Contradiction& contradiction)
      : HistoryView(contradiction), history_(history) {}

  [[nodiscard]] std::size_t size() const override { return history_.operations.size(); }

  [[nodiscard]] reports::Lifetime lifetime(OperationId id) const override {
    const WorkloadOperation& one = operation(id);
    reports::Lifetime life{static_cast<consistency::Position>(one.invoked)};
    if (one.returned != WorkloadOperation::never)
      life.returned = static_cast<consistency::Position>(one.returned);
    return life;
  }

  [[nodiscard]] std::string session(OperationId id) const override {
    return consistency::spelled(operation(id).session);
  }

  [[nodiscard]] std::string describe(OperationId id) const override {
    return histories::describe(operation(id));
  }

  [[nodiscard]] std::vector<std::string> label(OperationId id) const override {
    return {title(operation(id))};
  }

  [[nodiscard]] bool is_related(OperationId id) const override {
    return operation(id).object == operation(contradiction().operations.front()).object;
  }

  [[nodiscard]] std::size_t shown_max() const override { return 12; }
  [[nodiscard]] std::string reason(const Arrow&) const override { return {}; }
  [[nodiscard]] std::string explanation() const override { return contradiction().explanation; }
  [[nodiscard]] std::string more(std::size_t count) const override {
    return fmt::format("{} more operation{}", count, count == 1 ? "" : "s");
  }

 private:
  [[nodiscard]] const WorkloadOperation& operation(OperationId id) const {
    return history_.operations[static_cast<std::size_t>(id)];
  }

  const WorkloadHistory& history_;
};

}  // namespace

std::unique_ptr<reports::HistoryView> view_of(const Judged& judged) {
  const Contradiction& contradiction = *judged.judgement.contradiction;
  switch (judged.subject) {
    case Subject::operations:
      return std::make_unique<reports::OperationsView>(*judged.reading.operations, contradiction);
    case Subject::transactions:
      return std::make_unique<reports::TransactionsView>(*judged.reading.transactions,
                                                         contradiction);
    case Subject::workload:
      break;
  }
  return std::make_unique<WorkloadView>(*judged.reading.workload, contradiction);
}

}  // namespace splitvote::histories
