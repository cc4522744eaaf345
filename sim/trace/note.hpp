// A note: a small typed remark of a process about itself, for checkers, metrics and the trace.
#pragma once

#include <cstdint>

#include "sim/base/bytes.hpp"

namespace splitvote::sim {

/// The vocabulary belongs to the models (models/notes.hpp); the world only carries it.
enum class NoteKind : std::uint16_t {};

struct Note {
  NoteKind kind{};
  std::uint64_t a = 0;  // the arguments, by position, as the vocabulary says
  std::uint64_t b = 0;
  std::uint64_t c = 0;
  ByteView detail;  // valid during the call
};

}  // namespace splitvote::sim
