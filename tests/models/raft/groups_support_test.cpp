// A server with fortification on a host in the test's hand: what its node promises to others and is
// promised by them, and what its groups make of that.
#include <doctest/doctest.h>

#include <algorithm>

#include "models/client/placement.hpp"
#include "models/raft/groups_process.hpp"
#include "tests/models/raft/stage.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::NoteType;
using models::Role;

namespace {

constexpr std::uint64_t peer_incarnation = 7;
constexpr sim::Duration support_lasts = sim::milliseconds(400);

struct SupportResponse {
  SupportEpoch epoch = 0;
  std::uint64_t incarnation = 0;
  std::uint64_t sent = 0;
};

/// One of three servers of two groups. Support is requested every 50 ms, elections take 150 to 300.
struct SupportStage {
  models::FakeHost host{n1};
  ProcessOptions options;
  std::optional<GroupsProcess> process;

  SupportStage() {
    options.core.fortification = true;
    options.core.pre_vote = false;
    options.quorum_check = QuorumCheck::answer_age;
    options.support_duration = support_lasts;
  }
  SupportStage& start() {
    host.forget_process();
    process.emplace(options, configuration_of(three), n1, std::uint16_t{2});
    process->on_start(host);
    host.complete_disk(*process);
    return *this;
  }
  /// Long ago, so that nothing from before is owed any more; and has heard nothing since.
  SupportStage& start_long_ago() {
    start();
    host.now_ns += 2 * support_lasts.ns;
    return *this;
  }
  SupportStage& give(NodeId source, sim::Bytes frame) {
    wire::end_frame(frame);
    process->on_message(host, source, frame);
    host.complete_disk(*process);
    return *this;
  }
  SupportStage& deliver(NodeId source, std::uint16_t group, const Message& message) {
    sim::Bytes frame;
    encode(message, frame);
    sim::append_integer(frame, group);
    return give(source, frame);
  }
  SupportStage& ask(NodeId source, std::uint64_t incarnation = peer_incarnation,
                    std::uint64_t sent = 11) {
    sim::Bytes frame;
    wire::begin_frame(frame, support_request_kind, incarnation, sent);
    return give(source, frame);
  }
  SupportStage& support(NodeId source, SupportEpoch epoch, std::int64_t sent_ns) {
    sim::Bytes frame;
    wire::begin_frame(frame, support_response_kind, epoch,
                      std::uint64_t{sim::number(host.incarnation())},
                      static_cast<std::uint64_t>(sent_ns));
    return give(source, frame);
  }
  SupportStage& pass(sim::Duration span) {
    host.run_timers(*process, host.now_ns + span.ns);
    host.complete_disk(*process);
    return *this;
  }
  /// Group 0 follows n2 in term 1 and has promised not to depose it.
  SupportStage& promise() {
    ask(n2).deliver(n2, 0, append(1, {}, {}, 0)).deliver(n2, 0, Fortify{1});
    REQUIRE(core().is_fortified());
    return *this;
  }
  /// Group 0 is led by it in term 1, its no-op is committed, and n2 has promised not to depose it.
  SupportStage& lead(SupportEpoch epoch) {
    while (core().role() != Role::candidate) pass(sim::milliseconds(10));
    const Term term = core().term();
    deliver(n2, 0, VoteResponse{Ballot::vote, term, true});
    REQUIRE(core().role() == Role::leader);
    deliver(
        n2, 0,
        AppendResponse{.term = term, .accepted = true, .match = 1, .hint = {}, .read_round = 0});
    deliver(n2, 0, FortifyResponse{term, epoch, 1});
    REQUIRE(core().commit_index() == 1);
    return *this;
  }
  /// How many reads were answered.
  std::size_t reads() {
    client::Request request{.session = 5, .sequence = ++sequence, .operation = {}};
    request.operation.kind = client::OperationKind::get;
    const std::string key_of_group = key();
    request.operation.key = key_of_group;
    sim::Bytes frame;
    client::encode(request, frame);
    process->on_message(host, client_node, frame);
    return static_cast<std::size_t>(
        std::ranges::count(host.sent, client::response_kind, &models::SentFrame::kind));
  }
  static std::string key() {
    for (int number = 1;; ++number) {
      const std::string key = "k" + std::to_string(number);
      if (client::group_of(key, 2) == 0) return key;
    }
  }
  [[nodiscard]] const Raft& core(std::uint16_t group = 0) const {
    return process->group(group).core();
  }
  [[nodiscard]] std::size_t sent(sim::MessageKind kind, NodeId target) const {
    return static_cast<std::size_t>(std::ranges::count_if(
        host.sent, [&](const auto& each) { return each.kind == kind && each.target == target; }));
  }
  [[nodiscard]] SupportResponse response() const {
    const auto last = std::ranges::find(host.sent.rbegin(), host.sent.rend(), support_response_kind,
                                        &models::SentFrame::kind);
    REQUIRE(last != host.sent.rend());
    sim::Reader reader(wire::body(last->frame));
    SupportResponse found;
    found.epoch = reader.integer<std::uint64_t>();
    found.incarnation = reader.integer<std::uint64_t>();
    found.sent = reader.integer<std::uint64_t>();
    REQUIRE(reader.finished());
    return found;
  }
  std::uint64_t sequence = 0;
};

}  // namespace

TEST_CASE("a request for support is answered with the epoch and what it said") {
  SupportStage stage;
  stage.start().ask(n2, 7, 123);

  CHECK(stage.response().epoch != 0);
  CHECK(stage.response().incarnation == 7);
  CHECK(stage.response().sent == 123);
}

TEST_CASE("a follower that has promised waits as long as requests come, and not longer") {
  SupportStage stage;
  stage.start_long_ago().promise();
  for (int times = 0; times < 20; ++times) stage.pass(sim::milliseconds(300)).ask(n2);
  CHECK(stage.core().role() == Role::follower);
  CHECK(stage.core().is_fortified());

  stage.pass(sim::milliseconds(399));
  CHECK(stage.core().is_fortified());
  stage.pass(sim::milliseconds(1));
  CHECK_FALSE(stage.core().is_fortified());
  stage.pass(sim::milliseconds(150));

  CHECK(stage.core().role() == Role::candidate);
}

TEST_CASE("a leader's node that begins anew has lost the promises of its followers at once") {
  SupportStage stage;
  stage.start_long_ago().promise().ask(n2, peer_incarnation + 1);

  CHECK_FALSE(stage.core().is_fortified());
}

TEST_CASE("a promise is made for the present epoch of support") {
  SupportStage stage;
  stage.start_long_ago().promise();
  const SupportEpoch first = stage.core().fortified().epoch;
  CHECK(first == stage.response().epoch);
  stage.pass(support_lasts);
  REQUIRE_FALSE(stage.core().is_fortified());

  stage.promise();

  CHECK(stage.core().fortified().epoch > first);
  CHECK(stage.core().fortified().epoch == stage.response().epoch);
}

TEST_CASE("nobody promises to a leader whose node has not asked") {
  SupportStage stage;
  stage.start_long_ago().ask(n3);
  stage.deliver(n2, 0, append(1, {}, {}, 0)).deliver(n2, 0, Fortify{1});

  CHECK_FALSE(stage.core().is_fortified());
}

TEST_CASE("a restarted server neither votes nor stands for as long as it may have promised") {
  SupportStage stage;
  stage.start().start();
  const auto vote = [&](Term term) {
    stage.deliver(n3, 0, VoteRequest{Ballot::vote, term, {9, 1}});
    return stage.sent(vote_response_kind, n3);
  };

  CHECK(vote(5) == 0);
  stage.pass(sim::milliseconds(399));
  CHECK(vote(6) == 0);
  CHECK(stage.core().term() == 0);
  stage.pass(sim::milliseconds(1));

  CHECK(vote(7) == 1);
}

TEST_CASE("a restarted server obeys a candidate that its leader has chosen") {
  SupportStage stage;
  stage.start().start().deliver(n3, 0, VoteRequest{Ballot::transfer, 5, {9, 1}});

  CHECK(stage.sent(vote_response_kind, n3) == 1);
}

TEST_CASE("a leader requests the support of its followers' nodes, once for all groups") {
  SupportStage stage;
  stage.start_long_ago().lead(9).pass({});
  CHECK(stage.sent(support_request_kind, n2) == 1);
  const std::size_t before = stage.sent(support_request_kind, n3);

  stage.pass(sim::milliseconds(50));

  CHECK(stage.sent(support_request_kind, n3) == before + 1);
  CHECK(stage.sent(support_request_kind, n1) == 0);
}

TEST_CASE("a leader answers reads at once while a majority keeps to it, and a round else") {
  SupportStage stage;
  stage.options.reads = Reads::lease;
  stage.start_long_ago().lead(9);
  CHECK(stage.reads() == 0);

  stage.support(n2, 9, stage.host.now_ns);
  CHECK(stage.reads() == 1);
  // What is certain of 400 ms with clocks that are off by 1 % is 392.
  stage.host.now_ns += sim::milliseconds(392).ns;
  CHECK(stage.reads() == 2);
  stage.host.now_ns += sim::milliseconds(1).ns;
  CHECK(stage.reads() == 2);
}

TEST_CASE("support of another epoch than that of the promise does not count") {
  SupportStage stage;
  stage.options.reads = Reads::lease;
  stage.start_long_ago().lead(9);

  stage.support(n2, 10, stage.host.now_ns);
  CHECK(stage.reads() == 0);
  stage.support(n2, 9, stage.host.now_ns);  // overtaken
  CHECK(stage.reads() == 0);
}

TEST_CASE("an answer to an earlier start of the node does not count") {
  SupportStage stage;
  stage.options.reads = Reads::lease;
  stage.start_long_ago().lead(9);
  sim::Bytes frame;
  wire::begin_frame(frame, support_response_kind, std::uint64_t{9},
                    std::uint64_t{sim::number(stage.host.incarnation()) - 1},
                    static_cast<std::uint64_t>(stage.host.now_ns));
  stage.give(n2, frame);

  CHECK(stage.reads() == 0);
}

TEST_CASE("a leader that is supported leads on in silence, and not longer than quorum_timeout") {
  SupportStage stage;
  stage.start_long_ago().lead(9);
  stage.support(n2, 9, stage.host.now_ns).pass(sim::milliseconds(100));
  const std::size_t heartbeats = stage.sent(heartbeat_kind, n2);
  for (int times = 0; times < 20; ++times)
    stage.support(n2, 9, stage.host.now_ns).pass(sim::milliseconds(100));
  CHECK(stage.core().role() == Role::leader);
  CHECK(stage.sent(heartbeat_kind, n2) == heartbeats);
  CHECK(stage.sent(heartbeat_kind, n3) > heartbeats);

  stage.pass(sim::milliseconds(299));
  CHECK(stage.core().role() == Role::leader);
  stage.pass(sim::milliseconds(2));

  CHECK(stage.core().role() == Role::follower);
  CHECK(stage.sent(defortify_kind, n2) == 1);
}

TEST_CASE("support that is lost while the disk is at work is not forgotten") {
  SupportStage stage;
  stage.options.async_storage = false;
  stage.start_long_ago().promise();
  sim::Bytes frame;
  const sim::Bytes log = entries(1, {1});
  encode(append(1, {}, log, 0), frame);
  sim::append_integer(frame, std::uint16_t{0});
  wire::end_frame(frame);
  stage.process->on_message(stage.host, n2, frame);
  REQUIRE(stage.host.disk_pending() > 0);

  stage.host.run_timers(*stage.process, stage.host.now_ns + support_lasts.ns);
  CHECK(stage.core().is_fortified());
  stage.host.complete_disk(*stage.process);

  CHECK_FALSE(stage.core().is_fortified());
}

TEST_CASE("a promise that is renewed while the disk is at work outlasts the loss before it") {
  SupportStage stage;
  stage.options.async_storage = false;
  stage.start_long_ago().promise();
  const auto put_off = [&](const Message& message) {
    sim::Bytes frame;
    encode(message, frame);
    sim::append_integer(frame, std::uint16_t{0});
    wire::end_frame(frame);
    stage.process->on_message(stage.host, n2, frame);
  };
  const sim::Bytes log = entries(1, {1});
  put_off(append(1, {}, log, 0));
  REQUIRE(stage.host.disk_pending() > 0);
  stage.host.run_timers(*stage.process, stage.host.now_ns + support_lasts.ns);
  sim::Bytes request;
  wire::begin_frame(request, support_request_kind, peer_incarnation, std::uint64_t{11});
  wire::end_frame(request);
  stage.process->on_message(stage.host, n2, request);
  put_off(Fortify{1});

  stage.host.complete_disk(*stage.process);

  REQUIRE(stage.core().is_fortified());
  CHECK(stage.core().fortified().epoch == stage.response().epoch);
}

TEST_CASE("a server whose disk stalls asks for no support until it goes on") {
  SupportStage stage;
  stage.options.async_storage = false;
  stage.options.quorum_timeout = sim::seconds(2);
  stage.start_long_ago().lead(9).pass({});
  client::Request request{.session = 5, .sequence = 1, .operation = {}};
  request.operation.kind = client::OperationKind::put;
  const std::string key = SupportStage::key();
  request.operation.key = key;
  sim::Bytes frame;
  client::encode(request, frame);
  stage.process->on_message(stage.host, client_node, frame);
  REQUIRE(stage.host.disk_pending() > 0);
  const std::size_t before = stage.sent(support_request_kind, n2);

  stage.host.run_timers(*stage.process, stage.host.now_ns + sim::milliseconds(500).ns);
  CHECK(stage.sent(support_request_kind, n2) == before);
  stage.host.complete_disk(*stage.process);
  stage.pass({});

  CHECK(stage.sent(support_request_kind, n2) == before + 1);
}

TEST_CASE("an answer to an older start of a node is none") {
  SupportStage stage;
  stage.start_long_ago().ask(n2, 7);
  stage.pass(support_lasts);
  const std::size_t before = stage.sent(support_response_kind, n2);

  stage.ask(n2, 6);

  CHECK(stage.sent(support_response_kind, n2) == before);
}

TEST_CASE("a server that has halted supports nobody") {
  SupportStage stage;
  stage.start_long_ago();
  stage.host.disk_status = sim::DiskStatus::io_error;
  const sim::Bytes log = entries(1, {1});
  stage.deliver(n2, 0, append(1, {}, log, 0));
  REQUIRE(stage.process->group(0).halted());

  stage.ask(n2);

  CHECK(stage.sent(support_response_kind, n2) == 0);
}
