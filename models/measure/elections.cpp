// Elections: terms, candidacies, split votes.
#include "models/measure/elections.hpp"

#include <algorithm>

namespace splitvote::measure {

void Elections::on_role(const sim::Moment& moment, models::Role role, std::uint64_t term,
                        OccurrenceCounts& counts) {
  if (role == models::Role::pre_candidate) counts.add(Occurrence::pre_vote_started);
  if (role == models::Role::candidate) {
    counts.add(Occurrence::election_started);
    ++open(moment, term, counts).candidates;
  }
  if (role != models::Role::leader) return;
  counts.add(Occurrence::leader_elected);
  ElectionTerm& won = open(moment, term, counts);
  won.led = true;
  // The votes came after others had given the term up.
  if (won.counted_as_split) counts.take_back(Occurrence::split_vote);
  won.counted_as_split = false;
}

// A term is given up when the next one begins.
ElectionTerm& Elections::open(const sim::Moment& moment, std::uint64_t term,
                              OccurrenceCounts& counts) {
  const auto at = std::ranges::lower_bound(terms_, term, {}, &ElectionTerm::term);
  if (at != terms_.end() && at->term == term) return *at;
  const bool newest = at == terms_.end();
  if (newest && !terms_.empty() && !terms_.back().led) {
    terms_.back().counted_as_split = true;
    counts.add(Occurrence::split_vote);
  }
  return *terms_.insert(at, {term, moment});
}

const ElectionTerm* Elections::find(std::uint64_t term) const {
  const auto at = std::ranges::lower_bound(terms_, term, {}, &ElectionTerm::term);
  return at != terms_.end() && at->term == term ? &*at : nullptr;
}

}  // namespace splitvote::measure
