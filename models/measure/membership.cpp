// Which configuration is the newest that anybody knows to be committed.
#include "models/measure/membership.hpp"

#include <algorithm>

namespace splitvote::measure {

void Membership::on_configuration(std::size_t server, std::uint64_t index, VoterSets sets,
                                  std::uint64_t commit) {
  servers_[server] = {index, sets};
  if (!known_) {
    known_ = true;
    newest_ = {index, sets};
    settled_ = sets.voters;
  }
  on_committed(server, commit);
}

void Membership::take(const Place& place) {
  newest_ = place;
  if (joint()) {
    ++joints_;
    return;
  }
  changes_ += place.sets.voters != settled_;
  settled_ = place.sets.voters;
}

bool Membership::votes(std::span<const sim::NodeId> set) const {
  return known_ &&
         std::ranges::all_of(set, [&](sim::NodeId node) { return newest_.sets.votes(node); });
}

}  // namespace splitvote::measure
