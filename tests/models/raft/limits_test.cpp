// What a leader may have under way: bytes that are not committed, bytes that are not answered.
#include <doctest/doctest.h>

#include <utility>
#include <vector>

#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

Server leading(const Options& options) {
  Server server(options);
  server.start().win().persist().accept(n2, 1).accept(n3, 1);
  return server;
}

Options uncommitted(std::uint64_t bytes) {
  Options options = plain;
  options.uncommitted_bytes_max = bytes;
  return options;
}

const std::string half(500, 'v');

/// What the step said of pauses: follower and whether one begins.
std::vector<std::pair<std::uint64_t, bool>> pauses(const Server& server) {
  std::vector<std::pair<std::uint64_t, bool>> found;
  for (const Remark& note : server.out.notes) {
    if (note.type == models::NoteType::replication_paused) found.emplace_back(note.a, note.b == 1);
  }
  return found;
}
using Pauses = std::vector<std::pair<std::uint64_t, bool>>;

Server one_in_flight() {
  Options options = plain;
  options.inflight_messages_max = 1;
  return leading(options);
}
constexpr std::uint64_t of(NodeId node) { return sim::number(node); }

}  // namespace

TEST_CASE("a leader that has as much uncommitted as it may says so, until something is committed") {
  Server server = leading(uncommitted(1200));
  server.propose("k", half).propose("k", half);
  REQUIRE(server.out.proposal.kind == Verdict::Kind::accepted);

  server.propose("k", half);
  CHECK(server.out.proposal.kind == Verdict::Kind::busy);
  CHECK(server.raft.log().last_index() == 3);
  server.persist().accept(n2, 2).accept(n3, 2).propose("k", half);

  CHECK(server.out.proposal.kind == Verdict::Kind::accepted);
}

TEST_CASE("an entry larger than the limit is taken when nothing else is uncommitted") {
  Server server = leading(uncommitted(100));

  server.propose("k", half);
  CHECK(server.out.proposal.kind == Verdict::Kind::accepted);
  server.propose();

  CHECK(server.out.proposal.kind == Verdict::Kind::busy);
}

TEST_CASE("no more bytes than allowed are on their way to a follower, but always one message") {
  Options options = plain;
  options.inflight_bytes_max = 100;
  Server server = leading(options);

  server.propose("k", half);
  CHECK(server.sent_to<AppendEntries>(n2).size() == 1);
  server.propose("k", half);
  CHECK(server.sent_to<AppendEntries>(n2).empty());
  server.accept(n2, 2);

  CHECK(indexes(server.sent_to<AppendEntries>(n2).at(0).entries) == std::vector<Index>{3});
}

TEST_CASE("a follower is paused when an entry has to wait, and once, until there is room again") {
  Server server = one_in_flight();

  server.propose();
  CHECK(pauses(server).empty());
  server.propose();
  CHECK(pauses(server) == Pauses{{of(n2), true}, {of(n3), true}});
  server.propose();
  CHECK(pauses(server).empty());
  server.accept(n2, 2);
  CHECK(pauses(server).empty());
  server.accept(n2, 4);
  CHECK(pauses(server) == Pauses{{of(n2), false}});

  server.propose();
  CHECK(pauses(server).empty());
}

TEST_CASE("bytes under way pause a follower as messages do") {
  Options options = plain;
  options.inflight_bytes_max = 100;
  Server server = leading(options);
  server.propose("k", half).propose("k", half);
  CHECK(pauses(server) == Pauses{{of(n2), true}, {of(n3), true}});

  server.accept(n3, 2).accept(n3, 3);

  CHECK(pauses(server) == Pauses{{of(n3), false}});
}

TEST_CASE("a follower that is probed anew is not paused") {
  Server server = one_in_flight();
  server.propose().propose();
  REQUIRE(pauses(server).size() == 2);

  server.refuse(n2, 2, {.index = 2, .term = 0});

  CHECK(pauses(server) == Pauses{{of(n2), false}});
}

TEST_CASE("a follower that is no member any more is not paused") {
  Server server = one_in_flight();
  server.propose().propose();
  REQUIRE(pauses(server).size() == 2);

  server.reconfigure({{Change::Kind::remove, n3}});

  CHECK(pauses(server) == Pauses{{of(n3), false}});
}
