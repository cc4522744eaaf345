// Where a key lives: which of the groups of servers holds it.
#pragma once

#include <cstdint>
#include <string_view>

namespace splitvote::client {

/// More groups than anyone runs on one server here; a group's number fits into ten bits.
inline constexpr std::uint16_t groups_max = 1024;

/// FNV-1a with 64 bits (Fowler, Noll, Vo; RFC 9923) over the key's bytes, modulo the number of
/// groups. Clients and servers compute it alike, so nobody has to be asked.
[[nodiscard]] constexpr std::uint16_t group_of(std::string_view key, std::uint16_t groups) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char byte : key) {
    hash = (hash ^ static_cast<std::uint8_t>(byte)) * 0x100000001b3;
  }
  return static_cast<std::uint16_t>(hash % groups);
}

}  // namespace splitvote::client
