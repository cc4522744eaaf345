// One Raft core under test: steps it and shows what it wants, with its disk in the test's hand.
#pragma once

#include <algorithm>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "models/raft/raft.hpp"
#include "sim/base/check.hpp"

namespace splitvote::raft {

inline constexpr NodeId n1{1}, n2{2}, n3{3}, n4{4}, n5{5};
inline const std::vector<NodeId> three{n1, n2, n3};
inline const std::vector<NodeId> five{n1, n2, n3, n4, n5};

inline Configuration voters(const std::vector<NodeId>& nodes) { return configuration_of(nodes); }

/// Plain Raft, as Figure 2 has it.
inline constexpr Options plain{
    .pre_vote = false, .check_quorum = false, .leader_stickiness = false};

/// Encoded entries from `first` on, one per term given; the key says index and term.
inline sim::Bytes entries(Index first, const std::vector<Term>& terms) {
  sim::Bytes bytes;
  for (const Term term : terms) {
    const std::string key = std::to_string(first) + "/" + std::to_string(term);
    wal::encode({term, first, wal::RecordType::command, key, "value"}, bytes);
    ++first;
  }
  return bytes;
}

inline std::vector<Term> terms(const Log& log) {
  std::vector<Term> terms;
  for (Index index = 1; index <= log.last_index(); ++index) terms.push_back(log.term(index));
  return terms;
}

/// The indexes of encoded entries.
inline std::vector<Index> indexes(sim::ByteView bytes) {
  std::vector<Index> indexes;
  while (!bytes.empty()) {
    const EntryHead head = entry_head(bytes);
    indexes.push_back(head.position.index);
    bytes = bytes.subspan(head.size);
  }
  return indexes;
}

/// The entry of a configuration, encoded.
inline sim::Bytes entry(LogPosition position, const Configuration& configuration) {
  sim::Bytes value;
  encode(configuration, value);
  sim::Bytes bytes;
  wal::encode(
      {position.term, position.index, wal::RecordType::configuration, {}, sim::as_text(value)},
      bytes);
  return bytes;
}

struct Server {
  Raft raft;
  Outbox out;
  Token unsynced = no_token;

  explicit Server(const Options& options = plain, const std::vector<NodeId>& members = five,
                  NodeId self = n1)
      : raft(options, members, self) {}

  Server(const Options& options, const Configuration& initial, NodeId self)
      : raft(options, initial, self) {}

  /// A server that starts with a term, and a log with these terms.
  Server& start(Term term = 0, const std::vector<Term>& log = {}, NodeId vote = sim::no_node) {
    const sim::Bytes arena = entries(1, log);
    return step(Start{term, vote, arena});
  }

  Server& step(const Input& input) {
    raft.step(input, out);
    if (out.store.token != no_token) unsynced = out.store.token;
    raft.check_invariants();
    return *this;
  }
  Server& receive(NodeId source, const Message& message) { return step(Received{source, message}); }
  Server& persist() { return step(Persisted{unsynced}); }
  Server& propose(std::string_view key = "k", std::string_view value = "v") {
    return step(Propose{key, value});
  }
  Server& reconfigure(const std::vector<Change>& changes, Pace pace = Pace::at_once) {
    return step(Reconfigure{changes, pace});
  }
  Server& heartbeat() { return step(HeartbeatTimeout{}); }
  [[nodiscard]] const Configuration& configuration() const {
    return raft.configurations().newest();
  }
  /// The whole election timeout: both of its parts.
  Server& time_out() { return step(ElectionTimeout{}).step(ElectionTimeout{}); }

  /// Wins an election of the next term with the votes of everyone else.
  Server& win() {
    time_out();
    if (raft.role() == Role::pre_candidate) {
      for (const Member& member : raft.members()) {
        if (member.id != raft.self())
          receive(member.id, VoteResponse{Ballot::pre_vote, raft.term() + 1, true});
        if (raft.role() == Role::candidate) break;
      }
    }
    persist();
    for (const Member& member : raft.members()) {
      if (raft.role() == Role::leader) break;
      if (member.id != raft.self())
        receive(member.id, VoteResponse{Ballot::vote, raft.term(), true});
    }
    return *this;
  }

  /// Follower `node` answers that it has everything up to `match` on its disk.
  Server& accept(NodeId node, Index match, std::uint64_t round = 0) {
    return receive(node, AppendResponse{.term = raft.term(),
                                        .accepted = true,
                                        .match = match,
                                        .hint = {},
                                        .read_round = round});
  }
  Server& refuse(NodeId node, Index previous, LogPosition hint) {
    return receive(node, AppendResponse{.term = raft.term(),
                                        .accepted = false,
                                        .match = previous,
                                        .hint = hint,
                                        .read_round = 0});
  }

  /// The messages of a type in the outbox; those that wait for the disk included or alone.
  template <typename Type>
  [[nodiscard]] std::vector<Type> sent() const {
    std::vector<Type> found;
    for (const Outgoing& outgoing : out.messages) {
      if (const auto* message = std::get_if<Type>(&outgoing.message)) found.push_back(*message);
    }
    return found;
  }
  template <typename Type>
  [[nodiscard]] std::vector<Type> sent_to(NodeId target) const {
    std::vector<Type> found;
    for (const Outgoing& outgoing : out.messages) {
      const auto* message = std::get_if<Type>(&outgoing.message);
      if (message != nullptr && outgoing.target == target) found.push_back(*message);
    }
    return found;
  }
  /// The only message in the outbox.
  template <typename Type>
  [[nodiscard]] std::optional<Type> reply() const {
    if (out.messages.size() != 1) return std::nullopt;
    const auto* message = std::get_if<Type>(&out.messages[0].message);
    return message == nullptr ? std::nullopt : std::optional(*message);
  }
  [[nodiscard]] bool waits_for_disk() const {
    return !out.messages.empty() && std::ranges::all_of(out.messages, [](const Outgoing& outgoing) {
      return outgoing.after != no_token;
    });
  }
  [[nodiscard]] bool noted(models::NoteType type) const {
    return std::ranges::any_of(out.notes, [&](const Remark& note) { return note.type == type; });
  }
};

/// Leads three in term 1; its no-op, entry 1, is committed.
inline Server leader_of_three(const Options& options = plain) {
  Server server(options, three);
  server.start().win().persist().accept(n2, 1).accept(n3, 1);
  SPLITVOTE_CHECK(server.raft.commit_index() == 1);
  return server;
}

/// AppendEntries of `leader`'s term with encoded entries that must outlive it.
inline AppendEntries append(Term term, LogPosition previous, const sim::Bytes& bytes,
                            Index commit = 0, std::uint64_t round = 0) {
  return {term, previous, commit, round, bytes};
}

}  // namespace splitvote::raft
