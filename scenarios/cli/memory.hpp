// How a program that runs world after world treats the memory of those that are gone.
#pragma once

#include <malloc.h>

namespace splitvote::cli {

/// Has the C library keep what is freed and take what it needs in large steps. A run's logs,
/// histories and disks grow page by page; giving the pages back after each run and faulting them in
/// again for the next one took a third of the processor time of loaded runs. Call it first in
/// `main`; a C library without these knobs goes on as it would.
inline void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int never = 1 << 30;
  constexpr int step = 64 << 20;
  mallopt(M_MMAP_THRESHOLD, never);
  mallopt(M_TRIM_THRESHOLD, never);
  mallopt(M_TOP_PAD, step);
#endif
}

}  // namespace splitvote::cli
