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

/// Where the session lies; it is made if there is none.
std::uint32_t SessionTable::place(std::uint64_t id) {
  if (last_place_ < slots_.size() && slots_[last_place_].session.id == id) return last_place_;
  last_place_ =
      index_.find(mix(id), [&](std::uint32_t slot) { return slots_[slot].session.id == id; });
  if (last_place_ != KeyIndex::no_slot) return last_place_;
  last_place_ = static_cast<std::uint32_t>(slots_.size());
  index_.insert(mix(id), last_place_);
  const Session fresh{.id = id};
  slots_.push_back({fresh, content(fresh)});
  hash_ += slots_.back().content;
  return last_place_;
}

void SessionTable::set(const Session& session) {
  Slot& slot = slots_[place(session.id)];
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

}  // namespace splitvote::kv
