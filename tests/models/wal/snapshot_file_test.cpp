// The snapshot's file: the document's bytes, and that nothing else is taken for a snapshot.
#include "models/wal/snapshot_file.hpp"

#include <doctest/doctest.h>

#include "tests/models/worked_example.hpp"

namespace splitvote::wal {
namespace {

sim::Bytes document() {
  return models::worked_example("models/wal/FORMAT.md", "Worked example: a snapshot");
}

TEST_CASE("a snapshot written as the format document tells it has the document's bytes") {
  const sim::Bytes file = document();
  SnapshotFile snapshot;
  REQUIRE(decode(file, snapshot));
  CHECK(snapshot.term == 3);
  CHECK(snapshot.index == 1);
  CHECK(snapshot.configuration.size() == 12);

  const sim::Bytes store = models::worked_example("models/kv/SNAPSHOT.md", "Worked example");
  CHECK(sim::Bytes(snapshot.content.begin(), snapshot.content.end()) == store);
  sim::Bytes again;
  encode(snapshot, again);

  CHECK(again == file);
}

TEST_CASE("a snapshot of which any byte has changed is refused") {
  const sim::Bytes whole = document();
  SnapshotFile snapshot;

  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int change : {1, 0x80, 0xff}) {
      sim::Bytes damaged = whole;
      damaged[at] ^= static_cast<std::byte>(change);
      CHECK_FALSE(decode(damaged, snapshot));
    }
  }
}

TEST_CASE("a snapshot that ends early or goes on behind its end is refused") {
  const sim::Bytes whole = document();
  SnapshotFile snapshot;

  for (std::size_t size = 0; size < whole.size(); ++size) {
    CHECK_FALSE(decode(sim::ByteView(whole).first(size), snapshot));
  }
  sim::Bytes longer = whole;
  longer.push_back(std::byte{0});
  CHECK_FALSE(decode(longer, snapshot));
}

}  // namespace
}  // namespace splitvote::wal
