// The members of the cluster and what each is there for: a configuration, the value of an entry of
// the log.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "models/raft/types.hpp"
#include "sim/base/bytes.hpp"

namespace splitvote::raft {

/// Nodes, ascending and each once.
using NodeList = std::vector<NodeId>;

/// "Cluster configurations are stored and communicated using special entries in the replicated log"
/// (dissertation, section 4.1): always the whole configuration, never the change.
///
/// While `outgoing` is not empty the configuration is joint (section 4.3): elections and commits
/// need a majority of the voters and a majority of the outgoing ones. Without any voter it is the
/// configuration of a server that knows of no cluster.
struct Configuration {
  NodeList voters;
  NodeList outgoing;       // the voters before, while joint
  NodeList learners;       // receive the log and never count (section 4.2.1: non-voting members)
  NodeList learners_next;  // voters who become learners when the plan or the joint phase ends
  NodeList planned;        // the voters to be, once the learners among them have caught up
  NodeList witnesses;      // of the voters, past and planned: they store the log, but no state

  bool operator==(const Configuration&) const = default;
  [[nodiscard]] bool empty() const { return voters.empty(); }
  [[nodiscard]] bool joint() const { return !outgoing.empty(); }
};

/// The configuration of a cluster of voters alone, in any order.
[[nodiscard]] Configuration configuration_of(NodeList voters);

[[nodiscard]] bool contains(const NodeList& list, NodeId node);
[[nodiscard]] NodeList joined(const NodeList& left, const NodeList& right);
[[nodiscard]] NodeList without(const NodeList& left, const NodeList& right);
[[nodiscard]] NodeList common(const NodeList& left, const NodeList& right);

/// Whether the node counts in elections and for commits, now or until the joint phase ends.
[[nodiscard]] bool is_voter(const Configuration& configuration, NodeId node);
[[nodiscard]] bool is_witness(const Configuration& configuration, NodeId node);
[[nodiscard]] bool is_member(const Configuration& configuration, NodeId node);

/// Everyone with any part.
[[nodiscard]] NodeList members_of(const Configuration& configuration);

/// Whether the lists fit together, as FORMAT.md of models/wal says; an empty one is valid.
[[nodiscard]] bool is_valid(const Configuration& configuration);

/// Appends the six lists in the order of the members, each as [count u8][id u16]….
void encode(const Configuration& configuration, sim::Bytes& target);

/// The same as bytes of their own.
[[nodiscard]] std::shared_ptr<const sim::Bytes> encoded(const Configuration& configuration);

/// False unless the bytes are exactly one valid configuration with a voter.
[[nodiscard]] bool decode(sim::ByteView bytes, Configuration& configuration);

/// The members by number, for a note: `voters 0 1 2, learners 5`.
[[nodiscard]] std::string to_text(const Configuration& configuration);

}  // namespace splitvote::raft
