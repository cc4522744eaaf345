// Reads from the server's own state that are behind by no more than they may be. From time to time
// the server asks how far it must have applied (as for a read at a follower) and remembers when it
// asked: once it has applied so much, it has everything that was committed at that moment.
// README.md has the proof.
#include "models/raft/raft_process.hpp"

namespace splitvote::raft {
namespace {

/// Of the question that no client waits for.
constexpr ReadId freshness_read{UINT64_MAX};

}  // namespace

void RaftProcess::ask_how_fresh(sim::Host& host) {
  constexpr std::int64_t questions = 4;  // while an answer may be of use
  host.arm(freshness_timer, {options_.max_staleness.ns / questions});
  // One question at a time: the core repeats it until there is an answer or another leader, and an
  // answer to a repetition proves more than is made of it.
  if (fresh_.asked || raft_.witness()) return;
  fresh_.asked = host.now();
  step(host, Read{freshness_read});
}

bool RaftProcess::take_freshness(ReadId id, bool ready) {
  if (id != freshness_read) return false;
  if (ready) fresh_.proved = fresh_.asked;
  fresh_.asked.reset();
  return true;
}

/// The slowest clock shows the share (1 - bound) of the time that has passed.
bool RaftProcess::fresh_enough(const sim::Host& host) const {
  if (options_.max_staleness.ns == 0) return true;
  if (!fresh_.proved) return false;
  const auto [part, whole] = options_.clock_drift_bound;
  const std::int64_t shown = options_.max_staleness.ns / whole * (std::int64_t{whole} - part);
  return (host.now() - *fresh_.proved).ns < shown;
}

/// A leader can find out at once. Any other server would have to wait for the leader, too, and
/// leaves the client to it.
void RaftProcess::read_local(sim::Host& host, const Caller& caller, std::string_view key,
                             sim::ByteView frame) {
  if (fresh_enough(host)) return answer(host, caller, store_.get(key));
  if (raft_.role() == Role::leader) return read(host, caller, key);
  host.note(models::note(models::NoteType::too_old, caller.session, caller.sequence));
  pass_on(host, caller, frame);
}

}  // namespace splitvote::raft
