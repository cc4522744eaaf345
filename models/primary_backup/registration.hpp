// The primary/backup protocol as the scenario language knows it.
#pragma once

#include "models/registry/protocol.hpp"

namespace splitvote::primary_backup {

[[nodiscard]] const models::Protocol& primary_backup_protocol();

}  // namespace splitvote::primary_backup
