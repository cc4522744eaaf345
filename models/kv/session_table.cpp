// What is remembered of each session, found by its id.
#include "models/kv/session_table.hpp"

#include <algorithm>

#include "models/kv/hash.hpp"

namespace splitvote::kv {
namespace {

std::uint64_t content(const Session& session) {
  const std::uint64_t answer = mix(session.revision, static_cast<std::uint64_t>(session.status));
  return mix(mix(session.id, session.sequence), answer);
}

}  // namespace

const Session& SessionTable::of(std::uint64_t id) {
  const std::uint32_t found = find(id);
  if (found != KeyIndex::no_slot) return slots_[found].session;
  index_.insert(mix(id), static_cast<std::uint32_t>(slots_.size()));
  const Session fresh{.id = id};
  slots_.push_back({fresh, content(fresh)});
  hash_ += slots_.back().content;
  return slots_.back().session;
}

void SessionTable::set(const Session& session) {
  Slot& slot = slots_[find(session.id)];
  const std::uint64_t content_now = content(session);
  hash_ += content_now - slot.content;
  slot = {session, content_now};
}

std::vector<Session> SessionTable::sorted() const {
  std::vector<Session> sessions;
  sessions.reserve(slots_.size());
  for (const Slot& slot : slots_) sessions.push_back(slot.session);
  std::ranges::sort(sessions, {}, &Session::id);
  return sessions;
}

std::uint32_t SessionTable::find(std::uint64_t id) const {
  return index_.find(mix(id), [&](std::uint32_t slot) { return slots_[slot].session.id == id; });
}

}  // namespace splitvote::kv
