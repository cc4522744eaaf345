// Asks a predicate when a note or an alarm may have changed it, and keeps what was found.
#include "scenarios/run/monitor.hpp"

#include <algorithm>

#include "reports/text.hpp"
#include "scenarios/run/group_conditions.hpp"

namespace splitvote::run {

namespace {

using AnchorKind = load::Anchor::Kind;

bool is_time(const std::optional<load::Anchor>& anchor) {
  return anchor && anchor->kind == AnchorKind::time;
}

bool is_step(const std::optional<load::Anchor>& anchor, std::uint32_t step, AnchorKind kind) {
  return anchor && anchor->kind == kind && anchor->index == step;
}

bool from_start(const load::Window& window) { return !window.during && !window.after; }

sim::Instant at(sim::Duration time) { return sim::Instant{time.ns}; }

}  // namespace

Monitor::Monitor(const load::Scenario& scenario)
    : scenario_(&scenario),
      never_(scenario.expect.never.size()),
      eventually_(scenario.expect.eventually.size()),
      sometimes_(scenario.expect.sometimes.size()),
      whens_(scenario.timeline.size(), WhenState::done) {}

void Monitor::set_up(sim::World& world, Director& director, const Facts& facts) {
  start_ = baseline_of(facts.measurements);
  const load::Expectations& expect = scenario_->expect;
  for (std::uint32_t i = 0; i < expect.never.size(); ++i) {
    const load::Window& window = expect.never[i].window;
    if (from_start(window)) begin_never(i, facts);
    if (is_time(window.after))
      set_alarm(world, director, at(window.after->time), {Alarm::Kind::begin_never, i});
    if (is_time(window.until))
      set_alarm(world, director, at(window.until->time), {Alarm::Kind::end_never, i});
  }
  for (std::uint32_t i = 0; i < expect.eventually.size(); ++i) {
    const load::Anchor& after = expect.eventually[i].after;
    if (after.kind == AnchorKind::time)
      set_alarm(world, director, at(after.time), {Alarm::Kind::begin_eventually, i});
  }
  for (std::uint32_t step = 0; step < scenario_->timeline.size(); ++step) {
    const auto* when = std::get_if<load::When>(&scenario_->timeline[step].trigger);
    if (when == nullptr) continue;
    whens_[step] = WhenState::later;
    set_alarm(world, director, at(when->from), {Alarm::Kind::begin_when, step});
    if (when->until) set_alarm(world, director, at(*when->until), {Alarm::Kind::end_when, step});
  }
  compute_interest();
}

void Monitor::set_alarm(sim::World& world, Director& director, sim::Instant time, Alarm alarm) {
  director.schedule_alarm(world, time, alarms_.size());
  alarms_.push_back(alarm);
}

void Monitor::on_cue(const Cue& cue, sim::World& world, Director& director, const Facts& facts) {
  switch (cue.kind) {
    case Cue::Kind::nothing:
      break;
    case Cue::Kind::alarm:
      on_alarm(alarms_[cue.alarm], world, director, facts);
      break;
    case Cue::Kind::started: {
      on_step(cue.step, AnchorKind::step_start, world, director, facts);
      const Firing* firing = director.last_firing(cue.step);
      if (firing != nullptr && firing->end)
        on_step(cue.step, AnchorKind::step_end, world, director, facts);
      break;
    }
    case Cue::Kind::ended:
      on_step(cue.step, AnchorKind::step_end, world, director, facts);
      break;
  }
  for (const std::uint32_t step : cue.ended)
    on_step(step, AnchorKind::step_end, world, director, facts);
  on_change(world, director, facts);
}

void Monitor::on_alarm(const Alarm& alarm, sim::World& world, Director& director,
                       const Facts& facts) {
  switch (alarm.kind) {
    case Alarm::Kind::begin_never:
      begin_never(alarm.index, facts);
      break;
    case Alarm::Kind::end_never:
      end_never(alarm.index, facts);
      break;
    case Alarm::Kind::begin_eventually:
      begin_eventually(alarm.index, world, director, facts);
      break;
    case Alarm::Kind::deadline: {
      check_obligations(facts);  // true at the deadline is in time
      std::erase_if(obligations_, [&](const Obligation& obligation) {
        const bool missed = obligation.eventually == alarm.index && obligation.deadline &&
                            *obligation.deadline <= facts.world.now();
        if (missed) miss(obligation, facts);
        return missed;
      });
      break;
    }
    case Alarm::Kind::begin_when:
      whens_[alarm.index] = WhenState::waiting;
      break;
    case Alarm::Kind::end_when:
      whens_[alarm.index] = WhenState::done;
      break;
  }
}

void Monitor::on_step(std::uint32_t step, AnchorKind kind, sim::World& world, Director& director,
                      const Facts& facts) {
  const load::Expectations& expect = scenario_->expect;
  for (std::uint32_t i = 0; i < expect.never.size(); ++i) {
    const load::Window& window = expect.never[i].window;
    const bool during = is_step(window.during, step, AnchorKind::step_start);
    const bool during_this = window.during && window.during->index == step;
    if ((during && kind == AnchorKind::step_start) || is_step(window.after, step, kind))
      begin_never(i, facts);
    if ((during_this && kind == AnchorKind::step_end) || is_step(window.until, step, kind)) {
      end_never(i, facts);
    }
  }
  for (std::uint32_t i = 0; i < expect.eventually.size(); ++i) {
    const load::Anchor& after = expect.eventually[i].after;
    if (after.kind == kind && after.index == step) begin_eventually(i, world, director, facts);
  }
}

void Monitor::begin_never(std::uint32_t index, const Facts& facts) {
  watches_.push_back({index, baseline_of(facts.measurements), facts.world.now()});
  if (never_[index].finding == Finding::unknown) never_[index].finding = Finding::held;
}

/// What holds at the last moment of the window still counts.
void Monitor::end_never(std::uint32_t index, const Facts& facts) {
  check_watches(facts);
  std::erase_if(watches_, [&](const Watch& watch) { return watch.never == index; });
}

void Monitor::begin_eventually(std::uint32_t index, sim::World& world, Director& director,
                               const Facts& facts) {
  Obligation obligation{index, baseline_of(facts.measurements), facts.world.now(), {}};
  if (const auto& within = scenario_->expect.eventually[index].within) {
    obligation.deadline = facts.world.now() + *within;
    set_alarm(world, director, *obligation.deadline, {Alarm::Kind::deadline, index});
  }
  obligations_.push_back(std::move(obligation));
}

void Monitor::on_change(sim::World& world, Director& director, const Facts& facts) {
  check_watches(facts);
  check_obligations(facts);
  check_whens(world, director, facts);
  check_sometimes(facts);
  compute_interest();
}

void Monitor::check_watches(const Facts& facts) {
  std::erase_if(watches_, [&](const Watch& watch) {
    const load::Predicate& that = scenario_->expect.never[watch.never].that;
    if (never_[watch.never].finding == Finding::broken) return true;
    if (holds(that, facts, watch.since) != true) return false;
    std::vector<std::uint16_t> blamed = groups_to_blame(that, false, facts, watch.since);
    never_[watch.never] = {Finding::broken, facts.world.moment(),
                           "came true in the window that began at " +
                               reports::time_text(watch.begin) +
                               blame_text(blamed, facts.cast.groups),
                           std::move(blamed)};
    return true;
  });
}

void Monitor::check_obligations(const Facts& facts) {
  std::erase_if(obligations_, [&](const Obligation& obligation) {
    const load::Predicate& that = scenario_->expect.eventually[obligation.eventually].that;
    if (holds(that, facts, obligation.since) != true) return false;
    Verdict& verdict = eventually_[obligation.eventually];
    if (verdict.finding != Finding::broken) {
      verdict = {Finding::held, facts.world.moment(),
                 "after " + reports::duration_text(facts.world.now() - obligation.begin)};
    }
    return true;
  });
}

void Monitor::miss(const Obligation& obligation, const Facts& facts) {
  Verdict& verdict = eventually_[obligation.eventually];
  if (verdict.finding == Finding::broken) return;
  const load::Predicate& that = scenario_->expect.eventually[obligation.eventually].that;
  std::vector<std::uint16_t> blamed = groups_to_blame(that, true, facts, obligation.since);
  verdict = {Finding::broken, facts.world.moment(),
             "not true from " + reports::time_text(obligation.begin) + " to " +
                 reports::time_text(facts.world.now()) + blame_text(blamed, facts.cast.groups),
             std::move(blamed)};
}

void Monitor::check_whens(sim::World& world, Director& director, const Facts& facts) {
  for (std::uint32_t step = 0; step < whens_.size(); ++step) {
    if (whens_[step] != WhenState::waiting) continue;
    const auto& when = std::get<load::When>(scenario_->timeline[step].trigger);
    if (holds(when.predicate, facts, start_) != true) continue;
    whens_[step] = WhenState::done;
    director.cue(world, step);
  }
}

void Monitor::check_sometimes(const Facts& facts) {
  for (std::size_t i = 0; i < sometimes_.size(); ++i) {
    if (sometimes_[i].finding == Finding::held) continue;
    if (holds(scenario_->expect.sometimes[i].that, facts, start_) != true) continue;
    sometimes_[i] = {Finding::held, facts.world.moment(),
                     "at " + reports::time_text(facts.world.now())};
  }
}

void Monitor::finish(const Facts& facts, bool budget_ended) {
  check_watches(facts);
  check_obligations(facts);
  check_sometimes(facts);
  for (const Obligation& obligation : obligations_) {
    // A deadline beyond the end of the run was neither met nor missed.
    const bool undecided =
        budget_ended || (obligation.deadline && *obligation.deadline > facts.world.now());
    if (!undecided) {
      miss(obligation, facts);
    } else if (eventually_[obligation.eventually].finding != Finding::broken) {
      eventually_[obligation.eventually] = {Finding::unknown, facts.world.moment(),
                                            "the run ended before its time was up"};
    }
  }
  for (std::size_t i = 0; i < eventually_.size(); ++i) {
    if (eventually_[i].finding != Finding::unknown || !eventually_[i].remark.empty()) continue;
    eventually_[i] = {Finding::unknown, facts.world.moment(),
                      "the moment it counts from never came"};
  }
  for (Verdict& verdict : never_) {
    if (verdict.finding == Finding::unknown) verdict.remark = "its window never opened";
  }
  for (Verdict& verdict : sometimes_) {
    if (verdict.finding != Finding::held)
      verdict = {Finding::broken, facts.world.moment(), "it did not occur"};
  }
}

void Monitor::compute_interest() {
  interest_ = 0;
  for (const Watch& watch : watches_)
    interest_ |= notes_of_interest(scenario_->expect.never[watch.never].that);
  for (const Obligation& obligation : obligations_) {
    interest_ |= notes_of_interest(scenario_->expect.eventually[obligation.eventually].that);
  }
  for (std::uint32_t step = 0; step < whens_.size(); ++step) {
    if (whens_[step] != WhenState::waiting) continue;
    interest_ |=
        notes_of_interest(std::get<load::When>(scenario_->timeline[step].trigger).predicate);
  }
  for (std::size_t i = 0; i < sometimes_.size(); ++i) {
    if (sometimes_[i].finding == Finding::held) continue;
    interest_ |= notes_of_interest(scenario_->expect.sometimes[i].that);
  }
}

}  // namespace splitvote::run
