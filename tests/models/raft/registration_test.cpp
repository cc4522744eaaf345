// What the scenario language is told about Raft.
#include "models/raft/registration.hpp"

#include <doctest/doctest.h>

#include "models/raft/raft_process.hpp"
#include "tests/models/fake_host.hpp"

using namespace splitvote;
using namespace splitvote::raft;

namespace {

models::Settings fallbacks() {
  models::Settings settings;
  for (const models::Key& key : raft_protocol().keys) settings.set(key.name, key.fallback);
  return settings;
}

}  // namespace

TEST_CASE("the fallbacks are the settings of the paper and do not contradict each other") {
  const models::Settings settings = fallbacks();

  CHECK(settings.get<models::DurationRange>("election_timeout") ==
        models::DurationRange{sim::milliseconds(150), sim::milliseconds(300)});
  CHECK(raft_protocol().contradiction(settings) == "");
}

TEST_CASE("heartbeats as rare as elections contradict the election timeout") {
  models::Settings settings = fallbacks();

  settings.set("heartbeat_interval", sim::milliseconds(150));

  CHECK(raft_protocol().contradiction(settings) != "");
}

TEST_CASE("a bound on staleness needs reads that can be stale, and time to prove something") {
  models::Settings settings = fallbacks();
  settings.set("max_staleness", sim::milliseconds(100));
  CHECK(raft_protocol().contradiction(settings) != "");

  settings.set("reads", models::Choice{static_cast<std::size_t>(Reads::local)});
  CHECK(raft_protocol().contradiction(settings) == "");
  settings.set("max_staleness", sim::Duration{999'999});

  CHECK(raft_protocol().contradiction(settings) != "");
}

TEST_CASE("a server is made as its settings say") {
  models::Settings settings = fallbacks();
  settings.set("pre_vote", false);
  settings.set("election_timeout",
               models::DurationRange{sim::milliseconds(700), sim::milliseconds(700)});
  const std::vector<NodeId> members{NodeId{0}, NodeId{1}, NodeId{2}};
  models::FakeHost host{NodeId{1}};

  const auto server = raft_protocol().make_server(settings, members, NodeId{1});
  server->on_start(host);
  host.complete_disk(*server);
  host.run_timers(*server, sim::milliseconds(699).ns);
  CHECK(host.noted(models::NoteType::role).back().a == static_cast<std::uint64_t>(Role::follower));
  host.run_timers(*server, sim::milliseconds(700).ns);

  CHECK(host.noted(models::NoteType::role).back().a == static_cast<std::uint64_t>(Role::candidate));
}
