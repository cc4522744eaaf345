// The operations of a key as the search wants them: with states for values, and those that do the
// same known to each other.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/consistency/states.hpp"

namespace splitvote::consistency {

struct SearchEntry {
  Position invoked = 0;
  Position returned = never_returned;
  State value{};   // of equals, differs, swap
  State target{};  // of overwrite, swap
  ValueId piece = nothing;
  std::uint32_t alike = 0;   // the same number for those that do the same
  std::uint32_t source = 0;  // the numbers of its value and of its target
  std::uint32_t result = 0;
  Position last_source = 0;  // when the last write of its value was invoked that comes in time
  Step step{};
  bool certain = false;

  [[nodiscard]] bool appends() const {
    return step == Step::append_text || step == Step::append_element;
  }
  [[nodiscard]] bool writes_state() const { return step == Step::overwrite || step == Step::swap; }
  [[nodiscard]] bool blind() const { return appends() || step == Step::overwrite; }
};

/// Alike operations that never return, of which it does not matter which one takes effect.
struct AlikePool {
  std::uint32_t begin = 0;  // in the entries, by invocation
  std::uint32_t end = 0;
  Position invoked = 0;  // of the first
};

/// Not to be copied once somebody refers to its parts.
struct SearchEntries {
  SearchEntries(const ValueTable& values, std::span<const KeyOperation> operations,
                ValueId initial);

  StateSpace space;
  State initial{};
  std::vector<SearchEntry> entries;    // those that return, by invocation; then the pools
  std::uint32_t bounded = 0;           // how many return
  std::uint32_t alike = 0;             // numbers of those that do the same are below this
  std::uint32_t states = 0;            // numbers of values and targets are below this
  std::vector<AlikePool> pools;        // by invocation of the first
  std::vector<std::uint32_t> pool_of;  // by entry behind those that return

 private:
  void sort(std::span<const KeyOperation> operations);
  void number_alike();
  void number_states();
  void build_pools();
};

}  // namespace splitvote::consistency
