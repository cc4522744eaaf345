// A command: a client's operation with the session that makes it execute at most once, and its
// encoding inside a record of the log.
#pragma once

#include <cstdint>

#include "models/client/operation.hpp"
#include "models/wal/format.hpp"
#include "sim/base/bytes.hpp"

namespace splitvote::kv {

/// Of a command that belongs to no session.
inline constexpr std::uint64_t no_sequence = 0;

/// Views are valid as long as the bytes they were decoded from.
struct Command {
  std::uint64_t session = 0;
  std::uint64_t sequence = no_sequence;  // from 1 in a session
  client::Operation operation;
};

/// session u64 + sequence u64 + kind u8 + expected_revision u64, before the operation's value
inline constexpr std::size_t command_header_size = 25;

/// Appends the value of the command's record; the record's key is the operation's key:
/// `wal::encode({term, index, wal::RecordType::command, command.operation.key, value}, log)`.
void encode_value(const Command& command, sim::Bytes& target);

/// False if the record is not a command, or not a well-formed one.
[[nodiscard]] bool decode(const wal::Record& record, Command& command);

}  // namespace splitvote::kv
