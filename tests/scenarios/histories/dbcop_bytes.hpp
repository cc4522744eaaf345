// A small history in dbcop's binary format, put together byte by byte.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace splitvote::histories {

/// Little-endian, eight bytes.
inline std::string dbcop_number(std::uint64_t value) {
  std::string bytes;
  for (int byte = 0; byte < 8; ++byte) bytes += static_cast<char>(value >> (8 * byte) & 0xff);
  return bytes;
}

inline std::string dbcop_text(std::string_view text) {
  return dbcop_number(text.size()) + std::string(text);
}

/// Everything before the number of sessions: 70 bytes.
inline std::string dbcop_header() {
  std::string bytes;
  for (const std::uint64_t number : {7, 2, 3, 1, 2}) bytes += dbcop_number(number);
  return bytes + dbcop_text("db") + dbcop_text("") + dbcop_text("then");
}

struct DbcopEvent {
  char writes = 0;
  std::uint64_t key = 0;
  std::uint64_t value = 0;
  char succeeded = 1;
};

inline std::string dbcop_transaction(const std::vector<DbcopEvent>& events, char committed = 1) {
  std::string bytes = dbcop_number(events.size());
  for (const DbcopEvent& event : events)
    bytes += event.writes + dbcop_number(event.key) + dbcop_number(event.value) + event.succeeded;
  return bytes + committed;
}

/// The sessions, each with its transactions.
inline std::string dbcop_history(const std::vector<std::vector<std::string>>& sessions) {
  std::string bytes = dbcop_header() + dbcop_number(sessions.size());
  for (const std::vector<std::string>& session : sessions) {
    bytes += dbcop_number(session.size());
    for (const std::string& transaction : session) bytes += transaction;
  }
  return bytes;
}

}  // namespace splitvote::histories
