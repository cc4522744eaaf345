// The members a snapshot stands for: sent with it, found in it, and kept when the log is shortened.
#include <doctest/doctest.h>

#include "sim/base/checksum.hpp"
#include "tests/models/raft/server.hpp"

using namespace splitvote;
using namespace splitvote::raft;

TEST_CASE("a snapshot of a leader says who the members are, and they count from then on") {
  const auto content = std::make_shared<const sim::Bytes>(3, std::byte{7});
  const auto members = encoded(voters({n1, n2, n4}));
  Server server(plain, three);
  server.start();

  server.receive(n2, InstallSnapshot{.term = 1,
                                     .last = {9, 1},
                                     .size = content->size(),
                                     .checksum = sim::crc32c(*content),
                                     .offset = 0,
                                     .configuration = *members,
                                     .chunk = *content});

  CHECK(server.configuration() == voters({n1, n2, n4}));
  CHECK(server.raft.configurations().newest_index() == 9);
}

TEST_CASE(
    "a server that begins with a snapshot takes the members from it, and the newer ones from its "
    "log") {
  const Snapshot snapshot{{4, 1}, std::make_shared<const sim::Bytes>(), encoded(voters({n1, n2}))};
  const sim::Bytes later = entry({5, 1}, voters({n1, n2, n5}));
  Server only(plain, three);
  Server both(plain, three);

  only.step(Start{.term = 1, .entries = {}, .base = {4, 1}, .snapshot = snapshot});
  both.step(Start{.term = 1, .entries = later, .base = {4, 1}, .snapshot = snapshot});

  CHECK(only.configuration() == voters({n1, n2}));
  CHECK(both.configuration() == voters({n1, n2, n5}));
}

TEST_CASE("a leader whose log was shortened sends the members as of the end of its snapshot") {
  Options options = plain;
  options.trailing_entries = 0;
  Server server(options, three);
  server.start().win().persist().accept(n2, 1).accept(n3, 1);
  server.reconfigure({{Change::Kind::add_voter, n4}}).persist().accept(n2, 2).accept(n4, 2);
  server.step(
      SnapshotSaved{{{2, 1}, std::make_shared<const sim::Bytes>(1, std::byte{0}), nullptr}});
  server.reconfigure({{Change::Kind::remove, n4}}).persist();

  server.refuse(n3, 2, {2, 0});

  Configuration sent;
  REQUIRE(server.sent_to<InstallSnapshot>(n3).size() == 1);
  CHECK(decode(server.sent_to<InstallSnapshot>(n3)[0].configuration, sent));
  CHECK(sent == voters({n1, n2, n3, n4}));
}
