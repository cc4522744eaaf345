// How a command is written into the value of its record.
#include "models/kv/command.hpp"

namespace splitvote::kv {

void encode_value(const Command& command, sim::Bytes& target) {
  const client::Operation& operation = command.operation;
  const std::size_t start = target.size();
  target.resize(start + command_header_size + operation.value.size());
  std::byte* const begin = target.data() + start;
  std::memcpy(begin, &command.session, 8);
  std::memcpy(begin + 8, &command.sequence, 8);
  std::memcpy(begin + 16, &operation.kind, 1);
  std::memcpy(begin + 17, &operation.expected_revision, 8);
  // An empty view may have no address, and memcpy wants one.
  if (!operation.value.empty())
    std::memcpy(begin + command_header_size, operation.value.data(), operation.value.size());
}

bool decode(const wal::Record& record, Command& command) {
  if (record.type != wal::RecordType::command) return false;
  sim::Reader reader(sim::as_bytes(record.value));
  command.session = reader.integer<std::uint64_t>();
  command.sequence = reader.integer<std::uint64_t>();
  command.operation.kind = static_cast<client::OperationKind>(reader.integer<std::uint8_t>());
  command.operation.expected_revision = reader.integer<std::uint64_t>();
  command.operation.key = record.key;
  command.operation.value = sim::as_text(reader.rest());
  return !reader.failed() && command.operation.kind <= client::OperationKind::compare_and_swap;
}

}  // namespace splitvote::kv
