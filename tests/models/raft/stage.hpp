// One Raft server as a process, on a host in the test's hand.
#pragma once

#include <doctest/doctest.h>

#include "models/kv/command.hpp"
#include "models/raft/codec.hpp"
#include "models/raft/raft_process.hpp"
#include "models/wire/frame.hpp"
#include "sim/base/checksum.hpp"
#include "tests/models/fake_host.hpp"
#include "tests/models/raft/server.hpp"

namespace splitvote::raft {

inline constexpr NodeId client_node{9};
inline const std::vector<NodeId> alone{n1};

/// One server with its host; a cluster of one unless members are given.
struct Stage {
  models::FakeHost host{n1};
  ProcessOptions options;
  std::vector<NodeId> members = alone;
  std::optional<RaftProcess> process;

  Stage& start() {
    host.forget_process();
    process.emplace(options, members, n1);
    process->on_start(host);
    host.complete_disk(*process);
    return *this;
  }
  Stage& lead() {
    start();
    host.run_timers(*process, host.now_ns + sim::milliseconds(300).ns);
    host.complete_disk(*process);
    return *this;
  }
  Stage& request(std::uint64_t sequence, client::OperationKind kind, std::string_view key,
                 std::string_view value = {}) {
    client::Request request{.session = 5, .sequence = sequence, .operation = {}};
    request.operation.kind = kind;
    request.operation.key = key;
    request.operation.value = value;
    sim::Bytes frame;
    client::encode(request, frame);
    process->on_message(host, client_node, frame);
    return *this;
  }
  Stage& put(std::uint64_t sequence, std::string_view key, std::string_view value) {
    return request(sequence, client::OperationKind::put, key, value);
  }
  Stage& get(std::uint64_t sequence, std::string_view key) {
    return request(sequence, client::OperationKind::get, key);
  }
  Stage& complete() {
    host.complete_disk(*process);
    return *this;
  }
  Stage& deliver(NodeId source, const Message& message) {
    sim::Bytes frame;
    encode(message, frame);
    process->on_message(host, source, frame);
    return *this;
  }
  /// The answers sent to the client; views into the host's frames.
  [[nodiscard]] std::vector<client::Response> answers() const {
    std::vector<client::Response> answers;
    for (const models::SentFrame& sent : host.sent) {
      if (sent.kind != client::response_kind) continue;
      REQUIRE(wire::intact(sent.frame));
      REQUIRE(client::decode(sent.frame, answers.emplace_back()));
    }
    return answers;
  }
};

/// A follower of it has all of its log, and has heard that round.
inline Stage& answer(Stage& stage, NodeId follower, std::uint64_t round) {
  const Raft& core = stage.process->core();
  return stage.deliver(follower, AppendResponse{.term = core.term(),
                                                .accepted = true,
                                                .match = core.log().last_index(),
                                                .hint = {},
                                                .read_round = round});
}

/// The leader of three, with its no-op committed.
inline Stage& lead_three(Stage& stage) {
  stage.members = three;
  stage.options.core.pre_vote = false;
  stage.lead();
  stage.deliver(n2, VoteResponse{Ballot::vote, stage.process->core().term(), true}).complete();
  REQUIRE(stage.process->core().role() == models::Role::leader);
  return answer(stage, n2, 0);
}

}  // namespace splitvote::raft
