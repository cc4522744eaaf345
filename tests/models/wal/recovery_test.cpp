// Recovery of damaged files: every truncation, every flipped bit, overwritten suffixes, and bytes
// that pretend.
#include <doctest/doctest.h>

#include <array>
#include <string>
#include <vector>

#include "sim/random/stream.hpp"
#include "tests/models/wal/oracle.hpp"
#include "tests/models/wal/sector_host.hpp"

namespace splitvote::wal {
namespace {

using test::Oracle;
using test::SectorHost;

/// A log of three batches, and what it holds after each.
struct SmallLog {
  sim::Bytes file;
  std::vector<std::uint64_t> ends;  // of the header and of each batch
  std::vector<Oracle> contents;     // after the header and after each batch
};

SmallLog small_log(std::uint32_t alignment) {
  SectorHost host(512, false);
  Writer writer;
  Oracle oracle;
  SmallLog log;
  (void)writer.open(host, sim::FileId{0}, recover({}), {.salt = 77, .alignment = alignment});
  test::settle(host, writer);
  log.ends.push_back(host.newest().size());
  log.contents.push_back(oracle);
  const auto end_batch = [&] {
    const std::uint64_t begin = writer.file_end();
    (void)writer.flush(host);
    test::settle(host, writer);
    const Batch nothing;
    Batch batch = nothing;
    REQUIRE(decode(sim::ByteView(host.newest()).subspan(begin), batch));
    log.ends.push_back(begin + batch_record_size + batch.size);
    log.contents.push_back(oracle);
  };
  oracle.set(writer, 1, 2);
  oracle.put(writer, 1, {1, "a", "first"});
  end_batch();
  oracle.put(writer, 2, {1, "b", "second"});
  oracle.put(writer, 3, {1, "", ""});
  end_batch();
  oracle.set(writer, 2, no_vote);
  oracle.put(writer, 2, {2, "b", "another second"});
  end_batch();
  log.file = host.newest();
  return log;
}

/// How many batches are whole in the first `size` bytes, counting the header as one; 0 for none.
std::size_t whole(const SmallLog& log, std::uint64_t size) {
  std::size_t count = 0;
  while (count < log.ends.size() && log.ends[count] <= size) ++count;
  return count;
}

TEST_CASE("a file cut anywhere gives the log of its whole batches and says where they end") {
  for (const std::uint32_t alignment : {1, 64}) {
    const SmallLog log = small_log(alignment);
    for (std::uint64_t size = 0; size <= log.file.size(); ++size) {
      CAPTURE(alignment);
      CAPTURE(size);

      const Recovered recovered = recover(sim::ByteView(log.file).first(size));

      const std::size_t batches = whole(log, size);
      const std::uint64_t end = batches == 0 ? 0 : log.ends[batches - 1];
      const bool clean = size <= (batches == 0 ? 0 : align_up(end, alignment));
      CHECK(recovered.status == (clean ? RecoveryStatus::ok : RecoveryStatus::torn_tail));
      CHECK(recovered.valid_bytes == end);
      CHECK(test::contents(recovered) == (batches == 0 ? Oracle{} : log.contents[batches - 1]));
    }
  }
}

TEST_CASE("one flipped bit before the last batch is corruption, in the last batch a torn tail") {
  const SmallLog log = small_log(1);
  for (std::uint64_t bit = 0; bit < log.file.size() * 8; ++bit) {
    CAPTURE(bit);
    sim::Bytes file = log.file;
    file[bit / 8] ^= static_cast<std::byte>(1 << bit % 8);

    const Recovered recovered = recover(file);

    const bool last = bit / 8 >= log.ends[2];
    CHECK(recovered.status == (last ? RecoveryStatus::torn_tail : RecoveryStatus::corrupt));
    CHECK(recovered.damage_offset <= bit / 8);
    CHECK(!recovered.reason.empty());
    if (last) CHECK(test::contents(recovered) == log.contents[2]);
  }
}

TEST_CASE("the damage is reported at the record that has it") {
  const SmallLog log = small_log(1);
  sim::Bytes file = log.file;
  const std::uint64_t second_record = log.ends[0] + batch_record_size + overhead + 2;
  file[second_record + 5] ^= std::byte{1};

  const Recovered recovered = recover(file);

  CHECK(recovered.status == RecoveryStatus::corrupt);
  CHECK(recovered.damage_offset == second_record);
  CHECK(recovered.reason == "a synced batch is damaged");
}

TEST_CASE("damage between batches, in the padding, damages nothing") {
  const SmallLog log = small_log(64);
  sim::Bytes file = log.file;
  for (std::uint64_t at = log.ends[1]; at < align_up(log.ends[1], 64); ++at)
    file[at] = std::byte{0xff};

  const Recovered recovered = recover(file);

  CHECK(log.ends[1] % 64 != 0);
  CHECK(recovered.status == RecoveryStatus::ok);
  CHECK(test::contents(recovered) == log.contents[3]);
}

TEST_CASE("a header that was never synced is a file that was being created") {
  sim::Bytes file(4096);
  for (std::size_t i = 0; i < 16; ++i) file[i] = static_cast<std::byte>(i * 77);

  const Recovered recovered = recover(file);

  CHECK(recovered.status == RecoveryStatus::torn_tail);
  CHECK(recovered.valid_bytes == 0);
  CHECK(recovered.reason == "the file header was never synced");
}

TEST_CASE("a synced batch that vanished entirely is corruption, because the next one is there") {
  const SmallLog log = small_log(1);
  sim::Bytes file = log.file;
  std::fill(file.begin() + static_cast<std::ptrdiff_t>(log.ends[1]),
            file.begin() + static_cast<std::ptrdiff_t>(log.ends[2]), std::byte{0});

  CHECK(recover(file).status == RecoveryStatus::corrupt);
}

/// A file whose only batch is unsynced and torn, with a value that is these bytes' batch record;
/// `shift` is how far from its own place the forged record claims to lie.
sim::Bytes torn_file_with_forgery(std::uint64_t salt, std::uint64_t shift) {
  SectorHost host(512, false);
  Writer writer;
  Oracle oracle;
  (void)writer.open(host, sim::FileId{0}, recover({}), {.salt = 77});
  test::settle(host, writer);
  const std::uint64_t value_at = writer.file_end() + batch_record_size + header_size + 1;
  std::array<std::byte, batch_record_size> forged{};
  encode(Batch{2, salt, value_at + shift, 0}, std::span(forged));
  oracle.put(writer, 1, {1, "k", std::string(sim::as_text(forged))});
  (void)writer.flush(host);
  sim::Bytes file = host.newest();
  Batch found;
  REQUIRE(decode(sim::ByteView(file).subspan(value_at), found));
  file.back() ^= std::byte{1};
  return file;
}

TEST_CASE("a user's bytes that look like a batch record do not make a torn tail corrupt") {
  // The forger knows the format and where the value will lie, but not the salt.
  CHECK(recover(torn_file_with_forgery(78, 0)).status == RecoveryStatus::torn_tail);
  CHECK(recover(torn_file_with_forgery(77, 0)).status == RecoveryStatus::corrupt);
}

TEST_CASE("a batch record that is not in its own place proves nothing") {
  CHECK(recover(torn_file_with_forgery(77, 1)).status == RecoveryStatus::torn_tail);
}

TEST_CASE("a batch with another number than the next is corruption") {
  for (const std::uint64_t number : {0, 2}) {
    sim::Bytes file;
    encode(FileHeader{1, 77}, file);
    std::array<std::byte, batch_record_size> batch{};
    encode(Batch{number, 77, file.size(), 0}, std::span(batch));
    sim::append(file, batch);

    CHECK(recover(file).status == RecoveryStatus::corrupt);
  }
}

/// A whole synced file with one batch that holds these bytes.
sim::Bytes file_with(sim::ByteView records) {
  SectorHost host(512, false);
  Writer writer;
  (void)writer.open(host, sim::FileId{0}, recover({}), {});
  test::settle(host, writer);
  writer.append(records);
  (void)writer.flush(host);
  return host.newest();
}

TEST_CASE("valid records that make no log are corruption, even in the last batch") {
  const auto refused = [](const std::vector<Record>& records) {
    sim::Bytes bytes;
    for (const Record& record : records) encode(record, bytes);
    const Recovered recovered = recover(file_with(bytes));
    return recovered.status == RecoveryStatus::corrupt &&
           recovered.reason == "a record does not continue the log";
  };
  const Record first{1, 1, RecordType::no_op, {}, {}};

  CHECK(!refused({first}));
  CHECK(refused({{1, 2, RecordType::no_op, {}, {}}}));              // a gap at the front
  CHECK(refused({first, {1, 3, RecordType::no_op, {}, {}}}));       // a gap behind
  CHECK(refused({{1, 0, RecordType::no_op, {}, {}}}));              // indexes begin with 1
  CHECK(refused({first, {0, 2, RecordType::truncation, {}, {}}}));  // nothing to remove
  CHECK(refused({first, {0, 0, RecordType::truncation, {}, {}}}));
  CHECK(refused({{1, 0, RecordType::hard_state, {}, "123"}}));  // a vote has two bytes
  CHECK(refused({first, {0, 9, RecordType::batch, {}, {}}}));   // a batch within a batch
}

TEST_CASE("recovery agrees with a list of entries over random appends, overwrites and cuts") {
  sim::Stream stream(5, {sim::Purpose::fault_value, 0, 0});
  for (int round = 0; round < 200; ++round) {
    SectorHost host(512, false);
    Writer writer;
    Oracle oracle;
    (void)writer.open(host, sim::FileId{0}, recover({}), {.salt = stream.draw()});
    test::settle(host, writer);
    for (int step = 0; step < 60; ++step) {
      const auto last = static_cast<std::int64_t>(oracle.entries.size());
      const auto what = sim::uniform(stream, 0, 9);
      if (what == 0) {
        const auto vote = static_cast<std::uint16_t>(sim::uniform(stream, 0, 4));
        oracle.set(writer, oracle.term + 1, vote);
      } else if (what == 1 && last > 0) {
        oracle.cut(writer, static_cast<std::uint64_t>(sim::uniform(stream, 1, last)));
      } else {
        const auto low = what < 4 && last > 0 ? sim::uniform(stream, 1, last) : last + 1;
        const auto size = static_cast<std::size_t>(sim::uniform(stream, 0, 40));
        const std::string value(size, static_cast<char>('a' + step % 26));
        oracle.put(writer, static_cast<std::uint64_t>(low),
                   {oracle.term, std::to_string(step), value});
      }
      if (sim::uniform(stream, 0, 2) == 0) {
        (void)writer.flush(host);
        test::settle(host, writer);
      }
    }
    (void)writer.flush(host);

    const Recovered recovered = recover(host.newest());

    REQUIRE(recovered.status == RecoveryStatus::ok);
    REQUIRE(test::contents(recovered) == oracle);
    REQUIRE(recovered.valid_bytes == host.newest().size());
  }
}

TEST_CASE("the arena is the entries' own encodings, one behind the other, and nothing else") {
  const SmallLog log = small_log(1);

  const Recovered recovered = recover(log.file);

  sim::Bytes expected;
  encode({1, 1, RecordType::command, "a", "first"}, expected);
  const std::uint64_t second = expected.size();
  encode({2, 2, RecordType::command, "b", "another second"}, expected);
  CHECK(recovered.arena == expected);
  CHECK(recovered.entries == std::vector<EntryPlace>{{0, 1}, {second, 2}});
}

}  // namespace
}  // namespace splitvote::wal
