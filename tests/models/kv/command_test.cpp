// The command inside a record.
#include <doctest/doctest.h>

#include <string>

#include "models/kv/command.hpp"

namespace splitvote::kv {
namespace {

using client::OperationKind;

TEST_CASE("a command's value is session, sequence, kind, expected revision and the value") {
  sim::Bytes expected;
  sim::append_integer(expected, std::uint64_t{0x100000007});
  sim::append_integer(expected, std::uint64_t{5});
  sim::append_integer(expected, std::uint8_t{3});
  sim::append_integer(expected, std::uint64_t{99});
  sim::append(expected, sim::as_bytes("value"));

  sim::Bytes encoded;
  encode_value({0x100000007, 5, {OperationKind::compare_and_swap, 99, "key", "value"}}, encoded);

  CHECK(encoded == expected);
}

TEST_CASE("a command read from its record is the command that was written") {
  sim::Bytes value;
  encode_value({7, 8, {OperationKind::put, 0, "key", "value"}}, value);

  Command command;
  REQUIRE(decode({1, 2, wal::RecordType::command, "key", sim::as_text(value)}, command));

  CHECK(command.session == 7);
  CHECK(command.sequence == 8);
  CHECK(command.operation.kind == OperationKind::put);
  CHECK(command.operation.expected_revision == 0);
  CHECK(command.operation.key == "key");
  CHECK(command.operation.value == "value");
}

TEST_CASE("a record that is no command, cut short or of an unknown kind is refused") {
  sim::Bytes bytes;
  encode_value({7, 8, {OperationKind::get, 0, "key", ""}}, bytes);
  const std::string value(sim::as_text(bytes));
  std::string unknown_kind = value;
  unknown_kind[16] = 4;

  const auto decodes = [](wal::RecordType type, std::string_view content) {
    Command command;
    return decode({1, 2, type, "key", content}, command);
  };
  CHECK(decodes(wal::RecordType::command, value));
  CHECK(!decodes(wal::RecordType::no_op, value));
  CHECK(!decodes(wal::RecordType::command, value.substr(0, value.size() - 1)));
  CHECK(!decodes(wal::RecordType::command, ""));
  CHECK(!decodes(wal::RecordType::command, unknown_kind));
}

}  // namespace
}  // namespace splitvote::kv
