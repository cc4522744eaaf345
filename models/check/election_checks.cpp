// Election safety and the single vote: who may lead and who may be voted for.
#include "models/check/election_checks.hpp"

namespace splitvote::check {

void ElectionChecks::on_leader(const Scene& scene, std::uint64_t term) {
  const Leader* known = scene.leaders.add(
      {term, scene.node, scene.replica.log.last(), scene.replica.log.last_term(), scene.moment});
  if (known == nullptr || known->node == scene.node) return;
  scene.report(Check::election_safety, [&] {
    return scene.name() + " became leader of term " + std::to_string(term) + ", which " +
           scene.names(known->node) + " has led since " + to_text(known->since.time) + ".";
  });
}

void ElectionChecks::on_vote(const Scene& scene, std::uint64_t term, std::uint64_t candidate) {
  Replica& replica = scene.replica;
  const auto candidate_name = [&](std::uint64_t id) {
    return scene.names(static_cast<sim::NodeId>(id));
  };
  if (term < replica.vote_term) {
    scene.report(Check::vote_once, [&] {
      return scene.name() + " voted in term " + std::to_string(term) +
             " although it had voted in the later term " + std::to_string(replica.vote_term) + ".";
    });
    return;  // the newer vote stays the one to compare with
  }
  if (term == replica.vote_term && candidate != replica.vote) {
    scene.report(Check::vote_once, [&] {
      return scene.name() + " voted for " + candidate_name(candidate) + " in term " +
             std::to_string(term) + " although its vote of that term went to " +
             candidate_name(replica.vote) + ".";
    });
  }
  replica.vote_term = term;
  replica.vote = candidate;
}

}  // namespace splitvote::check
