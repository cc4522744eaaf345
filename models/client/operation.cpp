// How an operation is written, in requests and in histories.
#include "models/client/operation.hpp"

#include <cstring>

namespace splitvote::client {

namespace {

constexpr std::size_t fixed_size = 13;  // kind, expected_revision, key_size

}  // namespace

void encode(const Operation& operation, sim::Bytes& target) {
  // One resize, then copies: field by field would grow the buffer five times on the hot path.
  const auto key_size = static_cast<std::uint32_t>(operation.key.size());
  const std::size_t start = target.size();
  target.resize(start + fixed_size + operation.key.size() + operation.value.size());
  std::byte* const field = target.data() + start;
  field[0] = static_cast<std::byte>(operation.kind);
  std::memcpy(field + 1, &operation.expected_revision, sizeof operation.expected_revision);
  std::memcpy(field + 9, &key_size, sizeof key_size);
  operation.key.copy(reinterpret_cast<char*>(field + fixed_size), operation.key.size());
  operation.value.copy(reinterpret_cast<char*>(field + fixed_size + operation.key.size()),
                       operation.value.size());
}

bool decode(sim::ByteView bytes, Operation& operation) {
  sim::Reader reader(bytes);
  const auto kind = reader.integer<std::uint8_t>();
  operation.kind = static_cast<OperationKind>(kind);
  operation.expected_revision = reader.integer<std::uint64_t>();
  operation.key = sim::as_text(reader.bytes(reader.integer<std::uint32_t>()));
  operation.value = sim::as_text(reader.rest());
  return !reader.failed() && kind <= static_cast<std::uint8_t>(OperationKind::compare_and_swap);
}

}  // namespace splitvote::client
