// Plans firings as control events of the world; each step draws from streams that carry its name
// alone.
#include "scenarios/run/director.hpp"

#include <algorithm>
#include <utility>

#include "scenarios/run/verbs.hpp"

namespace splitvote::run {

namespace {

/// FNV-1a, folded to the 24 bits that a stream's name has room for.
std::uint32_t name_hash(const std::string& name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return static_cast<std::uint32_t>((hash ^ hash >> 24 ^ hash >> 48) & 0xffffff);
}

}  // namespace

// A step's streams go by its name: what is inserted before it or removed shifts none of its draws.
// Should two names ever share a hash, the second number keeps them apart.
sim::Stream& Director::stream(sim::Purpose purpose, std::uint32_t step) {
  const auto known = streams_.find({purpose, step});
  if (known != streams_.end()) return known->second;
  const std::string& name = scenario_->timeline[step].name;
  std::uint32_t alike = 0;
  for (std::uint32_t other = 0; other < step; ++other) {
    alike += name_hash(scenario_->timeline[other].name) == name_hash(name) ? 1 : 0;
  }
  const sim::StreamName stream_name{purpose, name_hash(name), alike};
  return streams_.emplace(std::pair(purpose, step), sim::Stream(seed_, stream_name)).first->second;
}

void Director::set_up(sim::World& world) {
  for (std::uint32_t step = 0; step < scenario_->timeline.size(); ++step) {
    const load::Trigger& trigger = scenario_->timeline[step].trigger;
    if (const auto* at = std::get_if<load::At>(&trigger)) {
      const std::int64_t ns = at->time.distribution.sample(stream(sim::Purpose::fault_time, step));
      plan(world, sim::Instant{std::max<std::int64_t>(ns, 0)},
           {.kind = Planned::Kind::fire, .step = step});
    } else if (const auto* every = std::get_if<load::Every>(&trigger)) {
      plan_next(world, step, sim::Instant{every->from.ns});
    }
  }
}

void Director::plan(sim::World& world, sim::Instant at, Planned planned) {
  world.schedule_control(at, planned_.size());
  planned_.push_back(planned);
}

void Director::plan_next(sim::World& world, std::uint32_t step, sim::Instant after) {
  const auto& every = std::get<load::Every>(scenario_->timeline[step].trigger);
  const std::int64_t ns = every.period.distribution.sample(stream(sim::Purpose::fault_time, step));
  const sim::Instant next = after + sim::Duration{std::max<std::int64_t>(ns, 1)};  // time must pass
  if (every.until && next >= sim::Instant{every.until->ns}) return;
  plan(world, next, {.kind = Planned::Kind::fire, .step = step});
}

void Director::cue(sim::World& world, std::uint32_t step) {
  plan(world, world.now(), {.kind = Planned::Kind::fire, .step = step});
}

void Director::schedule_alarm(sim::World& world, sim::Instant at, std::uint64_t alarm) {
  plan(world, at, {.kind = Planned::Kind::alarm, .alarm = alarm});
}

Cue Director::on_control(sim::World& world, std::uint64_t mark,
                         const measure::Measurements& measured, sim::Watcher& watcher) {
  const Planned planned = planned_[mark];
  switch (planned.kind) {
    case Planned::Kind::fire:
      return fire(world, planned.step, measured, watcher);
    case Planned::Kind::heal:
      return heal(world, planned.firing, watcher);
    case Planned::Kind::alarm:
      break;
  }
  return {.kind = Cue::Kind::alarm, .alarm = planned.alarm};
}

const load::Action& Director::choose(std::uint32_t step) {
  const std::vector<load::Action>& actions = scenario_->timeline[step].actions;
  if (actions.size() == 1) return actions[0];
  std::int64_t total = 0;
  for (const load::Action& action : actions) total += action.weight;
  std::int64_t drawn = sim::uniform(stream(sim::Purpose::fault_value, step), 0, total - 1);
  for (const load::Action& action : actions) {
    drawn -= action.weight;
    if (drawn < 0) return action;
  }
  return actions.back();
}

Cue Director::fire(sim::World& world, std::uint32_t step, const measure::Measurements& measured,
                   sim::Watcher& watcher) {
  const load::Step& definition = scenario_->timeline[step];
  const load::Action& action = choose(step);
  sim::Stream& targets = stream(sim::Purpose::fault_target, step);
  sim::Stream& values = stream(sim::Purpose::fault_value, step);
  Selection selection{.cast = *cast_, .groups = &groups_, .stream = &targets, .values = &values};
  const sim::NodeId leader = measured.cluster().leader();
  if (leader != sim::no_node) selection.leader = leader;
  ResolvedVerb resolved = resolve_verb(action.verb, selection, world);

  Cue cue{.kind = Cue::Kind::started, .step = step};
  Firing firing{.step = step, .start = world.now(), .commits = measured.commit_marks()};
  for (const sim::Fault& fault : resolved.faults) {
    const sim::FaultId id = injector_.request(world.now(), definition.name);
    injector_.fire(world, id, fault, definition.name + ": " + resolved.text, watcher);
    firing.faults.push_back(id);
  }
  groups_[definition.name] = resolved.groups;

  if (const auto* mark = std::get_if<load::Mark>(&action.verb)) {
    world.remark(sim::RecordKind::mark, sim::no_node, 0, 0, mark->text, watcher);
  }
  if (const auto* verb = std::get_if<load::Heal>(&action.verb))
    heal_targets(world, *verb, cue, watcher);

  const bool lasting = load::is_healable(action.verb);
  if (!lasting) firing.end = world.now();
  const auto index = static_cast<std::uint32_t>(firings_.size());
  firings_.push_back(std::move(firing));
  if (lasting && action.lasts) {
    const std::int64_t ns =
        action.lasts->distribution.sample(stream(sim::Purpose::fault_value, step));
    plan(world, world.now() + sim::Duration{std::max<std::int64_t>(ns, 0)},
         {.kind = Planned::Kind::heal, .firing = index});
  }
  if (std::holds_alternative<load::Every>(definition.trigger)) plan_next(world, step, world.now());
  return cue;
}

bool Director::end(sim::World& world, Firing& firing, sim::Watcher& watcher) {
  if (firing.end) return false;
  for (const sim::FaultId fault : firing.faults) (void)injector_.heal(world, fault, watcher);
  firing.end = world.now();
  return true;
}

Cue Director::heal(sim::World& world, std::uint32_t index, sim::Watcher& watcher) {
  if (!end(world, firings_[index], watcher)) return {};
  return {.kind = Cue::Kind::ended, .step = firings_[index].step};
}

void Director::heal_targets(sim::World& world, const load::Heal& verb, Cue& cue,
                            sim::Watcher& watcher) {
  for (Firing& firing : firings_) {
    const bool meant = verb.steps.empty() || std::any_of(verb.steps.begin(), verb.steps.end(),
                                                         [&](const load::Heal::Target& target) {
                                                           return target.index == firing.step;
                                                         });
    if (!meant || !end(world, firing, watcher)) continue;
    cue.ended.push_back(firing.step);
  }
}

const Firing* Director::last_firing(std::uint32_t step) const {
  const auto found = std::find_if(firings_.rbegin(), firings_.rend(),
                                  [&](const Firing& firing) { return firing.step == step; });
  return found == firings_.rend() ? nullptr : &*found;
}

const Firing* Director::last_firing(const std::string& step) const {
  const auto found = std::find_if(firings_.rbegin(), firings_.rend(), [&](const Firing& firing) {
    return scenario_->timeline[firing.step].name == step;
  });
  return found == firings_.rend() ? nullptr : &*found;
}

}  // namespace splitvote::run
