// A Raft server as a process: the core, its write-ahead log, its state machine and its clients.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/client/message.hpp"
#include "models/kv/store.hpp"
#include "models/raft/answer_ages.hpp"
#include "models/raft/inbox.hpp"
#include "models/raft/node_support.hpp"
#include "models/raft/raft.hpp"
#include "models/registry/settings.hpp"
#include "models/wal/file_replacement.hpp"
#include "models/wal/recovery.hpp"
#include "models/wal/writer.hpp"
#include "sim/world/host.hpp"

namespace splitvote::raft {

enum class Reads : std::uint8_t {
  log,         // a read is a command like any other
  read_index,  // the leader answers from its store after a round of heartbeats
  local,       // whoever is asked answers at once from what it has applied: stale, on purpose;
               // with max_staleness only if that is not too old
  lease,       // the leader answers at once while its lease lasts, else as with read_index
  follower,    // whoever is asked gets a read index from the leader and waits until it is there
  leader,      // whoever believes to lead answers at once: stale, if it is wrong
};

/// When a leader that checks its quorum steps down.
enum class QuorumCheck : std::uint8_t {
  window,      // it looks every quorum_timeout: no majority has answered since the last look
  answer_age,  // no majority's last answers are younger than quorum_timeout
};

struct ProcessOptions {
  Options core;
  models::DurationRange election_timeout{sim::milliseconds(150), sim::milliseconds(300)};
  // 0: the shortest election timeout, with fortification the duration of support. These two decide
  // about the core's own_transfer_timer.
  sim::Duration quorum_timeout{};
  QuorumCheck quorum_check = QuorumCheck::window;
  sim::Duration heartbeat_interval = sim::milliseconds(50);
  sim::Duration tick{};  // timers go off at multiples of it after the start; 0: at any time
  Reads reads = Reads::read_index;
  // A lease lasts from the beginning of a round that a majority has answered for so long that no
  // clock, off by this at most, lets an election timeout pass earlier.
  sim::Ratio clock_drift_bound{1, 100};
  sim::Duration max_staleness{};   // of local reads; 0: unbounded
  bool forward_proposals = false;  // a follower passes on to its leader what only that can answer
  bool async_storage = true;       // it hears others while its disk writes, see process_inbox.cpp
  sim::Duration apply_time{};      // of one entry, by its clock; 0: in the step that commits it
  std::uint64_t max_unapplied_entries = 0;  // then a leader takes no commands; 0: unbounded
  bool sessions = true;                     // a command that is committed twice is executed once
  // A snapshot is taken when this much was applied since the last one; 0: not for that reason.
  std::uint64_t snapshot_entries = 10'000;
  std::uint64_t snapshot_bytes = 64 * 1024 * 1024;
  // The log in memory is shortened when this much more than what trails was applied, whatever is
  // saved; 0: only when a snapshot was saved. Decides about the core's snapshots_on_demand.
  std::uint64_t compaction_entries = 0;
  // How long a node supports another after a request, with fortification; 0: the shortest election
  // timeout. The interval of requests is that of heartbeats.
  sim::Duration support_duration{};
};

[[nodiscard]] sim::Duration support_duration(const ProcessOptions& options);
[[nodiscard]] NodeSupport node_support(const ProcessOptions& options);
/// What has passed on no clock before `span` has on another, with clocks off by the bound at most.
[[nodiscard]] sim::Duration on_every_clock(const ProcessOptions& options, sim::Duration span);

/// How long a leader leads without its quorum, at least.
[[nodiscard]] sim::Duration quorum_timeout(const ProcessOptions& options);

/// Its files.
inline constexpr std::string_view wal_name = "wal";
inline constexpr std::string_view snapshot_name = "snapshot";

inline constexpr sim::TimerId election_timer{0};
inline constexpr sim::TimerId heartbeat_timer{1};
inline constexpr sim::TimerId freshness_timer{2};
inline constexpr sim::TimerId apply_timer{3};
inline constexpr sim::TimerId transfer_timer{4};

inline constexpr sim::IoToken snapshot_read_token{2};

/// What this process draws from its node's streams.
inline constexpr sim::Purpose election_purpose = sim::Purpose::first_model_purpose;
inline constexpr auto salt_purpose =
    static_cast<sim::Purpose>(static_cast<std::uint16_t>(election_purpose) + 1);

/// Reads its snapshot and its log, makes sure that they are on the disk, joins; halts for good when
/// the disk fails or one of them is damaged. A snapshot always reaches the disk before the log that
/// begins behind it.
class RaftProcess final : public sim::Process {
 public:
  /// `initial` as of the core.
  RaftProcess(const ProcessOptions& options, Configuration initial, NodeId self);
  /// All of these vote, `self` among them.
  RaftProcess(const ProcessOptions& options, std::span<const NodeId> voters, NodeId self);

  void on_start(sim::Host& host) override;
  void on_message(sim::Host& host, NodeId source, sim::ByteView frame) override;
  void on_timer(sim::Host& host, sim::TimerId timer) override;
  void on_disk(sim::Host& host, const sim::DiskCompletion& completion) override;
  void on_refused(sim::Host& host, NodeId target) override;
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override;

  /// A frame whose checksum is known to be right.
  void take(sim::Host& host, NodeId source, sim::ByteView frame);
  /// A node that this server slept for is silent.
  void lose_peer(sim::Host& host);

  /// Its disk is at work, and it hears nothing until that is done.
  [[nodiscard]] bool stalls() const { return state_ == State::running && waits_for_disk(); }
  /// With fortification: what is known of the support of nodes, for the calls up to the next `use`.
  void use(const NodeSupport* support) { support_ = support; }
  /// A request that was sent then was supported.
  void on_support(NodeId supporter, SupportEpoch epoch, sim::LocalInstant sent);
  /// This node has withdrawn its support for somebody.
  void lose_support(sim::Host& host);
  /// Hears nothing any more.
  void halt(sim::Host& host, std::string_view why);

  [[nodiscard]] bool halted() const { return state_ == State::halted; }
  /// It has been told of a lost peer, and will hear of it when its disk is done.
  [[nodiscard]] bool will_wake() const { return inbox_.peer_lost; }
  [[nodiscard]] const Raft& core() const { return raft_; }
  [[nodiscard]] const kv::Store& store() const { return store_; }
  [[nodiscard]] Index applied_index() const { return applied_; }

 private:
  enum class State : std::uint8_t { reading, opening, running, halted };

  struct Origin {
    NodeId client = sim::no_node;
    NodeId via = sim::no_node;  // the follower that passed the request on, if one did
  };
  /// Who waits for an answer.
  struct Caller {
    Origin origin;
    std::uint64_t session = 0;
    std::uint64_t sequence = 0;
    bool read = false;
  };
  struct WaitingProposal {
    Index index = 0;
    Caller caller;
  };
  /// Everything that was committed at `proved` by this node's clock is applied here.
  struct Freshness {
    std::optional<sim::LocalInstant> proved;
    std::optional<sim::LocalInstant> asked;  // when the question under way was
  };
  /// When a round of heartbeats began, by this node's clock.
  struct Round {
    std::uint64_t number = 0;
    sim::LocalInstant begun;
  };
  /// A slot; free ones keep their key's memory.
  struct WaitingRead {
    Caller caller;
    std::string key;
  };

  /// Whether something that the core has asked for is not on the disk yet, and nothing else is done
  /// until it is.
  [[nodiscard]] bool waits_for_disk() const {
    if (options_.async_storage || inbox_.open) return false;
    return appended_ != flushed_ || wal_.state() != wal::Writer::State::ready;
  }
  [[nodiscard]] NodeSet supporters(const sim::Host& host) const;
  [[nodiscard]] bool is_supported(const sim::Host& host) const;
  [[nodiscard]] bool may_owe_support(const sim::Host& host) const;
  void put_off(NodeId source, sim::ByteView frame);
  void open_inbox(sim::Host& host);
  void ask_for_snapshot(sim::Host& host);
  void read_snapshot(sim::Host& host, const sim::DiskCompletion& completion);
  void recover(sim::Host& host, const sim::DiskCompletion& completion);
  void join(sim::Host& host);
  void on_order(sim::Host& host, sim::ByteView frame);
  [[nodiscard]] std::string take_snapshot(sim::Host& host);
  void on_request(sim::Host& host, const Origin& origin, sim::ByteView frame);
  void on_forwarded(sim::Host& host, NodeId source, sim::ByteView frame);
  void pass_on(sim::Host& host, const Caller& caller, sim::ByteView frame);
  [[nodiscard]] bool needs_leader(bool read) const;
  void read(sim::Host& host, const Caller& caller, std::string_view key);
  void ask_how_fresh(sim::Host& host);
  [[nodiscard]] bool take_freshness(ReadId id, bool ready);
  [[nodiscard]] bool fresh_enough(const sim::Host& host) const;
  void read_local(sim::Host& host, const Caller& caller, std::string_view key, sim::ByteView frame);
  void propose(sim::Host& host, const Caller& caller, const client::Request& request);
  void step(sim::Host& host, const Input& input);
  void step_within(sim::Host& host, const Input& input);
  void obey_notes(sim::Host& host);
  void note_configuration(sim::Host& host, const Remark& remark);
  void obey_store(sim::Host& host);
  void obey_messages(sim::Host& host);
  void obey_timers(sim::Host& host);
  void look_at_quorum(sim::Host& host);
  void obey_answers(sim::Host& host, const Input& input);
  void arm_quorum(sim::Host& host);
  void arm(sim::Host& host, sim::TimerId timer, sim::Duration after);
  void cancel(sim::Host& host, sim::TimerId timer);
  void obey_committed(sim::Host& host);
  void go_on_applying(sim::Host& host);
  void apply_next(sim::Host& host);
  void obey_rounds(sim::Host& host);
  void obey_reads(sim::Host& host);
  void answer_reads(sim::Host& host);
  void send(sim::Host& host, NodeId target, const Message& message);
  void release_held(sim::Host& host, Token persisted);
  void apply(sim::Host& host, Index index);
  void shorten_log(sim::Host& host);
  [[nodiscard]] bool snapshot_is_due() const;
  [[nodiscard]] bool compaction_is_due() const;
  [[nodiscard]] Snapshot own_snapshot() const;
  void take_wanted_snapshot(sim::Host& host);
  void save_own_snapshot(sim::Host& host);
  void install_snapshot(sim::Host& host);
  void note_saving(sim::Host& host, const Snapshot& snapshot);
  void save(sim::Host& host, const Snapshot& snapshot);
  void on_saving(sim::Host& host, const sim::DiskCompletion& completion);
  void forget_proposals(Index first);
  void answer(sim::Host& host, const Caller& caller, const kv::Applied& applied);
  [[nodiscard]] NodeId leader_for_clients() const;
  [[nodiscard]] bool state_machine_lags() const;
  void refuse_busy(sim::Host& host, const Caller& caller);
  void refuse(sim::Host& host, const Caller& caller, client::Status status);
  void respond(sim::Host& host, const Caller& caller, const client::Response& response);
  /// Of entries that the log has let go of and that no start needs.
  [[nodiscard]] bool file_is_too_long() const {
    const Index base = raft_.log().base().index;
    return base > log_file_base_ && base <= raft_.snapshot().last.index;
  }
  [[nodiscard]] bool has_to_flush() const { return appended_ != flushed_ || file_is_too_long(); }
  void flush(sim::Host& host);
  [[nodiscard]] sim::DiskStatus rotate(sim::Host& host);

  ProcessOptions options_;
  Raft raft_;
  kv::Store store_;
  wal::Writer wal_;
  wal::Recovered recovered_;     // between reading and joining
  Snapshot recovered_snapshot_;  // likewise
  sim::FileId snapshot_file_{};  // while it is read
  State state_ = State::reading;
  Index applied_ = 0;
  bool applying_ = false;      // an entry takes its apply_time
  Token appended_ = no_token;  // the newest write given to the writer
  Token flushed_ = no_token;   // the newest one in the batch that is being synced

  sim::LocalInstant first_tick_;  // of this incarnation
  Index log_file_base_ = 0;       // where the file's log begins
  wal::FileReplacement saving_;
  std::uint64_t saves_ = 0;
  Snapshot saved_;                   // the newest one that is on the disk or on its way there
  bool install_pending_ = false;     // a leader's snapshot must reach the disk before any entry
  std::uint64_t applied_bytes_ = 0;  // since the last snapshot

  std::vector<Outgoing> held_;              // wait for a write; none of them holds entries
  std::vector<WaitingProposal> proposals_;  // by index; those before first_proposal_ are answered
  std::size_t first_proposal_ = 0;
  std::vector<WaitingRead> reads_;  // a ReadId is a place here
  std::vector<std::uint32_t> free_reads_;
  std::vector<ReadyRead> ready_reads_;  // wait for the state machine to come so far
  std::vector<Round> rounds_;  // of a leader with leases: begun and not confirmed, in order
  sim::LocalInstant lease_end_{INT64_MIN};
  const NodeSupport* support_ = nullptr;  // during a call
  sim::LocalInstant started_;
  AnswerAges answers_;  // of members to this leader, with quorum_check: answer_age
  Freshness fresh_;

  Inbox inbox_;

  // Reused from call to call, of no meaning between calls.
  Outbox out_;
  sim::Bytes frame_;
  sim::Bytes value_;
  sim::Bytes forwarded_;
};

}  // namespace splitvote::raft
