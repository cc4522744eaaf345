// A server of several groups on a host in the test's hand: who hears what, and who does not.
#include "models/raft/groups_process.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

#include "models/client/placement.hpp"
#include "models/raft/orders.hpp"
#include "tests/models/raft/stage.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::FakeHost;
using models::NoteType;

namespace {

constexpr std::uint16_t group_count = 4;

/// One server of four groups; it is alone in each of them unless members are given.
struct GroupsStage {
  FakeHost host{n1};
  ProcessOptions options;
  std::vector<NodeId> members = alone;
  std::optional<GroupsProcess> process;

  GroupsStage& start() {
    host.forget_process();
    process.emplace(options, configuration_of(members), n1, group_count);
    process->on_start(host);
    host.complete_disk(*process);
    return *this;
  }
  GroupsStage& lead() {
    start();
    host.run_timers(*process, host.now_ns + sim::milliseconds(300).ns);
    host.complete_disk(*process);
    return *this;
  }
  GroupsStage& put(std::uint64_t sequence, std::string_view key) {
    sim::Bytes frame;
    client::encode(client::Request{.session = 5,
                                   .sequence = sequence,
                                   .operation = {.kind = client::OperationKind::put, .key = key}},
                   frame);
    process->on_message(host, client_node, frame);
    host.complete_disk(*process);
    return *this;
  }
  GroupsStage& deliver(NodeId source, std::uint16_t group, const Message& message) {
    sim::Bytes frame;
    encode(message, frame);
    sim::append_integer(frame, group);
    wire::end_frame(frame);
    process->on_message(host, source, frame);
    host.complete_disk(*process);
    return *this;
  }
  GroupsStage& order(std::string_view name, std::uint16_t group) {
    tell(name, group);
    host.complete_disk(*process);
    return *this;
  }
  /// The same, and the disk is still at work.
  GroupsStage& tell(std::string_view name, std::uint16_t group) {
    models::OrderArguments arguments;
    arguments.set("group", models::GroupId{group});
    sim::Bytes frame;
    std::ranges::find(orders(), name, &models::Order::name)->encode(arguments, frame);
    process->on_message(host, n1, frame);
    return *this;
  }
  /// Every group follows n2 and sleeps, behind one entry that is committed.
  GroupsStage& sleep() {
    members = three;
    options.core.quiesce = true;
    start();
    const sim::Bytes log = entries(1, {1});
    AppendEntries goodnight = append(1, {1, 1}, {}, 1);
    goodnight.quiesce = true;
    for (std::uint16_t group = 0; group < group_count; ++group) {
      deliver(n2, group, append(1, {}, log, 1)).deliver(n2, group, goodnight);
      REQUIRE(process->group(group).core().quiescent());
    }
    return *this;
  }
  /// Until the disk has the snapshot, and works on the log's file.
  GroupsStage& shorten_log(std::uint16_t group) {
    while (process->group(group).core().log().base().index == 0) host.complete_disk_once(*process);
    return *this;
  }
  /// The watch's timer goes off, once.
  GroupsStage& watch() {
    host.now_ns = *host.armed(watch_timer);
    host.cancel(watch_timer);
    process->on_timer(host, watch_timer);
    return *this;
  }
  [[nodiscard]] Index last_index(std::uint16_t group) const {
    return process->group(group).core().log().last_index();
  }
};

std::string key_of(std::uint16_t group) {
  for (int number = 1;; ++number) {
    const std::string key = "k" + std::to_string(number);
    if (client::group_of(key, group_count) == group) return key;
  }
}

}  // namespace

TEST_CASE("a request goes to the group that holds its key, and no other log grows") {
  GroupsStage stage;
  stage.lead();
  CHECK(stage.last_index(2) == 1);  // the no-op of its term

  stage.put(1, key_of(2));

  CHECK(stage.last_index(2) == 2);
  CHECK(stage.last_index(0) == 1);
  CHECK(stage.last_index(1) == 1);
  CHECK(stage.last_index(3) == 1);
}

TEST_CASE("a retry is answered and not executed again, in the group of its key") {
  GroupsStage stage;
  stage.lead().put(1, key_of(2));
  const std::uint64_t content = stage.process->group(2).store().content_hash();

  stage.put(1, key_of(2));

  const auto sent = stage.host.noted(NoteType::served);
  REQUIRE(sent.size() == 2);
  CHECK(sent[1].group == 2);
  CHECK(stage.process->group(2).store().content_hash() == content);
}

TEST_CASE("the groups of one server stand for election at times of their own") {
  GroupsStage stage;
  stage.members = three;
  stage.start();
  std::set<std::int64_t> times;

  while (times.size() < group_count && stage.host.now_ns < sim::milliseconds(300).ns) {
    const std::size_t before = stage.host.sent.size();
    stage.host.run_timers(*stage.process, *stage.host.next_timer());
    if (stage.host.sent.size() > before) times.insert(stage.host.now_ns);
  }

  // Two of four equal to the nanosecond would be a draw from one stream.
  CHECK(times.size() == group_count);
}

TEST_CASE("after a restart a group draws other numbers than before") {
  GroupsStage stage;
  stage.members = three;
  stage.start();
  stage.host.run_timers(*stage.process, sim::milliseconds(150).ns);
  const auto first = stage.host.next_timer();
  const std::int64_t restarted = stage.host.now_ns;

  stage.start();
  stage.host.run_timers(*stage.process, restarted + sim::milliseconds(150).ns);

  REQUIRE(first);
  CHECK(*stage.host.next_timer() - restarted != *first);
}

TEST_CASE("a vote that was asked for in one group is given in that group alone") {
  GroupsStage stage;
  stage.members = three;
  stage.start().deliver(n2, 3, VoteRequest{Ballot::vote, 1, {}});

  CHECK(stage.process->group(3).core().vote() == n2);
  CHECK(stage.process->group(0).core().vote() == sim::no_node);
  const auto votes = stage.host.noted(NoteType::vote);
  REQUIRE(votes.size() == 1);
  CHECK(votes[0].group == 3);
  REQUIRE(stage.host.sent.size() == 1);
  CHECK(sim::Reader(sim::ByteView(stage.host.sent[0].frame).last(2)).integer<std::uint16_t>() == 3);
}

TEST_CASE("a frame of a group that does not exist is rejected") {
  GroupsStage stage;
  stage.members = three;
  stage.start().deliver(n2, group_count, VoteRequest{Ballot::vote, 1, {}});

  CHECK(stage.host.sent.empty());
  CHECK(stage.host.noted(NoteType::frame_rejected).size() == 1);
}

TEST_CASE("each group finds its own log and vote again") {
  GroupsStage stage;
  stage.lead().put(1, key_of(2)).put(2, key_of(2)).put(3, key_of(1));
  stage.host.lose_power();

  stage.start();

  CHECK(stage.last_index(0) == 1);
  CHECK(stage.last_index(1) == 2);
  CHECK(stage.last_index(2) == 3);
  CHECK(stage.last_index(3) == 1);
}

TEST_CASE("an order is for every group") {
  GroupsStage stage;
  stage.lead().put(1, key_of(2)).put(2, key_of(0));
  sim::Bytes frame;
  wire::begin_frame(frame, take_snapshot_kind);
  wire::end_frame(frame);

  stage.process->on_message(stage.host, n1, frame);
  stage.host.complete_disk(*stage.process);

  CHECK(stage.host.noted(NoteType::order).size() == group_count);
  CHECK(stage.host.noted(NoteType::saved).size() == group_count);
  CHECK(stage.host.exists("g2/snapshot"));
}

TEST_CASE("a group that cannot go on takes the whole server with it") {
  GroupsStage stage;
  stage.lead();
  stage.host.disk_status = sim::DiskStatus::io_error;

  stage.put(1, key_of(1));

  CHECK(stage.host.noted(NoteType::halted).size() == group_count);
  CHECK_FALSE(stage.host.next_timer());
  for (std::uint16_t group = 0; group < group_count; ++group)
    CHECK(stage.process->group(group).halted());
}

TEST_CASE("an order for one group is obeyed by that group alone") {
  GroupsStage stage;
  stage.lead().put(1, key_of(1)).put(2, key_of(2));

  stage.order("take_snapshot", 2);

  const auto noted = stage.host.noted(NoteType::order);
  REQUIRE(noted.size() == 1);
  CHECK(noted[0].group == 2);
  CHECK(noted[0].b == 0);
  CHECK(stage.process->group(1).core().snapshot().last.index == 0);
  CHECK(stage.process->group(2).core().snapshot().last.index == 2);
}

TEST_CASE("an order for a group that there is not is refused") {
  GroupsStage stage;
  stage.lead();

  stage.order("take_snapshot", group_count);

  const auto noted = stage.host.noted(NoteType::order);
  REQUIRE(noted.size() == 1);
  CHECK(noted[0].a == sim::number(take_snapshot_kind));
  CHECK(noted[0].b == 1);
}

// Scenario groups/wakes-behind-its-disk.yaml: the watch told it of the same loss for ever.
TEST_CASE("a sleeping group that waits for its disk hears once that a node is silent, and then") {
  GroupsStage stage;
  stage.options.async_storage = false;
  stage.options.core.trailing_entries = 0;
  stage.sleep().tell("take_snapshot", 2).shorten_log(2);
  REQUIRE(stage.process->group(2).core().quiescent());

  stage.watch().watch().watch();
  CHECK_FALSE(stage.process->group(0).core().quiescent());
  CHECK(stage.process->group(2).core().quiescent());
  CHECK(stage.process->group(2).will_wake());
  CHECK_FALSE(stage.host.armed(watch_timer));
  stage.host.complete_disk(*stage.process);

  CHECK_FALSE(stage.process->group(2).core().quiescent());
  CHECK_FALSE(stage.process->group(2).will_wake());
}

TEST_CASE("a member that refuses wakes the groups that sleep with it, and nobody else does") {
  GroupsStage stage;
  stage.sleep();
  const auto asleep = [&](std::uint16_t group) {
    return stage.process->group(group).core().quiescent();
  };

  stage.process->on_refused(stage.host, client_node);
  for (std::uint16_t group = 0; group < group_count; ++group) CHECK(asleep(group));
  stage.process->on_refused(stage.host, n2);
  for (std::uint16_t group = 0; group < group_count; ++group) CHECK_FALSE(asleep(group));
}
