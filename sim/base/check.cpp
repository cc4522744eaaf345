// Prints the run, the moment and the event beside the condition, then aborts.
#include "sim/base/check.hpp"

#include <cstdio>
#include <cstdlib>

namespace splitvote::sim {

CheckContext& check_context() {
  thread_local CheckContext context;
  return context;
}

void check_failed(const char* condition, const char* file, int line) {
  const CheckContext& context = check_context();
  std::fprintf(
      stderr,
      "internal error: %s:%d: check failed: %s\n"
      "  scenario %s, seed %llu, event %llu at %lld ns\n",
      file, line, condition, context.scenario, static_cast<unsigned long long>(context.seed),
      static_cast<unsigned long long>(context.event), static_cast<long long>(context.time_ns));
  std::fflush(nullptr);
  std::_Exit(70);
}

}  // namespace splitvote::sim
