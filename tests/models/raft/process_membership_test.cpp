// The Raft process where members come and go: spares, witnesses and what the notes say.
#include <doctest/doctest.h>

#include "models/kv/command.hpp"
#include "models/raft/codec.hpp"
#include "models/raft/raft_process.hpp"
#include "tests/models/fake_host.hpp"
#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;
using models::FakeHost;
using models::NoteType;

namespace {

constexpr NodeId client_node{9};

struct Stage {
  FakeHost host{n3};
  ProcessOptions options;
  std::optional<RaftProcess> process;

  Stage& start(const Configuration& initial) {
    process.emplace(options, initial, n3);
    process->on_start(host);
    host.complete_disk(*process);
    return *this;
  }
  Stage& deliver(NodeId source, const Message& message) {
    sim::Bytes frame;
    encode(message, frame);
    process->on_message(host, source, frame);
    host.complete_disk(*process);
    return *this;
  }
};

/// A put of "k" as entry 1 of term 1, encoded.
sim::Bytes put() {
  const client::Operation operation{client::OperationKind::put, 0, "k", "v"};
  sim::Bytes value;
  kv::encode_value(kv::Command{5, 1, operation}, value);
  sim::Bytes log;
  wal::encode({1, 1, wal::RecordType::command, "k", sim::as_text(value)}, log);
  return log;
}

Configuration with_witness() {
  Configuration configuration = voters(three);
  configuration.witnesses = {n3};
  return configuration;
}

}  // namespace

TEST_CASE("a witness stores what is committed and applies nothing") {
  const sim::Bytes log = put();
  Stage stage;

  stage.start(with_witness()).deliver(n2, append(1, {}, log, 1));

  CHECK(stage.process->core().commit_index() == 1);
  CHECK(stage.process->core().stored_index() == 1);
  CHECK(stage.process->applied_index() == 0);
  CHECK(stage.host.noted(NoteType::applied).empty());
}

TEST_CASE("a witness that becomes a voter applies all of its log") {
  const sim::Bytes log = put();
  const sim::Bytes configuration = entry({2, 1}, voters(three));
  Stage stage;
  stage.start(with_witness()).deliver(n2, append(1, {}, log, 1));

  stage.deliver(n2, append(1, {1, 1}, configuration)).deliver(n2, append(1, {2, 1}, {}, 2));

  CHECK(stage.process->applied_index() == 2);
  CHECK(stage.process->store().get("k").value == "v");
}

TEST_CASE("a witness serves no reads, not even local ones") {
  Stage stage;
  stage.options.reads = Reads::local;
  stage.start(with_witness());
  client::Request request{.session = 5, .sequence = 1, .operation = {}};
  request.operation = {client::OperationKind::get, 0, "k", {}};
  sim::Bytes frame;
  client::encode(request, frame);

  stage.process->on_message(stage.host, client_node, frame);

  client::Response response;
  REQUIRE(client::decode(stage.host.sent.back().frame, response));
  CHECK(response.status == client::Status::not_leader);
}

TEST_CASE("a server says by which configuration it counts, in bits and in words") {
  const sim::Bytes configuration = entry({1, 1}, voters({n2, n3}));
  Stage stage;

  stage.start(voters(three)).deliver(n2, append(1, {}, configuration));

  const auto notes = stage.host.noted(NoteType::configuration);
  REQUIRE(notes.size() == 2);
  CHECK(notes[0].a == 0);
  CHECK(notes[0].b == 0b1110);
  CHECK(notes[1].a == 1);
  CHECK(notes[1].b == 0b1100);
  CHECK(notes[1].c == 0);
  CHECK(notes[1].detail == "voters 2 3");
}
