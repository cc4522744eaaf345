// Draws what happens next and hands it to the cores: drops, duplicates, reordering, cuts, crashes
// that lose what was not synced, and what clients and operators ask.
#include "tests/models/raft/cluster.hpp"

#include <algorithm>

#include "models/raft/codec.hpp"
#include "models/wire/frame.hpp"

namespace splitvote::raft {

Cluster::Cluster(std::uint64_t seed, Witnesses witnesses) : random_(seed), witnesses_(witnesses) {
  draw_options();
  loss_percent_ = draw(2) == 0 ? 0 : draw(4) * 10;
  crashes_ = draw(8);
  cuts_ = draw(10);
  disk_speed_ = draw(4) == 0 ? 5 + draw(30) : 40 + draw(300);
  heartbeats_ = 20 + draw(80);
  impatience_ = 8 + draw(60);
  window_ = draw(12);
  minimum_ = 40 + draw(360);
  const std::size_t servers = 5 + draw(3);
  for (std::size_t i = 0; i < servers; ++i) ids_.push_back(NodeId{static_cast<std::uint16_t>(i)});
  const auto members = static_cast<std::ptrdiff_t>(3 + draw(3));
  initial_ = configuration_of({ids_.begin(), ids_.begin() + members});
  if (witnesses == Witnesses::some) initial_.witnesses = {ids_[draw(2)]};
  for (const NodeId id : ids_) nodes_.push_back({.raft = Raft(options_, initial_, id)});
  for (std::size_t i = 0; i < servers; ++i) start(i);
}

void Cluster::draw_options() {
  options_.leases = draw(3) == 0;
  options_.pre_vote = draw(2) == 0;
  options_.pre_vote_stickiness = draw(2) == 0;
  options_.own_transfer_timer = draw(2) == 0;
  options_.check_quorum = options_.leases || draw(2) == 0;
  options_.leader_stickiness = options_.leases || draw(2) == 0;
  options_.parallel_disk = draw(2) == 0;
  options_.conflict_hints = static_cast<ConflictHints>(draw(3));
  options_.inflight_messages_max = static_cast<std::uint32_t>(1 + draw(4));
  options_.batch_entries_max = static_cast<std::uint32_t>(1 + draw(8));
  options_.catch_up_heartbeats = static_cast<std::uint32_t>(1 + draw(4));
  options_.batch_bytes_max = draw(2) == 0 ? 80 : 4096;
  options_.inflight_bytes_max = draw(2) == 0 ? no_limit : 50 + draw(500);
  options_.uncommitted_bytes_max = draw(4) == 0 ? 200 + draw(1000) : no_limit;
  options_.quiesce = draw(3) == 0;
  options_.fortification = draw(4) == 0;
  if (options_.fortification) {
    options_.check_quorum = options_.leader_stickiness = true;
    options_.leases = options_.quiesce = false;
  }
  for (std::uint8_t& priority : options_.priorities) {
    priority = static_cast<std::uint8_t>(1 + (draw(4) == 0));
  }
  options_.trailing_entries = static_cast<std::uint32_t>(draw(6));
  options_.snapshots_on_demand = draw(3) == 0;
  options_.snapshot_chunk_bytes = static_cast<std::uint32_t>(1 + draw(100));
  options_.joint_consensus = draw(3) == 0 ? JointConsensus::always : JointConsensus::when_needed;
  options_.joint_exit = draw(4) == 0 ? JointExit::on_order : JointExit::automatic;
}

void Cluster::run(int steps) {
  for (int i = 0; i < steps && violation_.empty(); ++i) happen();
}

bool Cluster::heals() {
  loss_percent_ = 0;
  calm_down();
  const std::size_t before = committed_.size();
  for (int i = 0; i < 40'000 && violation_.empty(); ++i) {
    ++now_;
    const std::size_t node = draw(nodes_.size());
    const std::uint64_t dice = draw(1000);
    if (dice < 600) {
      arrive();
    } else if (dice < 800) {
      sync(node);
    } else if (dice < 870) {
      heartbeat(node);
    } else if (dice < 872) {
      time_out(node);
      for (std::size_t each = 0; each < nodes_.size(); ++each) {
        for (auto& [peer, support] : nodes_[each].support) support.given = true;
      }
    } else if (dice < 900 && committed_.size() < before + 10) {
      step(node, Propose{"healed", std::to_string(++next_value_)});
    }
    if (healed(before + 5)) return true;
  }
  return false;
}

/// All members have applied that much, by the configuration of one that has.
bool Cluster::healed(Index beyond) const {
  const auto through = [&](NodeId id) { return nodes_[at(id)].applied >= beyond; };
  // Whoever has applied less may not know that members have gone, who are sent nothing any more.
  const NodeId newest =
      std::ranges::max(ids_, {}, [&](NodeId id) { return nodes_[at(id)].applied; });
  return std::ranges::all_of(members_of(nodes_[at(newest)].raft.configurations().newest()),
                             through);
}

void Cluster::happen() {
  ++now_;
  // What is sent must not pile up, or nothing arrives in time.
  if (!network_.empty() && (draw(10) < 6 || network_.size() > 50)) return arrive();
  const std::size_t node = draw(nodes_.size());
  const std::size_t favoured = draw(4) == 0 ? node : any_leader();
  std::uint64_t dice = draw(1000);
  const auto hits = [&](std::uint64_t share) {
    const bool hit = dice < share;
    dice -= hit ? 0 : share;
    return hit;
  };
  if (hits(disk_speed_)) return sync(next_writing(node));
  if (is_calm()) return hits(10) ? lose_peer(node) : heartbeat(any_leader());
  if (hits(heartbeats_)) return heartbeat(favoured);
  if (hits(impatience_)) return time_out(node);
  if (hits(crashes_)) return crash(node);
  if (hits(10)) return lose_peer(node);
  if (options_.fortification && hits(10)) return change_support(node);
  if (hits(300)) return order(favoured);
  if (hits(30) && !nodes_[node].up) return start(node);
  if (hits(cuts_)) cut();
}

/// A leader alone is the worst: it does not know what the others do.
void Cluster::cut() {
  const std::uint64_t dice = draw(4);
  if (dice < 2) {
    cut_ = 0;
  } else if (dice == 2) {
    cut_ = std::uint64_t{1} << any_leader();
  } else {
    cut_ = draw(std::uint64_t{1} << nodes_.size());
  }
}

/// Nobody sleeps who is never left alone: from time to time nothing is asked, and nothing breaks.
bool Cluster::is_calm() {
  if (!options_.quiesce) return false;
  if (now_ >= calm_end_) {
    calm_begin_ = now_ + 100 + draw(400);
    calm_end_ = calm_begin_ + 300 + draw(400);
    calmed_ = false;
  }
  if (now_ < calm_begin_) return false;
  if (!calmed_ && draw(4) != 0) calm_down();
  calmed_ = true;
  return true;
}

void Cluster::calm_down() {
  cut_ = 0;
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    if (!nodes_[node].up) start(node);
  }
}

/// From this one on, the first that is writing; itself, if nobody is.
std::size_t Cluster::next_writing(std::size_t first) const {
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const std::size_t node = (first + i) % nodes_.size();
    if (nodes_[node].up && !nodes_[node].writes.empty()) return node;
  }
  return first;
}

/// Anybody who leads, perhaps in an old term; if nobody does, anybody.
std::size_t Cluster::any_leader() {
  const std::size_t first = draw(nodes_.size());
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    const std::size_t node = (first + i) % nodes_.size();
    if (nodes_[node].up && nodes_[node].raft.role() == Role::leader) return node;
  }
  return first;
}

/// Any message may come next: reordered, twice, or never.
void Cluster::arrive() {
  if (network_.empty()) return;
  const std::size_t pick = draw(std::min<std::size_t>(network_.size(), 1 + window_));
  const Flight flight = network_[pick];
  const bool twice = draw(100) < loss_percent_ / 4;
  if (!twice) network_.erase(network_.begin() + static_cast<std::ptrdiff_t>(pick));
  const bool apart = ((cut_ >> at(flight.source) ^ cut_ >> at(flight.target)) & 1) != 0;
  if (!nodes_[at(flight.target)].up && draw(2) == 0)
    return step(at(flight.source), Unreachable{flight.target});
  if (apart || !nodes_[at(flight.target)].up || draw(100) < loss_percent_) return;
  Received received{flight.source, {}, epoch_for(at(flight.target), flight.source)};
  if (!wire::intact(flight.frame) || !decode(flight.frame, received.message)) {
    return fail(at(flight.target), "cannot read a frame");
  }
  step(at(flight.target), received);
}

/// At any time, unless leases count on it that the minimum has passed.
void Cluster::time_out(std::size_t at) {
  if (draw(4) == 0) step(at, TransferTimeout{});
  if (options_.leases && now_ < nodes_[at].minimum_end) return;
  // Whoever is said to be silent: it costs a leader its office at most.
  if (nodes_[at].raft.role() == Role::leader && draw(2) == 0)
    return step(at, QuorumTimeout{draw(UINT64_MAX)});
  step(at, ElectionTimeout{});
}

/// As if its node had been silent for a minimum election timeout.
void Cluster::lose_peer(std::size_t at) {
  if (!nodes_[at].raft.quiescent()) return;
  if (options_.leases && now_ < nodes_[at].asleep_since + minimum_) return;
  step(at, PeerLost{});
}

/// What clients and operators ask of a server.
void Cluster::order(std::size_t at) {
  const std::uint64_t dice = draw(100);
  if (dice < 55) return step(at, Propose{"key", std::to_string(++next_value_)});
  if (dice < 80) return read(at);
  if (dice < 86) {
    const bool in_memory = options_.snapshots_on_demand && draw(2) == 0;
    return in_memory ? step(at, Compact{nodes_[at].applied}) : save_snapshot(at);
  }
  if (dice < 88) return step(at, ForgetLeader{});
  if (dice < 91)
    return step(at, TransferLeadership{draw(2) == 0 ? sim::no_node : ids_[draw(ids_.size())]});
  const Raft& raft = nodes_[at].raft;
  if (raft.role() != Role::leader) return;
  if (raft.configurations().newest().joint() && draw(8) != 0) return step(at, LeaveJoint{});
  reconfigure(at);
}

void Cluster::read(std::size_t at) {
  Node& node = nodes_[at];
  if (!node.up) return;
  const ReadId id{++next_read_};
  node.reads[id] = committed_.size();
  const bool supported = options_.fortification && node.raft.is_quorum(supporters(at));
  step(at, Read{id, now_ < node.lease_end || supported});
}

/// Any change of one to three nodes, most of which make no sense.
void Cluster::reconfigure(std::size_t at) {
  std::vector<Change> changes(draw(2) == 0 ? 1 : 1 + draw(3));
  for (Change& change : changes) {
    change.kind = static_cast<Change::Kind>(draw(6));
    if (change.kind == Change::Kind::add_witness && witnesses_ == Witnesses::none)
      change.kind = Change::Kind::remove;
    change.node = ids_[draw(ids_.size())];
  }
  step(at, Reconfigure{changes, draw(2) == 0 ? Pace::at_once : Pace::when_caught_up});
}

/// Nobody asks or wakes a server that is down.
void Cluster::step(std::size_t at, const Input& input) {
  Node& node = nodes_[at];
  if (!node.up) return;
  const bool slept = node.raft.quiescent();
  Outbox out;
  reached_.before(node.raft);
  node.raft.step(input, out);
  reached_.after({options_, input, node.raft, out});
  node.raft.check_invariants();
  if (out.election == ElectionTimer::arm_minimum || out.election == ElectionTimer::arm_quorum)
    node.minimum_end = now_ + minimum_;
  if (!slept && node.raft.quiescent()) node.asleep_since = now_;
  extend_lease(node, out);
  if (out.store.token != no_token) {
    const sim::ByteView bytes = node.raft.log().bytes(out.store.entries);
    node.writes.push_back({out.store, {bytes.begin(), bytes.end()}, node.raft.snapshot()});
  }
  for (const Outgoing& outgoing : out.messages) {
    if (outgoing.after == no_token) {
      send(at, outgoing);
    } else {
      node.held.push_back(outgoing);
    }
  }
  check(at, out);
  for (const Remark& note : out.notes) {
    if (note.type == models::NoteType::transfer && note.c == 1) node.told_to_stand = note.b;
  }
  if (options_.fortification) {
    for (std::size_t each = 0; each < nodes_.size(); ++each) check_promises(each);
  }
  if (out.snapshot_wanted) step(at, SnapshotTaken{own_snapshot(node)});
}

Snapshot Cluster::own_snapshot(const Node& node) const {
  Snapshot snapshot = snapshot_at(node.applied);
  snapshot.configuration = encoded(node.raft.configurations().up_to(node.applied).configuration);
  return snapshot;
}

/// "The leader would extend its lease to start + election timeout" (dissertation, section 6.4.1),
/// with clocks that do not drift.
void Cluster::extend_lease(Node& node, const Outbox& out) {
  if (node.raft.role() != Role::leader) {
    node.rounds.clear();
    node.lease_end = 0;
    return;
  }
  if (out.round_begun != 0) node.rounds[out.round_begun] = now_;
  while (!node.rounds.empty() && node.rounds.begin()->first <= out.round_confirmed) {
    node.lease_end = node.rounds.begin()->second + minimum_;
    node.rounds.erase(node.rounds.begin());
  }
}

void Cluster::send(std::size_t node, const Outgoing& outgoing) {
  sim::Bytes frame;
  encode(outgoing.message, frame);
  network_.push_back({ids_[node], outgoing.target, std::move(frame)});
}

void Cluster::start(std::size_t at) {
  Node& node = nodes_[at];
  node.raft = Raft(options_, initial_, ids_[at]);
  end_support(at);
  node.up = true;
  node.applied = 0;
  node.rounds.clear();
  node.lease_end = 0;
  const sim::ByteView bytes = node.log.bytes({node.log.first_index(), node.log.last_index()});
  const sim::Bytes entries(bytes.begin(), bytes.end());
  const LogPosition base = node.log.base();
  // A log that ends before the snapshot does is written anew before anything is added to it.
  if (!node.log.holds(node.snapshot.last)) node.log.restart_behind(node.snapshot.last);
  step(at, Start{node.term, node.vote, entries, base, node.snapshot, ++incarnations_});
}

/// The snapshot is on the disk; the log there is written anew at once, with all that was under way,
/// or after a later snapshot.
void Cluster::save_snapshot(std::size_t at) {
  Node& node = nodes_[at];
  const bool installing =
      std::ranges::any_of(node.writes, [](const Write& write) { return write.store.snapshot; });
  if (!node.up || installing || node.applied <= node.snapshot.last.index) return;
  node.snapshot = own_snapshot(node);
  step(at, SnapshotSaved{node.snapshot});
  if (draw(2) == 0) return;
  while (!node.writes.empty()) sync(at);
  const Index base = std::min(node.raft.log().base().index, node.snapshot.last.index);
  if (base > node.log.base().index) node.log.compact(base);
}

/// Of the writes that were not synced, any number from the front has reached the disk.
void Cluster::crash(std::size_t at) {
  Node& node = nodes_[at];
  if (!node.up) return;
  reached_.saw(Sighting::crashed);
  const std::size_t kept = draw(node.writes.size() + 1);
  if (kept < node.writes.size()) reached_.saw(Sighting::lost_write);
  for (std::size_t i = 0; i < kept; ++i) make_durable(node, node.writes[i]);
  // A snapshot has a file of its own, which may reach the disk before anything of the log does.
  const auto installing =
      std::ranges::find_if(node.writes, [](const Write& write) { return write.store.snapshot; });
  if (installing != node.writes.end() && draw(2) == 0) {
    if (installing->snapshot.last.index > node.snapshot.last.index) {
      node.snapshot = installing->snapshot;
    }
  }
  node.writes.clear();
  node.held.clear();
  node.reads.clear();
  node.up = false;
}

void Cluster::sync(std::size_t at) {
  Node& node = nodes_[at];
  if (!node.up || node.writes.empty()) return;
  const std::size_t done = 1 + draw(node.writes.size());
  const Store newest = node.writes[done - 1].store;
  for (std::size_t i = 0; i < done; ++i) make_durable(node, node.writes[i]);
  node.writes.erase(node.writes.begin(), node.writes.begin() + static_cast<std::ptrdiff_t>(done));
  const auto waits = std::ranges::find_if(
      node.held, [&](const Outgoing& outgoing) { return outgoing.after > newest.token; });
  for (auto held = node.held.begin(); held != waits; ++held) send(at, *held);
  node.held.erase(node.held.begin(), waits);
  step(at, Persisted{newest.token});
  if (newest.entries.last > node.raft.stored_index()) reached_.saw(Sighting::late_sync);
}

void Cluster::make_durable(Node& node, const Write& write) {
  if (write.store.hard_state) {
    node.term = write.store.term;
    node.vote = write.store.vote;
  }
  if (write.store.snapshot) {
    node.snapshot = write.snapshot;
    node.log.restart_behind(node.snapshot.last);
  }
  if (write.entries.empty()) return;
  const Index first = write.store.entries.first;
  if (first <= node.log.last_index()) node.log.truncate_from(first);
  node.log.append_encoded(write.entries);
}

}  // namespace splitvote::raft
