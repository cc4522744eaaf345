// What a leader may have under way: bytes that are not committed, bytes that are not answered.
#include <doctest/doctest.h>

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
