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
  /// The session, new with sequence 0 if it was never seen; all but its id may be changed. Valid
  /// until the next call.
  [[nodiscard]] Session& of(std::uint64_t id);

  [[nodiscard]] std::uint64_t content_hash() const;
  /// All sessions in ascending order of their ids.
  [[nodiscard]] std::vector<Session> sorted() const;

 private:
  std::vector<Session> sessions_;
  KeyIndex index_;
};

}  // namespace splitvote::kv
