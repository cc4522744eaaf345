// What the scenario language is told about Raft.
#include "models/raft/registration.hpp"

#include <doctest/doctest.h>

#include "models/raft/raft_process.hpp"
#include "models/raft/settings.hpp"
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

TEST_CASE("a leader looks at its quorum less often than it asks, and in whole ticks") {
  models::Settings settings = fallbacks();
  settings.set("quorum_timeout", sim::milliseconds(50));
  CHECK(raft_protocol().contradiction(settings) != "");

  settings.set("quorum_timeout", sim::milliseconds(55));
  CHECK(raft_protocol().contradiction(settings) == "");
  settings.set("tick", sim::milliseconds(10));

  CHECK(raft_protocol().contradiction(settings).contains("multiples of the tick"));
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

TEST_CASE("witnesses are the last of the first voters, and one voter at least is none") {
  const std::vector<NodeId> servers{NodeId{0}, NodeId{1}, NodeId{2}, NodeId{3}};
  models::Settings settings = fallbacks();
  settings.set("witnesses", std::uint64_t{1});
  CHECK(first_configuration(settings, servers).witnesses == NodeList{NodeId{3}});

  settings.set("voters", std::uint64_t{3});
  CHECK(first_configuration(settings, servers).voters == NodeList{NodeId{0}, NodeId{1}, NodeId{2}});
  CHECK(first_configuration(settings, servers).witnesses == NodeList{NodeId{2}});
  settings.set("witnesses", std::uint64_t{2});
  CHECK(raft_protocol().misfit(settings, 4) == "");
  settings.set("witnesses", std::uint64_t{3});

  CHECK(raft_protocol().misfit(settings, 4).contains("witnesses: 3 of 3 voters"));
}

TEST_CASE("where all servers vote, how many witnesses fit depends on how many there are") {
  models::Settings settings = fallbacks();
  settings.set("witnesses", std::uint64_t{2});

  CHECK(raft_protocol().misfit(settings, 3) == "");
  CHECK(raft_protocol().misfit(settings, 2) != "");
}

// What a server notes when it starts: the voters' bits, and the configuration in words.
TEST_CASE("a server begins with the witnesses of its settings") {
  models::Settings settings = fallbacks();
  settings.set("witnesses", std::uint64_t{1});
  const std::vector<NodeId> members{NodeId{0}, NodeId{1}, NodeId{2}};
  models::FakeHost host{NodeId{2}};

  const auto server = raft_protocol().make_server(settings, members, NodeId{2});
  server->on_start(host);
  host.complete_disk(*server);

  CHECK(host.noted(models::NoteType::configuration).at(0).detail == "voters 0 1 2, witnesses 2");
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
