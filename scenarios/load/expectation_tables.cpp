// The keys of `expect:`.
#include <fmt/format.h>

#include "scenarios/load/predicate_text.hpp"
#include "scenarios/load/tables.hpp"

namespace splitvote::load {
namespace {

/// `5s`, `cut`, `cut.start`, `cut.end`.
bool read_anchor(Reader& reader, const Node& node, Anchor& anchor) {
  anchor.position = node.position;
  if (!reader.expect(node, Node::Kind::scalar, "a time or a step")) return false;
  const char first = node.text.empty() ? '\0' : node.text.front();
  if ((first >= '0' && first <= '9') || first == '-' || first == '+') {
    anchor.kind = Anchor::Kind::time;
    return duration().read(reader, node, anchor.time);
  }
  const std::size_t dot = node.text.find('.');
  anchor.step = node.text.substr(0, dot);
  const std::string_view suffix =
      dot == std::string::npos ? "start" : std::string_view(node.text).substr(dot + 1);
  anchor.kind = suffix == "end" ? Anchor::Kind::step_end : Anchor::Kind::step_start;
  if (is_name(anchor.step) && (suffix == "start" || suffix == "end")) return true;
  reader.error(node, fmt::format("{} is not a moment", found(node)),
               "write 5s, a step's name, or name.start or name.end");
  anchor.step.clear();
  return false;
}

Node write_anchor(const Anchor& anchor) {
  switch (anchor.kind) {
    case Anchor::Kind::time:
      return plain_scalar(to_text(anchor.time));
    case Anchor::Kind::step_start:
      return text_scalar(anchor.step + ".start");
    case Anchor::Kind::step_end:
      return text_scalar(anchor.step + ".end");
  }
  return {};
}

Type<Anchor> anchor() {
  return {
      read_anchor, write_anchor, [](Definitions& definitions) {
        return definitions.pattern(
            "moment", "5s, or a step: cut, cut.start, cut.end",
            R"(^([0-9]+(\.[0-9]+)?(ns|us|ms|s|min|h)|[A-Za-z][A-Za-z0-9_-]*(\.(start|end))?)$)");
      }};
}

/// A step as a stretch of time: its bare name.
Type<Anchor> stretch() {
  const Type<std::string> type = name("a step's name");
  return {[type](Reader& reader, const Node& node, Anchor& anchor) {
            anchor.position = node.position;
            anchor.kind = Anchor::Kind::step_start;
            return type.read(reader, node, anchor.step);
          },
          [](const Anchor& anchor) { return text_scalar(anchor.step); }, type.schema};
}

const Table<Window>& window_table() {
  static const auto table =
      Table<Window>("a window")
          .key("during", &Window::during, stretch(), "while this step is in force")
          .key("after", &Window::after, anchor(), "from this moment on")
          .key("until", &Window::until, anchor(), "up to this moment");
  return table;
}

const Table<Never>& never_table() {
  static const auto table =
      Table<Never>("what must never be")
          .required("that", &Never::that, predicate(), "the predicate")
          .inlined(&Never::window, window_table())
          .form([](Reader& reader, const Node& node) {
            if (!node.find("during") || (!node.find("after") && !node.find("until"))) return true;
            reader.error(node, "\"during\" beside \"after\" or \"until\"", "keep one of them");
            return false;
          });
  return table;
}

const Table<Eventually>& eventually_table() {
  static const auto table =
      Table<Eventually>("what must be at last")
          .required("that", &Eventually::that, predicate(), "the predicate")
          .key("after", &Eventually::after, anchor(), "looked for from this moment on")
          .key("within", &Eventually::within, duration(), "at most so much later");
  return table;
}

/// A predicate alone stands for a map with only that.
template <typename Owner>
Type<Owner> or_predicate(std::string_view name, const Table<Owner>& (*table)()) {
  Type<Owner> type = object(name, table);
  const auto read = type.read;
  const auto schema = type.schema;
  type.read = [read](Reader& reader, const Node& node, Owner& owner) {
    owner.position = node.position;
    if (!node.is_scalar()) return read(reader, node, owner);
    return predicate().read(reader, node, owner.that);
  };
  type.schema = [schema](Definitions& definitions) {
    const std::string whole = schema(definitions);
    return definitions.any_of({whole, predicate().schema(definitions)});
  };
  return type;
}

Type<Sometimes> sometimes() {
  const Type<Predicate> type = predicate();
  return {[type](Reader& reader, const Node& node, Sometimes& value) {
            value.position = node.position;
            return type.read(reader, node, value.that);
          },
          [type](const Sometimes& value) { return type.write(value.that); }, type.schema};
}

const Table<Slo::Regression>& regression_table() {
  static const auto table =
      Table<Slo::Regression>("a threshold by baseline")
          .required("that", &Slo::Regression::measure, measure(), "the measure")
          .required("max_regression", &Slo::Regression::max, growth(),
                    "by how much it may exceed the baseline")
          .required("baseline", &Slo::Regression::baseline, text(),
                    "the file with the baseline, relative to the scenario");
  return table;
}

struct Threshold {
  Predicate that;
};
const Table<Threshold>& threshold_table() {
  static const auto table = Table<Threshold>("a threshold")
                                .required("that", &Threshold::that, predicate(),
                                          "a comparison such as failover_time.p99 < 2s");
  return table;
}

bool read_slo(Reader& reader, const Node& node, Slo& slo) {
  slo.position = node.position;
  const bool regression = node.is_map() && (node.find("max_regression") || node.find("baseline"));
  if (regression) {
    Slo::Regression value;
    const bool usable = regression_table().read(reader, node, value);
    slo.bound = std::move(value);
    return usable;
  }
  Threshold threshold;
  const bool read = node.is_map() ? threshold_table().read(reader, node, threshold)
                                  : predicate().read(reader, node, threshold.that);
  if (!read) return slo.bound = std::move(threshold.that), false;
  if (threshold.that.kind != PredicateKind::comparison) {
    reader.error(threshold.that.position, "a threshold is due",
                 "compare a measure: failover_time.p99 < 2s");
    return false;
  }
  slo.bound = std::move(threshold.that);
  return true;
}

Node write_slo(const Slo& slo) {
  if (const auto* const regression = std::get_if<Slo::Regression>(&slo.bound))
    return regression_table().write(*regression);
  return predicate().write(std::get<Predicate>(slo.bound));
}

Type<Slo> slo() {
  return {read_slo, write_slo, [](Definitions& definitions) {
            return definitions.any_of({predicate().schema(definitions),
                                       threshold_table().schema(definitions),
                                       regression_table().schema(definitions)});
          }};
}

const Table<CheckName>& check_table() {
  static const auto table =
      Table<CheckName>("a check")
          .required("check", &CheckName::name, check_name(), "eventual")
          .key("after", &CheckName::after, anchor(),
               "nothing need be seen before this moment; default: the end of the last fault")
          .key("within", &CheckName::within, duration(),
               "how long a write may take to be seen by everybody");
  return table;
}

Type<CheckName> check_alone() {
  const Type<std::string> type = check_name();
  return {[type](Reader& reader, const Node& node, CheckName& check) {
            check.position = node.position;
            return type.read(reader, node, check.name);
          },
          [type](const CheckName& check) { return type.write(check.name); }, type.schema};
}

/// The name alone, or a map for a check that needs more.
Type<CheckName> check_with_bound() {
  const Type<CheckName> alone = check_alone();
  const Type<CheckName> whole = object("check", check_table);
  return {[alone, whole](Reader& reader, const Node& node, CheckName& check) {
            check.position = node.position;
            return (node.is_map() ? whole : alone).read(reader, node, check);
          },
          [alone, whole](const CheckName& check) {
            return (check.within ? whole : alone).write(check);
          },
          [alone, whole](Definitions& definitions) {
            return definitions.any_of({alone.schema(definitions), whole.schema(definitions)});
          }};
}

}  // namespace

const Table<Expectations>& expectations_table() {
  static const auto table =
      Table<Expectations>("expectations")
          .if_any("always", &Expectations::always, list(check_with_bound(), "a list of checks"),
                  "safety: checks that find no violation")
          .if_any("violated", &Expectations::violated, list(check_alone(), "a list of checks"),
                  "checks that must find a violation: the scenario shows a flaw")
          .if_any("never", &Expectations::never,
                  list(or_predicate("never", never_table), "a list of predicates"),
                  "predicates that are never true (during a step, or after and until)")
          .if_any("eventually", &Expectations::eventually,
                  list(or_predicate("eventually", eventually_table), "a list of predicates"),
                  "liveness: predicates that become true within a time")
          .if_any("sometimes", &Expectations::sometimes,
                  list(sometimes(), "a list of events or predicates"),
                  "what must occur at least once in the whole sweep")
          .if_any("slo", &Expectations::slo, list(slo(), "a list of thresholds"),
                  "thresholds on what was measured");
  return table;
}

}  // namespace splitvote::load
