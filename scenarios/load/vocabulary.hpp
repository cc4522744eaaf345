// The vocabulary of predicates: what can be measured or asked, with what arguments, in which unit.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/registry/protocol.hpp"
#include "scenarios/load/values.hpp"

namespace splitvote::load {

enum class TermKind : std::uint8_t {
  condition,  // true or false at a moment
  event,      // something that occurs; true from its first occurrence on; compared: how often
  number,     // a count or state at a moment
  samples,    // a distribution: needs an aggregate, `.p99`, `.max`, `.mean` …
  share,      // a percentage
};

enum class Arguments : std::uint8_t { none, optional_nodes, nodes };

struct Term {
  std::string_view name;
  TermKind kind{};
  Unit unit = Unit::count;  // of what it is compared with
  Arguments arguments = Arguments::none;
  bool per_workload = false;  // `kv.availability`; without a workload: over all of them
  std::string_view help;
};

/// How the term is written, with an example of what it needs: `leader_in(nodes)`, `latency.p99`.
[[nodiscard]] std::string form_of(const Term& term);

/// The terms every protocol has, in groups by kind.
[[nodiscard]] std::span<const Term> terms();

/// Those and the protocol's own: its predicates are conditions, its metrics take any unit.
[[nodiscard]] std::vector<Term> terms_of(const models::Protocol* protocol);

/// Whether the unit of a protocol's own metric is left open.
[[nodiscard]] bool takes_any_unit(const Term& term);

/// The names that `always:` may list: the checks of models/check, the models of models/consistency,
/// and the protocol's own.
struct CheckWord {
  std::string_view name;
  std::string_view help;
};
[[nodiscard]] std::vector<CheckWord> checks_of(const models::Protocol* protocol);

/// A second spelling of a name, which is read and never written.
struct Alias {
  std::string_view spelling;
  std::string_view name;
};
/// The guarantees of a session as such: `session.read_your_writes`.
[[nodiscard]] std::span<const Alias> check_aliases();
/// Without a workload: `staleness`.
[[nodiscard]] std::span<const Alias> term_aliases();
/// Every other word stands for itself.
[[nodiscard]] std::string_view name_meant(std::span<const Alias> aliases, std::string_view word);
/// All that may be written: the names, then the other spellings of some.
[[nodiscard]] std::vector<std::string_view> spellings(std::vector<std::string_view> names,
                                                      std::span<const Alias> aliases);
/// Empty if there is none.
[[nodiscard]] std::string_view alias_of(std::span<const Alias> aliases, std::string_view name);

[[nodiscard]] std::string_view to_text(TermKind kind);

}  // namespace splitvote::load
