// The Raft process and its snapshots on a host in the test's hand: recovery, each window for a
// crash, installation while something else is on its way to the disk, damage.
#include <doctest/doctest.h>

#include "models/wal/snapshot_file.hpp"
#include "tests/models/raft/stage.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::NoteType;

namespace {

/// Alone, it saves a snapshot of every tenth entry and keeps two.
struct Alone : Stage {
  Alone() {
    options.snapshot_entries = 10;
    options.core.trailing_entries = 2;
  }
};

/// Of three, plain Raft, as a follower of n2 in term 3; never saves by itself.
struct Follower : Stage {
  Follower() {
    members = three;
    options.core = plain;
    options.snapshot_entries = 0;
  }
};

/// Applies puts up to `last`, each in a batch of its own.
void put_each(Stage& stage, std::uint64_t last, std::uint64_t first = 1) {
  for (std::uint64_t sequence = first; sequence <= last; ++sequence) {
    stage.put(sequence, "k" + std::to_string(sequence), "v").complete();
  }
}

/// The state of a leader that has put "k<i>" at every index up to `last`, in term 1.
sim::Bytes state_at(Index last) {
  kv::Store store;
  for (Index index = 1; index <= last; ++index) {
    const std::string key = "k" + std::to_string(index);
    (void)store.apply({5, index, {client::OperationKind::put, 0, key, "v"}}, index);
  }
  sim::Bytes content;
  store.save(content);
  return content;
}

const auto of_three = encoded(voters({n1, n2, n3}));

InstallSnapshot whole(Term term, LogPosition last, const sim::Bytes& content) {
  return {.term = term,
          .last = last,
          .size = content.size(),
          .checksum = sim::crc32c(content),
          .offset = 0,
          .configuration = *of_three,
          .chunk = content};
}

/// Commands as a leader has them: entry i puts "k<i>".
sim::Bytes puts(Index first, Index last, Term term) {
  sim::Bytes records;
  for (Index index = first; index <= last; ++index) {
    sim::Bytes value;
    kv::encode_value({5, index, {client::OperationKind::put, 0, {}, "v"}}, value);
    wal::encode(
        {term, index, wal::RecordType::command, "k" + std::to_string(index), sim::as_text(value)},
        records);
  }
  return records;
}

bool has(const Stage& stage, Index first, Index last) {
  for (Index index = first; index <= last; ++index) {
    if (stage.process->store().get("k" + std::to_string(index)).revision == 0) return false;
  }
  return true;
}

}  // namespace

TEST_CASE("a server that has applied enough saves a snapshot and shortens its log") {
  Alone stage;
  stage.lead();

  put_each(stage, 9);

  CHECK(stage.host.noted(NoteType::saving).size() == 1);
  CHECK(stage.host.noted(NoteType::saved).size() == 1);
  CHECK(stage.process->core().snapshot().last == LogPosition{10, 1});
  CHECK(stage.process->core().log().base() == LogPosition{8, 1});
}

TEST_CASE("bytes of applied entries are a reason for a snapshot, too") {
  Alone stage;
  stage.options.snapshot_entries = 0;
  stage.options.snapshot_bytes = 200;
  stage.lead();

  stage.put(1, "k", "short").complete();
  CHECK(stage.host.noted(NoteType::saving).empty());
  stage.put(2, "k", std::string(200, 'v')).complete();

  CHECK(stage.host.noted(NoteType::saving).size() == 1);
}

// The dissertation compares the size of the log with that of the last snapshot.
TEST_CASE("5.1.2, otherwise here: entries count since the last snapshot, however large that is") {
  Alone stage;
  stage.options.snapshot_entries = 4;
  stage.options.snapshot_bytes = 0;
  stage.lead();

  stage.put(1, "large", std::string(4000, 'v')).complete();
  for (std::uint64_t sequence = 2; sequence < 12; ++sequence)
    stage.put(sequence, "k", "v").complete();

  CHECK(stage.host.noted(NoteType::saved).size() ==
        3);  // of the no-op and eleven commands, all much smaller than the snapshot
}

TEST_CASE("without a reason for one there is never a snapshot") {
  Alone stage;
  stage.options.snapshot_entries = 0;
  stage.options.snapshot_bytes = 0;
  stage.lead();

  put_each(stage, 50);

  CHECK(stage.host.noted(NoteType::saving).empty());
  CHECK_FALSE(stage.host.exists("snapshot"));
}

TEST_CASE("the log's file becomes smaller when the log does") {
  Alone stage;
  stage.lead();
  put_each(stage, 8);
  const std::uint64_t before = stage.host.size(stage.host.open("wal"));

  put_each(stage, 9, 9);

  CHECK(stage.host.size(stage.host.open("wal")) < before / 2);
}

TEST_CASE("a restart finds the snapshot and the entries behind it") {
  Alone stage;
  stage.lead();
  put_each(stage, 15);

  stage.host.lose_power();
  stage.start();

  REQUIRE(stage.host.noted(NoteType::restored).size() == 1);
  CHECK(stage.host.noted(NoteType::restored)[0].a == 10);
  CHECK(stage.host.noted(NoteType::restored)[0].c == 0);
  CHECK(stage.process->applied_index() == 10);
  CHECK(stage.process->core().log().last_index() == 16);
  stage.lead();
  CHECK(has(stage, 1, 15));
}

TEST_CASE("a command from before a snapshot is not executed again after a restart from it") {
  Alone stage;
  stage.lead();
  put_each(stage, 9);
  const std::size_t answers = stage.answers().size();
  stage.host.lose_power();
  stage.lead();

  stage.put(9, "k9", "another value").complete();

  REQUIRE(stage.answers().size() == answers + 1);
  CHECK(stage.answers().back().revision == 10);
  CHECK(stage.process->store().get("k9").value == "v");
}

TEST_CASE("power that goes between any two steps of a snapshot and a rotation loses nothing") {
  // Twelve puts: the tenth entry begins a snapshot, after which the log is written anew.
  for (std::size_t steps = 0; steps < 40; ++steps) {
    CAPTURE(steps);
    Alone stage;
    stage.lead();
    put_each(stage, 8);
    stage.put(9, "k9", "v").put(10, "k10", "v").put(11, "k11", "v");
    std::size_t done = 0;
    while (done < steps && stage.host.disk_pending() > 0) {
      stage.host.complete_disk_once(*stage.process);
      ++done;
    }
    const std::size_t answered = stage.answers().size();
    if (done < steps) break;

    stage.host.lose_power();
    stage.lead();

    REQUIRE(stage.host.noted(NoteType::halted).empty());
    CHECK(has(stage, 1, answered));
    CHECK(stage.process->core().term() == 2);
    put_each(stage, 30);
    CHECK(has(stage, 1, 30));
  }
}

TEST_CASE("a snapshot from the leader replaces log, state and file") {
  Follower stage;
  stage.start().deliver(n2, append(3, {}, puts(1, 4, 1), 2)).complete();
  const sim::Bytes content = state_at(20);

  stage.deliver(n2, whole(3, {20, 1}, content)).complete();

  CHECK(stage.process->applied_index() == 20);
  CHECK(has(stage, 1, 20));
  CHECK(stage.process->core().log().base() == LogPosition{20, 1});
  CHECK(stage.process->core().stored_index() == 20);
  CHECK(stage.host.noted(NoteType::restored).back().c == 1);
  stage.host.lose_power();
  stage.start();
  CHECK(has(stage, 1, 20));
  CHECK(stage.process->core().term() == 3);
}

TEST_CASE("that a snapshot is installed is said only when it is on the disk") {
  Follower stage;
  stage.start().deliver(n2, append(3, {}, {}, 0)).complete();
  const std::size_t sent = stage.host.sent.size();
  const sim::Bytes content = state_at(20);

  stage.deliver(n2, whole(3, {20, 1}, content));
  CHECK(stage.host.sent.size() == sent);
  stage.complete();

  REQUIRE(stage.host.sent.size() == sent + 1);
  CHECK(stage.host.sent.back().kind == append_response_kind);
}

TEST_CASE(
    "power that goes between any two steps of an installation leaves old or new, never less") {
  for (std::size_t steps = 0; steps < 40; ++steps) {
    CAPTURE(steps);
    Follower stage;
    stage.start().deliver(n2, append(2, {}, puts(1, 6, 1), 4)).complete();
    const sim::Bytes content = state_at(20);
    // Of a later term and whole in one message: the snapshot may reach the disk before that term.
    stage.deliver(n3, whole(5, {20, 4}, content));
    for (std::size_t done = 0; done < steps && stage.host.disk_pending() > 0; ++done) {
      stage.host.complete_disk_once(*stage.process);
    }
    const bool said = stage.host.sent.back().target == n3;

    stage.host.lose_power();
    stage.start();

    REQUIRE(stage.host.noted(NoteType::halted).empty());
    stage.process->core().check_invariants();
    const Index last = stage.process->core().log().last_index();
    CHECK((last == 6 || last == 20));
    if (said) CHECK(last == 20);
    if (said) CHECK(stage.process->core().term() == 5);
    if (last == 20) CHECK(has(stage, 1, 20));
  }
}

TEST_CASE("an installation waits for a snapshot of one's own and then has the last word") {
  Follower stage;
  stage.options.snapshot_entries = 5;
  stage.start().deliver(n2, append(3, {}, puts(1, 6, 1), 5)).complete();
  REQUIRE(stage.host.noted(NoteType::saved).size() == 1);
  stage.deliver(n2, append(3, {6, 1}, puts(7, 12, 1), 11));
  REQUIRE(stage.host.noted(NoteType::saving).size() == 2);
  const sim::Bytes content = state_at(20);

  stage.deliver(n2, whole(3, {20, 1}, content)).complete();

  CHECK(stage.host.noted(NoteType::saving).size() == 3);
  CHECK(stage.host.noted(NoteType::saved).size() == 2);
  CHECK(stage.host.noted(NoteType::saved).back().a == 20);
  stage.host.lose_power();
  stage.start();
  CHECK(stage.process->applied_index() == 20);
}

TEST_CASE("what is applied while an installation waits is no part of what it says it saves") {
  Follower stage;
  stage.options.snapshot_entries = 5;
  stage.start().deliver(n2, append(3, {}, puts(1, 6, 1), 5));
  REQUIRE(stage.host.noted(NoteType::saving).size() == 1);
  const sim::Bytes content = state_at(20);
  stage.deliver(n2, whole(3, {20, 1}, content));

  stage.deliver(n2, append(3, {20, 1}, puts(21, 22, 3), 22)).complete();

  kv::Store expected;
  REQUIRE(expected.restore(content));
  REQUIRE(stage.host.noted(NoteType::saving).size() >= 2);
  CHECK(stage.host.noted(NoteType::saving)[1].a == 20);
  CHECK(stage.host.noted(NoteType::saving)[1].c == expected.content_hash());
  CHECK(has(stage, 1, 22));
  CHECK(stage.process->core().stored_index() == 22);
}

TEST_CASE("a second snapshot that comes before the first is on the disk replaces it") {
  Follower stage;
  stage.start().deliver(n2, append(3, {}, {}, 0)).complete();
  const sim::Bytes first = state_at(20);
  const sim::Bytes second = state_at(30);
  stage.deliver(n2, whole(3, {20, 1}, first));
  stage.host.complete_disk_once(*stage.process);

  stage.deliver(n2, whole(3, {30, 1}, second)).complete();

  CHECK(stage.process->applied_index() == 30);
  CHECK(stage.process->core().stored_index() == 30);
  stage.host.lose_power();
  stage.start();
  CHECK(has(stage, 1, 30));
}

TEST_CASE("a proposal that a snapshot has swallowed is never answered") {
  Follower stage;
  stage.lead().deliver(n2, VoteResponse{Ballot::vote, 1, true}).put(1, "mine", "v").complete();
  REQUIRE(stage.process->core().log().last_index() == 2);
  const sim::Bytes content = state_at(20);

  stage.deliver(n2, whole(3, {20, 2}, content)).complete();
  stage.deliver(n2, append(3, {20, 2}, puts(21, 22, 3), 22)).complete();

  CHECK(stage.process->applied_index() == 22);
  CHECK(stage.answers().empty());
}

TEST_CASE("a server whose snapshot is damaged halts instead of forgetting") {
  Alone stage;
  stage.lead();
  put_each(stage, 12);
  const sim::FileId file = stage.host.open("snapshot");
  const sim::Bytes noise(1, std::byte{0xee});
  REQUIRE(stage.host.write(file, stage.host.size(file) / 2, noise) == sim::DiskStatus::ok);

  stage.start();

  REQUIRE(stage.host.noted(NoteType::halted).size() == 1);
  CHECK(stage.host.noted(NoteType::halted)[0].detail == "the snapshot is damaged");
  CHECK_FALSE(stage.host.next_timer());
}

TEST_CASE("a server whose snapshot is gone halts: its log begins behind it") {
  Alone stage;
  stage.lead();
  put_each(stage, 12);
  REQUIRE(stage.host.remove("snapshot") == sim::DiskStatus::ok);

  stage.start();

  REQUIRE(stage.host.noted(NoteType::halted).size() == 1);
  CHECK(stage.host.noted(NoteType::halted)[0].detail == "the log begins behind the snapshot");
}

TEST_CASE("a server whose log is gone halts, whatever its snapshot says: it may have voted") {
  Alone stage;
  stage.lead();
  put_each(stage, 12);
  REQUIRE(stage.host.remove("wal") == sim::DiskStatus::ok);

  stage.start();

  REQUIRE(stage.host.noted(NoteType::halted).size() == 1);
  CHECK(stage.host.noted(NoteType::halted)[0].detail == "there is a snapshot but no log");
}

TEST_CASE("a server that cannot read what a leader sent as a snapshot halts and keeps its file") {
  Follower stage;
  stage.start().deliver(n2, append(3, {}, puts(1, 4, 1), 4)).complete();
  const sim::Bytes nonsense(40, std::byte{0x77});

  stage.deliver(n2, whole(3, {20, 1}, nonsense)).complete();

  REQUIRE(stage.host.noted(NoteType::halted).size() == 1);
  CHECK(stage.host.noted(NoteType::saving).empty());
  CHECK_FALSE(stage.host.exists("snapshot"));
}

TEST_CASE("a server that cannot write its snapshot halts") {
  Alone stage;
  stage.lead();
  put_each(stage, 8);
  stage.put(9, "k9", "v");
  stage.host.complete_disk_once(*stage.process);
  REQUIRE(stage.host.noted(NoteType::saving).size() == 1);

  stage.host.disk_status = sim::DiskStatus::io_error;
  stage.complete();

  REQUIRE(stage.host.noted(NoteType::halted).size() == 1);
  CHECK(stage.host.noted(NoteType::halted)[0].detail == "a snapshot cannot be written");
  CHECK_FALSE(stage.host.next_timer());
}
