// The client process at its host: starts, frames, one timer, and the notes of the history.
#include "models/client/client_process.hpp"

#include "models/client/placement.hpp"

#include <doctest/doctest.h>

#include "models/wire/frame.hpp"
#include "tests/models/client/core_bench.hpp"
#include "tests/models/fake_host.hpp"

using namespace splitvote;
using namespace splitvote::client;
using models::FakeHost;
using models::NoteType;

namespace {

constexpr sim::TimerId timer{0};

/// A client at its host, past its start.
struct ProcessBench {
  explicit ProcessBench(ClientSettings settings = plain_settings()) : process(settings) {
    process.on_start(host);
  }

  [[nodiscard]] Request request(std::size_t index) const {
    Request read;
    REQUIRE(host.sent.size() > index);
    REQUIRE(wire::intact(host.sent[index].frame));
    REQUIRE(decode(host.sent[index].frame, read));
    return read;
  }

  void answer(const Request& asked, Response response) {
    response.session = asked.session;
    response.sequence = asked.sequence;
    encode(response, frame);
    process.on_message(host, server_a, frame);
  }

  FakeHost host{client_node};
  ClientProcess process;
  sim::Bytes frame;
};

}  // namespace

TEST_CASE("a client tells its role before all else") {
  const ProcessBench bench;

  REQUIRE(bench.host.noted(NoteType::role).size() == 1);
  CHECK(bench.host.notes[0].a == static_cast<std::uint64_t>(models::Role::client));
  CHECK(bench.host.sent.size() == 1);
}

TEST_CASE("an operation is a frame to a server and a note of its invocation") {
  const ProcessBench bench;

  CHECK(bench.host.sent[0].target == server_a);
  CHECK(bench.host.sent[0].kind == request_kind);
  const auto notes = bench.host.noted(NoteType::invoke);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].a == 1);
  CHECK(notes[0].b == bench.request(0).session);
  Operation noted;
  REQUIRE(decode(sim::as_bytes(notes[0].detail), noted));
  CHECK(noted.kind == OperationKind::put);
  CHECK(noted.value == bench.request(0).operation.value);
}

TEST_CASE("of several groups of servers the trace is told in which one a request's key lives") {
  ClientSettings settings = plain_settings();
  settings.groups = 7;
  const ProcessBench bench(settings);

  CHECK(bench.host.sent.at(0).group == group_of(bench.request(0).operation.key, 7));
}

TEST_CASE("of the only group the trace is told nothing") {
  const ProcessBench bench;

  CHECK(bench.host.sent.at(0).group == std::nullopt);
}

TEST_CASE("a return is a note with outcome, revision and value") {
  ProcessBench bench;
  bench.answer(bench.request(0), {.status = Status::ok, .revision = 31, .value = "what it holds"});

  const auto notes = bench.host.noted(NoteType::complete);
  REQUIRE(notes.size() == 1);
  CHECK(notes[0].a == 1);
  CHECK(notes[0].b == static_cast<std::uint64_t>(Outcome::ok));
  CHECK(notes[0].c == 31);
  CHECK(notes[0].detail == "what it holds");
}

TEST_CASE("the one timer is armed for the earliest deadline and carries the retries") {
  ProcessBench bench;
  CHECK(bench.host.armed(timer) == 100'000'000);

  bench.host.run_timers(bench.process, 110'000'000);
  REQUIRE(bench.host.sent.size() == 2);
  CHECK(bench.host.sent[1].target == server_b);
  CHECK(bench.host.sent[1].frame == bench.host.sent[0].frame);
}

TEST_CASE("a damaged frame is refused and noted, and changes nothing") {
  ProcessBench bench;
  encode(Response{.session = bench.request(0).session, .sequence = 1}, bench.frame);
  bench.frame.back() ^= std::byte{1};
  bench.process.on_message(bench.host, server_a, bench.frame);

  REQUIRE(bench.host.noted(NoteType::frame_rejected).size() == 1);
  CHECK(bench.host.noted(NoteType::frame_rejected)[0].a == 0);
  CHECK(bench.host.noted(NoteType::complete).empty());
}

TEST_CASE("an intact frame that is no response is refused by its kind") {
  ProcessBench bench;
  bench.process.on_message(bench.host, server_a, sim::Bytes(bench.host.sent[0].frame));

  REQUIRE(bench.host.noted(NoteType::frame_rejected).size() == 1);
  CHECK(bench.host.noted(NoteType::frame_rejected)[0].a ==
        static_cast<std::uint64_t>(request_kind));
}

TEST_CASE("a client that comes back, even without its disk, has new sessions and numbers") {
  ProcessBench bench;
  const std::uint64_t session = bench.request(0).session;
  bench.host.lose_disk();
  ClientProcess again(plain_settings());
  again.on_start(bench.host);

  CHECK(bench.request(1).session != session);
  CHECK(bench.request(1).sequence == 1);
  CHECK(bench.request(1).operation.value != bench.request(0).operation.value);
  const auto invoked = bench.host.noted(NoteType::invoke);
  REQUIRE(invoked.size() == 2);
  CHECK(invoked[0].a != invoked[1].a);
}

TEST_CASE("a client needs no disk") {
  FakeHost host(client_node);
  host.disk_status = sim::DiskStatus::io_error;
  ClientProcess process(plain_settings());
  process.on_start(host);

  CHECK(host.sent.size() == 1);
  CHECK(host.noted(NoteType::halted).empty());
}

TEST_CASE("an answer to an earlier incarnation is passed over") {
  ProcessBench bench;
  const Request early = bench.request(0);
  bench.host.lose_disk();
  ClientProcess again(plain_settings());
  again.on_start(bench.host);
  encode(Response{.session = early.session, .sequence = early.sequence, .value = {}}, bench.frame);
  again.on_message(bench.host, server_a, bench.frame);

  CHECK(bench.host.noted(NoteType::complete).empty());
}
