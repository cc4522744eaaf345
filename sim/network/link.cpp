// Lays a fault's change over the profile of a link.
#include "sim/network/link.hpp"

namespace splitvote::sim {

LinkProfile apply(const LinkChange& change, LinkProfile profile) {
  if (change.latency) profile.latency = *change.latency;
  profile.latency = profile.latency.scaled(change.latency_factor).shifted(change.latency_extra.ns);
  if (change.jitter_extra.ns > 0) profile.latency = profile.latency.widened(change.jitter_extra.ns);
  if (change.loss) profile.loss = *change.loss;
  if (change.burst) profile.burst = *change.burst;
  if (change.duplication) profile.duplication = *change.duplication;
  if (change.reordering) profile.reordering = *change.reordering;
  if (change.corruption) profile.corruption = *change.corruption;
  if (change.bytes_per_second) profile.bytes_per_second = *change.bytes_per_second;
  return profile;
}

}  // namespace splitvote::sim
