// What is remembered of each session, found by its id.
#include "models/kv/session_table.hpp"

#include <algorithm>

#include "models/kv/hash.hpp"

namespace splitvote::kv {

Session& SessionTable::of(std::uint64_t id) {
  const std::uint64_t hash = mix(id);
  const std::uint32_t known =
      index_.find(hash, [&](std::uint32_t slot) { return sessions_[slot].id == id; });
  if (known != KeyIndex::no_slot) return sessions_[known];
  index_.insert(hash, static_cast<std::uint32_t>(sessions_.size()));
  return sessions_.emplace_back(Session{.id = id});
}

std::uint64_t SessionTable::content_hash() const {
  std::uint64_t sum = 0;
  for (const Session& session : sessions_) {
    const std::uint64_t answer = mix(session.revision, static_cast<std::uint64_t>(session.status));
    sum += mix(mix(session.id, session.sequence), answer);
  }
  return sum;
}

std::vector<Session> SessionTable::sorted() const {
  std::vector<Session> sessions = sessions_;
  std::ranges::sort(sessions, {}, &Session::id);
  return sessions;
}

}  // namespace splitvote::kv
