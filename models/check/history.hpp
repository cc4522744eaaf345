// The history of a run: every operation of every client, from its invocation to its return.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/check/flat_map.hpp"
#include "models/check/texts.hpp"
#include "models/check/words.hpp"
#include "models/client/operation.hpp"
#include "models/notes.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::check {

inline constexpr std::uint64_t never_returned = UINT64_MAX;

/// One operation. The orders are the positions of its notes among all invoke and complete notes of
/// the run: notes arrive by (time, event), and within an event one after the other, so comparing
/// two positions decides what came first even at equal times.
struct HistoryEntry {
  std::uint64_t operation = 0;  // the client's own number for it
  std::uint64_t session = 0;
  std::uint64_t expected_revision = 0;
  std::uint64_t revision = 0;  // of the answer
  std::uint64_t invoked = 0;   // order of the invocation
  std::uint64_t returned = never_returned;
  sim::Moment invoke;
  sim::Moment complete;  // meaningless while it has not returned
  TextId key = empty_text;
  TextId value = empty_text;   // asked to be written
  TextId result = empty_text;  // read
  sim::NodeId process = sim::no_node;
  client::OperationKind kind{};
  client::Outcome outcome = client::Outcome::unknown;

  [[nodiscard]] bool has_returned() const { return returned != never_returned; }
  [[nodiscard]] bool writes() const { return kind != client::OperationKind::get; }
};

/// A value. Feed it every note; it takes what concerns it.
class History {
 public:
  /// The index of the entry that this note completed, if it did.
  std::optional<std::size_t> on_note(const sim::Moment& moment, sim::NodeId node,
                                     const sim::Note& note);

  /// In the order of their invocations.
  [[nodiscard]] std::span<const HistoryEntry> entries() const { return entries_; }
  [[nodiscard]] const TextTable& texts() const { return texts_; }
  [[nodiscard]] std::size_t pending() const { return open_.size(); }

 private:
  void on_invoke(const sim::Moment& moment, sim::NodeId node, const sim::Note& note);
  std::optional<std::size_t> on_complete(const sim::Moment& moment, sim::NodeId node,
                                         const sim::Note& note);

  std::vector<HistoryEntry> entries_;
  FlatMap<std::uint32_t> open_;  // (client, operation number) -> index in entries_
  TextTable texts_;
  std::uint64_t next_order_ = 0;
};

/// "put k7 = v12 by c1 [1234ms..1240ms] -> revision 17".
[[nodiscard]] std::string describe(const History& history, const HistoryEntry& entry,
                                   const NodeNames& names);

}  // namespace splitvote::check
