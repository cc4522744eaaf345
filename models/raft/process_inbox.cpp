// A Raft server without asynchronous storage: while its disk writes the log it does nothing else,
// as one whose only thread waits for fsync. What comes meanwhile waits in the inbox: a stall of
// the disk is then a stall of the server.
#include <utility>

#include "models/raft/raft_process.hpp"

namespace splitvote::raft {

void RaftProcess::put_off(NodeId source, sim::ByteView frame) {
  inbox_.letters.push_back({source, {frame.begin(), frame.end()}});
}

/// All that has come is heard, and what it asks of the disk is one write. Messages come first: of a
/// leader that was heard in time nobody says that it was silent, though the timer went off while
/// its message lay here.
void RaftProcess::open_inbox(sim::Host& host) {
  if (inbox_.empty() || waits_for_disk()) return;
  inbox_.open = true;
  for (const Inbox::Letter& letter : std::exchange(inbox_.letters, {})) {
    if (letter.frame.empty()) {
      on_refused(host, letter.source);
    } else {
      take(host, letter.source, letter.frame);
    }
  }
  for (std::uint8_t timer = 0; timer < inbox_.due.size(); ++timer) {
    if (!inbox_.due[timer]) continue;
    inbox_.due.reset(timer);
    on_timer(host, sim::TimerId{timer});
  }
  if (std::exchange(inbox_.peer_lost, false)) lose_peer(host);
  if (std::exchange(inbox_.support_lost, false)) lose_support(host);
  inbox_.open = false;
  if (has_to_flush()) flush(host);
}

void RaftProcess::on_refused(sim::Host& host, NodeId target) {
  if (state_ != State::running) return;
  if (waits_for_disk()) return put_off(target, {});
  step(host, Unreachable{target});
}

void RaftProcess::lose_peer(sim::Host& host) {
  if (state_ != State::running) return;
  if (waits_for_disk()) {
    inbox_.peer_lost = true;
    return;
  }
  step(host, PeerLost{});
}

}  // namespace splitvote::raft
