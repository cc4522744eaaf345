// Elections: terms, candidacies, split votes.
#pragma once

#include <cstdint>
#include <vector>

#include "models/measure/occurrence.hpp"
#include "models/notes.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::measure {

/// A term in which somebody stood for election or led.
struct ElectionTerm {
  std::uint64_t term = 0;
  sim::Moment first_candidacy;  // or the leader's moment if nobody stood for election
  std::uint32_t candidates = 0;
  bool led = false;
  bool counted_as_split = false;
};

class Elections {
 public:
  void on_role(const sim::Moment& moment, models::Role role, std::uint64_t term,
               OccurrenceCounts& counts);

  /// By term.
  [[nodiscard]] const std::vector<ElectionTerm>& terms() const { return terms_; }
  [[nodiscard]] const ElectionTerm* find(std::uint64_t term) const;

 private:
  [[nodiscard]] ElectionTerm& open(const sim::Moment& moment, std::uint64_t term,
                                   OccurrenceCounts& counts);

  std::vector<ElectionTerm> terms_;
};

}  // namespace splitvote::measure
