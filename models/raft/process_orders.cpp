// What a Raft process does when its operator tells it something.
#include "models/raft/orders.hpp"
#include "models/raft/raft_process.hpp"
#include "models/wire/frame.hpp"

namespace splitvote::raft {

/// Whoever gave it is gone: the answer is a note.
void RaftProcess::on_order(sim::Host& host, sim::ByteView frame) {
  const sim::MessageKind kind = wire::kind(frame);
  GroupOrder of_group;
  if (kind == group_order_kind && decode(frame, of_group)) {
    return of_group.group == 0 ? on_order(host, of_group.frame) : host.note(refusal(of_group));
  }
  std::string refused;
  ReconfigureOrder reconfigure;
  TransferOrder transfer;
  if (kind == reconfigure_kind && decode(frame, reconfigure)) {
    step(host, Reconfigure{reconfigure.changes, reconfigure.pace});
    refused = out_.refused_order;
  } else if (kind == transfer_leadership_kind && decode(frame, transfer)) {
    step(host, TransferLeadership{transfer.target});
    refused = out_.refused_order;
  } else if (kind == take_snapshot_kind && wire::body(frame).empty()) {
    refused = take_snapshot(host);
  } else if (kind == forget_leader_kind && wire::body(frame).empty()) {
    step(host, ForgetLeader{});
    refused = out_.refused_order;
  } else if (kind == leave_joint_kind && wire::body(frame).empty()) {
    step(host, LeaveJoint{});
    refused = out_.refused_order;
  } else {
    return host.note(models::note(models::NoteType::frame_rejected, sim::number(kind)));
  }
  host.note(models::note(models::NoteType::order, sim::number(kind), refused.empty() ? 0 : 1, 0,
                         sim::as_bytes(refused)));
}

/// Why it is not taken, if it is not.
std::string RaftProcess::take_snapshot(sim::Host& host) {
  if (saving_.state() != wal::FileReplacement::State::idle || install_pending_)
    return "a snapshot is under way";
  if (applied_ == saved_.last.index) return "nothing was applied since the last snapshot";
  save_own_snapshot(host);
  return {};
}

}  // namespace splitvote::raft
