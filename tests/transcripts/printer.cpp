// Tells what a core was told, wants and is, in as few words as still say everything.
#include "tests/transcripts/printer.hpp"

#include <algorithm>

#include "models/raft/codec.hpp"
#include "models/raft/registration.hpp"
#include "models/wire/frame.hpp"
#include "tests/transcripts/transcript.hpp"

namespace splitvote::transcripts {
namespace {

using models::NoteType;

/// The nodes whose bits are set.
std::string members(std::uint64_t bits) {
  std::string text;
  for (std::uint64_t node = 0; node < 64; ++node) {
    if ((bits >> node & 1) != 0) text += (text.empty() ? "" : ",") + std::to_string(node);
  }
  return text;
}

std::string in_term(Term term) { return "t" + std::to_string(term); }

std::string kind_name(const raft::Message& message) {
  const sim::MessageKind kind = raft::kind_of(message);
  for (const models::NamedMessage& named : raft::raft_protocol().messages) {
    if (named.kind == kind) return std::string(named.name);
  }
  return "message_" + std::to_string(sim::number(kind));
}

std::string entry_text(const wal::Record& record) {
  std::string text = to_text(raft::LogPosition{record.index, record.term});
  if (record.type == wal::RecordType::no_op) return text + " no_op";
  raft::Configuration configuration;
  if (record.type == wal::RecordType::configuration &&
      raft::decode(sim::as_bytes(record.value), configuration)) {
    return text + " (" + raft::to_text(configuration) + ")";
  }
  if (!record.key.empty()) text += " " + std::string(record.key);
  return text;
}

void add_to_list(std::string& list, const std::string& item) {
  if (!list.empty()) list += ", ";
  list += item;
}

std::string body(const raft::VoteRequest& request) {
  return in_term(request.term) + " last " + to_text(request.last);
}

std::string body(const raft::VoteResponse& response) {
  return in_term(response.term) + (response.granted ? " granted" : " refused");
}

std::string round_text(std::uint64_t round) {
  return round == 0 ? "" : " round " + std::to_string(round);
}

std::string body(const raft::AppendEntries& append) {
  std::string entries;
  for (sim::ByteView rest = append.entries; !rest.empty();) {
    wal::Record record;
    std::size_t size = 0;
    if (wal::decode(rest, record, size) != wal::DecodeStatus::ok) return "with damaged entries";
    add_to_list(entries, entry_text(record));
    rest = rest.subspan(size);
  }
  return in_term(append.term) + " after " + to_text(append.previous) + " commit " +
         std::to_string(append.commit) + round_text(append.read_round) +
         (entries.empty() ? "" : ": " + entries);
}

std::string body(const raft::AppendResponse& response) {
  std::string text = in_term(response.term);
  if (response.accepted) {
    text += " match " + std::to_string(response.match);
  } else {
    text += " refused at " + std::to_string(response.match);
    if (response.hint.index != 0) text += " hint " + to_text(response.hint);
  }
  return text + round_text(response.read_round);
}

std::string body(const raft::InstallSnapshot& install) {
  return in_term(install.term) + " up to " + to_text(install.last) + " bytes " +
         std::to_string(install.offset) + ".." +
         std::to_string(install.offset + install.chunk.size()) + " of " +
         std::to_string(install.size);
}

std::string body(const raft::InstallSnapshotResponse& response) {
  return in_term(response.term) + " up to " + to_text(response.last) + ", to the chunk at " +
         std::to_string(response.offset) + ": wants byte " + std::to_string(response.next_offset);
}

std::string body(const raft::TimeoutNow& message) { return in_term(message.term); }

std::string body(const raft::Fortify& message) { return in_term(message.term); }

std::string body(const raft::FortifyResponse& response) {
  return in_term(response.term) + " epoch " + std::to_string(response.epoch) + " commit " +
         std::to_string(response.commit);
}

std::string body(const raft::Defortify& message) { return in_term(message.term); }

std::string body(const raft::ReadIndexRequest& request) {
  return in_term(request.term) + " of start " + std::to_string(request.incarnation) +
         " for reads up to " + std::to_string(request.sequence);
}

std::string body(const raft::ReadIndexResponse& response) {
  return in_term(response.term) + " of start " + std::to_string(response.incarnation) +
         " for reads up to " + std::to_string(response.sequence) + ": index " +
         std::to_string(response.index);
}

std::string role_text(std::uint64_t role) {
  constexpr std::array<const char*, 4> names{"follower", "pre_candidate", "candidate", "leader"};
  return names.at(role);
}

std::string note_line(const raft::Remark& note) {
  const auto number = [](std::uint64_t value) { return std::to_string(value); };
  switch (note.type) {
    case NoteType::role:
      return role_text(note.a) + " " + in_term(note.b);
    case NoteType::vote:
      return "voted for " + number(note.b) + " in " + in_term(note.a);
    case NoteType::truncated:
      return "truncates from " + number(note.a);
    case NoteType::stored:
      return "stored up to " + number(note.a);
    case NoteType::committed:
      return "commits up to " + to_text(raft::LogPosition{note.a, note.b});
    case NoteType::recovered:
      return "recovers " + in_term(note.b) + (note.c == 0 ? "" : ", vote " + number(note.c - 1)) +
             ", last index " + number(note.a);
    case NoteType::restored:
      return "restores " + to_text(raft::LogPosition{note.a, note.b}) +
             (note.c == 0 ? " from its disk" : " from the leader");
    case NoteType::compacted:
      return "lets go of its log up to " + to_text(raft::LogPosition{note.a, note.b});
    case NoteType::configuration:
      return "counts by entry " + number(note.a) + ": " + members(note.b) +
             (note.c == 0 ? "" : " and " + members(note.c));
    case NoteType::transfer:
      if (note.c == 0) return "begins to hand over to " + number(note.a);
      return (note.c == 1 ? "tells " : "gives up handing over to ") + number(note.a) +
             (note.c == 1 ? " to stand" : "");
    case NoteType::quiescence:
      return note.a == 1 ? "sleeps" : "wakes up";
    case NoteType::replication_paused:
      return (note.b == 1 ? "pauses what goes to " : "resumes what goes to ") + number(note.a);
    case NoteType::fortification:
      return (note.a == 1 ? "fortifies " : "is free of ") + number(note.c) + " " + in_term(note.b);
    case NoteType::caught_up:
      return number(note.a) + " has caught up";
    default:
      break;
  }
  for (const models::NoteName& name : models::note_names) {
    if (name.type != note.type) continue;
    return std::string(name.name) + " " + number(note.a) + " " + number(note.b) + " " +
           number(note.c);
  }
  return "note " + number(static_cast<std::uint64_t>(note.type));
}

std::string name_of(raft::Replication replication) {
  switch (replication) {
    case raft::Replication::probe:
      return "probe";
    case raft::Replication::replicate:
      return "replicate";
    case raft::Replication::snapshot:
      return "snapshot";
  }
  return "?";
}

std::string replication_text(const raft::Raft& leader, const raft::Member& member) {
  if (member.replication != raft::Replication::snapshot) return name_of(member.replication);
  for (const raft::OutgoingSnapshot& outgoing : leader.outgoing_snapshots()) {
    if (outgoing.target != member.id) continue;
    return "snapshot up to " + to_text(outgoing.snapshot.last) + " from byte " +
           std::to_string(outgoing.offset);
  }
  return "?";
}

std::string timers_text(const Node& node) {
  std::string text = node.heartbeat == raft::HeartbeatTimer::arm ? "heartbeat" : "";
  if (node.election == raft::ElectionTimer::arm_minimum) add_to_list(text, "election minimum");
  if (node.election == raft::ElectionTimer::arm_rest) add_to_list(text, "election rest");
  if (node.election == raft::ElectionTimer::arm_quorum) add_to_list(text, "quorum");
  if (node.transfer_armed) add_to_list(text, "transfer");
  return text.empty() ? "none" : text;
}

/// What is gone, and what is there.
std::string entries_text(const raft::Log& log) {
  std::string text = to_text(log, {log.first_index(), log.last_index()});
  if (log.base().index > 0) {
    text = "… " + to_text(log.base()) + (text.empty() ? "" : ", ") + text;
  }
  return text.empty() ? "empty" : text;
}

}  // namespace

std::string to_text(NodeId node) {
  return node == sim::no_node ? "none" : std::to_string(sim::number(node));
}

std::string to_text(raft::NodeSet nodes) { return members(nodes); }

std::string to_text(raft::LogPosition position) {
  return std::to_string(position.index) + in_term(position.term);
}

std::string to_text(const raft::Message& message) {
  return kind_name(message) + " " +
         std::visit([](const auto& content) { return body(content); }, message);
}

std::string to_text(const Flight& flight) {
  raft::Message message;
  if (!wire::intact(flight.frame) || !raft::decode(flight.frame, message)) {
    throw Mistake("a message cannot be decoded");
  }
  return to_text(flight.source) + "->" + to_text(flight.target) + " " + to_text(message);
}

std::string to_text(const raft::Log& log, raft::IndexRange range) {
  std::string text;
  for (Index index = range.first; index <= range.last; ++index) {
    add_to_list(text, entry_text(log.entry(index)));
  }
  return text;
}

std::vector<std::string> note_lines(const raft::Outbox& out, const raft::Log& log) {
  std::vector<std::string> lines;
  raft::IndexRange appended;
  const auto close = [&] {
    if (!appended.empty()) lines.push_back("appends " + to_text(log, appended));
    appended = {};
  };
  for (const raft::Remark& note : out.notes) {
    // What everyone begins with is said by the story.
    if (note.type == NoteType::configuration && note.a == 0) continue;
    if (note.type == NoteType::appended) {
      if (appended.empty()) appended.first = note.a;
      appended.last = note.a;
      continue;
    }
    close();
    lines.push_back(note_line(note));
  }
  close();
  return lines;
}

std::string write_line(const raft::Store& store) {
  std::string text;
  if (store.hard_state) {
    add_to_list(text, in_term(store.term));
    add_to_list(text, "vote " + to_text(store.vote));
  }
  if (!store.entries.empty()) {
    add_to_list(text, "entries " + std::to_string(store.entries.first) + ".." +
                          std::to_string(store.entries.last));
  }
  if (store.snapshot) add_to_list(text, "the snapshot");
  return "write #" + std::to_string(sim::number(store.token)) + ": " + text;
}

std::vector<std::string> send_lines(const std::vector<raft::Outgoing>& messages) {
  std::vector<std::string> lines;
  std::string targets;
  std::string content;
  const auto close = [&] {
    if (!targets.empty()) lines.push_back("-> " + targets + " " + content);
    targets.clear();
  };
  for (const raft::Outgoing& outgoing : messages) {
    const std::string text = to_text(outgoing.message);
    if (text != content) close();
    content = text;
    targets += (targets.empty() ? "" : ",") + to_text(outgoing.target);
  }
  close();
  return lines;
}

std::vector<std::string> answer_lines(const raft::Outbox& out) {
  std::vector<std::string> lines;
  if (out.proposal.kind == raft::Verdict::Kind::accepted) {
    lines.push_back("proposed as " + to_text(out.proposal.position));
  }
  if (out.proposal.kind == raft::Verdict::Kind::not_leader) {
    lines.emplace_back("refuses the proposal: not the leader");
  }
  if (out.proposal.kind == raft::Verdict::Kind::busy) {
    lines.emplace_back("refuses the proposal for now");
  }
  for (const raft::ReadId read : out.refused_reads) {
    lines.push_back("refuses read " + std::to_string(static_cast<std::uint64_t>(read)));
  }
  if (out.round_begun != 0) lines.push_back("begins round " + std::to_string(out.round_begun));
  if (!out.refused_order.empty()) lines.push_back("refuses the order: " + out.refused_order);
  if (out.halted != nullptr) lines.push_back("HALTS: " + std::string(out.halted));
  return lines;
}

std::string state_line(const Node& node) {
  if (!node.up) return to_text(node.id) + ": down";
  const raft::Raft& raft = node.raft;
  return to_text(node.id) + ": " + role_text(static_cast<std::uint64_t>(raft.role())) + " " +
         in_term(raft.term()) + ", vote " + to_text(raft.vote()) + ", leader " +
         to_text(raft.leader()) + ", last " + to_text(raft.log().last()) + ", stored " +
         std::to_string(raft.stored_index()) + ", commit " + std::to_string(raft.commit_index()) +
         ", applied " + std::to_string(node.applied) + ", timers " + timers_text(node);
}

std::string log_line(const Node& node) {
  if (!node.up) return to_text(node.id) + ": down";
  return to_text(node.id) + ": " + entries_text(node.raft.log());
}

std::string disk_line(const Node& node) {
  const Disk& disk = node.disk;
  std::string text = to_text(node.id) + ": " + in_term(disk.term) + ", vote " + to_text(disk.vote) +
                     ", log " + entries_text(disk.log);
  if (disk.snapshot.exists()) text += ", snapshot up to " + to_text(disk.snapshot.last);
  for (const Write& write : node.writes) text += "; " + write_line(write.store);
  return text;
}

std::string configuration_line(const Node& node) {
  if (!node.up) return to_text(node.id) + ": down";
  const raft::ConfigurationHistory& history = node.raft.configurations();
  return to_text(node.id) + ": " + raft::to_text(history.newest()) + ", of entry " +
         std::to_string(history.newest_index());
}

std::vector<std::string> replication_lines(const raft::Raft& raft,
                                           const std::vector<raft::Member>& before) {
  std::vector<std::string> lines;
  for (const raft::Member& was : before) {
    const auto is = std::ranges::find(raft.members(), was.id, &raft::Member::id);
    if (is == raft.members().end() || is->replication == was.replication) continue;
    lines.push_back("sends to " + to_text(was.id) + ": " + name_of(was.replication) + " -> " +
                    name_of(is->replication));
  }
  return lines;
}

std::vector<std::string> progress_lines(const Node& node) {
  if (!node.up || node.raft.role() != raft::Role::leader) {
    throw Mistake(to_text(node.id) + " does not lead, so it has no progress of others");
  }
  std::vector<std::string> lines;
  for (const raft::Member& member : node.raft.members()) {
    if (member.id == node.id) continue;
    std::string text = to_text(node.id) + " of " + to_text(member.id) + ": " +
                       replication_text(node.raft, member) + ", match " +
                       std::to_string(member.match) + ", next " + std::to_string(member.next);
    if (member.probe_sent) text += ", waits for an answer";
    if (member.replication == raft::Replication::replicate) {
      text += ", in flight " + std::to_string(member.inflight_count);
    }
    if (!member.votes && !member.votes_before) text += ", learner";
    lines.push_back(text + (member.recently_active ? ", active" : ", not heard"));
  }
  return lines;
}

}  // namespace splitvote::transcripts
