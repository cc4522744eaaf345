// The session table: for every session its last command's sequence and answer, so that a retry is
// answered and not executed again.
#pragma once

#include <cstdint>
#include <vector>

#include "models/client/message.hpp"
#include "models/kv/key_index.hpp"

namespace splitvote::kv {

/// A session's last command. Sessions are few (one per client lane) and are never forgotten: a
/// retry may come after any time.
struct Session {
  std::uint64_t id = 0;
  std::uint64_t sequence = 0;
  std::uint64_t revision = 0;
  client::Status status = client::Status::ok;

  constexpr bool operator==(const Session&) const = default;
};

class SessionTable {
 public:
  /// The session, new with sequence 0 if it was never seen. Valid until the next call.
  [[nodiscard]] const Session& of(std::uint64_t id) { return slots_[place(id)].session; }
  /// Replaces what is known of the session, which `of` has made known.
  void set(const Session& session);

  [[nodiscard]] std::uint64_t content_hash() const { return hash_; }
  /// All sessions in ascending order of their ids.
  [[nodiscard]] std::vector<Session> sorted() const;

 private:
  /// A session with what it contributes to hash_, which would be computed twice otherwise.
  struct Slot {
    Session session;
    std::uint64_t content = 0;
  };

  [[nodiscard]] std::uint32_t place(std::uint64_t id);

  std::vector<Slot> slots_;
  KeyIndex index_;
  std::uint64_t hash_ = 0;
  std::uint32_t last_place_ = 0;  // where the last search ended: `set` follows `of`
};

}  // namespace splitvote::kv
