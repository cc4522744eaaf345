// Raft in the world once more, for a machine that counts instructions: one figure of raft.cpp, from
// its beginning to its end, and in how many units. The script beside it runs this under callgrind.
#include <valgrind/callgrind.h>

#include <array>
#include <cstdio>
#include <string_view>
#include <vector>

#include "scenarios/cli/memory.hpp"
#include "tests/bench/stage.hpp"

namespace splitvote {
namespace {

/// Counts what its work does, and nothing before or behind it.
template <typename Work>
void count(Work work) {
  CALLGRIND_START_INSTRUMENTATION;
  work();
  CALLGRIND_STOP_INSTRUMENTATION;
}

/// Messages.
double idle(std::uint16_t servers) {
  Stage stage({.servers = servers});
  stage.run_for(sim::seconds(2));
  const double before = stage.delivered();
  count([&] { stage.run_for(sim::seconds(20)); });
  return stage.delivered() - before;
}

/// Commits.
double load(std::uint16_t servers, std::uint32_t outstanding, sim::Duration span) {
  Stage stage({.servers = servers, .clients = 1, .lanes = outstanding});
  stage.run_for(sim::seconds(1));
  const std::uint64_t before = stage.observer.commits;
  count([&] { stage.run_for(span); });
  return static_cast<double>(stage.observer.commits - before);
}

/// Messages, an entry in each as in unbatched_* of raft.cpp.
double unbatched(std::uint16_t servers, std::uint32_t outstanding, sim::Duration span) {
  ClusterOptions options{.servers = servers, .clients = 1, .lanes = outstanding};
  options.raft.core.batch_entries_max = 1;
  options.raft.core.inflight_messages_max = 2 * outstanding;
  Stage stage(options);
  stage.run_for(sim::seconds(1));
  const double before = stage.delivered();
  count([&] { stage.run_for(span); });
  return stage.delivered() - before;
}

/// Fail-overs, once for warming up: what is allocated once for all is no part of it.
double fail_over() {
  const std::vector<Stage> fresh = clusters_with_leaders(64);
  std::vector<Stage> stages = fresh;
  const auto kill_all = [&] {
    for (Stage& stage : stages) {
      stage.world.crash(stage.observer.leader, {}, stage.observer);
      stage.run_until_leader_commits();
    }
  };
  kill_all();
  stages = fresh;
  count(kill_all);
  return static_cast<double>(stages.size());
}

/// Clusters.
double first_leader() {
  constexpr std::uint64_t clusters = 64;
  count([] {
    for (std::uint64_t seed = 1; seed <= clusters; ++seed) {
      Stage stage({.servers = 5, .seed = seed});
      stage.run_until_leader_commits();
    }
  });
  return clusters;
}

struct Figure {
  std::string_view name;
  double (*units)();
};

constexpr std::array figures{
    Figure{"idle_5_message", [] { return idle(5); }},
    Figure{"load_3_servers_1_outstanding", [] { return load(3, 1, sim::seconds(2)); }},
    Figure{"load_5_servers_1_outstanding", [] { return load(5, 1, sim::seconds(2)); }},
    Figure{"load_3_servers_64_outstanding", [] { return load(3, 64, sim::milliseconds(200)); }},
    Figure{"load_5_servers_64_outstanding", [] { return load(5, 64, sim::milliseconds(200)); }},
    Figure{"unbatched_3_servers_64_message",
           [] { return unbatched(3, 64, sim::milliseconds(200)); }},
    Figure{"unbatched_5_servers_64_message",
           [] { return unbatched(5, 64, sim::milliseconds(200)); }},
    Figure{"failover", fail_over},
    Figure{"first_leader", first_leader},
};

}  // namespace
}  // namespace splitvote

int main(int argc, char** argv) {
  splitvote::cli::keep_freed_memory();
  for (const splitvote::Figure& figure : splitvote::figures) {
    if (argc != 2 || figure.name != argv[1]) continue;
    std::printf("%.0f\n", figure.units());
    return 0;
  }
  std::fputs("usage: bench_instructions FIGURE, one of instructions.py\n", stderr);
  return 2;
}
