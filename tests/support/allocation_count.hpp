// Replaces the global operator new by one that counts; to be included by one source file of a test
// program.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <new>

namespace splitvote {

/// How often this program has called operator new.
inline std::uint64_t allocation_count = 0;

/// What both forms of operator new call: g++ takes one that calls the other for a mismatch of new
/// and free where it sees through only one of them.
inline void* counted_memory(std::size_t size, std::size_t unit) {
  ++allocation_count;
  void* const memory = std::aligned_alloc(unit, size == 0 ? unit : (size + unit - 1) / unit * unit);
  if (memory == nullptr) throw std::bad_alloc();
  return memory;
}

}  // namespace splitvote

void* operator new(std::size_t size, std::align_val_t alignment) {
  return splitvote::counted_memory(size, static_cast<std::size_t>(alignment));
}
void* operator new(std::size_t size) {
  return splitvote::counted_memory(size, __STDCPP_DEFAULT_NEW_ALIGNMENT__);
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::align_val_t) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t, std::align_val_t) noexcept { std::free(memory); }
