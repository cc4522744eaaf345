// The words in which a transcript tells messages, steps and states; an entry is written 3t2:
// index 3 of term 2.
#pragma once

#include <string>
#include <vector>

#include "tests/transcripts/world.hpp"

namespace splitvote::transcripts {

[[nodiscard]] std::string to_text(NodeId node);
[[nodiscard]] std::string to_text(raft::NodeSet nodes);
[[nodiscard]] std::string to_text(raft::LogPosition position);
[[nodiscard]] std::string to_text(const raft::Message& message);
[[nodiscard]] std::string to_text(const Flight& flight);
/// Entries of a log with their contents, separated by commas.
[[nodiscard]] std::string to_text(const raft::Log& log, raft::IndexRange range);

/// What the step's notes say, one line each; neighbouring entries share one.
[[nodiscard]] std::vector<std::string> note_lines(const raft::Outbox& out, const raft::Log& log);
/// "sends to 2: probe -> replicate", where a leader now sends otherwise than to these before.
[[nodiscard]] std::vector<std::string> replication_lines(const raft::Raft& raft,
                                                         const std::vector<raft::Member>& before);
/// What the step writes, if anything.
[[nodiscard]] std::string write_line(const raft::Store& store);
/// "-> 2,3 request_vote …", one line for neighbours that differ in their target only.
[[nodiscard]] std::vector<std::string> send_lines(const std::vector<raft::Outgoing>& messages);
/// What the step means to the caller: a proposal's place, reads, the end.
[[nodiscard]] std::vector<std::string> answer_lines(const raft::Outbox& out);

[[nodiscard]] std::string state_line(const Node& node);
[[nodiscard]] std::string log_line(const Node& node);
[[nodiscard]] std::string disk_line(const Node& node);
[[nodiscard]] std::string configuration_line(const Node& node);
[[nodiscard]] std::vector<std::string> progress_lines(const Node& node);

}  // namespace splitvote::transcripts
