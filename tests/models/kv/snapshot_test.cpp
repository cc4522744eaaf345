// The store as bytes: the document's example, equality after a round trip, sessions that go on, and
// bytes that are no store.
#include <doctest/doctest.h>

#include <string>

#include "models/kv/store.hpp"
#include "sim/random/stream.hpp"
#include "tests/models/worked_example.hpp"

namespace splitvote::kv {
namespace {

using client::OperationKind;
using client::Status;

sim::Bytes saved(const Store& store) {
  sim::Bytes bytes;
  store.save(bytes);
  return bytes;
}

sim::Bytes document() { return models::worked_example("models/kv/SNAPSHOT.md", "Worked example"); }

/// A store after so many random commands of few keys and sessions.
Store random_store(std::uint64_t seed, std::uint64_t commands) {
  sim::Stream stream(seed, {sim::Purpose::first_model_purpose, 0, 0});
  Store store;
  for (std::uint64_t revision = 1; revision <= commands; ++revision) {
    const auto kind = static_cast<OperationKind>(sim::uniform(stream, 0, 3));
    const std::string key(static_cast<std::size_t>(sim::uniform(stream, 0, 3)),
                          static_cast<char>(sim::uniform(stream, 0, 255)));
    const std::string value(static_cast<std::size_t>(sim::uniform(stream, 0, 200)), 'v');
    const auto session = static_cast<std::uint64_t>(sim::uniform(stream, 0, 5));
    const auto expected = static_cast<std::uint64_t>(sim::uniform(stream, 0, 2));
    (void)store.apply({session, revision, {kind, expected, key, value}}, revision);
  }
  return store;
}

TEST_CASE("a store is saved as the document tells it") {
  Store store;
  (void)store.apply({0x100000007, 1, {OperationKind::put, 0, "k", "v"}}, 1);

  CHECK(saved(store) == document());
}

TEST_CASE("what was saved is restored: equal, with the same hash, and saved alike again") {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    const Store store = random_store(seed, seed * 3);
    Store restored = random_store(seed + 1, 20);

    REQUIRE(restored.restore(saved(store)));

    CHECK(restored == store);
    CHECK(restored.content_hash() == store.content_hash());
    CHECK(saved(restored) == saved(store));
  }
}

TEST_CASE("stores that came to be equal in different ways are saved alike") {
  Store one, other;
  (void)one.apply({1, 1, {OperationKind::put, 0, "b", "long enough to move"}}, 1);
  (void)one.apply({1, 2, {OperationKind::put, 0, "a", "1"}}, 2);
  (void)one.apply({1, 3, {OperationKind::remove, 0, "b", {}}}, 3);
  (void)other.apply({1, 2, {OperationKind::put, 0, "a", "1"}}, 2);
  (void)other.apply({1, 3, {OperationKind::put, 0, "c", "x"}}, 3);
  (void)other.apply({1, 4, {OperationKind::remove, 0, "c", {}}}, 4);
  (void)one.apply({1, 4, {OperationKind::remove, 0, "a", {}}}, 4);
  (void)other.apply({1, 5, {OperationKind::remove, 0, "a", {}}}, 5);
  (void)one.apply({1, 5, {OperationKind::put, 0, "d", "end"}}, 5);
  (void)one.apply({1, 6, {OperationKind::put, 0, "d", "end"}}, 6);
  (void)other.apply({1, 6, {OperationKind::put, 0, "d", "end"}}, 6);

  REQUIRE(one == other);
  CHECK(saved(one) == saved(other));
}

TEST_CASE("a restored store goes on as the original: retries, late duplicates and new commands") {
  Store store;
  (void)store.apply({7, 3, {OperationKind::compare_and_swap, 0, "k", "first"}}, 10);
  (void)store.apply({8, 1, {OperationKind::compare_and_swap, 4, "k", "never"}}, 11);
  Store restored;
  REQUIRE(restored.restore(saved(store)));

  const Applied retry = restored.apply({7, 3, {OperationKind::compare_and_swap, 0, "k", "x"}}, 12);
  CHECK(retry.status == Status::ok);
  CHECK(retry.revision == 10);
  const Applied mismatch =
      restored.apply({8, 1, {OperationKind::compare_and_swap, 4, "k", "x"}}, 13);
  CHECK(mismatch.status == Status::mismatch);
  CHECK(mismatch.revision == 10);
  CHECK(restored.apply({7, 2, {OperationKind::put, 0, "k", "late"}}, 14).revision == 0);
  CHECK(restored == store);
  CHECK(restored.apply({7, 4, {OperationKind::put, 0, "k", "second"}}, 15).revision == 15);
}

TEST_CASE("bytes that end early or go on behind the last session are refused") {
  const sim::Bytes whole = saved(random_store(5, 60));
  Store store;

  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(store.restore(sim::ByteView(whole).first(size)));
  }
  sim::Bytes longer = whole;
  longer.push_back(std::byte{0});
  CHECK_FALSE(store.restore(longer));
}

/// One item of a one-byte key and no value.
void append_item(sim::Bytes& bytes, char key) {
  sim::append_integer(bytes, std::uint64_t{1});
  sim::append_integer(bytes, std::uint32_t{1});
  sim::append_integer(bytes, std::uint32_t{0});
  bytes.push_back(static_cast<std::byte>(key));
}

void append_session(sim::Bytes& bytes, std::uint64_t id, std::uint8_t status) {
  sim::append_integer(bytes, id);
  sim::append_integer(bytes, std::uint64_t{1});
  sim::append_integer(bytes, std::uint64_t{1});
  sim::append_integer(bytes, status);
}

bool restores(std::string_view keys, std::string_view sessions, std::uint8_t status = 0) {
  sim::Bytes bytes;
  sim::append_integer(bytes, static_cast<std::uint64_t>(keys.size()));
  for (const char key : keys) append_item(bytes, key);
  sim::append_integer(bytes, static_cast<std::uint64_t>(sessions.size()));
  for (const char id : sessions) append_session(bytes, static_cast<std::uint64_t>(id), status);
  Store store;
  return store.restore(bytes);
}

TEST_CASE("keys and sessions that are not in ascending order, or come twice, are refused") {
  CHECK(restores("abc", "123"));
  CHECK_FALSE(restores("acb", "123"));
  CHECK_FALSE(restores("aab", "123"));
  CHECK_FALSE(restores("abc", "132"));
  CHECK_FALSE(restores("abc", "133"));
}

TEST_CASE("a session with an answer that no command gets is refused") {
  CHECK(restores("a", "1", 1));
  CHECK_FALSE(restores("a", "1", 2));
  CHECK_FALSE(restores("a", "1", 255));
}

TEST_CASE("whatever is changed in the bytes, they are refused or a store that is saved as them") {
  const sim::Bytes whole = saved(random_store(9, 40));
  for (std::uint64_t seed = 0; seed < 20'000; ++seed) {
    sim::Stream stream(seed, {sim::Purpose::first_model_purpose, 0, 0});
    sim::Bytes changed = whole;
    const auto last = static_cast<std::int64_t>(whole.size()) - 1;
    for (std::int64_t changes = sim::uniform(stream, 1, 3); changes > 0; --changes) {
      const auto at = static_cast<std::size_t>(sim::uniform(stream, 0, last));
      changed[at] = static_cast<std::byte>(sim::uniform(stream, 0, 255));
    }
    Store store;
    if (store.restore(changed)) REQUIRE(saved(store) == changed);
  }
}

}  // namespace
}  // namespace splitvote::kv
