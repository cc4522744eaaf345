// What a Raft process does when its operator tells it something.
#include "models/raft/orders.hpp"
#include "models/raft/raft_process.hpp"
#include "models/wire/frame.hpp"

namespace splitvote::raft {

/// Whoever gave it is gone: the answer is a note.
void RaftProcess::on_order(sim::Host& host, sim::ByteView frame) {
  const auto kind = sim::number(wire::kind(frame));
  ReconfigureOrder order;
  if (wire::kind(frame) != reconfigure_kind || !decode(frame, order))
    return host.note(models::note(models::NoteType::frame_rejected, kind));
  step(host, Reconfigure{order.changes, order.pace});
  const std::string& refused = out_.refused_order;
  host.note(models::note(models::NoteType::order, kind, refused.empty() ? 0 : 1, 0,
                         sim::as_bytes(refused)));
}

}  // namespace splitvote::raft
