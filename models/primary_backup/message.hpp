// The two messages between a primary and its backups; WIRE.md has them in bytes.
#pragma once

#include <cstdint>

#include "models/primary_backup/log.hpp"
#include "models/wal/format.hpp"
#include "sim/base/bytes.hpp"
#include "sim/network/message.hpp"

namespace splitvote::primary_backup {

inline constexpr sim::MessageKind replicate_kind{8};
inline constexpr sim::MessageKind disagree_kind{9};

/// From the primary of `epoch`: entries for a log that agrees with its own up to `previous_index`.
/// Without entries it is a heartbeat.
struct Replicate {
  Epoch epoch = 0;
  Index previous_index = 0;
  Epoch previous_epoch = 0;    // of the entry there
  Index end = 0;               // of the primary's log, as far as it has executed it
  sim::ByteView records = {};  // whole records of entries previous_index + 1 …
};

/// From a backup that cannot place the entries, or from whoever knows a later epoch. Silence is
/// consent: a message that was lost shows in the next one, which nobody can place.
struct Disagree {
  Epoch epoch = 0;        // the sender's; if it is later, the receiver is deposed
  Index index = 0;        // the sender's last entry that may be in the receiver's log, or 0
  Epoch index_epoch = 0;  // of the entry there
};

void encode(const Replicate& message, sim::Bytes& frame);
void encode(const Disagree& message, sim::Bytes& frame);

/// Both expect a frame whose checksum is right. Records that are damaged, of the wrong index or no
/// commands make the whole message malformed.
[[nodiscard]] bool decode(sim::ByteView frame, Replicate& message);
[[nodiscard]] bool decode(sim::ByteView frame, Disagree& message);

/// Takes the first record off the front of records that `decode` has accepted, decoded into
/// `record`, and returns its bytes.
sim::ByteView take_record(sim::ByteView& records, wal::Record& record);

}  // namespace splitvote::primary_backup
