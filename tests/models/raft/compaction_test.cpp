// A log in memory that is shortened without a snapshot on the disk, and snapshots that are taken
// when a follower needs one: the core, and the process whose disk must keep what memory lets go of.
#include <doctest/doctest.h>

#include "tests/models/raft/snapshots.hpp"
#include "tests/models/raft/stage.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::NoteType;

namespace {

Options on_demand() {
  Options options = chunked();
  options.snapshots_on_demand = true;
  return options;
}

/// Leads three servers in term 2; n2 has all five entries, n3 has none.
struct Hurried : Server {
  Hurried() : Server(on_demand(), three) {
    start(1, {1, 1, 1, 1}).win().persist().accept(n2, 5).accept(n3, 0);
  }
};

/// Alone or of three, it lets go of all but two entries whenever it has applied four more.
struct Compacting : Stage {
  Compacting() {
    options.snapshot_entries = 0;
    options.core.trailing_entries = 2;
    options.compaction_entries = 4;
  }
  Compacting& put_all(std::uint64_t first, std::uint64_t last) {
    for (std::uint64_t each = first; each <= last; ++each) {
      put(each, "k" + std::to_string(each), "v").complete();
      if (members.size() > 1) answer(*this, n2, 0);
    }
    return *this;
  }
  [[nodiscard]] Index base() const { return process->core().log().base().index; }
  [[nodiscard]] std::vector<InstallSnapshot> installs() const {
    std::vector<InstallSnapshot> found;
    for (const models::SentFrame& sent : host.sent) {
      Message message;
      if (sent.kind != install_snapshot_kind) continue;
      REQUIRE(decode(sent.frame, message));
      found.push_back(std::get<InstallSnapshot>(message));
    }
    return found;
  }
};

}  // namespace

TEST_CASE("a log in memory is shortened without a snapshot on the disk") {
  Hurried server;

  server.step(Compact{4});

  CHECK(server.raft.log().base() == LogPosition{4, 1});
  CHECK_FALSE(server.raft.snapshot().exists());
  CHECK(server.noted(NoteType::compacted));
}

TEST_CASE("what trails stays, however often the log is shortened") {
  Options options = on_demand();
  options.trailing_entries = 3;
  Server server(options, three);
  server.start(1, {1, 1, 1, 1}).win().persist().accept(n2, 5);

  server.step(Compact{5});
  CHECK(server.raft.log().base().index == 2);
  server.step(Compact{5}).step(Compact{4});

  CHECK(server.raft.log().base().index == 2);
}

TEST_CASE("a leader asks for a snapshot when a follower lacks what is gone, and sends that one") {
  Hurried server;
  server.step(Compact{5});
  REQUIRE(server.out.snapshot_wanted);
  CHECK(server.sent<InstallSnapshot>().empty());

  server.step(SnapshotTaken{snapshot({5, 2})});

  CHECK_FALSE(server.out.snapshot_wanted);
  REQUIRE(server.sent_to<InstallSnapshot>(n3).size() == 1);
  CHECK(server.sent_to<InstallSnapshot>(n3)[0].last == LogPosition{5, 2});
  CHECK(server.sent_to<InstallSnapshot>(n2).empty());
  CHECK_FALSE(server.raft.snapshot().exists());
}

TEST_CASE("no snapshot is taken for whoever is away, until it answers") {
  Server server(on_demand(), three);
  server.start(1, {1, 1, 1, 1}).win().persist().accept(n2, 5);

  server.step(Compact{5});
  CHECK_FALSE(server.out.snapshot_wanted);
  server.heartbeat().propose();
  CHECK_FALSE(server.out.snapshot_wanted);
  server.accept(n3, 0);

  CHECK(server.out.snapshot_wanted);
}

TEST_CASE("a snapshot that is under way goes on when another follower needs one") {
  Server server(on_demand(), five);
  server.start(1, {1, 1, 1, 1})
      .win()
      .persist()
      .accept(n2, 5)
      .accept(n3, 5)
      .accept(n4, 5)
      .accept(n5, 0);
  server.step(Compact{5}).step(SnapshotTaken{snapshot({5, 2})});
  REQUIRE(server.sent_to<InstallSnapshot>(n5).size() == 1);

  server.propose().persist().accept(n2, 6).accept(n3, 6);
  server.step(Compact{6}).step(Unreachable{n4}).propose();
  REQUIRE(server.out.snapshot_wanted);
  server.step(SnapshotTaken{snapshot({6, 2})});

  CHECK(server.sent_to<InstallSnapshot>(n5).empty());
  CHECK(server.sent_to<InstallSnapshot>(n4).size() == 1);
}

TEST_CASE("a saved snapshot is not what followers are sent, be it newer than the log's beginning") {
  Hurried server;
  server.step(SnapshotSaved{snapshot({5, 2})});

  REQUIRE(server.out.snapshot_wanted);
  CHECK(server.sent<InstallSnapshot>().empty());
}

TEST_CASE("a server that is no leader any more sends no snapshot that was taken before") {
  Hurried server;
  server.step(Compact{4}).receive(n2, append(3, {5, 2}, {}));
  REQUIRE(server.raft.role() == Role::follower);

  server.step(SnapshotTaken{snapshot({5, 2})});

  CHECK(server.sent<InstallSnapshot>().empty());
}

TEST_CASE("a process shortens its log whenever it has applied so much more than what trails") {
  Compacting stage;
  stage.lead();

  stage.put_all(1, 4);
  CHECK(stage.base() == 0);
  stage.put_all(5, 5);
  CHECK(stage.base() == 4);
  stage.put_all(6, 9);

  CHECK(stage.base() == 8);
  CHECK(stage.host.noted(NoteType::saving).empty());
  CHECK_FALSE(stage.host.exists("snapshot"));
}

TEST_CASE("the disk keeps what memory has let go of: a restart finds all of it") {
  Compacting stage;
  stage.lead();
  stage.put_all(1, 20);
  REQUIRE(stage.base() == 16);

  stage.host.lose_power();
  stage.lead();

  REQUIRE(stage.host.noted(NoteType::halted).empty());
  CHECK(stage.process->store().get("k1").revision != 0);
  CHECK(stage.process->store().get("k20").revision != 0);
}

TEST_CASE("a proposal is answered though its step shortens the log") {
  Compacting stage;
  stage.lead();

  stage.put_all(1, 30);

  CHECK(stage.answers().size() == 30);
}

TEST_CASE("the file is cut behind a saved snapshot, not behind what memory has let go of") {
  Compacting stage;
  stage.options.snapshot_entries = 25;
  stage.lead();
  stage.put_all(1, 23);
  const std::uint64_t before = stage.host.size(stage.host.open("wal"));
  REQUIRE(stage.base() >= 16);

  stage.put_all(24, 26);
  CHECK(stage.host.noted(NoteType::saved).size() == 1);
  CHECK(stage.host.size(stage.host.open("wal")) < before / 2);
  stage.put_all(27, 40);
  REQUIRE(stage.base() > 25);

  stage.host.lose_power();
  stage.lead();
  REQUIRE(stage.host.noted(NoteType::halted).empty());
  CHECK(stage.process->store().get("k1").revision != 0);
  CHECK(stage.process->store().get("k40").revision != 0);
}

TEST_CASE("what is applied while a snapshot is written does not keep the file from being cut") {
  Compacting stage;
  stage.options.snapshot_entries = 20;
  stage.options.core.trailing_entries = 0;
  stage.options.compaction_entries = 1;
  stage.lead();
  stage.put_all(1, 18);
  const std::uint64_t before = stage.host.size(stage.host.open("wal"));

  std::uint64_t next = 19;
  while (stage.host.noted(NoteType::saved).empty()) {
    stage.put(next, "k" + std::to_string(next), "v");
    ++next;
    stage.host.complete_disk_once(*stage.process);
  }
  REQUIRE(stage.process->applied_index() > stage.process->core().snapshot().last.index);
  stage.complete();

  CHECK(stage.host.size(stage.host.open("wal")) < before / 2);
}

TEST_CASE("power that goes between any two steps of a snapshot and a compaction loses nothing") {
  for (std::size_t steps = 0; steps < 60; ++steps) {
    CAPTURE(steps);
    Compacting stage;
    stage.options.snapshot_entries = 10;
    stage.options.core.trailing_entries = 0;
    stage.options.compaction_entries = 1;
    stage.lead();
    stage.put_all(1, 7);
    for (std::uint64_t each = 8; each <= 14; ++each) {
      stage.put(each, "k" + std::to_string(each), "v");
      if (stage.host.disk_pending() > 0) stage.host.complete_disk_once(*stage.process);
    }
    std::size_t done = 0;
    for (; done < steps && stage.host.disk_pending() > 0; ++done)
      stage.host.complete_disk_once(*stage.process);
    const std::size_t answered = stage.answers().size();

    stage.host.lose_power();
    stage.lead();

    REQUIRE(stage.host.noted(NoteType::halted).empty());
    for (std::size_t each = 1; each <= answered; ++each)
      CHECK(stage.process->store().get("k" + std::to_string(each)).revision != 0);
    if (done < steps) return;
  }
  FAIL("there is always something left to write");
}

TEST_CASE("a follower is sent what its leader has applied when it turns out to need a snapshot") {
  Compacting stage;
  lead_three(stage);
  stage.put_all(1, 5);
  CHECK(stage.installs().empty());
  stage.deliver(n3, AppendResponse{.term = 1, .accepted = true, .match = 0, .hint = {}});
  stage.put_all(6, 9);
  REQUIRE(stage.installs().size() == 1);
  const InstallSnapshot sent = stage.installs()[0];

  CHECK(sent.last.index > stage.process->core().snapshot().last.index);
  kv::Store store;
  REQUIRE(store.restore(sent.chunk));
  CHECK(store.get("k" + std::to_string(sent.last.index - 1)).revision != 0);
  CHECK(store.get("k" + std::to_string(sent.last.index)).revision == 0);
  REQUIRE(stage.host.noted(NoteType::taken).size() == 1);
  CHECK(stage.host.noted(NoteType::taken)[0].a == sent.last.index);
  CHECK(stage.host.noted(NoteType::taken)[0].c == store.content_hash());
}

TEST_CASE("a state machine that is slow shortens the log at its own pace") {
  Compacting stage;
  stage.options.apply_time = sim::milliseconds(10);
  stage.lead();
  stage.put_all(1, 9);
  CHECK(stage.base() == 0);

  stage.host.run_timers(*stage.process, stage.host.now_ns + sim::milliseconds(200).ns);
  stage.complete();

  CHECK(stage.process->applied_index() == 10);
  CHECK(stage.base() == 8);
}
