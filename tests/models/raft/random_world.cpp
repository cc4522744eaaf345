// Builds the world, troubles it for a while, and asks the checks.
#include "tests/models/raft/random_world.hpp"
#include "tests/models/raft/core_of.hpp"
#include "tests/models/raft/executions.hpp"

#include <algorithm>

#include "models/check/checks.hpp"
#include "models/client/client_process.hpp"
#include "models/raft/raft_process.hpp"
#include "models/raft/registration.hpp"
#include "sim/fault/injector.hpp"
#include "tests/models/raft/random_features.hpp"
#include "tests/models/raft/random_troubles.hpp"

namespace splitvote::raft {
namespace {

class Watcher final : public sim::Watcher {
 public:
  Watcher(const sim::World& world, const Features& features)
      : checks({}, features.groups),
        events(features),
        world_(world),
        one_group_(features.groups == 1) {}

  [[nodiscard]] bool on_note(const sim::Moment& moment, sim::NodeId node,
                             const sim::Note& note) override {
    checks.on_note(moment, node, note);
    events.on_note(world_, moment, node, note);
    if (one_group_) executions.on_note(world_, node, note);
    const auto type = static_cast<models::NoteType>(note.kind);
    if (type == models::NoteType::served) ++served;
    if (type == models::NoteType::halted) halted = std::string(sim::as_text(note.detail));
    return false;
  }
  void on_node(const sim::Moment& moment, sim::NodeId node, sim::RecordKind what,
               std::uint64_t detail) override {
    checks.on_node(moment, node, what, detail);
    if (what == sim::RecordKind::stop) events.on_stop(node);
  }
  void on_record(const sim::Record& record) override { events.on_record(world_, record); }
  [[nodiscard]] bool recording() const override { return true; }

  check::Checks checks;
  WorldEvents events;
  Executions executions;
  std::uint64_t served = 0;
  std::string halted;  // why, of the last that did

 private:
  const sim::World& world_;
  bool one_group_ = true;
};

sim::World make_world(std::uint64_t seed, const Features& features) {
  sim::World world(seed, features.nodes, features.link);
  const std::vector<sim::NodeId>& members = features.client.servers;
  for (std::uint16_t i = 0; i < features.nodes.size(); ++i) {
    const sim::NodeId node{i};
    if (i < features.servers) {
      world.install(node, raft_protocol().make_server(features.settings, members, node));
    } else {
      world.install(node, std::make_unique<client::ClientProcess>(features.client));
    }
    world.schedule_start(node);
  }
  return world;
}

/// Whoever leads in the latest term, if anybody does.
sim::NodeId leader_of(const sim::World& world, std::size_t servers) {
  sim::NodeId leader = sim::no_node;
  Term term = 0;
  for (std::uint16_t i = 0; i < servers; ++i) {
    const Raft* core = core_of(world, sim::NodeId{i});
    if (core == nullptr || core->role() != Role::leader || core->term() <= term) continue;
    leader = sim::NodeId{i};
    term = core->term();
  }
  return leader;
}

/// Faults come and go, orders come; each run has some kinds of both.
class Troublemaker {
 public:
  Troublemaker(Dice& dice, const Features& features) : dice_(dice), features_(features) {
    for (const Trouble& trouble : troubles()) {
      const std::uint32_t times = trouble.order ? 3 : 1;
      const bool wanted = dice.one_in(trouble.order ? 2 : 3);
      if (wanted && is_allowed(trouble, features)) chosen_.insert(chosen_.end(), times, &trouble);
    }
    calm_ = 1 + dice.below(4);
  }

  void act(sim::World& world, sim::Watcher& watcher) {
    if (chosen_.empty()) return;
    if (!active_.empty() && (active_.size() > 4 || dice_.below(2 + calm_) >= 2)) {
      const std::size_t pick = dice_.below(active_.size());
      (void)injector_.heal(world, active_[pick], watcher);
      active_.erase(active_.begin() + static_cast<std::ptrdiff_t>(pick));
      return;
    }
    const Trouble& trouble = *chosen_[dice_.below(chosen_.size())];
    const sim::NodeId leader = leader_of(world, features_.servers);
    const sim::Fault fault = trouble.make(dice_, features_, leader);
    const std::string name(trouble.name);
    const sim::FaultId id = injector_.request(world.now(), name);
    injector_.fire(world, id, fault, name, watcher);
    if (!trouble.order) active_.push_back(id);
  }

  [[nodiscard]] std::vector<sim::LedgerEntry> ledger(const sim::World& world) const {
    return injector_.ledger(world);
  }

 private:
  Dice& dice_;
  const Features& features_;
  sim::Injector injector_;
  std::vector<const Trouble*> chosen_;
  std::vector<sim::FaultId> active_;
  std::uint64_t calm_ = 0;
};

std::string milliseconds(sim::Instant time) { return std::to_string(time.ns / 1'000'000) + "ms"; }

/// Adds the troubles that changed something to the words, and all of them to the story.
void tell(const std::vector<sim::LedgerEntry>& ledger, WorldRun& run) {
  for (const std::string& word : run.words) run.story += "  " + word + "\n";
  for (const sim::LedgerEntry& entry : ledger) {
    run.story += "  " + milliseconds(entry.requested) + " " + entry.step +
                 (entry.healed ? ", until " + milliseconds(*entry.healed) : "") +
                 (entry.changes == 0 ? ", which changed nothing" : "") + "\n";
    const bool known = std::ranges::find(run.words, entry.step) != run.words.end();
    if (entry.changes > 0 && !known) run.words.push_back(entry.step);
  }
}

std::string violation_of(Watcher& watcher, const Features& features,
                         const std::vector<sim::LedgerEntry>& ledger, sim::Moment moment) {
  watcher.checks.finish(moment);
  for (const check::Violation& violation : watcher.checks.violations()) {
    if (violation.check == check::Check::linearizable && !features.linearizable) continue;
    return std::string(check::name(violation.check)) + " at " +
           std::to_string(violation.moment.time.ns) + "ns, n" +
           std::to_string(sim::number(violation.node)) + ": " + violation.explanation;
  }
  if (!watcher.executions.violation().empty()) return watcher.executions.violation();
  const bool disk_errors = std::ranges::any_of(
      ledger, [](const sim::LedgerEntry& entry) { return entry.step == "disk errors"; });
  if (!watcher.halted.empty() && !disk_errors) return "a server halted: " + watcher.halted;
  return {};
}

}  // namespace

WorldRun run_random_world(std::uint64_t seed) {
  Dice dice(seed);
  const Features features = draw_features(dice);
  sim::World world = make_world(seed, features);
  Watcher watcher(world, features);
  Troublemaker troublemaker(dice, features);

  const sim::Instant end{sim::milliseconds(dice.between(300, 2000)).ns};
  const std::int64_t gap_ms = dice.between(5, 80);
  sim::Instant next{};
  while (next < end) {
    next = next + sim::milliseconds(dice.between(1, 2 * gap_ms));
    world.advance(next, watcher);
    troublemaker.act(world, watcher);
  }

  watcher.events.finish(world, watcher.executions);
  WorldRun run{.seed = seed, .words = features.words, .events = watcher.events};
  const std::vector<sim::LedgerEntry> ledger = troublemaker.ledger(world);
  run.violation = violation_of(watcher, features, ledger, world.moment());
  tell(ledger, run);
  run.digest = world.digest();
  run.served = watcher.served;
  return run;
}

std::string report(const WorldRun& run) {
  return "seed " + std::to_string(run.seed) + ": " + run.violation + "\n" + run.story +
         "again: SPLITVOTE_WORLD=" + std::to_string(run.seed) +
         " test_models_raft --no-skip --test-case='the random world of SPLITVOTE_WORLD*'\n";
}

}  // namespace splitvote::raft
