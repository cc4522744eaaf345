// Election safety and the single vote: who may lead and who may be voted for.
#pragma once

#include "models/check/scene.hpp"

namespace splitvote::check {

/// election_safety (Raft, section 5.2: "at most one leader can be elected in a given term") and
/// vote_once. The vote lives in the replica's shadow and survives its crashes, as the real one
/// must.
class ElectionChecks {
 public:
  static void on_leader(const Scene& scene, std::uint64_t term);
  static void on_vote(const Scene& scene, std::uint64_t term, std::uint64_t candidate);
};

}  // namespace splitvote::check
