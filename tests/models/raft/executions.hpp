// The committed commands executed once each by a naive machine, against every server's store and
// every answer that a client got.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "models/client/message.hpp"
#include "models/kv/command.hpp"
#include "models/raft/raft_process.hpp"
#include "sim/world/world.hpp"

namespace splitvote::raft {

/// Fed with every note of a world of one group. It reads a command when the first server says that
/// it has applied it, and knows from then on what each server must hold behind that entry. By
/// induction over the entries that is every key: an entry touches one. A command of no session is
/// executed whenever it is there, and which answer is whose cannot be told then.
class Executions {
 public:
  void on_note(const sim::World& world, NodeId node, const sim::Note& note);

  /// What was executed twice, not at all, or answered otherwise; empty: nothing.
  [[nodiscard]] const std::string& violation() const { return violation_; }
  /// Entries that hold a command which an earlier entry holds.
  [[nodiscard]] std::uint64_t repeated() const { return repeated_; }
  /// How often a server applied one of them and knew of the first only from a snapshot.
  [[nodiscard]] std::uint64_t recalled() const { return recalled_; }
  /// Answers that a client got to a command which by then was committed more than once.
  [[nodiscard]] std::uint64_t answered_again() const { return answered_again_; }

 private:
  using Id = std::pair<std::uint64_t, std::uint64_t>;  // session and sequence
  struct Value {
    std::string text;
    std::uint64_t revision = 0;
  };
  /// A command as the log has it first, and what it answers.
  struct Execution {
    Index index = 0;
    client::Status status = client::Status::ok;
    std::uint64_t revision = 0;
    bool repeated = false;
  };
  /// What is true behind an entry.
  struct Effect {
    bool command = false;
    std::string key;
    Value value;  // revision 0: there is no such key
    std::size_t size = 0;
    Index first = 0;  // the entry that holds the same command, if it is an earlier one
  };
  struct Invocation {
    Id id;
    client::OperationKind kind{};
  };

  void on_applied(const RaftProcess& server, NodeId node, Index index);
  void append(const wal::Record& record, Index index);
  [[nodiscard]] Execution execute(const client::Operation& operation, Index index);
  void on_complete(NodeId node, const sim::Note& note);
  void fail(std::string what);

  std::vector<Effect> effects_;  // by index - 1
  std::map<Id, Execution> executions_;
  std::map<std::uint64_t, std::uint64_t> newest_;  // by session: the sequence executed last
  std::map<std::string, Value, std::less<>> values_;
  std::map<NodeId, Index> restored_;                // what a server has from a snapshot alone
  std::map<std::uint64_t, std::uint64_t> invoked_;  // by session
  std::map<std::pair<NodeId, std::uint64_t>, Invocation> open_;
  bool sessions_ = true;
  std::set<Id> failed_;  // a client was sure that they never will be executed
  std::string violation_;
  std::uint64_t repeated_ = 0;
  std::uint64_t recalled_ = 0;
  std::uint64_t answered_again_ = 0;
};

}  // namespace splitvote::raft
