// Replaces the global operators new and delete by ones that count calls and bytes; to be included
// by one source file of a test program.
#pragma once

#include <malloc.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <new>

namespace splitvote {

/// How often this program has called operator new.
inline std::uint64_t allocation_count = 0;
/// How many bytes it holds, and the most since somebody set that back.
inline std::uint64_t live_bytes = 0;
inline std::uint64_t live_bytes_max = 0;

/// What both forms of operator new call: g++ takes one that calls the other for a mismatch of new
/// and free where it sees through only one of them.
inline void* counted_memory(std::size_t size, std::size_t unit) {
  ++allocation_count;
  void* const memory = std::aligned_alloc(unit, size == 0 ? unit : (size + unit - 1) / unit * unit);
  if (memory == nullptr) throw std::bad_alloc();
  live_bytes += malloc_usable_size(memory);
  live_bytes_max = std::max(live_bytes_max, live_bytes);
  return memory;
}

inline void counted_release(void* memory) noexcept {
  live_bytes -= memory == nullptr ? 0 : malloc_usable_size(memory);
  std::free(memory);
}

}  // namespace splitvote

void* operator new(std::size_t size, std::align_val_t alignment) {
  return splitvote::counted_memory(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size) {
  return splitvote::counted_memory(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
// What std::stable_sort calls; nobody here goes on without memory.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return splitvote::counted_memory(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
void operator delete(void* memory) noexcept { splitvote::counted_release(memory); }
void operator delete(void* memory, std::size_t) noexcept { splitvote::counted_release(memory); }
void operator delete(void* memory, std::align_val_t) noexcept {
  splitvote::counted_release(memory);
}
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept {
  splitvote::counted_release(memory);
}
