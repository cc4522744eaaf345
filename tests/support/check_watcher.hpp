// A watcher that holds a world to every promise, as a real run does.
#pragma once

#include "models/check/checks.hpp"
#include "sim/world/world.hpp"

namespace splitvote {

class CheckWatcher final : public sim::Watcher {
 public:
  [[nodiscard]] bool on_note(const sim::Moment& moment, sim::NodeId node,
                             const sim::Note& note) override {
    checks.on_note(moment, node, note);
    return false;
  }
  void on_node(const sim::Moment& moment, sim::NodeId node, sim::RecordKind what,
               std::uint64_t detail) override {
    checks.on_node(moment, node, what, detail);
  }
  void on_record(const sim::Record&) override {}
  [[nodiscard]] bool recording() const override { return false; }

  check::Checks checks;
};

}  // namespace splitvote
