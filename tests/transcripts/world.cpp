// Hands inputs to the cores, obeys their outboxes in the order a process would, and keeps the
// disks.
#include "tests/transcripts/world.hpp"

#include <algorithm>
#include <utility>

#include "models/raft/codec.hpp"
#include "tests/transcripts/arguments.hpp"
#include "tests/transcripts/printer.hpp"
#include "tests/transcripts/transcript.hpp"

namespace splitvote::transcripts {
namespace {

template <typename Item>
void drop_front(std::vector<Item>& items, std::size_t count) {
  items.erase(items.begin(), items.begin() + static_cast<std::ptrdiff_t>(count));
}

raft::Snapshot snapshot_of(const Node& node) {
  const sim::ByteView state = sim::as_bytes(node.state);
  return {
      .last = {node.applied, node.raft.log().term(node.applied)},
      .content = std::make_shared<const sim::Bytes>(state.begin(), state.end()),
      .configuration = raft::encoded(node.raft.configurations().up_to(node.applied).configuration)};
}

void make_durable(Disk& disk, const Write& write) {
  if (write.store.hard_state) {
    disk.term = write.store.term;
    disk.vote = write.store.vote;
  }
  if (write.store.snapshot) {
    disk.snapshot = write.snapshot;
    disk.log.restart_behind(disk.snapshot.last);
  }
  if (write.entries.empty()) return;
  const Index first = write.store.entries.first;
  if (first <= disk.log.last_index()) disk.log.truncate_from(first);
  disk.log.append_encoded(write.entries);
}

}  // namespace

void World::add_node(const raft::Options& options, const raft::Configuration& initial, Disk disk,
                     Speed disk_speed, Speed apply_speed) {
  const NodeId id{static_cast<std::uint16_t>(nodes_.size() + 1)};
  nodes_.push_back({.id = id,
                    .options = options,
                    .initial = initial,
                    .raft = raft::Raft(options, initial, id),
                    .disk = std::move(disk),
                    .disk_speed = disk_speed,
                    .apply_speed = apply_speed});
  restart(id);
}

void World::election_timeout(NodeId id) {
  Node& node = running(id);
  if (node.election == raft::ElectionTimer::cancel) {
    throw Mistake("node " + to_text(id) + " has no election timer armed");
  }
  const raft::ElectionTimer armed = std::exchange(node.election, raft::ElectionTimer::cancel);
  const bool rest = armed == raft::ElectionTimer::arm_rest;
  print(to_text(id) + (armed == raft::ElectionTimer::arm_quorum ? ": quorum timeout"
                       : rest                                   ? ": election timeout, rest"
                                                                : ": election timeout, minimum"));
  step(node, raft::ElectionTimeout{});
}

void World::quorum_timeout(NodeId id, const std::string& silent) {
  Node& node = running(id);
  if (node.election != raft::ElectionTimer::arm_quorum) {
    throw Mistake("node " + to_text(id) + " has no quorum timer armed");
  }
  raft::QuorumTimeout timeout;
  if (!silent.empty()) {
    for (const NodeId each : to_nodes(silent)) timeout.silent |= raft::set_of(each);
  }
  node.election = raft::ElectionTimer::cancel;
  print(to_text(id) + ": quorum timeout" + (silent.empty() ? "" : ", silent: " + silent));
  step(node, timeout);
}

void World::heartbeat_timeout(NodeId id) {
  Node& node = running(id);
  if (node.heartbeat == raft::HeartbeatTimer::cancel) {
    throw Mistake("node " + to_text(id) + " has no heartbeat timer armed");
  }
  node.heartbeat = raft::HeartbeatTimer::cancel;
  const raft::NodeSet supporters = this->supporters(node);
  print(to_text(id) + ": heartbeat timeout" +
        (supporters == 0 ? "" : ", supported by " + to_text(supporters)));
  step(node, raft::HeartbeatTimeout{supporters});
}

void World::transfer_timeout(NodeId id) {
  Node& node = running(id);
  if (!std::exchange(node.transfer_armed, false)) {
    throw Mistake("node " + to_text(id) + " has no transfer timer armed");
  }
  print(to_text(id) + ": transfer timeout");
  step(node, raft::TransferTimeout{});
}

void World::campaign(NodeId id) {
  if (running(id).raft.role() == raft::Role::leader) {
    throw Mistake("node " + to_text(id) + " leads already");
  }
  if (node(id).election == raft::ElectionTimer::arm_minimum) election_timeout(id);
  election_timeout(id);
}

void World::propose(NodeId id, const std::string& text) {
  print(to_text(id) + ": proposal " + text);
  step(running(id), raft::Propose{.key = text, .value = {}});
}

void World::read(NodeId id, bool leased) {
  ++last_read_;
  print(to_text(id) + ": read " + std::to_string(last_read_) + (leased ? ", with a lease" : ""));
  step(running(id), raft::Read{raft::ReadId{last_read_}, leased});
}

void World::forget_leader(NodeId id) {
  print(to_text(id) + ": forgets its leader");
  step(running(id), raft::ForgetLeader{});
}

void World::lose_peer(NodeId id) {
  print(to_text(id) + ": the node it slept with is silent");
  step(running(id), raft::PeerLost{});
}

void World::lose_messages(NodeId id, NodeId target) {
  print(to_text(id) + ": cannot reach " + to_text(target));
  step(running(id), raft::Unreachable{target});
}

void World::transfer(NodeId id, NodeId target) {
  print(to_text(id) + ": order to hand over" +
        (target == sim::no_node ? "" : " to " + to_text(target)));
  step(running(id), raft::TransferLeadership{target});
}

void World::reconfigure(NodeId id, const std::vector<raft::Change>& changes, raft::Pace pace) {
  print(to_text(id) + ": reconfiguration");
  step(running(id), raft::Reconfigure{changes, pace});
}

void World::leave_joint(NodeId id) {
  print(to_text(id) + ": order to leave the joint configuration");
  step(running(id), raft::LeaveJoint{});
}

void World::snapshot(NodeId id) {
  Node& node = running(id);
  if (node.applied <= node.raft.snapshot().last.index) {
    throw Mistake("node " + to_text(id) + " has applied nothing behind its snapshot");
  }
  node.disk.snapshot = snapshot_of(node);
  print(to_text(id) + ": saved a snapshot up to " + to_text(node.disk.snapshot.last));
  step(node, raft::SnapshotSaved{node.disk.snapshot});
  const Index base = std::min(node.raft.log().base().index, node.disk.snapshot.last.index);
  if (node.writes.empty() && base > node.disk.log.base().index) node.disk.log.compact(base);
}

void World::compact(NodeId id) {
  Node& node = running(id);
  if (!node.options.snapshots_on_demand) {
    throw Mistake("node " + to_text(id) + " has no snapshots_on_demand");
  }
  print(to_text(id) + ": shortens its log in memory");
  step(node, raft::Compact{node.applied});
}

void World::set_speed(NodeId id, Speed speed) {
  if (speed == Speed::instant && !node(id).writes.empty()) sync(id);
  running(id).disk_speed = speed;
}

void World::apply(NodeId id, std::optional<std::uint64_t> entries) {
  Node& node = running(id);
  const Index committed = node.raft.commit_index();
  const std::uint64_t waiting = committed - node.applied;
  if (waiting == 0 || node.raft.witness()) {
    throw Mistake("node " + to_text(id) + " has nothing to apply");
  }
  if (entries.value_or(1) == 0 || entries.value_or(1) > waiting) {
    throw Mistake("node " + to_text(id) + " has " + std::to_string(waiting) + " to apply");
  }
  print(to_text(id) + ": its state machine goes on");
  apply_up_to(node, node.applied + entries.value_or(waiting));
  answer_reads(node);
}

void World::sync(NodeId id) { sync_up_to(running(id), running(id).writes.size()); }

void World::sync_one(NodeId id) { sync_up_to(running(id), 1); }

void World::sync_up_to(Node& node, std::size_t writes) {
  if (node.writes.empty()) throw Mistake("node " + to_text(node.id) + " has nothing to sync");
  const Token token = node.writes[writes - 1].store.token;
  print(to_text(node.id) + ": synced #" + std::to_string(sim::number(token)));
  finish_writes(node, writes);
}

/// The oldest writes become durable, what waited for them leaves, and the core is told.
void World::finish_writes(Node& node, std::size_t writes) {
  const Token token = node.writes[writes - 1].store.token;
  for (std::size_t i = 0; i < writes; ++i) make_durable(node.disk, node.writes[i]);
  drop_front(node.writes, writes);
  const auto waits = std::ranges::find_if(
      node.held, [&](const raft::Outgoing& outgoing) { return outgoing.after > token; });
  const std::vector<raft::Outgoing> released(node.held.begin(), waits);
  node.held.erase(node.held.begin(), waits);
  for (const std::string& line : send_lines(released)) print("  " + line);
  for (const raft::Outgoing& outgoing : released) launch(node, outgoing);
  step(node, raft::Persisted{token});
}

void World::crash(NodeId id, std::size_t kept) {
  Node& node = running(id);
  if (kept > node.writes.size()) throw Mistake("there are not that many writes to keep");
  std::string lost;
  for (std::size_t i = kept; i < node.writes.size(); ++i) {
    lost += " #" + std::to_string(sim::number(node.writes[i].store.token));
  }
  print(to_text(id) + ": crashes" + (lost.empty() ? "" : " and loses" + lost));
  for (std::size_t i = 0; i < kept; ++i) make_durable(node.disk, node.writes[i]);
  node.writes.clear();
  node.held.clear();
  node.reads.clear();
  node.up = false;
}

void World::restart(NodeId id) {
  if (this->node(id).up) throw Mistake("node " + to_text(id) + " is up");
  Node& node = nodes_[sim::number(id) - 1];
  node.raft = raft::Raft(node.options, node.initial, id);
  node.up = true;
  ++node.starts;
  // No epoch comes again.
  for (auto& [peer, support] : node.support)
    support = {.epoch = std::max(support.epoch + 1, node.starts)};
  node.applied = 0;
  node.state.clear();
  node.heartbeat = raft::HeartbeatTimer::cancel;
  Disk& disk = node.disk;
  const raft::LogPosition base = disk.log.base();
  const sim::ByteView bytes = disk.log.bytes({disk.log.first_index(), disk.log.last_index()});
  const sim::Bytes entries(bytes.begin(), bytes.end());
  // A log that ends before the snapshot does is written anew before anything is added to it.
  if (!disk.log.holds(disk.snapshot.last)) disk.log.restart_behind(disk.snapshot.last);
  print(to_text(id) + ": starts");
  step(node, raft::Start{.term = disk.term,
                         .vote = disk.vote,
                         .entries = entries,
                         .base = base,
                         .snapshot = disk.snapshot,
                         .incarnation = node.starts});
}

std::vector<NodeId> World::ids() const {
  std::vector<NodeId> ids;
  for (const Node& node : nodes_) ids.push_back(node.id);
  return ids;
}

const Node& World::node(NodeId id) const {
  const std::size_t place = std::size_t{sim::number(id)} - 1;
  if (place >= nodes_.size()) throw Mistake("there is no node " + to_text(id));
  return nodes_[place];
}

Node& World::running(NodeId id) {
  if (!node(id).up) throw Mistake("node " + to_text(id) + " is down");
  return nodes_[sim::number(id) - 1];
}

void World::step(Node& node, const raft::Input& input) {
  raft::Outbox out;
  const NodeId leader_before = node.raft.leader();
  const bool led = node.raft.role() == raft::Role::leader;
  const auto members = node.raft.members();
  const std::vector<raft::Member> members_before(members.begin(), members.end());
  node.raft.step(input, out);
  node.raft.check_invariants();
  const auto print_all = [&](const std::vector<std::string>& lines) {
    for (const std::string& line : lines) print("  " + line);
  };
  print_all(note_lines(out, node.raft.log()));
  const NodeId leader = node.raft.leader();
  if (leader != leader_before && leader != sim::no_node && leader != node.id) {
    print("  follows " + to_text(leader));
  }
  if (led && node.raft.role() == raft::Role::leader)
    print_all(replication_lines(node.raft, members_before));
  for (const raft::Remark& note : out.notes) {
    if (note.type == models::NoteType::restored) restore(node, note.c != 0);
  }
  if (out.store.token != raft::no_token) {
    const sim::ByteView bytes = node.raft.log().bytes(out.store.entries);
    node.writes.push_back({out.store, {bytes.begin(), bytes.end()}, node.raft.snapshot()});
    print("  " + write_line(out.store));
  }
  if (out.election != raft::ElectionTimer::keep) node.election = out.election;
  if (out.heartbeat != raft::HeartbeatTimer::keep) node.heartbeat = out.heartbeat;
  node.transfer_armed = node.transfer_armed || out.arm_transfer;

  std::vector<raft::Outgoing> now;
  std::vector<raft::Outgoing> later;
  for (const raft::Outgoing& outgoing : out.messages) {
    (outgoing.after == raft::no_token ? now : later).push_back(outgoing);
  }
  print_all(send_lines(now));
  for (const raft::Outgoing& outgoing : now) launch(node, outgoing);
  if (node.disk_speed == Speed::slow) {
    for (const std::string& line : send_lines(later)) print("  waits for the disk: " + line);
  }
  node.held.insert(node.held.end(), later.begin(), later.end());
  if (!node.raft.witness() && !out.committed.empty()) {
    if (node.apply_speed == Speed::instant) {
      apply_up_to(node, out.committed.last);
    } else {
      print("  committed, to be applied: " + to_text(node.raft.log(), out.committed));
    }
  }
  print_all(answer_lines(out));
  node.reads.insert(node.reads.end(), out.ready_reads.begin(), out.ready_reads.end());
  answer_reads(node);
  for (const raft::ReadyRead& read : node.reads) {
    if (std::ranges::find(out.ready_reads, read) == out.ready_reads.end()) continue;
    print("  read " + std::to_string(static_cast<std::uint64_t>(read.id)) + " waits until index " +
          std::to_string(read.index) + " is applied");
  }
  if (node.options.leases && out.round_confirmed != 0) {
    print("  round " + std::to_string(out.round_confirmed) + " is confirmed");
  }
  check_leader(node);
  if (out.halted != nullptr) node.up = false;
  if (!node.up) return;
  if (out.snapshot_wanted) take_wanted_snapshot(node);
  if (node.disk_speed == Speed::instant && !node.writes.empty()) {
    finish_writes(node, node.writes.size());
  }
}

void World::take_wanted_snapshot(Node& node) {
  const raft::Snapshot taken = snapshot_of(node);
  print("  takes a snapshot up to " + to_text(taken.last));
  step(node, raft::SnapshotTaken{taken});
}

void World::launch(Node& node, const raft::Outgoing& outgoing) {
  Flight flight{.source = node.id, .target = outgoing.target, .frame = {}};
  raft::encode(outgoing.message, flight.frame);
  flights_.push_back(std::move(flight));
}

/// Election safety (Figure 3).
void World::check_leader(const Node& node) {
  if (node.raft.role() != raft::Role::leader) return;
  const NodeId first = leaders_.try_emplace(node.raft.term(), node.id).first->second;
  if (first != node.id) print("  UNSAFE: " + to_text(first) + " leads this term, too");
}

}  // namespace splitvote::transcripts
