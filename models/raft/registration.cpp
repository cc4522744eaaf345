// Raft's messages and checks in the words of a scenario, and how a server of it is made.
#include "models/raft/registration.hpp"

#include <array>

#include "models/raft/forward.hpp"
#include "models/raft/groups_process.hpp"
#include "models/raft/keys.hpp"
#include "models/raft/orders.hpp"
#include "models/raft/presets.hpp"
#include "models/raft/raft_process.hpp"
#include "models/raft/settings.hpp"

namespace splitvote::raft {
namespace {

constexpr std::array messages{
    models::NamedMessage{request_vote_kind, "request_vote"},
    models::NamedMessage{pre_vote_kind, "pre_vote"},
    models::NamedMessage{vote_response_kind, "vote_response"},
    models::NamedMessage{pre_vote_response_kind, "pre_vote_response"},
    models::NamedMessage{append_entries_kind, "append_entries"},
    models::NamedMessage{heartbeat_kind, "heartbeat"},
    models::NamedMessage{append_response_kind, "append_response"},
    models::NamedMessage{heartbeat_response_kind, "heartbeat_response"},
    models::NamedMessage{install_snapshot_kind, "install_snapshot"},
    models::NamedMessage{install_snapshot_response_kind, "install_snapshot_response"},
    models::NamedMessage{transfer_vote_kind, "transfer_vote"},
    models::NamedMessage{timeout_now_kind, "timeout_now"},
    models::NamedMessage{read_index_kind, "read_index"},
    models::NamedMessage{read_index_response_kind, "read_index_response"},
    models::NamedMessage{quiesce_kind, "quiesce"},
    models::NamedMessage{quiesce_response_kind, "quiesce_response"},
    models::NamedMessage{node_beat_kind, "node_beat"},
    models::NamedMessage{forward_kind, "forward"},
    models::NamedMessage{forward_response_kind, "forward_response"},
    models::NamedMessage{fortify_kind, "fortify"},
    models::NamedMessage{fortify_response_kind, "fortify_response"},
    models::NamedMessage{defortify_kind, "defortify"},
    models::NamedMessage{support_request_kind, "support_request"},
    models::NamedMessage{support_response_kind, "support_response"},
};

/// The words of models/check/check_table.hpp; all of them are promises of Raft.
constexpr std::array checks{
    models::NamedHelp{"election_safety", "A term has at most one leader (Figure 3)."},
    models::NamedHelp{"vote_once", "A server gives at most one vote per term (section 5.2)."},
    models::NamedHelp{"log_matching", "Logs with a common entry agree up to it (Figure 3)."},
    models::NamedHelp{"leader_append_only", "A leader only appends to its log (Figure 3)."},
    models::NamedHelp{"leader_completeness",
                      "A committed entry is in the logs of all later leaders (Figure 3)."},
    models::NamedHelp{"commit_agreement", "Servers commit the same entries (section 5.4.3)."},
    models::NamedHelp{"monotone_commit", "A commit index never decreases (Figure 2)."},
    models::NamedHelp{"state_machine_safety",
                      "Servers apply the same entry at each index (Figure 3)."},
    models::NamedHelp{"monotone_applied", "Entries are applied in order and once (Figure 2)."},
    models::NamedHelp{"durable_storage",
                      "What a server has vouched for is on its disk after a crash (Figure 2)."},
    models::NamedHelp{"durability", "No acknowledged write is lost (section 8)."},
    models::NamedHelp{"linearizable", "Clients see one copy of the data (section 8)."},
};

std::uint16_t groups(const models::Settings& settings) {
  return static_cast<std::uint16_t>(settings.get<std::uint64_t>("groups"));
}

std::unique_ptr<sim::Process> make_server(const models::Settings& settings,
                                          std::span<const sim::NodeId> members, sim::NodeId self) {
  const Configuration initial = first_configuration(settings, members);
  const bool watches = settings.get<bool>("quiesce") || settings.get<bool>("fortification");
  if (groups(settings) == 1 && !watches)
    return std::make_unique<RaftProcess>(options_of(settings), initial, self);
  return std::make_unique<GroupsProcess>(options_of(settings), initial, self, groups(settings));
}

const models::Protocol protocol{
    .name = "raft",
    .help =
        "Replication by a leader and a majority: nothing acknowledged is lost, and there is at "
        "most one leader per term (Ongaro and Ousterhout, 2014).",
    .keys = keys,
    .presets = presets,
    .messages = messages,
    .orders = orders(),
    .checks = checks,
    .metrics = {},
    .predicates = {},
    .contradiction = contradiction,
    .make_server = make_server,
    .groups = groups,
    .misfit = misfit,
};

}  // namespace

const models::Protocol& raft_protocol() { return protocol; }

}  // namespace splitvote::raft
