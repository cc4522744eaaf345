// The watcher of a run: hands everything that happens to the checks, the measurements and the
// trace.
#pragma once

#include <optional>

#include "models/check/checks.hpp"
#include "models/measure/measurements.hpp"
#include "sim/trace/record.hpp"
#include "sim/trace/trace_writer.hpp"

namespace splitvote::run {

class Observer final : public sim::Watcher {
 public:
  Observer(check::Checks all_checks, measure::MeasureSettings settings)
      : checks(std::move(all_checks)), measurements(std::move(settings)) {}

  bool on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) override {
    checks.on_note(moment, node, note);
    measurements.on_note(moment, node, note);
    return (interest >> sim::number(note.kind) & 1) != 0;
  }
  void on_node(const sim::Moment& moment, sim::NodeId node, sim::RecordKind what,
               std::uint64_t detail) override {
    checks.on_node(moment, node, what, detail);
    measurements.on_node(moment, node, what, detail);
  }
  void on_record(const sim::Record& record) override { trace->add(record); }
  [[nodiscard]] bool recording() const override { return trace != nullptr; }

  check::Checks checks;
  measure::Measurements measurements;
  sim::TraceWriter* trace = nullptr;
  std::uint64_t interest = 0;  // notes after which the world comes back, a bit for each kind
};

}  // namespace splitvote::run
