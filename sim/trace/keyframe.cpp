// Keeps the state of the nodes and the faults in force up to date, and writes and reads it at
// each block's start.
#include "sim/trace/keyframe.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/trace/format.hpp"

namespace splitvote::sim {

using trace_format::append_varint;
using trace_format::VarintReader;

Keyframe::Keyframe(std::size_t nodes, std::vector<NoteKind> state_notes)
    : nodes_(nodes), state_notes_(std::move(state_notes)) {
  SPLITVOTE_CHECK(state_notes_.size() <= state_notes_max);
  slots_.fill(not_kept);
  for (std::size_t slot = 0; slot < state_notes_.size(); ++slot)
    if (number(state_notes_[slot]) < quick_kinds)
      slots_[number(state_notes_[slot])] = static_cast<std::uint8_t>(slot);
}

std::size_t Keyframe::search_slot(std::uint64_t kind) const {
  for (std::size_t slot = 0; slot < state_notes_.size(); ++slot)
    if (number(state_notes_[slot]) == kind) return slot;
  return not_kept;
}

const StateNote* Keyframe::find(NodeId node, NoteKind kind) const {
  const std::size_t slot = slot_of(number(kind));
  if (slot == not_kept || number(node) >= nodes_.size()) return nullptr;
  const StateNote& note = nodes_[number(node)].notes[slot];
  return note.known ? &note : nullptr;
}

void Keyframe::follow_life(const Record& record) {
  if (number(record.node) >= nodes_.size()) return;
  TracedNode& node = nodes_[number(record.node)];
  node.since = record.moment.time;
  switch (record.kind) {
    case RecordKind::start:
      node.incarnation = Incarnation{static_cast<std::uint32_t>(record.a)};
      node.life = Life::up;
      node.notes.fill({});
      return;
    case RecordKind::stop:
      node.life = Life::down;
      node.notes.fill({});
      return;
    case RecordKind::pause:
      node.life = Life::paused;
      return;
    default:
      node.life = Life::up;
      return;
  }
}

void Keyframe::follow_fault(const Record& record) {
  const FaultId id{static_cast<std::uint32_t>(record.a)};
  std::erase_if(faults_, [id](const ActiveFault& fault) { return fault.id == id; });
  if (record.b == 0)
    faults_.push_back(
        {id, record.moment.event, record.moment.time, std::string(as_text(record.detail))});
}

void Keyframe::encode(Bytes& target) const {
  for (const TracedNode& node : nodes_) {
    append_varint(target, static_cast<std::uint64_t>(node.life));
    append_varint(target, number(node.incarnation));
    append_varint(target, static_cast<std::uint64_t>(node.since.ns));
    std::uint64_t known = 0;
    for (std::size_t slot = 0; slot < state_notes_.size(); ++slot)
      known |= std::uint64_t{node.notes[slot].known} << slot;
    append_varint(target, known);
    for (const StateNote& note : node.notes) {
      if (!note.known) continue;
      append_varint(target, static_cast<std::uint64_t>(note.since.ns));
      append_varint(target, note.a);
      append_varint(target, note.b);
    }
  }
  append_varint(target, faults_.size());
  for (const ActiveFault& fault : faults_) {
    append_varint(target, number(fault.id));
    append_varint(target, number(fault.event));
    append_varint(target, static_cast<std::uint64_t>(fault.since.ns));
    append_varint(target, fault.text.size());
    append(target, as_bytes(fault.text));
  }
}

namespace {

/// A time is never negative; one that would be is a damaged one.
bool read_instant(VarintReader& reader, Instant& target) {
  const std::uint64_t ns = reader.varint();
  target = {static_cast<std::int64_t>(ns)};
  return ns <= static_cast<std::uint64_t>(INT64_MAX);
}

bool read_node(VarintReader& reader, std::size_t kinds, TracedNode& node) {
  const std::uint64_t life = reader.varint();
  const std::uint64_t incarnation = reader.varint();
  if (life > static_cast<std::uint64_t>(Life::paused) || incarnation > UINT32_MAX) return false;
  node.life = static_cast<Life>(life);
  node.incarnation = Incarnation{static_cast<std::uint32_t>(incarnation)};
  if (!read_instant(reader, node.since)) return false;
  const std::uint64_t known = reader.varint();
  if (known >> kinds != 0) return false;
  for (std::size_t slot = 0; slot < state_notes_max; ++slot) {
    StateNote& note = node.notes[slot];
    note = {};
    if ((known >> slot & 1) == 0) continue;
    note.known = true;
    if (!read_instant(reader, note.since)) return false;
    note.a = reader.varint();
    note.b = reader.varint();
  }
  return !reader.failed();
}

bool read_fault(VarintReader& reader, ActiveFault& fault) {
  const std::uint64_t id = reader.varint();
  fault.id = FaultId{static_cast<std::uint32_t>(id)};
  fault.event = EventId{reader.varint()};
  if (id > UINT32_MAX || !read_instant(reader, fault.since)) return false;
  fault.text = as_text(reader.bytes(reader.varint()));
  return !reader.failed();
}

}  // namespace

bool Keyframe::decode(ByteView bytes) {
  VarintReader reader(bytes);
  for (TracedNode& node : nodes_)
    if (!read_node(reader, state_notes_.size(), node)) return false;
  const std::uint64_t count = reader.varint();
  faults_.clear();
  for (std::uint64_t i = 0; i < count && !reader.failed(); ++i) {
    ActiveFault fault;
    if (!read_fault(reader, fault)) return false;
    faults_.push_back(std::move(fault));
  }
  return !reader.failed() && reader.at_end();
}

}  // namespace splitvote::sim
