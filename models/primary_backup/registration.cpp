// The primary/backup protocol's keys, words and factory.
#include "models/primary_backup/registration.hpp"

#include <array>

#include "models/primary_backup/server.hpp"

namespace splitvote::primary_backup {

namespace {

using models::KeyType;

constexpr Options defaults{};
constexpr std::uint64_t hour = 3'600'000'000'000;

constexpr std::array keys{
    models::Key{.name = "failover_timeout",
                .type = KeyType::duration,
                .fallback = defaults.failover_timeout,
                .help = "How long the first backup in line bears the primary's silence before it "
                        "declares itself primary.",
                .minimum = 1'000'000,
                .maximum = hour},
    models::Key{.name = "failover_stagger",
                .type = KeyType::duration,
                .fallback = defaults.failover_stagger,
                .help = "How much longer each further backup in line waits, so that they do not "
                        "all succeed at once.",
                .maximum = hour},
    models::Key{.name = "heartbeat_interval",
                .type = KeyType::duration,
                .fallback = defaults.heartbeat_interval,
                .help = "How often a primary shows every backup that it is alive and how far its "
                        "log goes.",
                .minimum = 100'000,
                .maximum = hour},
    models::Key{.name = "replication_interval",
                .type = KeyType::duration,
                .fallback = defaults.replication_interval,
                .help = "How long executed writes gather before they are shipped to the backups; "
                        "what is lost with the primary is at least this much.",
                .maximum = hour},
    models::Key{.name = "max_batch_bytes",
                .type = KeyType::size,
                .fallback = defaults.batch_bytes_max,
                .help = "The most bytes of writes in one message; a single larger write still "
                        "travels alone.",
                .minimum = 1,
                .maximum = 1 << 30},
};

constexpr std::array messages{
    models::NamedMessage{replicate_kind, "replicate"},
    models::NamedMessage{disagree_kind, "disagree"},
};

/// The words of models/check/check_table.hpp. The first group is what the protocol keeps; the
/// second is what it is known to break, offered so that scenarios can show it.
constexpr std::array checks{
    models::NamedHelp{"election_safety", "An epoch has at most one primary: members take turns."},
    models::NamedHelp{"log_matching", "Logs with a common entry agree up to it."},
    models::NamedHelp{"leader_append_only", "A primary only appends to its log."},
    models::NamedHelp{"durable_storage",
                      "What a server called stored is on its disk after a crash."},
    models::NamedHelp{"leader_completeness",
                      "A committed write is in the logs of all later primaries; broken by each "
                      "fail-over that loses one."},
    models::NamedHelp{"commit_agreement",
                      "Servers commit the same writes; broken when a deposed primary adopts the "
                      "other log."},
    models::NamedHelp{"state_machine_safety",
                      "Servers execute the same write at each index; broken likewise."},
    models::NamedHelp{"durability",
                      "No acknowledged write is lost; broken when a primary is cut off or dies "
                      "before it has shipped."},
    models::NamedHelp{"linearizable",
                      "Clients see one copy of the data; broken while two primaries reign."},
};

std::string contradiction(const models::Settings& settings) {
  const auto timeout = settings.get<sim::Duration>("failover_timeout");
  const auto heartbeat = settings.get<sim::Duration>("heartbeat_interval");
  if (heartbeat >= timeout)
    return "heartbeat_interval must be below failover_timeout, or backups depose a healthy primary";
  return {};
}

std::unique_ptr<sim::Process> make_server(const models::Settings& settings,
                                          std::span<const sim::NodeId> members, sim::NodeId self) {
  const Options options{
      .failover_timeout = settings.get<sim::Duration>("failover_timeout"),
      .failover_stagger = settings.get<sim::Duration>("failover_stagger"),
      .heartbeat_interval = settings.get<sim::Duration>("heartbeat_interval"),
      .replication_interval = settings.get<sim::Duration>("replication_interval"),
      .batch_bytes_max = settings.get<std::uint64_t>("max_batch_bytes"),
  };
  return std::make_unique<Server>(options, members, self);
}

constexpr models::Protocol protocol{
    .name = "primary_backup",
    .help =
        "Asynchronous replication with fail-over by time-out: fast, and it loses acknowledged "
        "writes when the primary is cut off.",
    .keys = keys,
    .presets = {},
    .messages = messages,
    .orders = {},
    .checks = checks,
    .metrics = {},
    .predicates = {},
    .contradiction = contradiction,
    .make_server = make_server,
};

}  // namespace

const models::Protocol& primary_backup_protocol() { return protocol; }

}  // namespace splitvote::primary_backup
