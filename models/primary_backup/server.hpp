// A server of the primary/backup protocol: executes alone, replicates afterwards, succeeds by
// time-out.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "models/client/message.hpp"
#include "models/kv/store.hpp"
#include "models/notes.hpp"
#include "models/primary_backup/epoch.hpp"
#include "models/primary_backup/log.hpp"
#include "models/primary_backup/message.hpp"
#include "models/wal/recovery.hpp"
#include "models/wal/writer.hpp"
#include "sim/world/host.hpp"

namespace splitvote::primary_backup {

struct Options {
  sim::Duration failover_timeout = sim::milliseconds(300);  // a backup's patience with silence
  sim::Duration failover_stagger = sim::milliseconds(150);  // more of it, per member before it
  sim::Duration heartbeat_interval = sim::milliseconds(50);
  sim::Duration replication_interval = sim::milliseconds(5);  // from an execution to its shipping
  std::uint64_t batch_bytes_max = 64 * 1024;
};

inline constexpr sim::TimerId watch_timer{0};      // a backup's: the primary is silent
inline constexpr sim::TimerId heartbeat_timer{1};  // a primary's
inline constexpr sim::TimerId replication_timer{
    2};  // a primary's, while there is something to ship

inline constexpr sim::Purpose salt_purpose = sim::Purpose::first_model_purpose;

/// The primary appends a write to its log, and once its own disk has it, the write is committed,
/// executed and answered; backups learn of it later. A backup that hears nothing for its time-out
/// declares itself primary in its next epoch, with the log it has. A server that hears of a later
/// epoch is a backup from then on and takes over that primary's log, whatever it had acknowledged.
///
/// Survives crashes, power loss, lost, late and repeated messages in that its logs match: an entry
/// of an epoch exists in one version. Does not survive a cut-off primary: that one's writes since
/// the cut are acknowledged and lost. Halts when its disk fails or its log is damaged.
class Server final : public sim::Process {
 public:
  Server(const Options& options, std::span<const sim::NodeId> members, sim::NodeId self);

  void on_start(sim::Host& host) override;
  void on_message(sim::Host& host, sim::NodeId source, sim::ByteView frame) override;
  void on_timer(sim::Host& host, sim::TimerId timer) override;
  void on_disk(sim::Host& host, const sim::DiskCompletion& completion) override;
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override {
    return std::make_unique<Server>(*this);
  }

  [[nodiscard]] bool is_primary() const { return state_ == State::primary; }
  [[nodiscard]] Epoch epoch() const { return epoch_; }
  [[nodiscard]] const Log& log() const { return log_; }
  [[nodiscard]] const kv::Store& store() const { return store_; }

 private:
  enum class State : std::uint8_t { reading, opening, backup, promoting, primary, halted };

  /// Who waits for the entry's execution.
  struct Caller {
    Index index = 0;
    sim::NodeId client = sim::no_node;
    std::uint64_t session = 0;
    std::uint64_t sequence = 0;
  };

  // server.cpp: life, log and disk.
  void recover(sim::Host& host, const sim::DiskCompletion& completion);
  void join(sim::Host& host);
  void note_appended(sim::Host& host) const;
  void append_entry(sim::Host& host, const wal::Record& record, sim::ByteView encoded);
  void truncate(sim::Host& host, Index first_removed);
  void commit(sim::Host& host, Index last);
  [[nodiscard]] kv::Applied apply(Index index);
  void flush(sim::Host& host);
  void halt(sim::Host& host, std::string_view why);
  void note_role(sim::Host& host, models::Role role) const;

  // primary.cpp: requests and replication.
  void on_request(sim::Host& host, sim::NodeId client, sim::ByteView frame);
  void on_disagree(sim::Host& host, sim::NodeId source, const Disagree& message);
  void become_primary(sim::Host& host);
  void heartbeat(sim::Host& host);
  void replicate(sim::Host& host);
  void ship(sim::Host& host, std::size_t rank);
  void arm_replication(sim::Host& host);
  void answer(sim::Host& host, const Caller& caller, const kv::Applied& applied, bool read);
  void refuse(sim::Host& host, sim::NodeId client, const client::Request& request);

  // backup.cpp: adopting a primary's log, and succeeding it.
  void on_replicate(sim::Host& host, sim::NodeId source, const Replicate& message);
  void adopt_entries(sim::Host& host, const Replicate& message);
  void disagree(sim::Host& host, sim::NodeId target, Index index);
  void follow(sim::Host& host, Epoch epoch);
  void watch(sim::Host& host);
  void promote(sim::Host& host);

  Options options_;
  std::vector<sim::NodeId> members_;
  std::size_t rank_ = 0;  // of this server among them

  State state_ = State::reading;
  Epoch epoch_ = 0;
  Log log_;
  Index committed_ = 0;  // executed, too
  kv::Store store_;

  wal::Writer writer_;
  wal::Recovered recovered_;     // between reading and joining
  Index written_ = 0;            // the end of the log in the batch that is being synced
  std::uint64_t promotion_ = 0;  // the writer's count that must be on the disk before the reign

  std::vector<Caller> callers_;  // by index
  std::vector<Index> shipped_;   // by rank: the last entry that a primary has sent each member
  bool replication_armed_ = false;

  // Reused, of no meaning between calls.
  sim::Bytes frame_;
  sim::Bytes value_;
};

}  // namespace splitvote::primary_backup
