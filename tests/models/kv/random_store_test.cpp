// The store against a std::map that does the same naively, over random commands, retries and
// duplicates; and that overwriting allocates nothing.
#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/kv/store.hpp"
#include "sim/random/stream.hpp"
#include "tests/support/allocation_count.hpp"

namespace splitvote::kv {
namespace {

using client::OperationKind;
using client::Status;

/// An answer that owns its value.
struct Answer {
  Status status = Status::ok;
  std::uint64_t revision = 0;
  std::string value;

  bool operator==(const Answer&) const = default;
};

Answer owned(const Applied& applied) {
  return {applied.status, applied.revision, std::string(applied.value)};
}

struct Owned {
  std::uint64_t session = 0;
  std::uint64_t sequence = 0;
  OperationKind kind{};
  std::uint64_t expected = 0;
  std::string key;
  std::string value;

  Command command() const { return {session, sequence, {kind, expected, key, value}}; }
};

class NaiveStore {
 public:
  /// Nothing for a late duplicate.
  std::optional<Answer> apply(const Owned& command, std::uint64_t revision) {
    auto& [last, answer] = sessions_[command.session];
    if (command.sequence < last) return {};
    if (command.sequence > last || command.kind == OperationKind::get)
      answer = execute(command, revision);
    last = command.sequence;
    return answer;
  }

  std::map<std::string, std::pair<std::string, std::uint64_t>> items;

 private:
  Answer execute(const Owned& command, std::uint64_t revision) {
    const auto found = items.find(command.key);
    const std::uint64_t current = found == items.end() ? 0 : found->second.second;
    switch (command.kind) {
      case OperationKind::get:
        if (current == 0) return {};
        return {Status::ok, current, found->second.first};
      case OperationKind::remove:
        if (current == 0) return {};
        items.erase(found);
        return {Status::ok, revision, {}};
      case OperationKind::compare_and_swap:
        if (current != command.expected) return {Status::mismatch, current, {}};
        break;
      case OperationKind::put:
        break;
    }
    items[command.key] = {command.value, revision};
    return {Status::ok, revision, {}};
  }

  std::map<std::uint64_t, std::pair<std::uint64_t, Answer>> sessions_;
};

/// Commands of a few sessions, each of which sometimes sends again what it sent before.
class Commands {
 public:
  Commands(std::uint64_t seed, std::int64_t keys, std::int64_t value_size_max)
      : stream_(seed, {sim::Purpose::fault_value, 0, 0}),
        keys_(keys),
        value_size_max_(value_size_max) {}

  Owned next(const NaiveStore& store) {
    if (!sent_.empty() && draw(0, 9) == 0) {
      const auto recent = std::min<std::int64_t>(static_cast<std::int64_t>(sent_.size()), 20);
      return sent_[sent_.size() - static_cast<std::size_t>(draw(1, recent))];
    }
    Owned command;
    command.session = static_cast<std::uint64_t>(draw(0, 6)) << 32;
    command.sequence = ++sequences_[command.session];
    command.kind = static_cast<OperationKind>(draw(0, 3));
    command.key = "key" + std::to_string(draw(0, keys_ - 1));
    const auto found = store.items.find(command.key);
    if (found != store.items.end() && draw(0, 2) != 0) command.expected = found->second.second;
    command.value.assign(static_cast<std::size_t>(draw(0, value_size_max_)),
                         static_cast<char>(draw('a', 'z')));
    sent_.push_back(command);
    return command;
  }

 private:
  std::int64_t draw(std::int64_t first, std::int64_t last) {
    return sim::uniform(stream_, first, last);
  }

  sim::Stream stream_;
  std::int64_t keys_;
  std::int64_t value_size_max_;
  std::map<std::uint64_t, std::uint64_t> sequences_;
  std::vector<Owned> sent_;
};

void agree(std::uint64_t seed, std::int64_t keys, std::int64_t value_size_max, int steps) {
  Commands commands(seed, keys, value_size_max);
  Store store;
  Store without_repetitions;
  std::map<std::uint64_t, std::uint64_t> last;
  NaiveStore oracle;
  for (int step = 1; step <= steps; ++step) {
    const auto revision = static_cast<std::uint64_t>(step);
    const Owned command = commands.next(oracle);
    const std::optional<Answer> expected = oracle.apply(command, revision);
    const Answer answer = owned(store.apply(command.command(), revision));
    REQUIRE(answer == expected.value_or(Answer{}));
    if (command.sequence >
        std::exchange(last[command.session], std::max(last[command.session], command.sequence)))
      without_repetitions.apply(command.command(), revision);
  }

  std::map<std::string, std::pair<std::string, std::uint64_t>> items;
  store.visit([&](const Item& item) {
    items[std::string(item.key)] = {std::string(item.value), item.revision};
  });
  CHECK(items == oracle.items);
  CHECK(store.size() == oracle.items.size());
  CHECK(store == without_repetitions);
  CHECK(store.content_hash() == without_repetitions.content_hash());
}

TEST_CASE("the store agrees with a naive one over random commands, retries and duplicates") {
  for (std::uint64_t seed = 0; seed < 30; ++seed) agree(seed, 32, 60, 3000);
  for (std::uint64_t seed = 0; seed < 5; ++seed) agree(seed, 2000, 60, 20'000);
}

TEST_CASE("the store agrees with a naive one when values grow and the heap is compacted") {
  for (std::uint64_t seed = 0; seed < 5; ++seed) agree(seed, 40, 9000, 4000);
}

TEST_CASE("equality and hash do not depend on the keys that came and went") {
  Store travelled;
  Store straight;
  std::uint64_t revision = 0;
  const std::string large(5000, 'x');
  for (std::uint64_t round = 1; round <= 400; ++round) {
    const std::string key = "temporary" + std::to_string(round % 37);
    travelled.apply({1, 2 * round, {OperationKind::put, 0, key, large}}, ++revision);
    travelled.apply({1, 2 * round + 1, {OperationKind::remove, 0, key, {}}}, ++revision);
  }
  straight.apply({1, 801, {OperationKind::remove, 0, "temporary30", {}}}, revision);
  CHECK(travelled.content_hash() != straight.content_hash());  // the last answer differs: ok or 0

  for (const std::uint64_t index : {1, 2, 3}) {
    const Command command{1, 900 + index, {OperationKind::put, 0, "stays", "value"}};
    CHECK(travelled.apply(command, revision + index).revision ==
          straight.apply(command, revision + index).revision);
  }

  CHECK(travelled == straight);
  CHECK(travelled.content_hash() == straight.content_hash());
}

TEST_CASE("keys that come and go give their memory back, and not one allocation each") {
  Store store;
  const std::string large(5000, 'x');
  std::uint64_t revision = 0;
  const std::uint64_t before = allocation_count;
  for (std::uint64_t round = 0; round < 10'000; ++round) {
    const std::string key = std::to_string(round);  // short enough to allocate nothing itself
    ++revision;
    store.apply({1, revision, {OperationKind::put, 0, key, large}}, revision);
    ++revision;
    store.apply({1, revision, {OperationKind::remove, 0, key, {}}}, revision);
  }

  CHECK(store.size() == 0);
  CHECK(store.footprint() < 500'000);
  CHECK(allocation_count - before < 2000);
}

TEST_CASE("overwriting keys with values of similar size allocates nothing") {
  Store store;
  const std::string value(100, 'v');
  std::vector<std::string> keys;
  for (int key = 0; key < 1000; ++key) keys.push_back("key" + std::to_string(key));
  std::uint64_t revision = 0;
  const auto put = [&](const std::string& key, std::size_t size) {
    ++revision;
    store.apply(
        {1, revision, {OperationKind::put, 0, key, std::string_view(value).substr(0, size)}},
        revision);
  };
  for (const std::string& key : keys) put(key, 88);

  const std::uint64_t before = allocation_count;
  for (std::size_t round = 0; round < 20; ++round) {
    for (const std::string& key : keys) put(key, 80 + round);
  }

  CHECK(allocation_count == before);
  CHECK(store.get("key7").value.size() == 99);
}

}  // namespace
}  // namespace splitvote::kv
