// The table of terms. What they mean exactly is decided where they are measured (models/measure).
#include "scenarios/load/vocabulary.hpp"

#include <algorithm>
#include <array>

#include "models/check/check_table.hpp"

namespace splitvote::load {
namespace {

using enum TermKind;
constexpr Arguments none = Arguments::none;
constexpr Arguments nodes = Arguments::nodes;
constexpr Arguments optional_nodes = Arguments::optional_nodes;

constexpr std::array table{
    Term{"single_leader", condition, Unit::count, none, false,
         "exactly one running server leads, and no other believes it does"},
    Term{"no_leader", condition, Unit::count, none, false, "no running server leads"},
    Term{"leader_in", condition, Unit::count, nodes, false,
         "the leader of the highest term is one of these nodes"},
    Term{"logs_converged", condition, Unit::count, none, false,
         "all running servers have applied the same entries up to the same index"},

    Term{"split_vote", event, Unit::count, none, false,
         "a term ended without a leader although somebody stood for election"},
    Term{"leader_changed", event, Unit::count, none, false, "another server became leader"},
    Term{"leader_stepped_down", event, Unit::count, none, false, "a running leader gave up"},
    Term{"log_truncated", event, Unit::count, none, false, "a server removed entries of its log"},
    Term{"election_started", event, Unit::count, none, false, "a server became candidate"},
    Term{"operation_failed", event, Unit::count, none, true,
         "an operation ended without having been executed"},
    Term{"operation_unknown", event, Unit::count, none, true,
         "an operation ended without its client knowing whether it was executed"},
    Term{"frame_rejected", event, Unit::count, none, false,
         "a server refused a message that was damaged on its way"},
    Term{"halted", event, Unit::count, none, false, "a server refused to go on"},

    Term{"commits", number, Unit::count, optional_nodes, false,
         "entries committed on these nodes, or on all"},
    Term{"term", number, Unit::count, optional_nodes, false, "the highest term on these nodes"},
    Term{"terms_used", number, Unit::count, none, false, "terms in which somebody stood or led"},
    Term{"elections", number, Unit::count, none, false, "terms in which somebody stood"},
    Term{"split_votes", number, Unit::count, none, false, "terms that ended without a leader"},
    Term{"leaders_stepped_down", number, Unit::count, none, false, "running leaders that gave up"},
    Term{"log_truncations", number, Unit::count, none, false, "times a log was cut"},
    Term{"messages", number, Unit::count, none, false, "messages sent"},
    Term{"operations", number, Unit::count, none, true, "operations that ended"},
    Term{"operations_ok", number, Unit::count, none, true, "operations that ended well"},

    Term{"availability", share, Unit::share, none, true, "operations that ended well, of all"},

    Term{"detection_time", samples, Unit::duration, none, false,
         "from the loss of a leader to the first candidate"},
    Term{"election_time", samples, Unit::duration, none, false,
         "from the first candidate to the new leader"},
    Term{"failover_time", samples, Unit::duration, none, false,
         "from the loss of a leader to the first operation acknowledged under a new one"},
    Term{"unavailability", samples, Unit::duration, none, false,
         "periods in which clients waited and no write was acknowledged"},
    Term{"latency", samples, Unit::duration, none, true, "of all operations that ended well"},
    Term{"get_latency", samples, Unit::duration, none, true, "of gets"},
    Term{"put_latency", samples, Unit::duration, none, true, "of puts"},
    Term{"cas_latency", samples, Unit::duration, none, true, "of compare-and-swaps"},
    Term{"remove_latency", samples, Unit::duration, none, true, "of removals"},
};

}  // namespace

std::span<const Term> terms() { return table; }

std::vector<Term> terms_of(const models::Protocol* protocol) {
  std::vector<Term> all(table.begin(), table.end());
  if (!protocol) return all;
  const auto add = [&all](std::string_view name, TermKind kind, std::string_view help) {
    if (std::ranges::find(all, name, &Term::name) == all.end())
      all.push_back({name, kind, Unit::count, optional_nodes, false, help});
  };
  for (const models::NamedHelp& each : protocol->predicates) add(each.name, condition, each.help);
  for (const models::NamedHelp& each : protocol->metrics) add(each.name, number, each.help);
  return all;
}

bool takes_any_unit(const Term& term) {
  return term.kind == number && std::ranges::find(table, term.name, &Term::name) == table.end();
}

std::vector<CheckWord> checks_of(const models::Protocol* protocol) {
  std::vector<CheckWord> all;
  for (const check::CheckHelp& each : check::check_table) all.push_back({each.name, each.help});
  if (!protocol) return all;
  for (const models::NamedHelp& each : protocol->checks)
    if (std::ranges::find(all, each.name, &CheckWord::name) == all.end())
      all.push_back({each.name, each.help});
  return all;
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
