// What each command does and answers, and that a retry does nothing.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "models/kv/store.hpp"

namespace splitvote::kv {
namespace {

using client::OperationKind;
using client::Status;

constexpr std::uint64_t session = 0x100000000;

/// Applies commands of one session, each with the next sequence number.
struct Lane {
  Store& store;
  std::uint64_t sequence = 0;

  Applied put(std::string_view key, std::string_view value, std::uint64_t revision) {
    return store.apply({session, ++sequence, {OperationKind::put, 0, key, value}}, revision);
  }
  Applied swap(std::string_view key, std::uint64_t expected, std::string_view value,
               std::uint64_t revision) {
    return store.apply(
        {session, ++sequence, {OperationKind::compare_and_swap, expected, key, value}}, revision);
  }
  Applied remove(std::string_view key, std::uint64_t revision) {
    return store.apply({session, ++sequence, {OperationKind::remove, 0, key, {}}}, revision);
  }
  Applied get(std::string_view key, std::uint64_t revision) {
    return store.apply({session, ++sequence, {OperationKind::get, 0, key, {}}}, revision);
  }
};

void check(const Applied& applied, Status status, std::uint64_t revision,
           std::string_view value = {}) {
  CHECK(applied.status == status);
  CHECK(applied.revision == revision);
  CHECK(applied.value == value);
}

TEST_CASE("a put gives its key the value and its own revision") {
  Store store;
  Lane lane{store};

  check(lane.put("k", "one", 5), Status::ok, 5);
  check(lane.put("k", "another and longer one", 9), Status::ok, 9);

  check(store.get("k"), Status::ok, 9, "another and longer one");
  check(lane.get("k", 10), Status::ok, 9, "another and longer one");
}

TEST_CASE("a key that does not exist has revision 0 and no value") {
  Store store;
  Lane lane{store};

  check(store.get("k"), Status::ok, 0);
  check(lane.get("k", 3), Status::ok, 0);
  CHECK(store.size() == 0);
}

TEST_CASE("a remove answers its own revision, or 0 if there was nothing to remove") {
  Store store;
  Lane lane{store};
  lane.put("k", "one", 5);

  check(lane.remove("k", 6), Status::ok, 6);
  check(lane.remove("k", 7), Status::ok, 0);

  check(store.get("k"), Status::ok, 0);
  CHECK(store.size() == 0);
}

TEST_CASE("a compare-and-swap writes if the revision is the expected one") {
  Store store;
  Lane lane{store};
  lane.put("k", "one", 5);

  check(lane.swap("k", 5, "two", 6), Status::ok, 6);

  check(store.get("k"), Status::ok, 6, "two");
}

TEST_CASE("a compare-and-swap with another revision writes nothing and answers the key's") {
  Store store;
  Lane lane{store};
  lane.put("k", "one", 5);

  check(lane.swap("k", 4, "two", 6), Status::mismatch, 5);
  check(lane.swap("missing", 4, "two", 7), Status::mismatch, 0);

  check(store.get("k"), Status::ok, 5, "one");
  CHECK(store.size() == 1);
}

TEST_CASE("a compare-and-swap with expected revision 0 creates a key, and only creates") {
  Store store;
  Lane lane{store};

  check(lane.swap("k", 0, "one", 5), Status::ok, 5);
  check(lane.swap("k", 0, "two", 6), Status::mismatch, 5);
  lane.remove("k", 7);
  check(lane.swap("k", 0, "three", 8), Status::ok, 8);

  check(store.get("k"), Status::ok, 8, "three");
}

TEST_CASE("a retried write is not executed again and gets the answer it got") {
  Store store;
  const Command command{session, 1, {OperationKind::put, 0, "k", "mine"}};
  store.apply(command, 5);
  store.apply({session + 1, 1, {OperationKind::put, 0, "k", "another's"}}, 6);

  check(store.apply(command, 7), Status::ok, 5);

  check(store.get("k"), Status::ok, 6, "another's");
}

TEST_CASE("a retried mismatch stays a mismatch although it would succeed now") {
  Store store;
  const Command command{session, 1, {OperationKind::compare_and_swap, 6, "k", "mine"}};
  check(store.apply(command, 5), Status::mismatch, 0);
  store.apply({session + 1, 1, {OperationKind::put, 0, "k", "another's"}}, 6);

  check(store.apply(command, 7), Status::mismatch, 0);

  check(store.get("k"), Status::ok, 6, "another's");
}

TEST_CASE("a duplicate older than the session's last command does nothing") {
  Store store;
  const Command first{session, 1, {OperationKind::put, 0, "k", "old"}};
  store.apply(first, 5);
  store.apply({session, 2, {OperationKind::put, 0, "k", "new"}}, 6);

  store.apply(first, 7);
  store.apply({session, 1, {OperationKind::remove, 0, "k", {}}}, 8);

  check(store.get("k"), Status::ok, 6, "new");
}

TEST_CASE("a late duplicate of a write behind the session's get is not executed either") {
  Store store;
  const Command write{session, 1, {OperationKind::put, 0, "k", "old"}};
  store.apply(write, 5);
  store.apply({session, 2, {OperationKind::get, 0, "k", {}}}, 6);
  store.apply({session + 1, 1, {OperationKind::put, 0, "k", "new"}}, 7);

  store.apply(write, 8);

  check(store.get("k"), Status::ok, 7, "new");
}

TEST_CASE("a retried get answers what is true now") {
  Store store;
  const Command read{session, 1, {OperationKind::get, 0, "k", {}}};
  check(store.apply(read, 5), Status::ok, 0);
  store.apply({session + 1, 1, {OperationKind::put, 0, "k", "new"}}, 6);

  check(store.apply(read, 7), Status::ok, 6, "new");
}

TEST_CASE("keys and values may be empty and hold any byte") {
  Store store;
  Lane lane{store};
  const std::string zeros("\0\0", 2);
  lane.put("", "value of the empty key", 1);
  lane.put(zeros, "", 2);
  lane.put("\xff", zeros, 3);

  check(store.get(""), Status::ok, 1, "value of the empty key");
  check(store.get(zeros), Status::ok, 2, "");
  check(store.get("\xff"), Status::ok, 3, zeros);
  check(store.get(std::string_view("\0", 1)), Status::ok, 0);
  CHECK(store.size() == 3);
}

TEST_CASE("visit shows the keys in the order of their bytes") {
  Store store;
  Lane lane{store};
  lane.put("b", "2", 1);
  lane.put("\xff", "4", 2);
  lane.put("a", "1", 3);
  lane.put("ba", "3", 4);
  lane.put("c", "gone", 5);
  lane.remove("c", 6);

  std::vector<Item> items;
  store.visit([&](const Item& item) { items.push_back(item); });

  CHECK(items == std::vector<Item>{{"a", "1", 3}, {"b", "2", 1}, {"ba", "3", 4}, {"\xff", "4", 2}});
}

TEST_CASE("stores with the same history are equal, and any difference shows in the hash") {
  const auto build = [](std::string_view key, std::string_view value, std::uint64_t revision,
                        std::uint64_t id) {
    Store store;
    store.apply({id, 1, {OperationKind::put, 0, key, value}}, revision);
    return store;
  };
  const Store store = build("k", "v", 5, 7);
  CHECK(store == build("k", "v", 5, 7));
  CHECK(store.content_hash() == build("k", "v", 5, 7).content_hash());

  for (const Store& other : {build("l", "v", 5, 7), build("k", "w", 5, 7), build("k", "v", 6, 7),
                             build("k", "v", 5, 8), Store{}}) {
    CHECK(store != other);
    CHECK(store.content_hash() != other.content_hash());
  }
}

TEST_CASE("values that change places between keys change the hash") {
  const auto build = [](std::string_view first, std::string_view second) {
    Store store;
    Lane lane{store};
    lane.put("a", first, 1);
    lane.put("b", second, 2);
    return store.content_hash();
  };

  CHECK(build("x", "y") != build("y", "x"));
}

TEST_CASE("a copy and its original go separate ways") {
  Store store;
  Lane lane{store};
  lane.put("k", "common", 1);
  Store copy = store;

  lane.put("k", "original", 2);
  Lane{copy, 1}.put("k", "copied", 2);

  check(store.get("k"), Status::ok, 2, "original");
  check(copy.get("k"), Status::ok, 2, "copied");
  CHECK(store != copy);
}

}  // namespace
}  // namespace splitvote::kv
