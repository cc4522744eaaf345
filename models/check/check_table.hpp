// The safety properties by name: what `always:` may list and what a violation is filed under.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace splitvote::check {

enum class Check : std::uint8_t {
  election_safety,
  vote_once,
  log_matching,
  leader_append_only,
  leader_completeness,
  commit_agreement,
  monotone_commit,
  state_machine_safety,
  monotone_applied,
  durable_storage,
  durability,
  linearizable,
};

struct CheckHelp {
  Check check{};
  std::string_view name;
  std::string_view help;  // one sentence: what is true as long as the check holds
};

/// In the order of the enumeration.
inline constexpr std::array check_table{
    CheckHelp{Check::election_safety, "election_safety", "A term has at most one leader."},
    CheckHelp{Check::vote_once, "vote_once",
              "A node votes for at most one candidate in a term and never goes back to an older "
              "one, not even across a crash, unless its disk was wiped."},
    CheckHelp{Check::log_matching, "log_matching",
              "Two logs that hold an entry of the same index and term are the same up to it."},
    CheckHelp{Check::leader_append_only, "leader_append_only",
              "A leader never removes or overwrites an entry of its own log."},
    CheckHelp{Check::leader_completeness, "leader_completeness",
              "An entry committed in one term is in the log of the leader of every later term."},
    CheckHelp{Check::commit_agreement, "commit_agreement",
              "No two nodes commit different entries, and no node gives a committed one up."},
    CheckHelp{Check::monotone_commit, "monotone_commit",
              "A running node's commit index never goes back and never passes the end of its "
              "log."},
    CheckHelp{Check::state_machine_safety, "state_machine_safety",
              "All nodes apply the same entry at each index, and none of them leaves one out."},
    CheckHelp{Check::monotone_applied, "monotone_applied",
              "A running node never applies an entry twice, nor one that it has not committed."},
    CheckHelp{Check::durable_storage, "durable_storage",
              "What a node called stored, entries and votes, is there again after a crash, unless "
              "its disk was wiped."},
    CheckHelp{Check::durability, "durability",
              "A write that was acknowledged to a client is in the log of every later leader."},
    CheckHelp{Check::linearizable, "linearizable",
              "Each key behaves to its clients like one register on one machine."},
};
inline constexpr std::size_t checks = check_table.size();

[[nodiscard]] constexpr std::string_view name(Check check) {
  return check_table[static_cast<std::size_t>(check)].name;
}

}  // namespace splitvote::check
