// The loop of a run: the world goes on to the next event that somebody waits for; budgets, trace
// and verdict.
#include "scenarios/run/run.hpp"

#include <algorithm>
#include <chrono>

#include "models/check/client_history.hpp"
#include "models/check/client_models.hpp"
#include "reports/trace_text.hpp"
#include "scenarios/run/cast.hpp"
#include "scenarios/run/monitor.hpp"
#include "scenarios/run/observer.hpp"
#include "scenarios/run/stage.hpp"
#include "scenarios/run/summary.hpp"
#include "sim/base/check.hpp"

namespace splitvote::run {

namespace {

using sim::NodeId;

check::NodeNames node_names(const Cast& cast) { return check::NodeNames(cast.names()); }

measure::MeasureSettings measure_settings(const Cast& cast) {
  measure::MeasureSettings settings{.servers = cast.servers.size(), .groups = cast.groups};
  for (const Player& player : cast.players) {
    settings.workload_of.push_back(player.workload.value_or(0));
  }
  return settings;
}

reports::TraceText trace_text(const RunRequest& request, const Cast& cast) {
  reports::TraceText text{.scenario = request.scenario->name,
                          .file = request.file,
                          .variant = request.variant,
                          .seed = request.seed,
                          .build = std::string(build_name()),
                          .resolved = load::to_yaml(*request.scenario)};
  text.groups = cast.groups;
  for (const Player& player : cast.players) text.nodes.push_back({player.name, player.is_client()});
  for (const models::NamedMessage& message : message_names(cast.protocol)) {
    text.messages.push_back({sim::number(message.kind), std::string(message.name)});
  }
  return text;
}

/// The servers that cannot exchange messages with a majority, themselves included.
std::vector<NodeId> cut_off(const sim::World& world, const Cast& cast,
                            const measure::Membership& membership) {
  std::vector<NodeId> voters;
  for (const NodeId node : cast.servers) {
    if (!membership.known() || membership.newest().votes(node)) voters.push_back(node);
  }
  std::vector<NodeId> found;
  for (const NodeId node : cast.servers) {
    const auto reached = std::count_if(voters.begin(), voters.end(), [&](NodeId other) {
      return node == other ||
             (!world.network().is_cut({node, other}) && !world.network().is_cut({other, node}));
    });
    if (static_cast<std::size_t>(reached) * 2 <= voters.size()) found.push_back(node);
  }
  return found;
}

/// The loop: the world runs until something wants attention.
class Stagehand {
 public:
  Stagehand(const RunRequest& request, const Cast& cast, sim::TraceWriter* trace)
      : scenario_(*request.scenario),
        cast_(cast),
        world_(build_world(scenario_, cast, request.seed)),
        observer_(check::Checks(node_names(cast), cast.groups), measure_settings(cast)),
        director_(scenario_, cast, request.seed),
        monitor_(scenario_) {
    observer_.trace = trace;
  }

  void play() {
    director_.set_up(world_);
    monitor_.set_up(world_, director_, facts());
    const sim::Instant end{scenario_.run.duration.ns};
    const sim::EventId last{scenario_.run.max_events};
    for (;;) {
      observer_.interest = monitor_.interest();
      const sim::Advance advance = world_.advance(end, observer_, last);
      switch (advance.stop) {
        case sim::Stop::control:
          on_control(advance.control);
          continue;
        case sim::Stop::watcher:
          monitor_.on_change(world_, director_, facts());
          continue;
        case sim::Stop::budget:
          budget_ended_ = true;
          break;
        case sim::Stop::limit:
          break;
      }
      break;
    }
    finish();
  }

  [[nodiscard]] RunResult result() const {
    return {scenario_,
            cast_,
            world_,
            observer_.checks,
            observer_.measurements,
            director_,
            monitor_,
            models_,
            shown_by_values_ ? &*shown_by_values_ : nullptr,
            budget_ended_};
  }
  [[nodiscard]] const sim::World& world() const { return world_; }
  [[nodiscard]] std::vector<RunOutcome::Objective> objectives() const {
    std::vector<RunOutcome::Objective> found;
    for (const load::Slo& slo : scenario_.expect.slo) {
      const auto* predicate = std::get_if<load::Predicate>(&slo.bound);
      if (predicate == nullptr) {
        found.emplace_back();
      } else {
        found.push_back(
            {holds(*predicate, facts(), {}), measured_text(predicate->measure, facts(), {})});
      }
    }
    return found;
  }
  [[nodiscard]] const Monitor& monitor() const { return monitor_; }
  [[nodiscard]] RunOutcome::Kept kept() const {
    RunOutcome::Kept kept;
    kept.history = check::client_history(observer_.checks.history(), node_names(cast_));
    for (const sim::LedgerEntry& entry : director_.injector().ledger(world_)) {
      if (!entry.fired.has_value() || entry.changes == 0) continue;
      kept.faults.push_back(
          reports::placed_fault(kept.history, entry.text, {*entry.fired, entry.over()}));
    }
    for (const check::ModelFinding& model : models_)
      if (model.contradiction)
        kept.contradicted.push_back({model.model, model.contradiction->found});
    if (shown_by_values_)
      kept.contradicted.push_back(
          {shown_by_values_->model, shown_by_values_->contradiction->found});
    return kept;
  }

 private:
  [[nodiscard]] Facts facts() const { return {world_, observer_.measurements, director_, cast_}; }

  /// Whether the scenario or the protocol speaks of the check.
  [[nodiscard]] bool is_wanted(std::string_view name) const {
    const auto named = [&](const auto& check) { return check.name == name; };
    const models::Protocol* protocol = models::find_protocol(scenario_.protocol.kind);
    const load::Expectations& expect = scenario_.expect;
    return std::any_of(expect.always.begin(), expect.always.end(), named) ||
           std::any_of(expect.violated.begin(), expect.violated.end(), named) ||
           std::any_of(protocol->checks.begin(), protocol->checks.end(), named);
  }

  /// The consistency models that the scenario names beside the checks.
  [[nodiscard]] std::vector<const consistency::Model*> wanted_models() const {
    std::vector<const consistency::Model*> found;
    const load::Expectations& expect = scenario_.expect;
    for (const consistency::Model& model : consistency::models()) {
      const auto named = [&](const load::CheckName& check) { return check.name == model.name; };
      const bool wanted =
          std::ranges::any_of(expect.always, named) || std::ranges::any_of(expect.violated, named);
      const bool checked = model.name == check::name(check::Check::linearizable);
      if (wanted && !checked) found.push_back(&model);
    }
    return found;
  }

  /// The one check that has a bound, or null.
  [[nodiscard]] const load::CheckName* bounded_check() const {
    const std::vector<load::CheckName>& always = scenario_.expect.always;
    const auto found = std::ranges::find_if(
        always, [](const load::CheckName& check) { return check.within.has_value(); });
    return found == always.end() ? nullptr : &*found;
  }

  /// Of a step that fired several times the last one counts.
  [[nodiscard]] std::optional<sim::Instant> moment_of(const load::Anchor& anchor) const {
    if (anchor.kind == load::Anchor::Kind::time) return sim::Instant{anchor.time.ns};
    const Firing* firing = director_.last_firing(anchor.index);
    if (firing == nullptr) return std::nullopt;
    if (anchor.kind == load::Anchor::Kind::step_start) return firing->start;
    return firing->end;
  }

  /// Of the faults that changed something; if one lasts there is none.
  [[nodiscard]] std::optional<sim::Instant> end_of_faults() const {
    sim::Instant end;
    for (const sim::LedgerEntry& entry : director_.injector().ledger(world_)) {
      if (!entry.is_fault || !entry.fired.has_value() || entry.changes == 0) continue;
      const std::optional<sim::Instant> over = entry.over();
      if (!over) return std::nullopt;
      end = std::max(end, *over);
    }
    return end;
  }

  void on_control(std::uint64_t mark) {
    const Cue cue = director_.on_control(world_, mark, observer_.measurements, observer_);
    if (cue.kind != Cue::Kind::alarm) tell_reach();
    monitor_.on_cue(cue, world_, director_, facts());
  }

  /// Lets the measurements know who was cut off and who can be reached again.
  void tell_reach() {
    const std::vector<NodeId> now =
        cut_off(world_, cast_, observer_.measurements.cluster().membership());
    const auto missing_in = [](const std::vector<NodeId>& nodes, const std::vector<NodeId>& from) {
      std::vector<NodeId> found;
      std::set_difference(nodes.begin(), nodes.end(), from.begin(), from.end(),
                          std::back_inserter(found));
      return found;
    };
    const std::vector<NodeId> lost = missing_in(now, cut_off_);
    const std::vector<NodeId> healed = missing_in(cut_off_, now);
    if (!lost.empty()) observer_.measurements.on_fault(world_.moment(), lost);
    if (!healed.empty()) observer_.measurements.on_heal(healed);
    cut_off_ = now;
  }

  void finish() {
    const std::uint64_t configurations = scenario_.run.max_configurations;
    const bool linearizable = is_wanted(check::name(check::Check::linearizable));
    observer_.checks.finish(
        world_.moment(),
        linearizable ? std::optional(check::LinearizabilityBudget{configurations}) : std::nullopt);
    consistency::ModelSettings settings{.configurations = configurations};
    std::vector<const consistency::Model*> wanted = wanted_models();
    if (const load::CheckName* bounded = bounded_check()) {
      const std::optional<sim::Instant> healed =
          bounded->after ? moment_of(*bounded->after) : end_of_faults();
      if (healed && *healed + *bounded->within < world_.now()) {
        settings.eventual = {*healed, *bounded->within};
      } else {
        std::erase(wanted, consistency::find_model(bounded->name));
        std::string why = "the run ended before anything had to be seen";
        if (!healed)
          why = bounded->after ? "what it is to begin after never came"
                               : "a fault lasted to the end, so nothing had to be seen";
        models_.push_back({.model = bounded->name,
                           .verdict = consistency::Verdict::unknown,
                           .undecided = std::move(why)});
      }
    }
    // Linearizability is judged by revisions. What contradicts is told by as few values as show it,
    // if they do: revisions may show more.
    const check::LinearizabilityResult* checked = observer_.checks.linearizability();
    const bool convicted = checked != nullptr && checked->verdict == consistency::Verdict::violated;
    if (convicted)
      wanted.push_back(consistency::find_model(check::name(check::Check::linearizable)));
    std::vector<check::ModelFinding> found =
        check::judge_models(observer_.checks.history(), node_names(cast_), wanted, settings);
    if (convicted) {
      if (found.back().contradiction) shown_by_values_ = std::move(found.back());
      found.pop_back();
    }
    std::ranges::move(found, std::back_inserter(models_));
    observer_.measurements.finish(sim::Moment{world_.last_event(), world_.now(), sim::no_event});
    monitor_.finish(facts(), budget_ended_);
  }

  const load::Scenario& scenario_;
  const Cast& cast_;
  sim::World world_;
  Observer observer_;
  Director director_;
  Monitor monitor_;
  std::vector<NodeId> cut_off_;
  std::vector<check::ModelFinding> models_;
  std::optional<check::ModelFinding> shown_by_values_;  // of a run that is not linearizable
  bool budget_ended_ = false;
};

std::int64_t wall_ns() {
  return std::chrono::steady_clock::now().time_since_epoch() / std::chrono::nanoseconds(1);
}

/// Ends the trace; a trace that could not be written is an artifact less and a reason in the
/// summary.
void finish_trace(sim::TraceWriter& trace, const sim::World& world, reports::RunSummary& summary) {
  const sim::Result<void> finished = trace.finish({.digest = world.digest(),
                                                   .events = number(world.last_event()),
                                                   .time = world.now(),
                                                   .text = reports::to_json(summary, {})});
  if (finished) {
    summary.artifacts.push_back(trace.path());
  } else {
    summary.verdict = reports::worse(summary.verdict, reports::Verdict::usage_error);
    summary.verdict_reason = finished.error().message;
  }
}

}  // namespace

RunOutcome run(const RunRequest& request) {
  const std::int64_t started = wall_ns();
  const Cast cast = make_cast(*request.scenario);
  std::optional<sim::TraceWriter> trace;
  RunOutcome outcome;
  sim::check_context().scenario = request.scenario->name.c_str();
  if (!request.trace.empty()) {
    auto created =
        sim::TraceWriter::create(request.trace, reports::trace_header(trace_text(request, cast)));
    if (!created) {
      outcome.summary.scenario = request.scenario->name;
      outcome.summary.file = request.file;
      outcome.summary.seed = request.seed;
      outcome.summary.verdict = reports::Verdict::usage_error;
      outcome.summary.verdict_reason = created.error().message;
      return outcome;
    }
    trace.emplace(std::move(*created));
  }

  Stagehand stagehand(request, cast, trace ? &*trace : nullptr);
  stagehand.play();
  outcome.summary = summarise(request, stagehand.result());
  for (const Verdict& verdict : stagehand.monitor().sometimes()) {
    outcome.seen.push_back(verdict.finding == Finding::held);
  }
  outcome.objectives = stagehand.objectives();
  if (request.keep_history) outcome.kept = stagehand.kept();
  if (trace) finish_trace(*trace, stagehand.world(), outcome.summary);
  outcome.summary.wall_ns = wall_ns() - started;
  return outcome;
}

}  // namespace splitvote::run
