// A benchmarked world with its observer, and how it is brought to the moment that is measured.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/bench/observer.hpp"
#include "tests/support/cluster.hpp"

namespace splitvote {

/// A world and what watches it; a copy goes on as the original would.
struct Stage {
  explicit Stage(const ClusterOptions& options) : world(make_cluster(options)) {}

  void run_for(sim::Duration span) { (void)world.advance(world.now() + span, observer); }

  /// Until a leader has committed an entry of a term in which nothing was committed before.
  void run_until_leader_commits() {
    const std::uint64_t before = observer.committed_term;
    observer.stop_on_commit = true;
    while (observer.committed_term == before) run_for(sim::seconds(60));
    observer.stop_on_commit = false;
  }

  [[nodiscard]] double delivered() const {
    std::uint64_t sum = 0;
    for (std::uint8_t kind = 0; kind < sim::message_kinds_max; ++kind) {
      sum += world.network().count(sim::MessageKind{kind}, sim::Fate::delivered);
    }
    return static_cast<double>(sum);
  }

  sim::World world;
  Observer observer;
};

/// Of five servers each, with the seeds from 1.
inline std::vector<Stage> clusters_with_leaders(std::uint64_t count) {
  std::vector<Stage> stages;
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    stages.emplace_back(ClusterOptions{.servers = 5, .seed = seed});
    stages.back().run_until_leader_commits();
  }
  return stages;
}

}  // namespace splitvote
