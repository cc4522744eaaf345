// The vocabulary of notes: what protocols say about themselves and what checkers, metrics and
// reports read.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "sim/trace/note.hpp"

namespace splitvote::models {

/// A node's part in its protocol. Drawn as the lane's colour.
enum class Role : std::uint8_t { follower, pre_candidate, candidate, leader, client };

/// What a note says; the comment lists the arguments a, b, c and the detail.
enum class NoteType : std::uint16_t {
  role = 1,   // a = Role, b = term: from now on this node plays this role in this term
  vote,       // a = term, b = candidate: this node's vote is on its disk
  appended,   // a = index, b = term, c = content hash, size = bytes of the entry as encoded: it is
              // at the end of the log in memory
  truncated,  // a = first index removed: it and all behind it left the log
  stored,     // a = last index that is on this node's disk
  committed,  // a = commit index, b = term of the entry there
  applied,    // a = index, b = term, c = content hash: the state machine has executed the entry
  recovered,  // a = last index, b = term, c = vote + 1 or 0; then one `appended` per entry of the
              // log
  invoke,     // a = operation number, b = session, detail = Operation as encoded in
              // client/operation.hpp
  complete,   // a = operation number, b = Outcome, c = revision, detail = value
  served,     // a = session, b = sequence, c = 1 if a read: a server sent a successful answer to a
              // client
  frame_rejected,  // a = message kind, or 0 if unreadable: the checksum or the encoding was wrong
  halted,          // detail = why: this node cannot go on (a corrupt log, a full disk)
  overload,        // a = how many arrivals of an open loop so far found all its lanes taken
  restored,   // a = index, b = term, c = 1 if it came from a leader, 0 at a start: log and state
              // machine are now what a snapshot says they were right behind this entry; the log
              // keeps what it has behind it if it held the entry
  saving,     // a = index, b = term, c = content hash: a snapshot of what was applied up to this
              // entry is on its way to this node's disk
  saved,      // a = index, b = term: and now it is there
  compacted,  // a = index, b = term: the log in memory begins behind this entry
  configuration,  // a = index, b = voters, c = outgoing voters while joint, as bits by number,
                  // detail = all members in words: from now on this node counts by it
  caught_up,      // a = learner, b = index: its leader found that it may become a voter
  order,          // a = message kind, b = 1 if it was refused, detail = why: an operator's order
  throttled,      // a = session, b = sequence: a leader refused a proposal for now, because it is
                  // handing over or has as much uncommitted as it may
  transfer,       // a = target, b = term, c = 0 begun, 1 the target was told to stand, 2 given up
  forwarded,      // a = session, b = sequence, c = leader: a server passed a client's request on
  too_old,        // a = session, b = sequence: a server could not prove that what it has applied is
                  // recent enough for this read, and did not answer it
  quiescence,     // a = 1 asleep, 0 awake, b = term: a group with nothing to do arms no timers
  replication_paused,  // a = follower, b = 1: an entry has to wait, because a leader has as much on
                       // its way to it as may be; b = 0: it has room again, or is probed anew
  taken,  // a = index, b = term, c = content hash: a snapshot of what was applied up to this entry
          // was taken for followers that need one; it is not written to the disk
  fortification,  // a = 1 begun, 0 over, b = term, c = leader: a promise not to depose it
};

/// The printed name and the names of the arguments, for traces that explain themselves.
struct NoteName {
  NoteType type{};
  std::string_view name;
  std::array<std::string_view, 3> arguments;
};
inline constexpr std::array note_names{
    NoteName{NoteType::role, "role", {"role", "term", ""}},
    NoteName{NoteType::vote, "vote", {"term", "candidate", ""}},
    NoteName{NoteType::appended, "appended", {"index", "term", "hash"}},
    NoteName{NoteType::truncated, "truncated", {"index", "", ""}},
    NoteName{NoteType::stored, "stored", {"index", "", ""}},
    NoteName{NoteType::committed, "committed", {"index", "term", ""}},
    NoteName{NoteType::applied, "applied", {"index", "term", "hash"}},
    NoteName{NoteType::recovered, "recovered", {"index", "term", "vote"}},
    NoteName{NoteType::invoke, "invoke", {"operation", "session", ""}},
    NoteName{NoteType::complete, "complete", {"operation", "outcome", "revision"}},
    NoteName{NoteType::served, "served", {"session", "sequence", "read"}},
    NoteName{NoteType::frame_rejected, "frame_rejected", {"kind", "", ""}},
    NoteName{NoteType::halted, "halted", {"", "", ""}},
    NoteName{NoteType::overload, "overload", {"arrivals", "", ""}},
    NoteName{NoteType::restored, "restored", {"index", "term", "sent"}},
    NoteName{NoteType::saving, "saving", {"index", "term", "hash"}},
    NoteName{NoteType::saved, "saved", {"index", "term", ""}},
    NoteName{NoteType::compacted, "compacted", {"index", "term", ""}},
    NoteName{NoteType::configuration, "configuration", {"index", "voters", "outgoing"}},
    NoteName{NoteType::caught_up, "caught_up", {"learner", "index", ""}},
    NoteName{NoteType::order, "order", {"kind", "refused", ""}},
    NoteName{NoteType::throttled, "throttled", {"session", "sequence", ""}},
    NoteName{NoteType::transfer, "transfer", {"target", "term", "stage"}},
    NoteName{NoteType::forwarded, "forwarded", {"session", "sequence", "leader"}},
    NoteName{NoteType::too_old, "too_old", {"session", "sequence", ""}},
    NoteName{NoteType::quiescence, "quiescence", {"asleep", "term", ""}},
    NoteName{NoteType::replication_paused, "replication_paused", {"follower", "paused", ""}},
    NoteName{NoteType::taken, "taken", {"index", "term", "hash"}},
    NoteName{NoteType::fortification, "fortification", {"begun", "term", "leader"}},
};

[[nodiscard]] inline sim::Note note(NoteType type, std::uint64_t a = 0, std::uint64_t b = 0,
                                    std::uint64_t c = 0, sim::ByteView detail = {}) {
  return {static_cast<sim::NoteKind>(type), a, b, c, detail};
}

}  // namespace splitvote::models
