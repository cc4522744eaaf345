// The log in memory against a plain list of terms.
#include "models/raft/log.hpp"

#include <doctest/doctest.h>

#include <algorithm>
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

TEST_CASE("a batch is the longest range within all limits, for every start and limit") {
  Log log;
  for (Index index = 1; index <= 12; ++index) {
    const std::string value(index * 7 % 40, 'x');
    log.append({1, index, wal::RecordType::command, "k", value});
  }

  for (Index first = 1; first <= 12; ++first) {
    for (Index end = first; end <= 12; ++end) {
      for (std::uint32_t bytes = 0; bytes < 500; bytes += 7) {
        for (std::uint32_t count = 1; count < 14; ++count) {
          Index last = first;
          while (last < end && last - first + 2 <= count &&
                 log.bytes({first, last + 1}).size() <= bytes) {
            ++last;
          }
          REQUIRE(log.batch(first, {end, bytes, count}) == IndexRange{first, last});
        }
      }
    }
  }
}

TEST_CASE("a log that lets go of its beginning keeps the rest at its indexes") {
  Log whole, shorter;
  whole.append_encoded(entries(1, {1, 1, 2, 2, 3}));
  shorter.append_encoded(entries(1, {1, 1, 2, 2, 3}));

  shorter.compact(2);

  CHECK(shorter.base() == LogPosition{2, 1});
  CHECK(shorter.first_index() == 3);
  CHECK(shorter.last() == LogPosition{5, 3});
  CHECK(shorter.term(2) == 1);
  CHECK(shorter.hash(4) == whole.hash(4));
  CHECK(std::ranges::equal(shorter.bytes({3, 5}), whole.bytes({3, 5})));
  CHECK(shorter.size_bytes() < whole.size_bytes());
}

TEST_CASE("what a log has let go of it holds, as committed entries are the same everywhere") {
  Log log;
  log.append_encoded(entries(1, {1, 1, 2, 2, 3}));
  log.compact(3);

  CHECK(log.holds({1, 1}));
  CHECK(log.holds({}));
  CHECK(log.holds({3, 2}));
  CHECK_FALSE(log.holds({3, 1}));
  CHECK(log.holds({5, 3}));
  CHECK_FALSE(log.holds({6, 3}));
}

TEST_CASE("a log may let go of everything, and is continued behind that") {
  Log log;
  log.append_encoded(entries(1, {1, 2}));

  log.compact(2);
  CHECK(log.last() == LogPosition{2, 2});
  CHECK(log.size_bytes() == 0);
  log.append_encoded(entries(3, {2}));

  CHECK(log.last() == LogPosition{3, 2});
}

TEST_CASE("a log that restarts behind an entry has nothing but that entry's place") {
  Log log;
  log.append_encoded(entries(1, {1, 1, 2}));
  log.compact(1);

  log.restart_behind({9, 4});

  CHECK(log.base() == LogPosition{9, 4});
  CHECK(log.last() == LogPosition{9, 4});
  log.append_encoded(entries(10, {4}));
  CHECK(log.term(10) == 4);
}

TEST_CASE("terms and batches are found in a shortened log as in the whole one") {
  std::mt19937_64 random(3);
  for (int round = 0; round < 300; ++round) {
    std::vector<Term> terms;
    for (Term term = 1; terms.size() < 20;) terms.push_back(term += random() % 3 == 0);
    Log whole, shorter;
    whole.append_encoded(entries(1, terms));
    shorter.append_encoded(entries(1, terms));
    const Index base = random() % 20;
    if (base > 0) shorter.compact(base);

    for (Index first = base + 1; first <= 20; ++first) {
      const Log::BatchLimit limit{first + random() % (21 - first),
                                  static_cast<std::uint32_t>(1 + random() % 300),
                                  static_cast<std::uint32_t>(1 + random() % 8)};
      REQUIRE(shorter.batch(first, limit) == whole.batch(first, limit));
    }
    for (Term term = 0; term <= terms.back() + 1; ++term) {
      REQUIRE(shorter.last_index_up_to(term) == std::max(base, whole.last_index_up_to(term)));
      if (whole.first_index_of(term) > base) {
        REQUIRE(shorter.first_index_of(term) == whole.first_index_of(term));
      }
    }
  }
}
