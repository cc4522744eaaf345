// A server of several groups: one Raft process for each, with a log, a leader and clients of its
// own, behind one node's network, disk, clock and timers.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "models/client/deadlines.hpp"
#include "models/raft/group_host.hpp"
#include "models/raft/node_watch.hpp"
#include "models/raft/raft_process.hpp"

namespace splitvote::raft {

/// The one timer of the server that all timers of its groups share.
inline constexpr sim::TimerId groups_timer{0};
/// For the beats of a node that sleeps and the silence of others; for support that is asked for or
/// ends.
inline constexpr sim::TimerId watch_timer{1};

/// `[incarnation u64]`, of the node and without a group.
inline constexpr sim::MessageKind node_beat_kind{32};
/// `[incarnation u64][sent u64]`, and `[epoch u64]` and both again: of nodes, without a group.
inline constexpr sim::MessageKind support_request_kind{36};
inline constexpr sim::MessageKind support_response_kind{37};

/// Keys are spread over the groups by a hash (models/client/placement.hpp). A group that cannot go
/// on takes the server with it: its disk is theirs.
class GroupsProcess final : public sim::Process {
 public:
  /// The members are the same in every group at first.
  GroupsProcess(const ProcessOptions& options, const Configuration& initial, NodeId self,
                std::uint16_t groups);

  void on_start(sim::Host& host) override;
  void on_message(sim::Host& host, NodeId source, sim::ByteView frame) override;
  void on_timer(sim::Host& host, sim::TimerId timer) override;
  void on_disk(sim::Host& host, const sim::DiskCompletion& completion) override;
  void on_refused(sim::Host& host, NodeId target) override;
  [[nodiscard]] std::unique_ptr<sim::Process> clone() const override {
    return std::make_unique<GroupsProcess>(*this);
  }

  [[nodiscard]] std::uint16_t groups() const { return static_cast<std::uint16_t>(groups_.size()); }
  [[nodiscard]] const RaftProcess& group(std::uint16_t number) const {
    return groups_[number].process;
  }

 private:
  struct Group {
    RaftProcess process;
    GroupStreams streams;
    NodeSet sleeps_with = 0;   // while it is quiescent
    NodeSet supported_by = 0;  // what its leader here needs, with fortification
  };

  template <typename Call>
  void with(sim::Host& host, std::uint16_t group, Call&& call);
  static void reject(sim::Host& host, sim::MessageKind kind);
  void dispatch(sim::Host& host, NodeId source, sim::ByteView frame);
  void on_request(sim::Host& host, NodeId client, sim::ByteView frame);
  void on_order(sim::Host& host, sim::ByteView frame);
  void on_tagged(sim::Host& host, NodeId source, sim::ByteView frame);
  void on_beat(sim::Host& host, NodeId source, sim::ByteView frame);
  void on_watch(sim::Host& host);
  void on_support_request(sim::Host& host, NodeId source, sim::ByteView frame);
  void on_support_response(sim::Host& host, NodeId source, sim::ByteView frame);
  void send_support_requests(sim::Host& host);
  [[nodiscard]] std::optional<sim::LocalInstant> support_due();
  void lose_support(sim::Host& host);
  void follow_leadership(sim::Host& host, Group& group);
  void follow_sleep(sim::Host& host, Group& group);
  void lose(sim::Host& host, NodeSet peers);
  void halt_all(sim::Host& host, std::uint16_t broken);
  void arm(sim::Host& host);
  void arm_groups(sim::Host& host);

  std::vector<Group> groups_;
  client::Deadlines timers_;
  std::optional<sim::LocalInstant> armed_;
  bool fortification_;
  bool async_storage_;
  NodeSupport support_;
  NodeWatch watch_;
  std::optional<sim::LocalInstant> watch_armed_;
  bool halted_ = false;
  sim::Bytes beat_;  // reused
};

}  // namespace splitvote::raft
