// The log in memory against a plain list of terms.
#include "models/raft/log.hpp"

#include <doctest/doctest.h>

#include <random>

#include "sim/base/checksum.hpp"
#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

TEST_CASE("an empty log ends at index 0 of term 0, which it holds") {
  const Log log;

  CHECK(log.last() == LogPosition{});
  CHECK(log.holds({}));
  CHECK_FALSE(log.holds({1, 0}));
  CHECK(log.bytes({1, 0}).empty());
}

TEST_CASE("an entry's hash is the checksum its record ends with, the CRC-32C of all before it") {
  Log log;
  log.append_encoded(entries(1, {1, 1}));

  const sim::ByteView record = log.record(2);

  CHECK(log.hash(2) == sim::crc32c(record.first(record.size() - 4)));
}

TEST_CASE("an entry is shown as its record decodes") {
  Log log;
  log.append({3, 1, wal::RecordType::no_op, {}, {}});
  log.append({4, 2, wal::RecordType::command, "the key", "the value"});

  for (const Index index : {1, 2}) {
    wal::Record record;
    std::size_t size = 0;
    REQUIRE(wal::decode(log.record(index), record, size) == wal::DecodeStatus::ok);
    CHECK(size == log.record(index).size());
    CHECK(log.entry(index).term == record.term);
    CHECK(log.entry(index).index == record.index);
    CHECK(log.entry(index).type == record.type);
    CHECK(log.entry(index).key == record.key);
    CHECK(log.entry(index).value == record.value);
  }
}

TEST_CASE("random appends and truncations leave what a list of entries leaves") {
  std::mt19937_64 random(1);
  Log log;
  std::vector<Term> oracle;
  Term term = 1;
  for (int round = 0; round < 2000; ++round) {
    if (!oracle.empty() && random() % 4 == 0) {
      const Index first = 1 + random() % oracle.size();
      log.truncate_from(first);
      oracle.resize(first - 1);
      ++term;
    } else {
      const std::vector<Term> more(1 + random() % 3, term);
      log.append_encoded(entries(oracle.size() + 1, more));
      oracle.insert(oracle.end(), more.begin(), more.end());
      term += random() % 2;
    }
    REQUIRE(terms(log) == oracle);
    REQUIRE(indexes(log.bytes({1, log.last_index()})).size() == oracle.size());
  }
}

TEST_CASE("the first index of a term, and the last one up to a term, are found as by looking") {
  Log log;
  log.append_encoded(entries(1, {2, 2, 5, 5, 5, 7}));

  CHECK(log.first_index_of(2) == 1);
  CHECK(log.first_index_of(5) == 3);
  CHECK(log.first_index_of(6) == 7);
  CHECK(log.last_index_up_to(1) == 0);
  CHECK(log.last_index_up_to(2) == 2);
  CHECK(log.last_index_up_to(6) == 5);
  CHECK(log.last_index_up_to(9) == 6);
}

TEST_CASE("a batch is the longest range within both limits, for every start and limit") {
  Log log;
  for (Index index = 1; index <= 12; ++index) {
    const std::string value(index * 7 % 40, 'x');
    log.append({1, index, wal::RecordType::command, "k", value});
  }

  for (Index first = 1; first <= 12; ++first) {
    for (std::uint32_t bytes = 0; bytes < 500; bytes += 3) {
      for (std::uint32_t count = 1; count < 14; ++count) {
        Index last = first;
        while (last < 12 && last - first + 2 <= count &&
               log.bytes({first, last + 1}).size() <= bytes) {
          ++last;
        }
        REQUIRE(log.batch(first, {bytes, count}) == IndexRange{first, last});
      }
    }
  }
}
