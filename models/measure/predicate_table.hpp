// The predicates of the scenario language that ask about the cluster as it is now.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace splitvote::measure {

enum class Predicate : std::uint8_t {
  single_leader,
  no_leader,
  leader_in,
  logs_converged,
  votes,
  joint,
  commits,
  leads,
  quiescent,
};

struct PredicateHelp {
  Predicate predicate{};
  std::string_view name;
  std::string_view argument;  // "set": a selector of nodes in parentheses; "": none
  bool counts = false;        // a number to compare with (`commits(set) > 0`), not a truth
  std::string_view help;
};

/// In the order of the enumeration.
inline constexpr std::array predicate_table{
    PredicateHelp{Predicate::single_leader, "single_leader", "", false,
                  "Exactly one running server believes that it leads, in each group."},
    PredicateHelp{Predicate::no_leader, "no_leader", "", false,
                  "No running server believes that it leads any group."},
    PredicateHelp{Predicate::leader_in, "leader_in", "set", false,
                  "The running leader of the newest term is one of the set, in each group."},
    PredicateHelp{Predicate::logs_converged, "logs_converged", "", false,
                  "In each group there is a leader, every voter runs (none is down, paused or "
                  "halted), each one's log is "
                  "the beginning of the leader's, and none lacks an entry that it has committed."},
    PredicateHelp{Predicate::votes, "votes", "set", false,
                  "Every node of the set is a voter in the newest configuration that anybody knows "
                  "to be committed, in each group."},
    PredicateHelp{Predicate::joint, "joint", "", false,
                  "The newest configuration that anybody knows to be committed is joint in some "
                  "group: a change of members is under way."},
    PredicateHelp{Predicate::commits, "commits", "set", true,
                  "How many entries that came into being within the window it is asked for nodes "
                  "of the set were the first to commit."},
    PredicateHelp{Predicate::leads, "leads", "set", true,
                  "How many groups have the running leader of their newest term in the set."},
    PredicateHelp{Predicate::quiescent, "quiescent", "set", true,
                  "How many groups' servers on nodes of the set sleep, each counted."},
};

}  // namespace splitvote::measure
