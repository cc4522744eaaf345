// The frames of orders, and what a server does with them.
#include "models/raft/orders.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "models/raft/codec.hpp"
#include "models/raft/raft_process.hpp"
#include "models/wire/frame.hpp"
#include "tests/models/fake_host.hpp"
#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::FakeHost;
using models::NoteType;

namespace {

using Kind = Change::Kind;

sim::Bytes frame_of(const ReconfigureOrder& order) {
  sim::Bytes frame;
  encode(order, frame);
  return frame;
}

/// A cluster of one that leads.
struct Stage {
  FakeHost host{n1};
  RaftProcess process{ProcessOptions{}, std::vector{n1}, n1};

  Stage() {
    process.on_start(host);
    host.complete_disk(process);
    host.run_timers(process, host.now_ns + sim::milliseconds(300).ns);
    host.complete_disk(process);
  }
  models::RecordedNote last_order() const { return host.noted(NoteType::order).back(); }
};

}  // namespace

TEST_CASE("a reconfiguration survives its frame") {
  const ReconfigureOrder order{{{Kind::add_voter, n4}, {Kind::remove, n1}}, Pace::at_once};
  ReconfigureOrder read;

  const sim::Bytes frame = frame_of(order);

  CHECK(wire::intact(frame));
  CHECK(wire::kind(frame) == reconfigure_kind);
  CHECK(decode(frame, read));
  CHECK(read == order);
}

TEST_CASE("the arguments of a scenario become the changes of its frame") {
  models::OrderArguments arguments;
  arguments.set("remove", std::vector{n1});
  arguments.set("add", std::vector{n4, n5});
  arguments.set("witnesses", std::vector{n3});
  sim::Bytes frame;

  orders()[0].encode(arguments, frame);

  ReconfigureOrder read;
  REQUIRE(decode(frame, read));
  CHECK(read.pace == Pace::when_caught_up);
  CHECK(read.changes == std::vector<Change>{{Kind::add_voter, n4},
                                            {Kind::add_voter, n5},
                                            {Kind::add_witness, n3},
                                            {Kind::remove, n1}});
}

TEST_CASE("an order with an unknown pace, an unknown change or half a change is not read") {
  ReconfigureOrder read;
  sim::Bytes pace = frame_of({{}, Pace::at_once});
  pace[wire::header_size] = std::byte{2};
  sim::Bytes kind = frame_of({{{Kind::remove, n1}}, Pace::at_once});
  kind[wire::header_size + 1] = std::byte{6};
  sim::Bytes half = frame_of({{{Kind::remove, n1}}, Pace::at_once});
  half.pop_back();

  CHECK_FALSE(decode(pace, read));
  CHECK_FALSE(decode(kind, read));
  CHECK_FALSE(decode(half, read));
}

TEST_CASE("a leader takes an order from itself and notes that it did") {
  Stage stage;

  stage.process.on_message(stage.host, n1,
                           frame_of({{{Kind::add_learner, n2}}, Pace::when_caught_up}));

  CHECK(stage.last_order().b == 0);
  CHECK(stage.process.core().configurations().newest().learners == NodeList{n2});
}

TEST_CASE("an order that cannot be followed is noted with the reason") {
  Stage stage;

  stage.process.on_message(stage.host, n1, frame_of({{{Kind::remove, n1}}, Pace::at_once}));

  CHECK(stage.last_order().b == 1);
  CHECK(stage.last_order().detail == "the last voter cannot go");
}

TEST_CASE("an order that comes from another node is refused as a frame") {
  Stage stage;

  stage.process.on_message(stage.host, n2, frame_of({{{Kind::add_learner, n2}}, Pace::at_once}));

  CHECK(stage.host.noted(NoteType::order).empty());
  CHECK(stage.host.noted(NoteType::frame_rejected).size() == 1);
}

TEST_CASE("an order to hand over survives its frame, with a target and without") {
  sim::Bytes frame;
  models::OrderArguments arguments;
  TransferOrder read;

  orders()[1].encode(arguments, frame);
  REQUIRE(decode(frame, read));
  CHECK(read.target == sim::no_node);
  arguments.set("to", std::vector{n3});
  orders()[1].encode(arguments, frame);

  REQUIRE(decode(frame, read));
  CHECK(read.target == n3);
  CHECK(wire::kind(frame) == transfer_leadership_kind);
}

TEST_CASE("a leader without anybody to hand over to notes that it was refused") {
  Stage stage;
  sim::Bytes frame;
  encode(TransferOrder{}, frame);

  stage.process.on_message(stage.host, n1, frame);

  CHECK(stage.last_order().a == sim::number(transfer_leadership_kind));
  CHECK(stage.last_order().b == 1);
}

TEST_CASE("a follower forgets its leader when it is told to; who follows nobody refuses") {
  FakeHost host{n1};
  RaftProcess process{ProcessOptions{}, std::vector{n1, n2, n3}, n1};
  process.on_start(host);
  host.complete_disk(process);
  sim::Bytes order;
  orders()[3].encode({}, order);
  CHECK(wire::kind(order) == forget_leader_kind);

  process.on_message(host, n1, order);
  CHECK(host.noted(NoteType::order).back().b == 1);
  sim::Bytes heartbeat;
  encode(Message{append(1, {}, {})}, heartbeat);
  process.on_message(host, n2, heartbeat);
  REQUIRE(process.core().leader() == n2);
  process.on_message(host, n1, order);

  CHECK(host.noted(NoteType::order).back().b == 0);
  CHECK(process.core().leader() == sim::no_node);
}

TEST_CASE("an order to leave a joint configuration reaches the core, which says why not") {
  sim::Bytes frame;
  std::ranges::find(orders(), leave_joint_kind, &models::Order::kind)->encode({}, frame);
  Stage stage;

  stage.process.on_message(stage.host, n1, frame);

  CHECK(stage.last_order().a == sim::number(leave_joint_kind));
  CHECK(stage.last_order().detail == "the configuration is not joint");
}

TEST_CASE("a leader does not forget that it leads") {
  Stage stage;
  sim::Bytes frame;
  orders()[3].encode({}, frame);

  stage.process.on_message(stage.host, n1, frame);

  CHECK(stage.last_order().b == 1);
  CHECK(stage.process.core().leader() == n1);
}

TEST_CASE("a server takes a snapshot when it is told to, and none of what it has saved") {
  Stage stage;
  sim::Bytes frame;
  orders()[2].encode({}, frame);

  stage.process.on_message(stage.host, n1, frame);
  CHECK(stage.last_order().b == 0);
  stage.host.complete_disk(stage.process);
  CHECK(stage.host.noted(NoteType::saved).size() == 1);
  stage.process.on_message(stage.host, n1, frame);

  CHECK(stage.last_order().b == 1);
}

TEST_CASE("a server of one group takes orders for group 0, and refuses those for others") {
  Stage stage;
  const sim::Bytes whole = frame_of({{{Kind::add_learner, n2}}, Pace::when_caught_up});
  sim::Bytes frame;
  encode(GroupOrder{1, whole}, frame);

  stage.process.on_message(stage.host, n1, frame);
  CHECK(stage.last_order().a == sim::number(reconfigure_kind));
  CHECK(stage.last_order().b == 1);
  encode(GroupOrder{0, whole}, frame);
  stage.process.on_message(stage.host, n1, frame);

  CHECK(stage.last_order().b == 0);
  CHECK(stage.process.core().configurations().newest().learners == NodeList{n2});
}

TEST_CASE("an order for a group whose frame is damaged within is no order") {
  Stage stage;
  sim::Bytes whole = frame_of({{{Kind::add_learner, n2}}, Pace::when_caught_up});
  whole.back() ^= std::byte{1};
  sim::Bytes frame;
  encode(GroupOrder{0, whole}, frame);

  stage.process.on_message(stage.host, n1, frame);

  CHECK(stage.host.noted(NoteType::order).empty());
  CHECK(stage.host.noted(NoteType::frame_rejected).size() == 1);
}
