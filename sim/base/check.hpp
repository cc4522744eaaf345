// SPLITVOTE_CHECK: our own bugs end the program at once, with everything needed to see them again.
#pragma once

#include <cstdint>

namespace splitvote::sim {

/// What a failed check prints beside the condition. The run that is being executed by this thread
/// sets it; it is read only on the way out. `scenario` must outlive the context.
struct CheckContext {
  const char* scenario = "(none)";
  std::uint64_t seed = 0;
  std::int64_t time_ns = 0;
  std::uint64_t event = 0;
};

/// This thread's context; the one piece of mutable thread state in the simulator.
[[nodiscard]] CheckContext& check_context();

/// Prints the context to standard error and leaves with exit code 70 (internal error).
[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace splitvote::sim

#define SPLITVOTE_CHECK(condition)        \
  (static_cast<bool>(condition) ? void(0) \
                                : ::splitvote::sim::check_failed(#condition, __FILE__, __LINE__))
