// The servers of the primary/backup protocol: what they promise, and the loss that they are for.
#include "models/primary_backup/server.hpp"

#include <doctest/doctest.h>

#include "tests/models/primary_backup/fake_cluster.hpp"

using namespace splitvote;
using namespace splitvote::primary_backup;
using client::Status;
using models::NoteType;
using models::Role;

namespace {

constexpr std::uint64_t leader_role = static_cast<std::uint64_t>(Role::leader);

}  // namespace

TEST_CASE("the first member is the first primary, and the others follow it") {
  FakeCluster cluster(3);

  CHECK(cluster.server(0).is_primary());
  CHECK(cluster.server(0).epoch() == 1);
  CHECK_FALSE(cluster.server(1).is_primary());
  CHECK(cluster.server(1).epoch() == 1);
  CHECK(cluster.host(0).noted(NoteType::role).back().a == leader_role);
}

TEST_CASE("a write is answered when the primary's own disk has it, and not before") {
  FakeCluster cluster(3);
  cluster.request(0, 1, {.kind = client::OperationKind::put, .key = "k", .value = "v"});
  cluster.collect();
  CHECK(cluster.answers.empty());
  CHECK(cluster.host(0).noted(NoteType::applied).empty());

  cluster.settle();
  REQUIRE(cluster.answers.size() == 1);
  CHECK(cluster.answers[0].response.status == Status::ok);
  CHECK(cluster.answers[0].response.revision == 1);
  CHECK(cluster.server(1).log().last() == 0);
}

TEST_CASE("backups have a write after the replication interval, and execute it") {
  FakeCluster cluster(3);
  cluster.put(0, 1, "k", "v");
  cluster.run_to(4);
  CHECK(cluster.server(1).log().last() == 0);
  cluster.run_to(5);

  CHECK(cluster.server(1).store().get("k").value == "v");
  CHECK(cluster.server(2).store().get("k").value == "v");
  CHECK(cluster.host(1).noted(NoteType::applied).size() == 1);
}

TEST_CASE("a write leaves the notes that checkers need, in their order") {
  FakeCluster cluster(1);
  cluster.host(0).notes.clear();
  cluster.put(0, 1, "k", "v");

  std::vector<NoteType> types;
  for (const auto& note : cluster.host(0).notes) types.push_back(note.type);
  CHECK(types == std::vector{NoteType::appended, NoteType::stored, NoteType::committed,
                             NoteType::applied, NoteType::served});
  CHECK(cluster.host(0).notes[0].c == cluster.host(0).notes[3].c);
  CHECK(cluster.host(0).notes[4].b == 1);
}

TEST_CASE("a read is answered by the primary at once") {
  FakeCluster cluster(3);
  cluster.put(0, 1, "k", "v");
  const auto answer = cluster.get(0, 2, "k");

  REQUIRE(answer);
  CHECK(answer->value == "v");
  CHECK(answer->response.revision == 1);
  CHECK(cluster.host(0).noted(NoteType::served).back().c == 1);
}

TEST_CASE("a backup refuses and names the primary") {
  FakeCluster cluster(3);
  const auto answer = cluster.put(2, 1, "k", "v");

  REQUIRE(answer);
  CHECK(answer->response.status == Status::not_leader);
  CHECK(answer->response.leader == FakeCluster::node(0));
  CHECK(cluster.host(2).noted(NoteType::served).empty());
}

TEST_CASE("a retry is executed once and answered like the first time") {
  FakeCluster cluster(3);
  cluster.put(0, 1, "k", "v");
  cluster.put(0, 2, "k", "w");
  const auto again = cluster.put(0, 2, "k", "w");

  REQUIRE(again);
  CHECK(again->response.revision == 2);
  CHECK(cluster.server(0).store().get("k").revision == 2);
}

TEST_CASE("what was lost on the way is sent again after the next heartbeat") {
  FakeCluster cluster(3);
  cluster.put(0, 1, "k", "v");
  cluster.cut(1);
  cluster.run_to(10);
  cluster.heal();
  CHECK(cluster.server(1).log().last() == 0);
  cluster.run_to(55);  // the heartbeat at 50 ms is not placed; replication comes 5 ms later

  CHECK(cluster.server(1).log().last() == 1);
}

TEST_CASE("a batch holds no more bytes than allowed, and the rest follows") {
  Options options;
  options.batch_bytes_max = 1;
  FakeCluster cluster(2, options);
  cluster.put(0, 1, "k", "1");
  cluster.put(0, 2, "k", "2");
  cluster.put(0, 3, "k", "3");
  cluster.run_to(5);
  CHECK(cluster.server(1).log().last() == 1);
  cluster.run_to(15);
  CHECK(cluster.server(1).log().last() == 3);
}

TEST_CASE("the first in line succeeds a silent primary when its time-out is over") {
  FakeCluster cluster(3);
  cluster.crash(0);
  cluster.run_to(299);
  CHECK_FALSE(cluster.server(1).is_primary());
  cluster.run_to(300);

  CHECK(cluster.server(1).is_primary());
  CHECK(cluster.server(1).epoch() == 2);
  CHECK(cluster.server(2).epoch() == 2);
  CHECK_FALSE(cluster.server(2).is_primary());
}

TEST_CASE("the second in line waits longer, by the stagger") {
  FakeCluster cluster(3);
  cluster.crash(0);
  cluster.crash(1);
  cluster.run_to(449);
  CHECK_FALSE(cluster.server(2).is_primary());
  cluster.run_to(450);

  CHECK(cluster.server(2).is_primary());
  CHECK(cluster.server(2).epoch() == 3);
}

TEST_CASE("heartbeats keep the backups from succeeding") {
  FakeCluster cluster(3);
  cluster.run_to(5000);

  CHECK(cluster.server(0).is_primary());
  CHECK(cluster.server(0).epoch() == 1);
}

TEST_CASE("a reign begins only when the disk knows of its epoch") {
  FakeCluster cluster(2);
  cluster.crash(0);
  cluster.fire_until(300'000'000);
  CHECK_FALSE(cluster.server(1).is_primary());
  CHECK(cluster.put(1, 1, "k", "v")->response.status == Status::not_leader);

  cluster.settle();
  CHECK(cluster.server(1).is_primary());
}

TEST_CASE("a primary that is cut off loses what it acknowledged") {
  FakeCluster cluster(3);
  cluster.put(0, 1, "before", "kept");
  cluster.run_to(50);
  cluster.cut(0);

  const auto acknowledged = cluster.put(0, 2, "k", "lost");
  REQUIRE(acknowledged);
  CHECK(acknowledged->response.status == Status::ok);
  cluster.run_to(400);
  REQUIRE(cluster.server(1).is_primary());
  CHECK(cluster.server(0).is_primary());                           // both reign
  CHECK(cluster.put(1, 3, "other", "w")->response.revision == 2);  // the same revision once more

  cluster.heal();
  cluster.run_to(600);
  CHECK_FALSE(cluster.server(0).is_primary());
  CHECK(cluster.get(1, 4, "k")->response.revision == 0);
  CHECK(cluster.server(0).store() == cluster.server(1).store());
  CHECK(cluster.server(0).store().get("before").value == "kept");
  const auto truncated = cluster.host(0).noted(NoteType::truncated);
  REQUIRE(truncated.size() == 1);
  CHECK(truncated[0].a == 2);
}

TEST_CASE("a deposed primary gives no answer to those who still wait") {
  FakeCluster cluster(3);
  cluster.cut(0);
  cluster.run_to(400);
  cluster.answers.clear();
  cluster.request(0, 1, {.kind = client::OperationKind::put, .key = "k", .value = "v"});
  sim::Bytes frame;
  encode(Disagree{2, 0, 0}, frame);
  cluster.server(0).on_message(cluster.host(0), FakeCluster::node(1), frame);
  cluster.settle();

  CHECK_FALSE(cluster.server(0).is_primary());
  CHECK(cluster.answers.empty());
  cluster.put(1, 2, "k", "another's entry of the same index");
  cluster.answers.clear();
  cluster.heal();
  cluster.run_to(600);
  CHECK(cluster.server(0).store().get("k").revision == 1);
  CHECK(cluster.answers.empty());
}

TEST_CASE("a sync answers only the writes that it covered") {
  FakeCluster cluster(1);
  cluster.request(0, 1, {.kind = client::OperationKind::put, .key = "k", .value = "v"});
  cluster.request(0, 2, {.kind = client::OperationKind::put, .key = "k", .value = "w"});
  cluster.host(0).complete_disk_once(cluster.server(0));
  cluster.collect();
  CHECK(cluster.answers.size() == 1);

  cluster.host(0).complete_disk_once(cluster.server(0));
  cluster.collect();
  CHECK(cluster.answers.size() == 2);
}

TEST_CASE("an earlier message that comes late takes nothing back") {
  FakeCluster cluster(2);
  cluster.put(0, 1, "k", "v");
  cluster.fire_until(5'000'000);
  cluster.collect();
  const auto earlier = cluster.in_flight.front();
  cluster.settle();
  cluster.put(0, 2, "k", "w");
  cluster.run_to(20);
  CHECK(cluster.server(1).log().last() == 2);
  cluster.deliver(earlier.first, earlier.second);

  CHECK(cluster.server(1).log().last() == 2);
  CHECK(cluster.host(1).noted(NoteType::truncated).empty());
}

TEST_CASE("what a deposed primary had not executed it does not execute as a backup") {
  FakeCluster cluster(2);
  cluster.request(0, 1, {.kind = client::OperationKind::put, .key = "k", .value = "v"});
  sim::Bytes frame;
  encode(Replicate{.epoch = 2, .end = 5}, frame);  // its own log may differ up to 5
  cluster.server(0).on_message(cluster.host(0), FakeCluster::node(1), frame);
  cluster.host(0).complete_disk(cluster.server(0));

  CHECK(cluster.server(0).log().last() == 1);
  CHECK(cluster.host(0).noted(NoteType::applied).empty());
}

TEST_CASE("a server does not call stored what left its log while it was being synced") {
  FakeCluster cluster(2);
  cluster.request(0, 1, {.kind = client::OperationKind::put, .key = "k", .value = "v"});
  sim::Bytes frame;
  encode(Replicate{.epoch = 2}, frame);  // the new primary's log is empty
  cluster.server(0).on_message(cluster.host(0), FakeCluster::node(1), frame);
  cluster.host(0).notes.clear();
  cluster.host(0).complete_disk(cluster.server(0));

  REQUIRE_FALSE(cluster.host(0).noted(NoteType::stored).empty());
  CHECK(cluster.host(0).noted(NoteType::stored)[0].a == 0);
}

TEST_CASE("a longer log of an earlier epoch gives way to a shorter one of a later") {
  FakeCluster cluster(3);
  cluster.cut(0);
  for (std::uint64_t sequence = 1; sequence <= 20; ++sequence) cluster.put(0, sequence, "a", "old");
  cluster.run_to(400);
  cluster.put(1, 21, "b", "new");
  cluster.heal();
  cluster.run_to(700);

  CHECK(cluster.server(0).log().last() == 1);
  CHECK(cluster.server(0).log().epoch(1) == 2);
  CHECK(cluster.server(0).store() == cluster.server(1).store());
}

TEST_CASE("a primary that comes back at once keeps its writes and takes a new epoch") {
  FakeCluster cluster(3);
  cluster.put(0, 1, "k", "v");
  cluster.lose_power(0);
  cluster.start(0);
  cluster.settle();

  CHECK(cluster.server(0).is_primary());
  CHECK(cluster.server(0).epoch() == 4);
  CHECK(cluster.get(0, 2, "k")->value == "v");
  const auto recovered = cluster.host(0).noted(NoteType::recovered);
  REQUIRE(recovered.size() == 2);
  CHECK(recovered[1].a == 1);
  CHECK(recovered[1].b == 1);
}

TEST_CASE("a primary that lost its power forgets what it had not acknowledged") {
  FakeCluster cluster(3);
  cluster.put(0, 1, "k", "v");
  cluster.request(0, 2, {.kind = client::OperationKind::put, .key = "k", .value = "w"});
  cluster.lose_power(0);
  cluster.start(0);
  cluster.settle();

  CHECK(cluster.get(0, 3, "k")->value == "v");
}

TEST_CASE("a backup's log survives its power loss, with what it had taken back") {
  FakeCluster cluster(3);
  cluster.cut(0);
  cluster.put(0, 1, "a", "old");
  cluster.put(0, 2, "a", "old");
  cluster.run_to(400);
  cluster.heal();
  cluster.run_to(700);
  CHECK(cluster.server(0).log().last() == 0);
  cluster.lose_power(0);
  cluster.start(0);
  cluster.settle();

  CHECK(cluster.server(0).log().last() == 0);
  CHECK(cluster.server(0).epoch() == 2);
}

TEST_CASE("a server that was down gets what it missed") {
  FakeCluster cluster(3);
  cluster.lose_power(2);
  for (std::uint64_t sequence = 1; sequence <= 10; ++sequence) cluster.put(0, sequence, "k", "v");
  cluster.run_to(100);
  cluster.start(2);
  cluster.run_to(250);

  CHECK(cluster.server(2).store() == cluster.server(0).store());
}

TEST_CASE("a failed sync halts the server, which is silent from then on") {
  FakeCluster cluster(2);
  cluster.host(0).disk_status = sim::DiskStatus::ok;
  cluster.request(0, 1, {.kind = client::OperationKind::put, .key = "k", .value = "v"});
  cluster.host(0).disk_status = sim::DiskStatus::io_error;
  cluster.settle();

  CHECK(cluster.host(0).noted(NoteType::halted).size() == 1);
  CHECK_FALSE(cluster.host(0).next_timer());
  CHECK(cluster.answers.empty());
  CHECK_FALSE(cluster.get(0, 2, "k"));
}

TEST_CASE("a log that was damaged behind its back halts the server at its start") {
  FakeCluster cluster(1);
  cluster.put(0, 1, "k", "v");
  cluster.put(0, 2, "k", "v");
  cluster.crash(0);
  const sim::FileId file = cluster.host(0).open("wal");
  const sim::Bytes damage(8, std::byte{0x5a});
  cluster.host(0).write(file, cluster.host(0).size(file) / 2, damage);  // whole batches follow
  cluster.start(0);
  cluster.settle();

  CHECK(cluster.host(0).noted(NoteType::halted).size() == 1);
  CHECK_FALSE(cluster.get(0, 3, "k"));
}

TEST_CASE("damaged and unknown frames are refused and noted") {
  FakeCluster cluster(2);
  sim::Bytes frame;
  encode(Disagree{1, 0, 0}, frame);
  frame.back() ^= std::byte{1};
  cluster.server(0).on_message(cluster.host(0), FakeCluster::node(1), frame);
  wire::begin_frame(frame, sim::MessageKind{40});
  wire::end_frame(frame);
  cluster.server(0).on_message(cluster.host(0), FakeCluster::node(1), frame);

  const auto rejected = cluster.host(0).noted(NoteType::frame_rejected);
  REQUIRE(rejected.size() == 2);
  CHECK(rejected[0].a == 0);
  CHECK(rejected[1].a == 40);
}
