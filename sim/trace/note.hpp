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
  ByteView detail;          // valid during the call
  std::uint16_t group = 0;  // which part of a process of several speaks
  // How many bytes what it is about has, for whoever measures. Neither the digest nor a record has
  // it, so it must follow from what they have.
  std::uint32_t size = 0;
};

/// Kind and group as the digest and the records hold them: of group 0 it is the kind alone.
[[nodiscard]] constexpr std::uint64_t note_word(const Note& note) {
  return std::uint64_t{note.group} << 16 | static_cast<std::uint16_t>(note.kind);
}
[[nodiscard]] constexpr NoteKind kind_of_note(std::uint64_t word) {
  return static_cast<NoteKind>(word & UINT16_MAX);
}
[[nodiscard]] constexpr std::uint64_t group_of_note(std::uint64_t word) { return word >> 16; }

}  // namespace splitvote::sim
