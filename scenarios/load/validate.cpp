// What must fit together in a scenario beyond the form of each part.
#include "scenarios/load/validate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <type_traits>

#include "scenarios/load/draw.hpp"
#include "scenarios/load/names.hpp"
#include "scenarios/load/step_names.hpp"

namespace splitvote::load {
namespace {

class Validator {
 public:
  Validator(Reader& reader, Scenario& scenario, const models::Protocol* protocol)
      : reader_(reader),
        scenario_(scenario),
        protocol_(protocol),
        names_(reader, scenario, protocol) {}

  void names() {
    name_steps(scenario_.timeline);
    unique(scenario_.workloads, "workload");
    unique(scenario_.timeline, "step");
    topology();
    for (const Workload& workload : scenario_.workloads) names_.check_home(workload);
    for (Step& step : scenario_.timeline) step_names(step);
    expectations();
    report();
  }

  /// Only of a scenario that was read completely.
  void values() {
    fill_topology();
    jitter();
    fits();
    for (const Step& step : scenario_.timeline) step_times(step);
    for (const Step& step : scenario_.timeline)
      for (const Action& action : step.actions)
        if (const auto* const order = std::get_if<Order>(&action.verb)) groups(*order);
    for (const Workload& workload : scenario_.workloads)
      before_end(workload.start, workload.position, "the load starts");
    sweep();
  }

 private:
  template <typename Value>
  void unique(const std::vector<Value>& values, std::string_view what) {
    for (std::size_t i = 1; i < values.size(); ++i) {
      const auto end = values.begin() + static_cast<std::ptrdiff_t>(i);
      const auto first = std::find_if(values.begin(), end, [&](const Value& each) {
        return !each.name.empty() && each.name == values[i].name;
      });
      if (first != end)
        reader_.error(values[i].position, fmt::format("a second {} \"{}\"", what, values[i].name),
                      fmt::format("the first is in line {}", first->position.line));
    }
  }

  void topology() {
    for (const DatacenterLatency& each : scenario_.topology.network.latencies) {
      names_.check_datacenter(each.source, each.position);
      names_.check_datacenter(each.target, each.position);
    }
    for (LinkRule& rule : scenario_.topology.network.rules) {
      names_.check(rule.source, Place::topology);
      names_.check(rule.target, Place::topology);
    }
    exceptions(scenario_.topology.disks);
    exceptions(scenario_.topology.clocks);
    exceptions(scenario_.topology.costs);
  }

  /// A range stands for several nodes and becomes several exceptions, as it is printed.
  template <typename Settings>
  void exceptions(PerNode<Settings>& all) {
    std::vector<typename PerNode<Settings>::Exception> resolved;
    for (auto& exception : all.exceptions) {
      names_.check(exception.nodes, Place::topology);
      for (const Selector& selector : exception.nodes.any_of)
        resolved.push_back(
            {{{selector}, exception.nodes.position}, exception.settings, exception.position});
    }
    all.exceptions = std::move(resolved);
  }

  void step_names(Step& step) {
    if (When* const when = std::get_if<When>(&step.trigger)) names_.check(when->predicate);
    for (Action& action : step.actions)
      std::visit([this](auto& verb) { this->verb(verb); }, action.verb);
  }

  template <typename Each>
  void verb(Each& verb) {
    if constexpr (requires { verb.nodes; }) names_.check(verb.nodes, Place::run);
    if constexpr (requires { verb.ends; }) {
      names_.check(verb.ends.source, Place::run);
      names_.check(verb.ends.target, Place::run);
    }
    if constexpr (std::is_same_v<Each, Partition>) partition(verb);
    if constexpr (std::is_same_v<Each, Hold>)
      for (const MessageName& message : verb.messages) names_.check_message(message);
    if constexpr (std::is_same_v<Each, Heal>) heal(verb);
    if constexpr (std::is_same_v<Each, Order>) order(verb);
  }

  void order(Order& order) {
    names_.check_order(order);
    for (Order::Argument& argument : order.arguments)
      if (NodeSet* const nodes = std::get_if<NodeSet>(&argument.value))
        names_.check(*nodes, Place::run);
  }

  void groups(const Order& order) {
    if (protocol_ == nullptr) return;  // which is said elsewhere
    const bool several = protocol_->groups != nullptr;
    const int count = several ? protocol_->groups(scenario_.protocol.settings) : 1;
    for (const Order::Argument& argument : order.arguments) {
      const auto* const group = std::get_if<models::GroupId>(&argument.value);
      if (group == nullptr || static_cast<int>(*group) < count) continue;
      reader_.error(argument.position,
                    fmt::format("there is no group {}", static_cast<int>(*group)),
                    count == 1 ? "the only group is 0"
                               : fmt::format("groups: {} numbers them 0 to {}", count, count - 1));
    }
  }

  void heal(Heal& heal) {
    for (Heal::Target& target : heal.steps) {
      const auto step = std::ranges::find(scenario_.timeline, target.step, &Step::name);
      target.index = names_.step(target.step, target.position);
      if (step == scenario_.timeline.end() || step->actions.empty()) continue;
      if (std::ranges::none_of(step->actions,
                               [](const Action& each) { return is_healable(each.verb); }))
        reader_.error(target.position, fmt::format("the step \"{}\" cannot be healed", target.step),
                      "it does nothing that lasts", target.step.size());
    }
  }

  void partition(Partition& partition) {
    const Selector* rest = nullptr;
    for (Partition::Group& group : partition.groups) {
      names_.check(group.nodes, Place::partition);
      for (const Selector& selector : group.nodes.any_of) {
        if (selector.kind == SelectorKind::rest) {
          if (rest)
            reader_.error(selector.position, "a second \"rest\"",
                          "only one group is what the others leave", 4);
          rest = &selector;
        }
        if (selector.kind == SelectorKind::node) in_one_group(partition, group, selector);
      }
    }
  }

  void in_one_group(const Partition& partition, const Partition::Group& group,
                    const Selector& node) {
    for (const Partition::Group& earlier : partition.groups) {
      if (&earlier == &group) return;
      const bool again = std::ranges::any_of(earlier.nodes.any_of, [&node](const Selector& each) {
        return each.kind == SelectorKind::node && each.name == node.name;
      });
      if (again)
        reader_.error(node.position, fmt::format("the node \"{}\" is in two groups", node.name),
                      fmt::format("it is in \"{}\" already", earlier.name), node.name.size());
    }
  }

  /// With two bounds nobody knows which one is meant.
  void only_once(const std::vector<CheckName>& checks, const CheckName& check) {
    const auto first = std::ranges::find(checks, check.name, &CheckName::name);
    if (check.within && &*first != &check)
      reader_.error(check.position, fmt::format("\"{}\" twice", check.name), "keep one of them");
  }

  void expectations() {
    Expectations& expect = scenario_.expect;
    for (CheckName& check : expect.always) {
      names_.check_check(check);
      if (check.after) before_end(*check.after);
      only_once(expect.always, check);
    }
    for (CheckName& check : expect.violated) {
      if (check.name == "eventual") {
        reader_.error(check.position, "\"eventual\" under violated", "it belongs under always",
                      check.name.size());
        continue;
      }
      names_.check_check(check);
      if (std::ranges::find(expect.always, check.name, &CheckName::name) != expect.always.end())
        reader_.error(check.position,
                      fmt::format("\"{}\" under always and under violated", check.name),
                      "it cannot be both", check.name.size());
    }
    for (Never& never : expect.never) {
      names_.check(never.that);
      if (never.window.after) before_end(*never.window.after);
      for (std::optional<Anchor>* anchor :
           {&never.window.during, &never.window.after, &never.window.until})
        if (*anchor) names_.check(**anchor);
    }
    for (Eventually& eventually : expect.eventually) {
      names_.check(eventually.that);
      names_.check(eventually.after);
      before_end(eventually.after);
    }
    for (Sometimes& sometimes : expect.sometimes) names_.check(sometimes.that);
    for (Slo& slo : expect.slo) {
      if (Predicate* const predicate = std::get_if<Predicate>(&slo.bound)) names_.check(*predicate);
      if (auto* const regression = std::get_if<Slo::Regression>(&slo.bound))
        names_.check(regression->measure);
    }
  }

  void report() {
    if (scenario_.report.quantiles.empty())
      scenario_.report.quantiles = {{1, 2}, {9, 10}, {99, 100}, {999, 1000}};
    std::vector<std::string_view> paths;
    if (scenario_.sweep)
      for (const Axis& axis : scenario_.sweep->matrix) paths.push_back(axis.path);
    for (const std::string& path : scenario_.report.group_by)
      if (std::ranges::find(paths, path) == paths.end())
        reader_.unknown(scenario_.report.position, "path of the matrix", path, paths);
  }

  /// What the world takes where a scenario says nothing; `explain` shows it.
  void fill_topology() {
    Topology& topology = scenario_.topology;
    const auto fill = [](std::optional<Draw>& target, sim::Duration value) {
      if (!target) target = fixed_draw(value);
    };
    fill(topology.network.fallback.latency, sim::milliseconds(1));
    fill(topology.disks.fallback.read, sim::microseconds(100));
    fill(topology.disks.fallback.write, sim::microseconds(20));
    fill(topology.disks.fallback.fsync, sim::milliseconds(1));
  }

  void fits() {
    if (protocol_ == nullptr || protocol_->misfit == nullptr) return;
    const std::string why =
        protocol_->misfit(scenario_.protocol.settings, scenario_.topology.nodes.size());
    if (!why.empty())
      reader_.error(scenario_.protocol.position,
                    fmt::format("the settings do not fit the topology: {}", why));
  }

  void jitter() {
    const Network& network = scenario_.topology.network;
    const auto check = [this](const Draw& latency, sim::Duration jitter) {
      if (jitter.ns == 0 || latency.distribution.with_jitter(jitter.ns)) return;
      reader_.error(
          latency.position,
          fmt::format("a latency that is uniform already, and a jitter of {}", to_text(jitter)),
          "set jitter: 0ms, or write the whole distribution");
    };
    const sim::Duration common = network.fallback.jitter.value_or(sim::Duration{});
    check(*network.fallback.latency, common);
    for (const DatacenterLatency& each : network.latencies) check(each.latency, common);
    for (const LinkRule& rule : network.rules)
      check(rule.settings.latency.value_or(*network.fallback.latency),
            rule.settings.jitter.value_or(common));
  }

  void before_end(sim::Duration time, const SourcePosition& at, std::string_view what) {
    if (time < scenario_.run.duration || (time.ns == 0 && scenario_.run.duration.ns == 0)) return;
    reader_.error(at, fmt::format("{} at {}, when the run is over", what, to_text(time)),
                  fmt::format("the run lasts {}", to_text(scenario_.run.duration)));
  }

  /// From an anchor at the end of the run or behind it nothing can be seen.
  void before_end(const Anchor& anchor) {
    if (anchor.kind == Anchor::Kind::time)
      before_end(anchor.time, anchor.position, "the expectation begins");
  }

  void step_times(const Step& step) {
    if (const At* const at = std::get_if<At>(&step.trigger))
      before_end(sim::Duration{at->time.distribution.minimum()}, at->time.position,
                 "the step fires");
    if (const Every* const every = std::get_if<Every>(&step.trigger)) {
      stretch(step, every->from, every->until);
      // A period that may be 0 could fire for ever at one moment.
      if (every->period.distribution.minimum() < sim::microseconds(1).ns && every->period.fixed)
        reader_.error(every->period.position, "a period of less than 1us", "write 100ms");
    }
    if (const When* const when = std::get_if<When>(&step.trigger))
      stretch(step, when->from, when->until);
  }

  void stretch(const Step& step, sim::Duration from, const std::optional<sim::Duration>& until) {
    before_end(from, step.position, "the step begins");
    if (until && *until <= from)
      reader_.error(step.position,
                    fmt::format("until {} is not after from {}", to_text(*until), to_text(from)),
                    "swap them");
  }

  void sweep() {
    if (!scenario_.sweep) return;
    for (const Exclusion& exclusion : scenario_.sweep->exclude)
      for (const Exclusion::Pair& pair : exclusion.pairs) excluded(exclusion, pair);
  }

  void excluded(const Exclusion& exclusion, const Exclusion::Pair& pair) {
    std::vector<std::string_view> paths;
    for (const Axis& axis : scenario_.sweep->matrix) paths.push_back(axis.path);
    const auto axis = std::ranges::find(scenario_.sweep->matrix, pair.path, &Axis::path);
    if (axis == scenario_.sweep->matrix.end())
      return reader_.unknown(exclusion.position, "path of the matrix", pair.path, paths);
    if (std::ranges::find(axis->values, pair.value) != axis->values.end()) return;
    const std::vector<std::string_view> values(axis->values.begin(), axis->values.end());
    reader_.unknown(exclusion.position, fmt::format("value of {}", pair.path), pair.value, values);
  }

  Reader& reader_;
  Scenario& scenario_;
  const models::Protocol* protocol_;
  Names names_;
};

}  // namespace

void validate(Reader& reader, Scenario& scenario, Reading reading) {
  const auto protocol =
      std::ranges::find(reader.protocols(), scenario.protocol.kind, &models::Protocol::name);
  const bool known = protocol != reader.protocols().end();
  Validator validator(reader, scenario, known ? &*protocol : nullptr);
  validator.names();
  if (reading == Reading::complete) validator.values();
}

}  // namespace splitvote::load
