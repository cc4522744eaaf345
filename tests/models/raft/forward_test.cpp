// Requests at a server that does not lead: passed on once, answered through who passed them on.
#include "models/raft/forward.hpp"

#include <doctest/doctest.h>

#include "tests/models/raft/stage.hpp"
#include "tests/models/worked_example.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::NoteType;

namespace {

sim::Bytes put_frame(std::uint64_t sequence = 1) {
  sim::Bytes frame;
  client::encode(client::Request{.session = 5,
                                 .sequence = sequence,
                                 .operation = {client::OperationKind::put, 0, "k", "v"}},
                 frame);
  return frame;
}

sim::Bytes forwarded(sim::MessageKind kind, sim::ByteView frame) {
  sim::Bytes whole;
  encode(kind, {client_node, frame}, whole);
  return whole;
}

/// One of three servers that pass on what they cannot answer.
struct Forwarder : Stage {
  Forwarder() {
    members = three;
    options.forward_proposals = true;
  }
};

/// n1 follows n2.
Stage& follow(Stage& stage) {
  stage.start();
  stage.deliver(n2, AppendEntries{.term = 1, .previous = {}, .entries = {}}).complete();
  stage.host.sent.clear();
  return stage;
}

/// What the only message that was sent holds.
Forwarded only_forward(const Stage& stage, sim::MessageKind kind) {
  REQUIRE(stage.host.sent.size() == 1);
  REQUIRE(stage.host.sent[0].kind == kind);
  REQUIRE(wire::intact(stage.host.sent[0].frame));
  Forwarded inside;
  REQUIRE(decode(stage.host.sent[0].frame, inside));
  return inside;
}

}  // namespace

TEST_CASE("a follower passes a write on to its leader as it came, and says so") {
  Forwarder stage;
  follow(stage).put(1, "k", "v");

  const Forwarded inside = only_forward(stage, forward_kind);
  CHECK(stage.host.sent[0].target == n2);
  CHECK(inside.client == client_node);
  CHECK(std::ranges::equal(inside.frame, put_frame()));
  CHECK(stage.host.noted(NoteType::forwarded).back().c == sim::number(n2));
}

TEST_CASE("without the key a follower sends the client to its leader") {
  Forwarder stage;
  stage.options.forward_proposals = false;

  follow(stage).put(1, "k", "v");

  REQUIRE(stage.answers().size() == 1);
  CHECK(stage.answers()[0].status == client::Status::not_leader);
  CHECK(stage.answers()[0].leader == n2);
}

TEST_CASE("what only the leader can read is passed on, what a follower can read is not") {
  Forwarder stage;
  SUBCASE("through the log") { stage.options.reads = Reads::log; }
  SUBCASE("by a round of heartbeats") { stage.options.reads = Reads::read_index; }
  SUBCASE("by a lease") { stage.options.reads = Reads::lease; }
  follow(stage).get(1, "k");

  (void)only_forward(stage, forward_kind);
}

TEST_CASE("a read that a follower can serve stays where it is") {
  Forwarder stage;
  SUBCASE("local") { stage.options.reads = Reads::local; }
  SUBCASE("with the leader's index") { stage.options.reads = Reads::follower; }
  follow(stage).get(1, "k");

  CHECK(stage.host.noted(NoteType::forwarded).empty());
}

TEST_CASE("a server that knows no leader refuses, and so does one that stands for election") {
  Forwarder stage;
  stage.start().put(1, "k", "v");
  REQUIRE(stage.answers().size() == 1);
  CHECK(stage.answers()[0].leader == sim::no_node);

  stage.host.run_timers(*stage.process, stage.host.now_ns + sim::milliseconds(300).ns);
  REQUIRE(stage.process->core().role() == models::Role::pre_candidate);
  stage.put(2, "k", "v");

  CHECK(stage.answers().back().status == client::Status::not_leader);
  CHECK(stage.host.noted(NoteType::forwarded).empty());
}

TEST_CASE("what was passed on once is refused by a server that does not lead, and goes back") {
  Forwarder stage;
  follow(stage);

  stage.process->on_message(stage.host, n3, forwarded(forward_kind, put_frame()));

  const Forwarded inside = only_forward(stage, forward_response_kind);
  CHECK(stage.host.sent[0].target == n3);
  CHECK(inside.client == client_node);
  client::Response response;
  REQUIRE(client::decode(inside.frame, response));
  CHECK(response.status == client::Status::not_leader);
  CHECK(response.leader == n2);
  CHECK(response.session == 5);
  CHECK(stage.host.noted(NoteType::forwarded).empty());
}

TEST_CASE("a leader executes what was passed on once, however often it comes") {
  Forwarder stage;
  stage.members = alone;
  stage.lead();
  stage.host.sent.clear();

  stage.process->on_message(stage.host, n3, forwarded(forward_kind, put_frame()));
  stage.complete();
  const auto first = only_forward(stage, forward_response_kind);
  client::Response response;
  REQUIRE(client::decode(first.frame, response));
  CHECK(response.status == client::Status::ok);
  const std::uint64_t revision = response.revision;
  const std::uint64_t content = stage.process->store().content_hash();
  stage.host.sent.clear();
  stage.process->on_message(stage.host, n2, forwarded(forward_kind, put_frame()));
  stage.complete();

  const auto second = only_forward(stage, forward_response_kind);
  CHECK(stage.host.sent[0].target == n2);
  REQUIRE(client::decode(second.frame, response));
  CHECK(response.revision == revision);
  CHECK(stage.process->store().content_hash() == content);
}

TEST_CASE("the leader's answer reaches the client as the leader gave it") {
  Forwarder stage;
  follow(stage);
  sim::Bytes answer;
  client::encode(client::Response{.session = 5, .sequence = 1, .revision = 7}, answer);

  stage.process->on_message(stage.host, n2, forwarded(forward_response_kind, answer));

  REQUIRE(stage.answers().size() == 1);
  CHECK(stage.host.sent[0].target == client_node);
  CHECK(stage.answers()[0].revision == 7);
}

TEST_CASE("WIRE.md shows the bytes of what is passed on") {
  const auto example = [](const char* heading) {
    return models::worked_example("models/raft/WIRE.md", heading);
  };
  sim::Bytes answer;
  client::encode(client::Response{.session = 5, .sequence = 1, .revision = 7}, answer);

  CHECK(example("forward") == forwarded(forward_kind, put_frame()));
  CHECK(example("forward_response") == forwarded(forward_response_kind, answer));
}

TEST_CASE("a frame that holds no whole frame of its sort is refused") {
  Forwarder stage;
  follow(stage);
  const sim::Bytes request = put_frame();
  sim::Bytes damaged = request;
  damaged.back() ^= std::byte{1};
  sim::Bytes bare;
  wire::begin_frame(bare, forward_kind);
  wire::end_frame(bare);

  stage.process->on_message(stage.host, n3, forwarded(forward_kind, damaged));
  stage.process->on_message(stage.host, n3, forwarded(forward_response_kind, request));
  stage.process->on_message(stage.host, n3, forwarded(forward_kind, {}));
  stage.process->on_message(stage.host, n3, bare);

  CHECK(stage.host.noted(NoteType::frame_rejected).size() == 4);
  CHECK(stage.host.sent.empty());
}
