// The names a scenario defines, and the judging of references to them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "models/registry/protocol.hpp"
#include "scenarios/load/reader.hpp"
#include "scenarios/load/scenario.hpp"
#include "scenarios/load/vocabulary.hpp"

namespace splitvote::load {

/// Where a selector stands decides what it may say.
enum class Place : std::uint8_t { topology, run, partition, predicate };

/// Looks names up in one scenario, and complains about those it does not find.
class Names {
 public:
  Names(Reader& reader, const Scenario& scenario, const models::Protocol* protocol);

  /// Resolves node names and expands ranges.
  void check(NodeSet& set, Place place);
  void check(Predicate& predicate);
  void check(Measure& measure);
  void check(Anchor& anchor);
  /// An alias becomes the name that it stands for, here and in measures.
  void check_check(CheckName& check);
  void check_datacenter(std::string_view name, const SourcePosition& at);
  /// A workload may be in a datacenter without servers, if the latency matrix knows it.
  void check_home(const Workload& workload);
  void check_message(const MessageName& message);
  /// Whether the scenario's protocol takes it.
  void check_order(const Order& order);
  /// The step's index in the timeline.
  [[nodiscard]] std::uint32_t step(std::string_view name, const SourcePosition& at);

 private:
  void check_datacenter(std::string_view name, const SourcePosition& at,
                        std::vector<std::string_view> known);
  [[nodiscard]] std::vector<std::string_view> server_datacenters() const;
  [[nodiscard]] std::vector<Selector> resolved(Selector selector, Place place);
  [[nodiscard]] std::vector<Selector> nodes(const Selector& selector);
  [[nodiscard]] const NodeSettings* node(std::string_view name, const SourcePosition& at);
  /// Whether it may be the name of an unnamed step whose nodes could not be read.
  [[nodiscard]] bool is_doubtful(std::string_view name) const;
  void check_group(const Selector& selector);
  void check_workload(std::string_view name, const SourcePosition& at);
  [[nodiscard]] const Term* find_term(Measure& measure);
  void split_message(Measure& measure);
  void check_arguments(const Measure& measure, const Term& term);
  void check_aggregate(const Measure& measure, const Term& term);
  void check_comparison(const Predicate& predicate, const Term& term);

  Reader& reader_;
  const Scenario& scenario_;
  const models::Protocol* protocol_;
  std::vector<Term> terms_;
};

}  // namespace splitvote::load
