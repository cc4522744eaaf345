// The remote procedure calls of the paper as messages: two requests, each with its response.
#pragma once

#include <variant>

#include "models/raft/types.hpp"
#include "sim/base/bytes.hpp"
#include "sim/network/message.hpp"

namespace splitvote::raft {

inline constexpr sim::MessageKind request_vote_kind{8};
inline constexpr sim::MessageKind pre_vote_kind{9};
inline constexpr sim::MessageKind vote_response_kind{10};
inline constexpr sim::MessageKind pre_vote_response_kind{11};
inline constexpr sim::MessageKind append_entries_kind{12};
inline constexpr sim::MessageKind heartbeat_kind{13};
inline constexpr sim::MessageKind append_response_kind{14};
inline constexpr sim::MessageKind heartbeat_response_kind{15};
inline constexpr sim::MessageKind install_snapshot_kind{16};
inline constexpr sim::MessageKind install_snapshot_response_kind{17};
inline constexpr sim::MessageKind transfer_vote_kind{18};
inline constexpr sim::MessageKind timeout_now_kind{19};
inline constexpr sim::MessageKind read_index_kind{20};
inline constexpr sim::MessageKind read_index_response_kind{21};
inline constexpr sim::MessageKind quiesce_kind{30};
inline constexpr sim::MessageKind quiesce_response_kind{31};
inline constexpr sim::MessageKind fortify_kind{33};
inline constexpr sim::MessageKind fortify_response_kind{34};
inline constexpr sim::MessageKind defortify_kind{35};

/// What is asked for: a vote; whether it would be given; or a vote on behalf of the leader, who has
/// "a special flag set so that servers process it even if they believe a leader exists"
/// (dissertation, section 4.2.3).
enum class Ballot : std::uint8_t { vote, pre_vote, transfer };

/// RequestVote (Figure 2). The candidate is the sender. Of a pre-vote, `term` is the term the
/// candidate would begin.
struct VoteRequest {
  Ballot ballot{};
  Term term = 0;
  LogPosition last;

  constexpr bool operator==(const VoteRequest&) const = default;
};

/// `term` is the voter's, for the candidate to update itself; of a granted pre-vote it is the term
/// that was asked for.
struct VoteResponse {
  Ballot ballot{};
  Term term = 0;
  bool granted = false;

  constexpr bool operator==(const VoteResponse&) const = default;
};

/// AppendEntries (Figure 2). The leader is the sender. Without entries it is a heartbeat.
struct AppendEntries {
  Term term = 0;
  LogPosition previous;  // the entry immediately before the new ones
  Index commit = 0;
  std::uint64_t read_round = 0;  // the leader's newest confirmation round, 0 if it never began one
  sim::ByteView entries;         // records as models/wal/format.hpp encodes them, in order
  bool quiesce = false;          // of a heartbeat: sleep until there is something to do
};

/// How far two logs agree, or why they do not.
struct AppendResponse {
  Term term = 0;
  bool heartbeat = false;  // answers a heartbeat; for display only
  bool accepted = false;
  Index match = 0;   // accepted: this node has the leader's log up to here on its disk;
                     // refused: the `previous.index` that does not match
  LogPosition hint;  // refused: the term of the conflicting entry and the first index of that term,
                     // or term 0 and the index behind the last entry if the log is too short; with
                     // fewer ConflictHints term 0 and `match`
  std::uint64_t read_round = 0;  // the newest round this node has seen in this term
  bool quiesced = false;         // of an accepted heartbeat: it sleeps now

  constexpr bool operator==(const AppendResponse&) const = default;
};

/// InstallSnapshot (Figure 13), one chunk of it.
struct InstallSnapshot {
  Term term = 0;
  LogPosition last;             // the last entry it stands for
  std::uint64_t size = 0;       // of the whole
  std::uint32_t checksum = 0;   // CRC-32C of the whole
  std::uint64_t offset = 0;     // of this chunk
  sim::ByteView configuration;  // as of that entry, encoded
  sim::ByteView chunk;
};

/// Which chunk is wanted next. That the whole is installed is said by an AppendResponse.
struct InstallSnapshotResponse {
  Term term = 0;
  LogPosition last;
  std::uint64_t offset = 0;       // of the chunk that this answers
  std::uint64_t next_offset = 0;  // of the one that is wanted

  constexpr bool operator==(const InstallSnapshotResponse&) const = default;
};

/// "The prior leader sends a TimeoutNow request to the target server" (dissertation, section 3.10).
struct TimeoutNow {
  Term term = 0;

  constexpr bool operator==(const TimeoutNow&) const = default;
};

/// A follower asks for a read index on behalf of all its reads up to this number (section 6.4). The
/// numbers begin anew with each incarnation, which is why it is named: a late answer to an earlier
/// one proves nothing for reads that came after it.
struct ReadIndexRequest {
  Term term = 0;
  std::uint64_t incarnation = 0;
  std::uint64_t sequence = 0;

  constexpr bool operator==(const ReadIndexRequest&) const = default;
};

struct ReadIndexResponse {
  Term term = 0;
  std::uint64_t incarnation = 0;
  std::uint64_t sequence = 0;
  Index index = 0;

  constexpr bool operator==(const ReadIndexResponse&) const = default;
};

/// A leader asks a follower to fortify it (CockroachDB: MsgFortifyLeader).
struct Fortify {
  Term term = 0;

  constexpr bool operator==(const Fortify&) const = default;
};

/// It does, for as long as that epoch of its node's support lasts.
struct FortifyResponse {
  Term term = 0;
  SupportEpoch epoch = 0;
  Index commit = 0;  // the follower's commit index

  constexpr bool operator==(const FortifyResponse&) const = default;
};

/// Whoever has fortified the sender in this term or before need not keep to it
/// (MsgDeFortifyLeader).
struct Defortify {
  Term term = 0;

  constexpr bool operator==(const Defortify&) const = default;
};

using Message = std::variant<VoteRequest, VoteResponse, AppendEntries, AppendResponse,
                             InstallSnapshot, InstallSnapshotResponse, TimeoutNow, ReadIndexRequest,
                             ReadIndexResponse, Fortify, FortifyResponse, Defortify>;

}  // namespace splitvote::raft
