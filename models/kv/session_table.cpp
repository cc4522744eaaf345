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
  if (found != KeyIndex::no_slot) return sessions_[found];
  index_.insert(mix(id), static_cast<std::uint32_t>(sessions_.size()));
  sessions_.push_back({.id = id});
  hash_ += content(sessions_.back());
  return sessions_.back();
}

void SessionTable::set(const Session& session) {
  Session& known = sessions_[find(session.id)];
  hash_ += content(session) - content(known);
  known = session;
}

std::vector<Session> SessionTable::sorted() const {
  std::vector<Session> sessions = sessions_;
  std::ranges::sort(sessions, {}, &Session::id);
  return sessions;
}

std::uint32_t SessionTable::find(std::uint64_t id) const {
  return index_.find(mix(id), [&](std::uint32_t slot) { return sessions_[slot].id == id; });
}

}  // namespace splitvote::kv
