// The log's file written anew: what it looks like, when it counts, and a life of appends,
// rotations, crashes and losses of power.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/wal/recovery.hpp"
#include "models/wal/writer.hpp"
#include "sim/random/stream.hpp"
#include "tests/models/wal/disk_host.hpp"
#include "tests/models/wal/oracle.hpp"
#include "tests/models/worked_example.hpp"

namespace splitvote::wal {
namespace {

using sim::DiskStatus;
using test::DiskHost;
using test::Oracle;

sim::Bytes document() {
  return models::worked_example("models/wal/FORMAT.md", "Worked example: a rewritten file");
}

sim::Bytes no_op(std::uint64_t index, std::uint64_t term = 4) {
  sim::Bytes bytes;
  encode({term, index, RecordType::no_op, {}, {}}, bytes);
  return bytes;
}

/// A log on a simulated disk whose writer has opened it.
struct Logged {
  DiskHost host{sim::Disk{}};
  Writer writer;
  Logged() {
    const WriterOptions options{.salt = 0x1122334455667788};
    REQUIRE(writer.open(host, host.open("wal"), recover({}), options) == DiskStatus::ok);
    test::settle(host, writer);
  }
  void settle_one() {
    host.finish_sync();
    const sim::DiskCompletion completion = host.completions.front();
    host.completions.pop_front();
    (void)writer.on_synced(host, completion);
  }
  Recovered recovered() { return recover(host.content(host.open("wal"))); }
};

TEST_CASE("a file that is written anew has the document's bytes") {
  Logged log;
  log.writer.append(no_op(1, 3));
  const sim::Bytes entries = no_op(2);

  REQUIRE(log.writer.rotate(log.host, "wal", {{3, 1}, 4, 2, entries}) == DiskStatus::ok);
  test::settle(log.host, log.writer);
  test::settle(log.host, log.writer);

  CHECK(log.host.content(log.host.open("wal")) == document());
  CHECK(log.recovered().base == Base{3, 1});
  CHECK(log.recovered().entries.size() == 1);
  CHECK(log.recovered().vote == 2);
}

TEST_CASE("what a rotation holds is durable when the directory is synced, not before") {
  Logged log;
  log.writer.append(no_op(1));
  const sim::Bytes entries = no_op(2);
  REQUIRE(log.writer.rotate(log.host, "wal", {{4, 1}, 4, 2, entries}) == DiskStatus::ok);

  log.settle_one();
  CHECK(log.writer.state() == Writer::State::rotating);
  CHECK(log.writer.durable() == 0);
  log.settle_one();

  CHECK(log.writer.state() == Writer::State::ready);
  CHECK(log.writer.durable() == 1);
}

TEST_CASE("what is appended during a rotation comes behind it") {
  Logged log;
  const sim::Bytes entries = no_op(2);
  REQUIRE(log.writer.rotate(log.host, "wal", {{4, 1}, 4, 2, entries}) == DiskStatus::ok);
  log.writer.append(no_op(3));
  CHECK(log.writer.flush(log.host) == DiskStatus::ok);
  CHECK(log.writer.state() == Writer::State::rotating);
  test::settle(log.host, log.writer);
  test::settle(log.host, log.writer);

  REQUIRE(log.writer.flush(log.host) == DiskStatus::ok);
  test::settle(log.host, log.writer);

  CHECK(log.recovered().status == RecoveryStatus::ok);
  CHECK(log.recovered().batches == 2);
  CHECK(log.recovered().entries.size() == 2);
}

TEST_CASE("a rewritten file keeps the old one's alignment") {
  DiskHost host{sim::Disk{}};
  Writer writer;
  REQUIRE(writer.open(host, host.open("wal"), recover({}), {.salt = 1, .alignment = 512}) ==
          DiskStatus::ok);
  test::settle(host, writer);
  REQUIRE(writer.rotate(host, "wal", {{4, 1}, 4, 2, {}}) == DiskStatus::ok);
  test::settle(host, writer);
  test::settle(host, writer);

  writer.append(no_op(2));
  REQUIRE(writer.flush(host) == DiskStatus::ok);
  test::settle(host, writer);

  const Recovered recovered = recover(host.content(host.open("wal")));
  CHECK(recovered.status == RecoveryStatus::ok);
  CHECK(recovered.header == FileHeader{512, 1, true});
  CHECK(recovered.entries.size() == 1);
  CHECK(host.content(host.open("wal")).size() == 3 * 512);
}

TEST_CASE("of a rewritten file any changed byte is damage and never a torn tail") {
  const sim::Bytes whole = document();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    CAPTURE(at);
    sim::Bytes damaged = whole;
    damaged[at] ^= std::byte{0x10};
    CHECK(recover(damaged).status == RecoveryStatus::corrupt);
  }
}

TEST_CASE("a rewritten file without its whole first batch is damaged") {
  const sim::Bytes whole = document();
  for (std::size_t size = file_header_size; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(recover(sim::ByteView(whole).first(size)).status == RecoveryStatus::corrupt);
  }
}

TEST_CASE("behind its first batch a rewritten file can have a torn tail like any other") {
  Logged log;
  REQUIRE(log.writer.rotate(log.host, "wal", {{4, 1}, 4, 2, {}}) == DiskStatus::ok);
  test::settle(log.host, log.writer);
  test::settle(log.host, log.writer);
  log.writer.append(no_op(2));
  REQUIRE(log.writer.flush(log.host) == DiskStatus::ok);
  sim::Bytes file = log.host.content(log.host.open("wal"));
  file.pop_back();

  const Recovered recovered = recover(file);

  CHECK(recovered.status == RecoveryStatus::torn_tail);
  CHECK(recovered.base == Base{4, 1});
  CHECK(recovered.vote == 2);
  CHECK(recovered.entries.empty());
}

/// A file with these records in its first batch.
sim::Bytes file_of(bool rewritten, const std::vector<Record>& records) {
  sim::Bytes file;
  encode(FileHeader{.alignment = 1, .salt = 7, .rewritten = rewritten}, file);
  file.resize(file_header_size + batch_record_size);
  for (const Record& record : records) encode(record, file);
  const auto size = static_cast<std::uint32_t>(file.size() - file_header_size - batch_record_size);
  encode(Batch{1, 7, file_header_size, size},
         std::span(file).subspan(file_header_size).first<batch_record_size>());
  return file;
}

TEST_CASE("a base is believed as the first record of a rewritten file and nowhere else") {
  const Record base{.term = 3, .index = 5, .type = RecordType::base, .key = {}, .value = {}};
  const Record entry{.term = 3, .index = 1, .type = RecordType::no_op, .key = {}, .value = {}};
  const Record next{.term = 3, .index = 6, .type = RecordType::no_op, .key = {}, .value = {}};
  const Record nothing{.term = 0, .index = 0, .type = RecordType::base, .key = {}, .value = {}};

  CHECK(recover(file_of(true, {base, next})).status == RecoveryStatus::ok);
  CHECK(recover(file_of(false, {base, next})).status == RecoveryStatus::corrupt);
  CHECK(recover(file_of(true, {entry, base})).status == RecoveryStatus::corrupt);
  CHECK(recover(file_of(true, {base, base})).status == RecoveryStatus::corrupt);
  CHECK(recover(file_of(true, {base, entry})).status == RecoveryStatus::corrupt);
  CHECK(recover(file_of(true, {nothing})).status == RecoveryStatus::corrupt);
}

/// Entries are never forgotten here, so that what is recovered can be compared from its base on.
class RotatingLife {
 public:
  RotatingLife(DiskHost& host, std::uint64_t seed, std::uint32_t alignment)
      : stream_(seed, {sim::Purpose::disk_power_loss, 0, 0}), alignment_(alignment), host_(host) {
    history_.push_back({});
    start();
  }

  void step() {
    const auto what = draw(0, 19);
    if (what == 0) return host_.crash(), start();
    if (what == 1) return host_.power_loss(stream_), start();
    if (what <= 7) return settle();
    if (what <= 10) return flush();
    if (what <= 12) return rotate();
    if (what == 13) return oracle_.set(writer_, oracle_.term + 1, 3);
    const auto last = static_cast<std::int64_t>(oracle_.entries.size());
    const auto base = static_cast<std::int64_t>(base_);
    const bool overwrite = last > base && draw(0, 5) == 0;
    oracle_.put(writer_, static_cast<std::uint64_t>(overwrite ? draw(base + 1, last) : last + 1),
                {oracle_.term, "k", std::string(static_cast<std::size_t>(draw(0, 50)), 'v')});
  }

  int rotations = 0;  // whose file was found by a later incarnation
  int undone = 0;     // of which the old file was found
  int failed = 0;

 private:
  std::int64_t draw(std::int64_t first, std::int64_t last) {
    return sim::uniform(stream_, first, last);
  }

  void flush() {
    const std::uint64_t end = writer_.file_end();
    REQUIRE(writer_.flush(host_) == DiskStatus::ok);
    if (writer_.file_end() != end) history_.push_back(oracle_);
  }

  void rotate() {
    const std::uint64_t last = oracle_.entries.size();
    if (writer_.state() != Writer::State::ready || last == 0 || base_ == last) return;
    base_ = static_cast<std::uint64_t>(
        draw(static_cast<std::int64_t>(base_) + 1, static_cast<std::int64_t>(last)));
    sim::Bytes entries;
    for (std::uint64_t index = base_ + 1; index <= last; ++index) {
      const test::OracleEntry& entry = oracle_.entries[index - 1];
      encode({entry.term, index, RecordType::command, entry.key, entry.value}, entries);
    }
    const Base base{oracle_.entries[base_ - 1].term, base_};
    REQUIRE(writer_.rotate(host_, "wal", {base, oracle_.term, oracle_.vote, entries}) ==
            DiskStatus::ok);
    history_.push_back(oracle_);
  }

  /// One round of syncs: of a rotation, one of its two.
  void settle() {
    test::settle(host_, writer_);
    if (writer_.state() == Writer::State::ready) synced_ = history_.size() - 1;
    if (writer_.state() != Writer::State::failed) return;
    ++failed;
    host_.crash();
    start();
  }

  void start() {
    const sim::FileId file = host_.open("wal");
    const Recovered recovered = recover(host_.content(file));
    REQUIRE(recovered.status != RecoveryStatus::corrupt);
    // What a process crash left in the page cache may still go until it is opened.
    while (history_.size() > synced_ && !equal_behind(recovered, history_.back())) {
      history_.pop_back();
    }
    REQUIRE(history_.size() > synced_);
    ++(recovered.base.index == base_ && base_ > 0 ? rotations : undone);
    oracle_ = history_.back();
    base_ = recovered.base.index;
    writer_ = {};
    const auto status = writer_.open(host_, file, recovered, {.salt = 11, .alignment = alignment_});
    REQUIRE(status == DiskStatus::ok);
  }

  static bool equal_behind(const Recovered& recovered, const Oracle& oracle) {
    const std::uint64_t base = recovered.base.index;
    if (recovered.term != oracle.term || recovered.vote != oracle.vote) return false;
    if (base + recovered.entries.size() != oracle.entries.size()) return false;
    if (base > 0 && recovered.base.term != oracle.entries[base - 1].term) return false;
    for (std::size_t i = 0; i < recovered.entries.size(); ++i) {
      Record record;
      std::size_t size = 0;
      const auto rest = sim::ByteView(recovered.arena).subspan(recovered.entries[i].offset);
      if (decode(rest, record, size) != DecodeStatus::ok) return false;
      const test::OracleEntry& expected = oracle.entries[base + i];
      const bool same = record.index == base + i + 1 && record.term == expected.term &&
                        record.key == expected.key && record.value == expected.value;
      if (!same) return false;
    }
    return true;
  }

  sim::Stream stream_;
  std::uint32_t alignment_;
  DiskHost& host_;
  Writer writer_;
  Oracle oracle_;
  std::uint64_t base_ = 0;
  std::vector<Oracle> history_;  // as of each write that may be found after a crash
  std::size_t synced_ = 0;       // the oldest of them that may be found
};

TEST_CASE("through any life of rotations, crashes and losses of power, what was synced stays") {
  int rotations = 0;
  int undone = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    DiskHost host{sim::Disk{}};
    RotatingLife life(host, seed, seed % 2 == 0 ? 1 : sim::sector_size);
    for (int step = 0; step < 300; ++step) life.step();
    rotations += life.rotations;
    undone += life.undone;
  }
  CHECK(rotations > 2000);
  CHECK(undone > 500);
}

TEST_CASE("rotations on a disk whose syncs fail now and then lose nothing that was synced") {
  int failed = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    sim::Disk disk({}, sim::Stream(seed, {sim::Purpose::disk_fault, 0, 0}));
    disk.change({.sync_error = sim::Ratio{1, 10}});
    DiskHost host(std::move(disk));
    RotatingLife life(host, seed, 1);
    for (int step = 0; step < 300; ++step) life.step();
    failed += life.failed;
  }
  CHECK(failed > 500);
}

}  // namespace
}  // namespace splitvote::wal
