// The Raft core (Ongaro and Ousterhout, extended version, 2014): one server as a value.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "models/raft/configuration_history.hpp"
#include "models/raft/input.hpp"
#include "models/raft/log.hpp"
#include "models/raft/outbox.hpp"
#include "models/raft/progress.hpp"
#include "models/raft/quorum.hpp"

namespace splitvote::raft {

/// Has no clock, no file, no network and no randomness: it is told what happened and says what it
/// wants done. A copy goes on as the original would. The first input is `Start`.
class Raft {
 public:
  /// `initial` counts as long as the log holds no other configuration, and is the same on every
  /// server of the cluster; `self` need not be in it.
  Raft(const Options& options, Configuration initial, NodeId self);
  /// All of these vote, `self` among them; at most `members_max`.
  Raft(const Options& options, std::span<const NodeId> voters, NodeId self);

  /// Empties the outbox and fills it with what this input demands.
  void step(const Input& input, Outbox& out);

  [[nodiscard]] NodeId self() const { return members_[self_].id; }
  [[nodiscard]] Role role() const { return role_; }
  [[nodiscard]] Term term() const { return term_; }
  [[nodiscard]] NodeId vote() const { return vote_; }      // in this term, or no_node
  [[nodiscard]] NodeId leader() const { return leader_; }  // of this term, or no_node
  [[nodiscard]] Index commit_index() const { return commit_; }
  [[nodiscard]] Index stored_index() const { return stored_; }  // durable on this node
  [[nodiscard]] const Log& log() const { return log_; }
  [[nodiscard]] const Snapshot& snapshot() const { return snapshot_; }  // the newest on its disk

  /// The members of the newest configuration, the voters first; and this server, if it is none.
  [[nodiscard]] std::span<const Member> members() const { return members_; }
  [[nodiscard]] const ConfigurationHistory& configurations() const { return configurations_; }
  /// It has nothing to do and needs no timer until something is said to it; see quiescence.cpp.
  [[nodiscard]] bool quiescent() const { return quiescent_; }
  [[nodiscard]] bool witness() const { return witness_; }

  /// Whom this follower has promised not to depose, and for how long.
  struct Fortified {
    NodeId leader = sim::no_node;
    Term term = 0;
    SupportEpoch epoch = 0;
  };
  [[nodiscard]] const Fortified& fortified() const { return fortified_; }
  [[nodiscard]] bool is_fortified() const { return fortified_.leader != sim::no_node; }
  /// Together with this server, of the newest configuration.
  [[nodiscard]] bool is_quorum(NodeSet nodes) const;

  /// The snapshots under way to followers, one each.
  [[nodiscard]] std::span<const OutgoingSnapshot> outgoing_snapshots() const { return outgoing_; }

  /// What must hold between any two steps, whatever the others do; our own bug if it does not.
  void check_invariants() const;

 private:
  /// A write that is not durable yet.
  struct Write {
    Token token{};
    Index last = 0;  // the end of the log as of this write, lowered by later truncations
    Term vote_term = 0;
    NodeId vote = sim::no_node;  // no_node: this write is not about a vote
  };
  struct WaitingRead {
    ReadId id{};
    std::uint64_t round = 0;      // ready when this round is confirmed
    Index index = 0;              // set when the round begins
    NodeId asker = sim::no_node;  // the follower that asked, if one did
    ReadIndexRequest request;
  };
  /// A read of a follower, whose leader has been asked for the index.
  struct ForwardedRead {
    ReadId id{};
    std::uint64_t sequence = 0;
    Index index = 0;  // 0: not known yet
  };

  // raft.cpp: the rules for all servers.
  void on_start(const Start& start, Outbox& out);
  void on_message(const Received& received, Outbox& out);
  bool observe_term(Term term, Outbox& out);
  void enter_term(Term term, Outbox& out);
  void become(Role role, Outbox& out);
  void step_down(Outbox& out);
  void follow(NodeId leader, Outbox& out);
  void wait_for_leader(Outbox& out);
  void await_leader(Outbox& out) const;
  /// A message for the caller to fill in, in place: of one that is made elsewhere and copied whole,
  /// the processor would wait until its last field is written.
  template <typename Body>
  [[nodiscard]] Body& send(NodeId target, Outbox& out, Token after = no_token) {
    const Token awaited = after > persisted_ ? after : no_token;
    Outgoing& sent = out.messages.emplace_back(target, awaited, std::in_place_type<Body>);
    return *std::get_if<Body>(&sent.message);
  }
  [[nodiscard]] Member* find(NodeId node);
  [[nodiscard]] bool is_self(const Member& member) const { return &member == &members_[self_]; }

  // invariants.cpp
  void check_membership() const;

  // storage.cpp
  Token write_token(Outbox& out);
  void store_hard_state(Outbox& out);
  void note_appended(IndexRange range, Outbox& out);
  void note_restored(bool sent, Outbox& out) const;
  void truncate_from(Index first, Outbox& out);
  void close_write(Outbox& out);
  void on_persisted(Token token, Outbox& out);

  // election.cpp
  void on_election_timeout(Outbox& out);
  void ask_for_pre_votes(Outbox& out);
  void campaign(Ballot ballot, Outbox& out);
  void open_ballot(Outbox& out);
  void on_vote_request(NodeId candidate, const VoteRequest& request, Outbox& out);
  void on_pre_vote_request(NodeId candidate, const VoteRequest& request, Outbox& out);
  void on_vote_response(Member& voter, const VoteResponse& response, Outbox& out);
  void count_ballots(Outbox& out);
  void on_forget_leader(Outbox& out);
  [[nodiscard]] bool gives_way(Outbox& out);
  [[nodiscard]] bool hears_leader() const;
  [[nodiscard]] bool up_to_date(LogPosition last) const;

  // follower.cpp
  void on_append_entries(NodeId leader, const AppendEntries& append, Outbox& out);
  [[nodiscard]] bool take_entries(const AppendEntries& append, Outbox& out);
  [[nodiscard]] LogPosition conflict_hint(Index index) const;
  void refuse(NodeId leader, const AppendEntries& append, Outbox& out);
  void acknowledge(NodeId leader, bool heartbeat, Outbox& out);
  void acknowledge_stored(Outbox& out);

  // leader.cpp
  void become_leader(Outbox& out);
  void append_own(const wal::Record& record, Outbox& out);
  [[nodiscard]] bool has_too_much_uncommitted(const Propose& propose) const;
  void on_propose(const Propose& propose, Outbox& out);
  void on_unreachable(NodeId peer, Outbox& out);
  void on_heartbeat_timeout(NodeSet supporters, Outbox& out);
  void count_active(Member& follower, Outbox& out);
  void close_window(Outbox& out);
  void on_quorum_timeout(NodeSet silent, Outbox& out);
  void check_quorum(Outbox& out);

  // quiescence.cpp
  [[nodiscard]] bool disturbs(const Input& input) const;
  void wake(const Input& input, Outbox& out);
  [[nodiscard]] bool has_nothing_to_do() const;
  [[nodiscard]] bool ask_to_sleep(Outbox& out);
  void count_asleep(Member& follower, const AppendResponse& response, Outbox& out);
  void doze(const AppendEntries& append, Outbox& out);
  void fall_asleep(Outbox& out);

  // fortification.cpp
  [[nodiscard]] bool needs_heartbeat(const Member& follower) const;
  [[nodiscard]] bool protects(NodeId candidate, const VoteRequest& request) const;
  void on_fortify(NodeId leader, const Fortify& fortify, SupportEpoch epoch, Outbox& out);
  void on_fortify_response(Member& follower, const FortifyResponse& response);
  void repeat_lost_question(Outbox& out);
  void release(Outbox& out);
  void lose_support(Outbox& out);
  void defortify(Outbox& out);
  void on_defortify(NodeId leader, const Defortify& message, Outbox& out);

  // replication.cpp
  [[nodiscard]] Index last_replicable() const;
  void broadcast_append(Outbox& out);
  void send_append(Member& follower, Outbox& out);
  void send_entries(const Member& follower, IndexRange range, Outbox& out);
  void send_heartbeat(const Member& follower, Index previous, Outbox& out);
  void on_append_response(Member& follower, const AppendResponse& response, Outbox& out);
  void on_accepted(Member& follower, const AppendResponse& response, Outbox& out);
  void on_refused(Member& follower, const AppendResponse& response, Outbox& out);
  void pause(Member& follower, Outbox& out);
  void resume(Member& follower, Outbox& out);
  void begin_probe(Member& follower, Index next, Outbox& out);
  [[nodiscard]] bool has_room(const Member& follower) const;
  void inflight_add(Member& follower, Index last);
  void inflight_free(Member& follower, Index match);
  [[nodiscard]] Index& inflight(const Member& follower, std::uint32_t position);

  // snapshot.cpp
  void on_snapshot_saved(const SnapshotSaved& saved, Outbox& out);
  void on_snapshot_taken(const Snapshot& snapshot, Outbox& out);
  void compact(Index applied, Outbox& out);
  void begin_snapshot(Member& follower, Outbox& out);
  void send_snapshot(Member& follower, const Snapshot& snapshot, Outbox& out);
  [[nodiscard]] OutgoingSnapshot& outgoing(const Member& follower);
  void drop_outgoing(NodeId target);
  void send_chunk(Member& follower, Outbox& out);
  void wait_for_chunk(Member& follower, Outbox& out);
  void on_install_response(Member& follower, const InstallSnapshotResponse& response, Outbox& out);
  bool leave_snapshot(Member& follower, Outbox& out);
  void on_install_snapshot(NodeId leader, const InstallSnapshot& install, Outbox& out);
  [[nodiscard]] bool snapshot_is_known(const InstallSnapshot& install) const;
  void take_chunk(NodeId leader, const InstallSnapshot& install, Outbox& out);
  void install(Outbox& out);

  // membership.cpp
  void adopt_newest();
  void note_configuration(Outbox& out);
  [[nodiscard]] bool adopt_entries(IndexRange range, Outbox& out);
  void fall_back(Index first, Outbox& out);
  void take_configuration_of_snapshot();
  [[nodiscard]] bool may_campaign() const;
  void on_reconfigure(const Reconfigure& reconfigure, Outbox& out);
  void on_leave_joint(Outbox& out);
  [[nodiscard]] const char* no_change_now() const;
  void append_configuration(Configuration next, Outbox& out);
  void renew_views(Outbox& out) const;
  void continue_change(Outbox& out);
  void begin_rounds();
  void end_round(Member& learner, Outbox& out);
  [[nodiscard]] std::uint64_t reached(std::uint64_t Member::*value) const;
  [[nodiscard]] Tally tally_of(BallotState (*ballot)(const Member& member)) const;

  // commit.cpp
  void advance_commit_as_leader(Outbox& out);
  void set_commit(Index index, Outbox& out);

  // read_index.cpp
  void on_read(const Read& read, Outbox& out);
  void wait_for_round(const WaitingRead& read, Outbox& out);
  void begin_read_round(Outbox& out);
  void count_read_round();
  void confirm_reads(Outbox& out);
  void answer_read(const WaitingRead& read, Outbox& out);
  void refuse_reads(Outbox& out);

  // follower_read.cpp
  void forward_read(ReadId id, Outbox& out);
  void ask_for_read_index(Outbox& out);
  void repeat_question(std::uint64_t round_before, Outbox& out);
  void on_read_index_request(const Member& asker, const ReadIndexRequest& request, Outbox& out);
  void on_read_index_response(const ReadIndexResponse& response, Outbox& out);
  void release_forwarded_reads(Outbox& out);
  void refuse_forwarded_reads(Outbox& out);

  // transfer.cpp
  void on_transfer(const TransferLeadership& transfer, Outbox& out);
  [[nodiscard]] Member* transfer_target(NodeId wanted);
  [[nodiscard]] bool may_take_over(const Member& member) const;
  void hand_over(Member& target, Outbox& out);
  void abort_transfer(Outbox& out);
  void on_transfer_timeout(Outbox& out);
  void give_up_office(const Member& follower, Outbox& out);
  [[nodiscard]] NodeId higher_priority() const;
  void on_timeout_now(const TimeoutNow& message, Outbox& out);

  Options options_;
  ConfigurationHistory configurations_;
  std::vector<Member> members_;  // of the newest configuration, see members()
  std::vector<Index> inflight_;  // a ring per member: the last index of each message in flight
  std::vector<OutgoingSnapshot> outgoing_;  // of a leader: one per follower that is sent one
  std::size_t voters_ = 0;                  // so many members come first
  std::size_t self_ = 0;                    // this node's place among the members
  bool joint_ = false;
  bool witness_ = false;
  bool change_due_ = false;  // the newest configuration may have become committed in this step

  // "Persistent state on all servers" (Figure 2); what is durable of it follows below.
  Term term_ = 0;
  NodeId vote_ = sim::no_node;
  Log log_;

  Token last_token_ = no_token;        // given to the newest write
  Token persisted_ = no_token;         // everything up to here is durable
  Token hard_state_token_ = no_token;  // the write that holds the present term and vote
  std::vector<Write> writes_;          // not durable yet, in order
  Index stored_ = 0;
  Snapshot snapshot_;  // durable, or part of a write that is not

  // "Volatile state on all servers"; lastApplied is the caller's, who applies what is committed.
  Index commit_ = 0;
  Role role_ = Role::follower;
  NodeId leader_ = sim::no_node;
  bool minimum_passed_ = false;  // the election timeout is in its random rest
  bool gave_way_ = false;        // of a witness: it has let one election timeout pass
  bool started_ = false;
  bool quiescent_ = false;
  bool promised_ = false;  // may count for a lease: of a leader it heard, perhaps before a restart

  Fortified fortified_;   // over all terms
  bool deposed_ = false;  // it has led and stepped down, and sets its followers free
  Term led_term_ = 0;     // in which it led last

  // Of a follower, in this term.
  Index verified_ = 0;              // its log is known to agree with the leader's up to here
  std::uint64_t leader_round_ = 0;  // the newest read round it has seen
  std::uint64_t asked_round_ = 0;   // what that was when it last asked for a read index
  IncomingSnapshot incoming_;       // over all terms
  std::vector<ForwardedRead> forwarded_reads_;
  std::uint64_t forward_sequence_ = 0;  // over all terms of an incarnation
  std::uint64_t incarnation_ = 0;

  // Of a leader.
  Index first_of_term_ = 0;       // its no-op
  std::uint64_t read_round_ = 0;  // the newest round begun
  std::vector<WaitingRead> reads_;
  std::uint32_t idle_heartbeats_ = 0;  // since the last proposal or read
  NodeId transfer_to_ = sim::no_node;  // no proposal is taken while it is handing over
  bool transfer_rests_ = false;        // one has failed just now
  bool timeout_now_sent_ = false;      // in this term: the target may still depose it at any time
};

/// The members, but not the server itself.
[[nodiscard]] inline NodeSet others(const Raft& raft) {
  NodeSet members = 0;
  for (const Member& member : raft.members()) members |= set_of(member.id);
  return members & ~set_of(raft.self());
}

}  // namespace splitvote::raft
