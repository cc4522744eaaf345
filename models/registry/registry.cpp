// All protocols: adding one is its room and its line here.
#include <algorithm>
#include <array>

#include "models/primary_backup/registration.hpp"
#include "models/raft/registration.hpp"
#include "models/registry/protocol.hpp"

namespace splitvote::models {

std::span<const Protocol> protocols() {
  static const std::array all{
      primary_backup::primary_backup_protocol(),
      raft::raft_protocol(),
  };
  return all;
}

const Protocol* find_protocol(std::string_view name) {
  const auto found = std::ranges::find(protocols(), name, &Protocol::name);
  return found == protocols().end() ? nullptr : &*found;
}

}  // namespace splitvote::models
