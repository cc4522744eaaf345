// The terms are those that models/measure has tables of: what a scenario may ask for is measured.
#include "scenarios/load/vocabulary.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "models/check/check_table.hpp"
#include "models/consistency/models.hpp"
#include "models/measure/metric_table.hpp"
#include "models/measure/occurrence.hpp"
#include "models/measure/predicate_table.hpp"

namespace splitvote::load {
namespace {

using enum TermKind;
constexpr Arguments none = Arguments::none;

/// What the runner counts itself; no table of models/measure has them.
constexpr std::array own_terms{
    Term{"term", number, Unit::count, Arguments::optional_nodes, false,
         "The highest term that any of the servers has noted."},
    Term{"messages", number, Unit::count, none, false,
         "Messages sent, of all kinds; of one kind: messages.heartbeat."},
};

constexpr std::array aliases_of_checks{
    Alias{"session.read_your_writes", "read-your-writes"},
    Alias{"session.monotonic_reads", "monotonic-reads"},
    Alias{"session.monotonic_writes", "monotonic-writes"},
    Alias{"session.writes_follow_reads", "writes-follow-reads"},
};
constexpr std::array aliases_of_terms{
    Alias{"staleness", "read_staleness"},
    Alias{"staleness_versions", "read_staleness_versions"},
};

Term term_of(const measure::PredicateHelp& entry) {
  const bool with_nodes = !entry.argument.empty();
  // What is counted on nodes can be counted on all of them.
  const Arguments arguments = !with_nodes    ? none
                              : entry.counts ? Arguments::optional_nodes
                                             : Arguments::nodes;
  return {entry.name, entry.counts ? number : condition, Unit::count, arguments, false, entry.help};
}

std::pair<TermKind, Unit> shape_of(measure::MetricKind kind) {
  switch (kind) {
    case measure::MetricKind::durations:
      return {samples, Unit::duration};
    case measure::MetricKind::numbers:
      return {samples, Unit::count};
    case measure::MetricKind::bytes:
      return {samples, Unit::bytes};
    case measure::MetricKind::share:
      return {share, Unit::share};
    case measure::MetricKind::duration:
      return {number, Unit::duration};
    case measure::MetricKind::count:
      break;
  }
  return {number, Unit::count};
}

Term term_of(const measure::MetricHelp& entry) {
  const auto [kind, unit] = shape_of(entry.kind);
  return {entry.name, kind, unit, none, entry.per_workload, entry.help};
}

/// The first of a name stays: `commits` is a predicate with nodes before it is a metric.
void add(std::vector<Term>& all, const Term& term) {
  if (std::ranges::find(all, term.name, &Term::name) == all.end()) all.push_back(term);
}

std::vector<Term> make_terms() {
  std::vector<Term> all;
  for (const measure::PredicateHelp& each : measure::predicate_table) add(all, term_of(each));
  for (const Term& each : own_terms) add(all, each);
  for (const measure::OccurrenceHelp& each : measure::occurrence_table)
    add(all, {each.name, event, Unit::count, none, false, each.help});
  for (const measure::MetricHelp& each : measure::metric_table) add(all, term_of(each));
  return all;
}

}  // namespace

std::string form_of(const Term& term) {
  std::string form(term.name);
  if (term.arguments == Arguments::nodes) form += "(nodes)";
  if (term.arguments == Arguments::optional_nodes) form += "[(nodes)]";
  if (term.kind == samples) form += ".p99";
  return form;
}

std::span<const Term> terms() {
  static const std::vector<Term> all = make_terms();
  return all;
}

std::vector<Term> terms_of(const models::Protocol* protocol) {
  std::vector<Term> all(terms().begin(), terms().end());
  if (!protocol) return all;
  for (const models::NamedHelp& each : protocol->predicates)
    add(all, {each.name, condition, Unit::count, Arguments::optional_nodes, false, each.help});
  for (const models::NamedHelp& each : protocol->metrics)
    add(all, {each.name, number, Unit::count, Arguments::optional_nodes, false, each.help});
  return all;
}

bool takes_any_unit(const Term& term) {
  return term.kind == number && std::ranges::find(terms(), term.name, &Term::name) == terms().end();
}

std::vector<CheckWord> checks_of(const models::Protocol* protocol) {
  std::vector<CheckWord> all;
  for (const check::CheckHelp& each : check::check_table) all.push_back({each.name, each.help});
  for (const consistency::Model& each : consistency::models())
    if (std::ranges::find(all, each.name, &CheckWord::name) == all.end())
      all.push_back({each.name, each.help});
  if (!protocol) return all;
  for (const models::NamedHelp& each : protocol->checks)
    if (std::ranges::find(all, each.name, &CheckWord::name) == all.end())
      all.push_back({each.name, each.help});
  return all;
}

std::span<const Alias> check_aliases() { return aliases_of_checks; }

std::span<const Alias> term_aliases() { return aliases_of_terms; }

std::string_view name_meant(std::span<const Alias> aliases, std::string_view word) {
  const auto found = std::ranges::find(aliases, word, &Alias::spelling);
  return found == aliases.end() ? word : found->name;
}

std::vector<std::string_view> spellings(std::vector<std::string_view> names,
                                        std::span<const Alias> aliases) {
  for (const Alias& alias : aliases)
    if (std::ranges::find(names, alias.name) != names.end()) names.push_back(alias.spelling);
  return names;
}

std::string_view alias_of(std::span<const Alias> aliases, std::string_view name) {
  const auto found = std::ranges::find(aliases, name, &Alias::name);
  return found == aliases.end() ? std::string_view() : found->spelling;
}

std::string_view to_text(TermKind kind) {
  switch (kind) {
    case condition:
      return "condition";
    case event:
      return "event";
    case number:
      return "number";
    case samples:
      return "distribution";
    case share:
      return "share";
  }
  return {};
}

}  // namespace splitvote::load
