// Draws what happens next, hands it to the cores, and compares all they store with what was ever
// decided.
#include "tests/models/raft/cluster.hpp"

#include <algorithm>

#include "models/raft/codec.hpp"
#include "models/wire/frame.hpp"

namespace splitvote::raft {

Cluster::Cluster(std::uint64_t seed, Witnesses witnesses) : random_(seed), witnesses_(witnesses) {
  options_.pre_vote = draw(2) == 0;
  options_.check_quorum = draw(2) == 0;
  options_.leader_stickiness = draw(2) == 0;
  options_.inflight_messages_max = static_cast<std::uint32_t>(1 + draw(4));
  options_.batch_entries_max = static_cast<std::uint32_t>(1 + draw(8));
  options_.conflict_hints = static_cast<ConflictHints>(seed / 3 % 3);
  options_.catch_up_heartbeats = static_cast<std::uint32_t>(1 + draw(4));
  options_.batch_bytes_max = draw(2) == 0 ? 80 : 4096;
  options_.inflight_bytes_max = draw(2) == 0 ? no_limit : 50 + draw(500);
  options_.uncommitted_bytes_max = draw(4) == 0 ? 200 + draw(1000) : no_limit;
  options_.leases = draw(4) == 0;
  options_.quiesce = seed % 3 == 0;
  for (std::uint8_t& priority : options_.priorities) {
    priority = static_cast<std::uint8_t>(1 + (draw(4) == 0));
  }
  options_.trailing_entries = static_cast<std::uint32_t>(draw(6));
  options_.snapshot_chunk_bytes = static_cast<std::uint32_t>(1 + draw(100));
  loss_percent_ = draw(4) * 10;
  crashes_ = draw(10);
  impatience_ = 2 + draw(18);
  window_ = draw(12);
  const std::size_t servers = 5 + draw(3);
  for (std::size_t i = 0; i < servers; ++i) ids_.push_back(NodeId{static_cast<std::uint16_t>(i)});
  const auto members = static_cast<std::ptrdiff_t>(3 + draw(3));
  initial_ = configuration_of({ids_.begin(), ids_.begin() + members});
  for (const NodeId id : ids_) nodes_.push_back({.raft = Raft(options_, initial_, id)});
  for (std::size_t i = 0; i < servers; ++i) start(i);
}

void Cluster::run(int steps) {
  for (int i = 0; i < steps && violation_.empty(); ++i) happen();
}

bool Cluster::heals() {
  cut_ = 0;
  loss_percent_ = 0;
  for (std::size_t node = 0; node < nodes_.size(); ++node) {
    if (!nodes_[node].up) start(node);
  }
  const std::size_t before = committed_.size();
  for (int i = 0; i < 40'000 && violation_.empty(); ++i) {
    const std::size_t node = draw(nodes_.size());
    const std::uint64_t dice = draw(1000);
    if (dice < 600) {
      arrive();
    } else if (dice < 800) {
      sync(node);
    } else if (dice < 870) {
      step(node, HeartbeatTimeout{});
    } else if (dice < 872) {
      step(node, ElectionTimeout{});
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
  const auto first = std::ranges::find_if(ids_, through);
  return first != ids_.end() &&
         std::ranges::all_of(members_of(nodes_[at(*first)].raft.configurations().newest()),
                             through);
}

void Cluster::happen() {
  const std::size_t node = draw(nodes_.size());
  const std::uint64_t dice = draw(1000);
  // Nobody sleeps who is never left alone.
  const bool calm = options_.quiesce && ++happened_ / 600 % 2 == 1;
  if (dice < 700) return arrive();
  if (dice < 800) return sync(node);
  if (calm && nodes_[node].up && dice < 990) return step(node, HeartbeatTimeout{});
  if (nodes_[node].up && options_.quiesce && dice < 802) return step(node, PeerLost{});
  if (dice < 960) return wake(node);
  if (dice < 960 + crashes_) return crash(node);
  if (dice < 992) {
    if (!nodes_[node].up) start(node);
    return;
  }
  cut_ = draw(2) == 0 ? 0 : draw(std::uint64_t{1} << nodes_.size());
}

/// Any message may come next: reordered, twice, or never.
void Cluster::arrive() {
  if (network_.empty()) return;
  const std::size_t pick = draw(std::min<std::size_t>(network_.size(), 1 + window_));
  const Flight flight = network_[pick];
  const bool twice = draw(100) < loss_percent_ / 4;
  if (!twice) network_.erase(network_.begin() + static_cast<std::ptrdiff_t>(pick));
  const bool apart = ((cut_ >> at(flight.source) ^ cut_ >> at(flight.target)) & 1) != 0;
  if (apart || !nodes_[at(flight.target)].up || draw(100) < loss_percent_) return;
  Received received{flight.source, {}};
  if (!wire::intact(flight.frame) || !decode(flight.frame, received.message)) {
    return fail(at(flight.target), "cannot read a frame");
  }
  step(at(flight.target), received);
}

void Cluster::wake(std::size_t node) {
  if (!nodes_[node].up) return;
  const std::uint64_t dice = draw(87);
  if (dice > 80) return reconfigure();
  if (dice < impatience_) return step(node, ElectionTimeout{});
  if (dice < 28) return step(node, HeartbeatTimeout{});
  if (dice < 68) return step(node, Propose{"key", std::to_string(++next_value_)});
  if (dice < 70) return save_snapshot(node);
  if (dice == 80) {
    ++coverage_.transfers;
    return step(node, TransferLeadership{draw(2) == 0 ? sim::no_node : ids_[draw(ids_.size())]});
  }
  const ReadId id{++next_read_};
  nodes_[node].reads[id] = committed_.size();
  step(node, Read{id});
}

/// Any change of one to three nodes, most of which make no sense.
void Cluster::reconfigure() {
  const auto leader = std::ranges::find_if(
      nodes_, [](const Node& node) { return node.up && node.raft.role() == Role::leader; });
  if (leader == nodes_.end()) return;
  std::vector<Change> changes(1 + draw(3));
  for (Change& change : changes) {
    change.kind = static_cast<Change::Kind>(draw(6));
    if (change.kind == Change::Kind::add_witness && witnesses_ == Witnesses::none)
      change.kind = Change::Kind::remove;
    change.node = ids_[draw(ids_.size())];
  }
  const auto node = static_cast<std::size_t>(leader - nodes_.begin());
  step(node, Reconfigure{changes, draw(2) == 0 ? Pace::at_once : Pace::when_caught_up});
}

void Cluster::step(std::size_t at, const Input& input) {
  Node& node = nodes_[at];
  const bool led = node.raft.role() == Role::leader;
  Outbox out;
  reached_.before(node.raft);
  node.raft.step(input, out);
  reached_.after(node.raft, out);
  node.raft.check_invariants();
  const bool member = is_voter(node.raft.configurations().newest(), ids_[at]);
  const bool resigned = led && node.raft.role() != Role::leader && !out.committed.empty();
  coverage_.leaders_removed += resigned && !member;
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
}

void Cluster::send(std::size_t node, const Outgoing& outgoing) {
  sim::Bytes frame;
  encode(outgoing.message, frame);
  network_.push_back({ids_[node], outgoing.target, std::move(frame)});
}

void Cluster::start(std::size_t at) {
  Node& node = nodes_[at];
  node.raft = Raft(options_, initial_, ids_[at]);
  node.up = true;
  node.applied = 0;
  node.configuration = 0;
  const sim::ByteView bytes = node.log.bytes({node.log.first_index(), node.log.last_index()});
  const sim::Bytes entries(bytes.begin(), bytes.end());
  const LogPosition base = node.log.base();
  // A log that ends before the snapshot does is written anew before anything is added to it.
  if (!node.log.holds(node.snapshot.last)) node.log.restart_behind(node.snapshot.last);
  step(at, Start{node.term, node.vote, entries, base, node.snapshot, ++incarnations_});
}

/// What the state machine is after so many entries: their terms and contents.
Snapshot Cluster::snapshot_at(Index index) const {
  sim::Bytes content;
  for (Index each = 1; each <= index; ++each) {
    sim::append_integer(content, committed_[each - 1].first);
    sim::append_integer(content, committed_[each - 1].second);
  }
  return {{index, committed_[index - 1].first},
          std::make_shared<const sim::Bytes>(std::move(content))};
}

/// The snapshot is on the disk; the log there is written anew at once, with all that was under way,
/// or after a later snapshot.
void Cluster::save_snapshot(std::size_t at) {
  Node& node = nodes_[at];
  const bool installing =
      std::ranges::any_of(node.writes, [](const Write& write) { return write.store.snapshot; });
  if (installing || node.applied <= node.snapshot.last.index) return;
  ++coverage_.snapshots;
  node.snapshot = snapshot_at(node.applied);
  node.snapshot.configuration =
      encoded(node.raft.configurations().up_to(node.applied).configuration);
  step(at, SnapshotSaved{node.snapshot});
  if (draw(2) == 0) return;
  while (!node.writes.empty()) sync(at);
  const Index base = node.raft.log().base().index;
  if (base > node.log.base().index) node.log.compact(base);
}

/// Of the writes that were not synced, any number from the front has reached the disk.
void Cluster::crash(std::size_t at) {
  Node& node = nodes_[at];
  if (!node.up) return;
  ++coverage_.crashes;
  const std::size_t kept = draw(node.writes.size() + 1);
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
  const Token token = node.writes[done - 1].store.token;
  for (std::size_t i = 0; i < done; ++i) make_durable(node, node.writes[i]);
  node.writes.erase(node.writes.begin(), node.writes.begin() + static_cast<std::ptrdiff_t>(done));
  const auto waits = std::ranges::find_if(
      node.held, [&](const Outgoing& outgoing) { return outgoing.after > token; });
  for (auto held = node.held.begin(); held != waits; ++held) send(at, *held);
  node.held.erase(node.held.begin(), waits);
  step(at, Persisted{token});
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

void Cluster::check(std::size_t at, const Outbox& out) {
  Node& node = nodes_[at];
  if (out.halted != nullptr) fail(at, out.halted);
  check_entries(at, out);
  for (const Remark& note : out.notes) {
    if (note.type == models::NoteType::role &&
        Role{static_cast<std::uint8_t>(note.a)} == Role::leader) {
      check_leader(at);
    }
    if (note.type == models::NoteType::truncated) ++coverage_.truncations;
    if (note.type == models::NoteType::restored) {
      coverage_.installs += note.c;
      check_restored(at, {note.a, note.b});
    }
    if (note.type == models::NoteType::configuration) {
      coverage_.fallbacks += note.a < node.configuration;
      node.configuration = note.a;
    }
    if (note.type == models::NoteType::vote) {
      const auto [vote, first] = votes_.try_emplace({ids_[at], note.a}, note.b);
      if (vote->second != note.b) fail(at, "voted twice in term " + std::to_string(note.a));
    }
  }
  if (!out.committed.empty()) check_committed(at, out.committed);
  for (const ReadyRead& read : out.ready_reads) {
    ++coverage_.reads;
    coverage_.follower_reads += node.raft.role() != Role::leader;
    if (read.index < node.reads[read.id] || read.index > node.applied) {
      fail(at, "read at " + std::to_string(read.index) + " what was committed up to " +
                   std::to_string(node.reads[read.id]));
    }
  }
  for (const Outgoing& outgoing : out.messages) {
    const auto* response = std::get_if<AppendResponse>(&outgoing.message);
    coverage_.handovers += std::holds_alternative<TimeoutNow>(outgoing.message);
    coverage_.refusals += response != nullptr && !response->accepted;
  }
}

/// Log matching, by induction: an (index, term) has one content and one predecessor everywhere.
void Cluster::check_entries(std::size_t at, const Outbox& out) {
  const Log& log = nodes_[at].raft.log();
  for (Index index = out.store.entries.first; index <= out.store.entries.last; ++index) {
    const Entry entry{log.hash(index), log.term(index - 1)};
    const auto [known, first] = entries_.try_emplace({index, log.term(index)}, entry);
    if (known->second != entry) fail(at, "log matching is broken at " + std::to_string(index));
  }
}

/// Election safety and leader completeness.
void Cluster::check_leader(std::size_t at) {
  ++coverage_.leaders;
  const Raft& raft = nodes_[at].raft;
  const auto [leader, first] = leaders_.try_emplace(raft.term(), ids_[at]);
  if (!first) fail(at, "a second leader of term " + std::to_string(raft.term()));
  for (Index index = 1; index <= committed_.size(); ++index) {
    const auto& [term, hash] = committed_[index - 1];
    const bool gone = index <= raft.log().base().index;  // compared when the snapshot was made
    const bool held = gone || (raft.log().holds({index, term}) && raft.log().hash(index) == hash);
    if (!held) return fail(at, "leads without committed entry " + std::to_string(index));
  }
}

/// State machine safety.
void Cluster::check_committed(std::size_t at, IndexRange range) {
  Node& node = nodes_[at];
  const Log& log = node.raft.log();
  if (range.first != node.applied + 1) return fail(at, "applied out of order");
  for (Index index = range.first; index <= range.last; ++index) {
    const std::pair entry{log.term(index), std::uint64_t{log.hash(index)}};
    if (index > committed_.size()) {
      committed_.push_back(entry);
      count_configuration(log.entry(index));
      ++coverage_.commits;
    } else if (committed_[index - 1] != entry) {
      return fail(at, "applied another entry at " + std::to_string(index));
    }
  }
  node.applied = range.last;
}

/// What a snapshot says is what the entries would have led to.
void Cluster::check_restored(std::size_t at, LogPosition last) {
  Node& node = nodes_[at];
  if (last.index > committed_.size()) return fail(at, "took over what nobody has committed");
  const Snapshot expected = snapshot_at(last.index);
  const Snapshot& snapshot = node.raft.snapshot();
  if (snapshot.last != expected.last || *snapshot.content != *expected.content) {
    fail(at, "took over another state at " + std::to_string(last.index));
  }
  if (last.index < node.applied) fail(at, "went back by a snapshot");
  node.applied = last.index;
}

void Cluster::count_configuration(const wal::Record& record) {
  Configuration configuration;
  if (record.type != wal::RecordType::configuration) return;
  if (!decode(sim::as_bytes(record.value), configuration)) return;
  ++(configuration.joint() ? coverage_.joints : coverage_.changes);
}

void Cluster::fail(std::size_t node, std::string what) {
  if (violation_.empty()) violation_ = "node " + std::to_string(node) + ": " + std::move(what);
}

}  // namespace splitvote::raft
