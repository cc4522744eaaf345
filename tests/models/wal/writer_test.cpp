// The writer's order of work: what it asks of the host and when, and what it does about failures.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/models/wal/oracle.hpp"
#include "tests/models/wal/sector_host.hpp"

namespace splitvote::wal {
namespace {

using sim::DiskStatus;
using test::Oracle;

/// Writes down what it is asked and answers as told.
class ScriptedHost : public test::SectorHost {
 public:
  ScriptedHost() : SectorHost(512, false) {}

  DiskStatus write(sim::FileId file, std::uint64_t offset, sim::ByteView content) override {
    asked.push_back("write " + std::to_string(offset) + "+" + std::to_string(content.size()));
    if (write_status != DiskStatus::ok) return write_status;
    return SectorHost::write(file, offset, content);
  }
  DiskStatus truncate(sim::FileId file, std::uint64_t size) override {
    asked.push_back("truncate " + std::to_string(size));
    return SectorHost::truncate(file, size);
  }
  void sync(sim::FileId, sim::IoToken token) override {
    asked.push_back("sync " + std::to_string(sim::number(token)));
  }
  void sync_directory(sim::IoToken token) override {
    asked.push_back("sync_directory " + std::to_string(sim::number(token)));
  }
  std::vector<std::string> take() { return std::exchange(asked, {}); }

  std::vector<std::string> asked;
  DiskStatus write_status = DiskStatus::ok;
};

using Asked = std::vector<std::string>;

constexpr std::size_t no_op_size = overhead;

sim::Bytes no_op(std::uint64_t index) {
  sim::Bytes bytes;
  encode({1, index, RecordType::no_op, {}, {}}, bytes);
  return bytes;
}

DiskStatus finish(ScriptedHost& host, Writer& writer, std::uint64_t token,
                  DiskStatus status = DiskStatus::ok) {
  return writer.on_synced(host, {sim::IoToken{token}, status, {}});
}

/// A writer that has opened a new file; its next token is 102.
Writer opened_writer(ScriptedHost& host) {
  Writer writer;
  (void)writer.open(host, sim::FileId{3}, recover({}), {.salt = 1, .first_token = 100});
  (void)finish(host, writer, 100);
  (void)finish(host, writer, 101);
  host.asked.clear();
  return writer;
}

TEST_CASE("a new file gets its header, and is opened when file and directory are synced") {
  ScriptedHost host;
  Writer writer;

  CHECK(writer.open(host, sim::FileId{3}, recover({}), {.salt = 1, .first_token = 100}) ==
        DiskStatus::ok);

  CHECK(host.take() == Asked{"write 0+28", "sync 100", "sync_directory 101"});
  CHECK(!writer.opened());
  CHECK(writer.awaits(sim::IoToken{100}));
  CHECK(finish(host, writer, 100) == DiskStatus::ok);
  CHECK(!writer.awaits(sim::IoToken{100}));
  CHECK(!writer.opened());
  CHECK(finish(host, writer, 101) == DiskStatus::ok);
  CHECK(writer.opened());
  CHECK(!writer.awaits(sim::IoToken{101}));
}

TEST_CASE("what is appended before the file is open leaves once it is") {
  ScriptedHost host;
  Writer writer;
  writer.append(no_op(1));
  CHECK(writer.flush(host) == DiskStatus::ok);
  CHECK(host.take() == Asked{});

  (void)writer.open(host, sim::FileId{3}, recover({}), {.salt = 1, .first_token = 100});
  host.asked.clear();
  CHECK(writer.flush(host) == DiskStatus::ok);
  CHECK(host.take() == Asked{});
  (void)finish(host, writer, 100);
  (void)finish(host, writer, 101);
  CHECK(writer.durable() == 0);

  CHECK(writer.flush(host) == DiskStatus::ok);
  CHECK(host.take() ==
        Asked{"write 28+" + std::to_string(batch_record_size + no_op_size), "sync 102"});
  CHECK(finish(host, writer, 102) == DiskStatus::ok);
  CHECK(writer.durable() == 1);
}

TEST_CASE("one sync is in flight at a time, and the next batch has everything appended meanwhile") {
  ScriptedHost host;
  Writer writer = opened_writer(host);
  writer.append(no_op(1));
  (void)writer.flush(host);
  const std::uint64_t end = writer.file_end();
  host.asked.clear();

  writer.append(no_op(2));
  (void)writer.flush(host);
  writer.append(no_op(3));
  (void)writer.flush(host);
  CHECK(host.take() == Asked{});
  CHECK(writer.appended() == 3);
  CHECK(writer.durable() == 0);

  (void)finish(host, writer, 102);
  CHECK(writer.durable() == 1);
  (void)writer.flush(host);
  CHECK(host.take() == Asked{"write " + std::to_string(end) + "+" +
                                 std::to_string(batch_record_size + 2 * no_op_size),
                             "sync 103"});
  (void)finish(host, writer, 103);
  CHECK(writer.durable() == 3);
}

TEST_CASE("flush does nothing when there is nothing to write") {
  ScriptedHost host;
  Writer writer = opened_writer(host);

  CHECK(writer.flush(host) == DiskStatus::ok);

  CHECK(host.take() == Asked{});
}

TEST_CASE("a failed sync is never repeated and makes nothing durable") {
  ScriptedHost host;
  Writer writer = opened_writer(host);
  writer.append(no_op(1));
  (void)writer.flush(host);
  host.asked.clear();

  CHECK(finish(host, writer, 102, DiskStatus::io_error) == DiskStatus::io_error);

  CHECK(writer.state() == Writer::State::failed);
  CHECK(!writer.opened());
  CHECK(writer.durable() == 0);
  writer.append(no_op(2));
  CHECK(writer.flush(host) == DiskStatus::io_error);
  CHECK(host.take() == Asked{});
}

TEST_CASE("a write that is refused is reported and followed by no sync") {
  ScriptedHost host;
  Writer writer = opened_writer(host);
  writer.append(no_op(1));
  host.write_status = DiskStatus::no_space;

  CHECK(writer.flush(host) == DiskStatus::no_space);

  CHECK(host.take().size() == 1);
  CHECK(writer.flush(host) == DiskStatus::no_space);
  CHECK(host.take() == Asked{});
}

TEST_CASE("a failed sync of the directory keeps the file from being opened") {
  ScriptedHost host;
  Writer writer;
  (void)writer.open(host, sim::FileId{3}, recover({}), {.salt = 1, .first_token = 100});

  CHECK(finish(host, writer, 100) == DiskStatus::ok);
  CHECK(finish(host, writer, 101, DiskStatus::io_error) == DiskStatus::io_error);

  CHECK(!writer.opened());
}

TEST_CASE("a torn tail is cut and synced before anything is written behind it") {
  ScriptedHost host;
  Writer writer = opened_writer(host);
  writer.append(no_op(1));
  (void)writer.flush(host);
  const std::uint64_t end = writer.file_end();
  (void)finish(host, writer, 102);
  writer.append(no_op(2));
  (void)writer.flush(host);
  sim::Bytes file = host.newest();
  file.pop_back();
  host.asked.clear();

  Writer next;
  const Recovered recovered = recover(file);
  REQUIRE(recovered.status == RecoveryStatus::torn_tail);
  (void)next.open(host, sim::FileId{3}, recovered, {.salt = 2, .first_token = 200});
  CHECK(host.take() == Asked{"truncate " + std::to_string(end), "sync 200", "sync_directory 201"});
  next.append(no_op(2));
  (void)finish(host, next, 200);
  (void)finish(host, next, 201);
  (void)next.flush(host);

  const Recovered again = recover(host.newest());
  CHECK(again.status == RecoveryStatus::ok);
  CHECK(again.batches == 2);
  CHECK(again.entries.size() == 2);
}

TEST_CASE("batches of an aligned file are whole multiples of the alignment") {
  ScriptedHost host;
  Writer writer;
  (void)writer.open(host, sim::FileId{3}, recover({}),
                    {.salt = 1, .alignment = 256, .first_token = 100});
  (void)finish(host, writer, 100);
  (void)finish(host, writer, 101);
  host.asked.clear();
  writer.append(no_op(1));
  (void)writer.flush(host);
  (void)finish(host, writer, 102);
  writer.append(sim::Bytes(300 - batch_record_size, std::byte{1}));
  (void)writer.flush(host);

  CHECK(host.take() == Asked{"write 256+256", "sync 102", "write 512+512", "sync 103"});
  CHECK(writer.file_end() == 1024);
}

TEST_CASE("a reopened file keeps its salt and alignment, whatever the options say") {
  test::SectorHost host(512, false);
  Writer writer;
  (void)writer.open(host, sim::FileId{0}, recover({}), {.salt = 1, .alignment = 128});
  test::settle(host, writer);

  Writer next;
  (void)next.open(host, sim::FileId{0}, recover(host.newest()), {.salt = 2, .alignment = 1});
  test::settle(host, next);
  next.append(no_op(1));
  (void)next.flush(host);

  const Recovered recovered = recover(host.newest());
  CHECK(recovered.status == RecoveryStatus::ok);
  CHECK(recovered.header == FileHeader{128, 1});
  CHECK(recovered.entries.size() == 1);
  CHECK(next.file_end() % 128 == 0);
}

TEST_CASE("a copy of a writer goes on as the original would") {
  ScriptedHost host;
  Writer writer = opened_writer(host);
  writer.append(no_op(1));
  Writer copy = writer;
  CHECK(copy == writer);

  (void)writer.flush(host);
  const Asked original = host.take();
  CHECK(copy != writer);
  (void)copy.flush(host);

  CHECK(host.take() == original);
  CHECK(copy == writer);
}

}  // namespace
}  // namespace splitvote::wal
