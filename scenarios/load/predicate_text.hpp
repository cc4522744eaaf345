// Reading predicates and measures out of scalars.
#pragma once

#include <string_view>
#include <vector>

#include "scenarios/load/predicate.hpp"
#include "scenarios/load/type.hpp"

namespace splitvote::load {

/// Only the form is judged here; the words are judged when the whole scenario is known.
[[nodiscard]] Type<Predicate> predicate();
[[nodiscard]] Type<Measure> measure();

/// An example of every form that a predicate may take, with one sentence each: for `list`.
struct PredicateHelp {
  std::string_view form;
  std::string_view help;
};
[[nodiscard]] std::vector<PredicateHelp> predicate_helps();

/// `p99` of `p99.9`, `max` …: splits an aggregate off the end of a dotted path, if there is one.
struct SplitPath {
  std::string_view rest;
  Aggregate aggregate = Aggregate::none;
  sim::Ratio quantile;
};
[[nodiscard]] SplitPath split_aggregate(std::string_view path);

}  // namespace splitvote::load
