// What a group asks of its host arrives at the server's under the group's name and nobody else's.
#include "models/raft/group_host.hpp"

#include <doctest/doctest.h>

#include "models/client/message.hpp"
#include "models/raft/codec.hpp"
#include "models/raft/raft_process.hpp"
#include "models/wire/frame.hpp"
#include "tests/models/fake_host.hpp"
#include "tests/models/worked_example.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::FakeHost;

namespace {

struct Groups {
  FakeHost server{NodeId{1}};
  client::Deadlines timers{4 * group_timers};
  GroupStreams streams{};

  GroupHost host(std::uint16_t group, std::uint16_t of = 259) {
    return {server, {group, of}, timers, streams};
  }
};

}  // namespace

TEST_CASE("a group's files have its number in front") {
  Groups groups;
  GroupHost third = groups.host(3);

  (void)third.open("wal");
  CHECK(groups.server.exists("g3/wal"));
  CHECK(third.exists("wal"));
  CHECK_FALSE(groups.host(2).exists("wal"));
  CHECK(third.rename("wal", "old") == sim::DiskStatus::ok);
  CHECK(groups.server.exists("g3/old"));
  CHECK(third.remove("old") == sim::DiskStatus::ok);
  CHECK_FALSE(groups.server.exists("g3/old"));
}

TEST_CASE("a frame between servers ends with the group, under a checksum of its own") {
  Groups groups;
  sim::Bytes frame;
  encode(TimeoutNow{6}, frame);
  const sim::Bytes untagged = frame;

  groups.host(258).send(NodeId{2}, timeout_now_kind, frame);

  REQUIRE(groups.server.sent.size() == 1);
  const sim::Bytes& sent = groups.server.sent[0].frame;
  CHECK(wire::intact(sent));
  CHECK(sent == models::worked_example("models/raft/WIRE.md", "Groups"));
  REQUIRE(sent.size() == untagged.size() + 2);
  CHECK(std::equal(untagged.begin() + 4, untagged.end(), sent.begin() + 4));
  CHECK(sent[sent.size() - 2] == std::byte{2});  // 258, little-endian
  CHECK(sent[sent.size() - 1] == std::byte{1});
}

TEST_CASE("an answer to a client is as it would be without groups") {
  Groups groups;
  sim::Bytes frame;
  client::encode(client::Response{.session = 1, .sequence = 2}, frame);
  const sim::Bytes untagged = frame;

  groups.host(3).send(NodeId{9}, client::response_kind, frame);

  CHECK(groups.server.sent.at(0).frame == untagged);
}

TEST_CASE("the trace is told the group of every message, also of an answer to a client") {
  Groups groups;
  sim::Bytes to_server;
  encode(TimeoutNow{6}, to_server);
  sim::Bytes to_client;
  client::encode(client::Response{.session = 1, .sequence = 2}, to_client);

  groups.host(258).send(NodeId{2}, timeout_now_kind, to_server);
  groups.host(0).send(NodeId{9}, client::response_kind, to_client);

  CHECK(groups.server.sent.at(0).kind == timeout_now_kind);
  CHECK(groups.server.sent.at(0).group == 258);
  CHECK(groups.server.sent.at(1).kind == client::response_kind);
  CHECK(groups.server.sent.at(1).group == 0);
}

TEST_CASE("disk operations come back with the token they were given") {
  Groups groups;
  const sim::IoToken token{(std::uint64_t{1} << 48) + 77};
  GroupHost host = groups.host(1023);
  host.sync(host.open("wal"), token);

  struct Listener final : sim::Process {
    void on_start(sim::Host&) override {}
    void on_message(sim::Host&, NodeId, sim::ByteView) override {}
    void on_timer(sim::Host&, sim::TimerId) override {}
    void on_disk(sim::Host&, const sim::DiskCompletion& completion) override {
      heard = completion.token;
    }
    [[nodiscard]] std::unique_ptr<sim::Process> clone() const override { return nullptr; }
    sim::IoToken heard{};
  } listener;
  groups.server.complete_disk(listener);

  CHECK(group_of(listener.heard) == 1023);
  CHECK(without_group(listener.heard) == token);
}

TEST_CASE("timers of all groups are one order: by instant, then group, then timer") {
  Groups groups;
  groups.server.now_ns = 100;
  groups.host(2).arm(election_timer, sim::Duration{50});
  groups.host(1).arm(heartbeat_timer, sim::Duration{50});
  groups.host(1).arm(election_timer, sim::Duration{50});
  groups.host(3).arm(election_timer, sim::Duration{10});
  groups.host(0).arm(election_timer, sim::Duration{1});
  groups.host(0).cancel(election_timer);

  std::vector<std::pair<std::int64_t, std::uint32_t>> order;
  while (!groups.timers.empty()) {
    order.emplace_back(groups.timers.when().ns, groups.timers.slot());
    groups.timers.clear(groups.timers.slot());
  }

  constexpr std::uint32_t timers = group_timers;
  CHECK(order == std::vector<std::pair<std::int64_t, std::uint32_t>>{
                     {110, 3 * timers}, {150, timers}, {150, timers + 1}, {150, 2 * timers}});
}

TEST_CASE("a note says whose it is") {
  Groups groups;
  groups.host(5).note(models::note(models::NoteType::stored, 9));

  REQUIRE(groups.server.notes.size() == 1);
  CHECK(groups.server.notes[0].group == 5);
  CHECK(groups.server.notes[0].a == 9);
}
