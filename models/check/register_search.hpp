// The search for an order of one key's operations: Wing and Gong's, with Lowe's memory, along the
// revisions.
#pragma once

#include <cstdint>
#include <vector>

#include "models/check/linearizability.hpp"
#include "models/check/register_operations.hpp"
#include "models/consistency/configuration_set.hpp"

namespace splitvote::check {

/// How far an order has come. Everything placed so far is a prefix of something: of the slots, of
/// the present slot's reads, of the reads of nothing, of the removes without an answer.
struct RegisterState {
  std::uint32_t slot = 0;          // the last revision written
  std::uint32_t reads = 0;         // placed, of this slot
  std::uint32_t absent_reads = 0;  // placed, over all
  std::uint32_t removes = 0;       // used, of those without an answer
  bool absent = true;              // the key is not there

  constexpr bool operator==(const RegisterState&) const = default;
};

class RegisterSearch {
 public:
  explicit RegisterSearch(const RegisterOperations& operations);

  [[nodiscard]] Verdict run(std::uint64_t configurations_max);

  [[nodiscard]] std::uint64_t configurations() const { return seen_.size(); }

  /// The state that placed the most operations, and the first return that holds it up: among the
  /// operations not placed, but for the reads of the present slot.
  [[nodiscard]] const RegisterState& furthest() const { return furthest_; }
  [[nodiscard]] std::uint64_t bound(const RegisterState& state) const;

 private:
  struct Frame {
    RegisterState state;
    consistency::ConfigurationHash used;  // the writes without an answer that took effect
    std::uint32_t target = 0;             // the slot to be written next; 0 before the first try
    std::uint32_t next = 0;               // the write without an answer to try next for it
    std::uint32_t took = nobody;          // the write without an answer that led here
  };

  void place_reads(RegisterState& state) const;
  [[nodiscard]] bool finished(const RegisterState& state) const;
  [[nodiscard]] std::uint64_t progress(const RegisterState& state) const;
  [[nodiscard]] bool reads_left(const RegisterState& state) const;
  [[nodiscard]] bool can_remove(const RegisterState& state) const;
  [[nodiscard]] bool wants_absence(const RegisterState& state) const;
  [[nodiscard]] bool needs_absence(const Slot& slot) const;
  [[nodiscard]] bool known_fits(const RegisterState& state, const Slot& target) const;
  [[nodiscard]] bool maybe_fits(const RegisterState& state, const Slot& target,
                                std::uint32_t write) const;
  [[nodiscard]] bool leaves_room(const RegisterState& state, const Slot& target) const;
  [[nodiscard]] bool advance(Frame& frame, Frame& child) const;
  [[nodiscard]] bool write_target(Frame& frame, Frame& child) const;
  bool enter(Frame frame);

  const RegisterOperations& operations_;
  std::vector<std::uint64_t> later_returns_;   // by slot: the first return of all behind it
  std::vector<std::uint64_t> absent_returns_;  // by absent read: the first from it on
  std::vector<std::uint8_t> used_;             // by write without an answer
  std::vector<Frame> stack_;
  consistency::ConfigurationSet seen_;
  RegisterState furthest_;
  std::uint64_t furthest_progress_ = 0;
};

}  // namespace splitvote::check
