// Who saw whose writes: a history of operations or of transactions, reduced to what the models
// without real time ask.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/consistency/history.hpp"
#include "models/consistency/list_forest.hpp"
#include "models/consistency/transaction_history.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// An operation that took effect, or a transaction. Those of a session follow each other.
using Node = std::uint32_t;
/// Who wrote what a key holds at the beginning.
inline constexpr Node nobody_wrote = UINT32_MAX;

/// That a node saw what `writer` wrote last to the key. If that was a list, it knows of whoever
/// appended the other elements as well.
struct Sight {
  KeyId key{};
  Node writer = nobody_wrote;
  ListId list{};  // of the forest; the key's empty one if that is no list

  constexpr bool operator==(const Sight&) const = default;
};

/// That a node wrote to the key next after another one: or after nobody, or as one of those of
/// whom nobody knows which was next.
struct Succession {
  KeyId key{};
  Node earlier{};
  Node later{};
};

/// What a compare-and-swap that did not match is taken for.
enum class Mismatches : std::uint8_t {
  left_out,
  reads,  // of the version that it was told, or of nothing where nobody says what that holds: if
          // the history fits then, it fits; if it does not, another guess may
};

enum class Sessions : std::uint8_t {
  kept,
  ignored,  // every transaction is a session of its own
};

/// It points to the history that it was made of. A sight is known if exactly one write explains it.
/// All other reads are left out, and `undecided` says that there are some: then what contradicts
/// still does, but what fits may not.
class Observations {
 public:
  /// Every operation is a node: a read, a write, or both. Who read a list of a key to which nothing
  /// is done but to append elements, each once, saw all that it lists and no other append.
  [[nodiscard]] static Observations of(const History& history,
                                       Mismatches mismatches = Mismatches::left_out);
  /// Every committed transaction is one. Reads of its own writes are judged here and left out. An
  /// append makes a version out of the one before, so all lists of a key begin alike.
  [[nodiscard]] static Observations of(const TransactionHistory& history,
                                       Sessions sessions = Sessions::kept);

  /// Some nodes, sorted, as if there were no others: what they saw of others is forgotten, so what
  /// contradicts still did before.
  [[nodiscard]] Observations restricted_to(std::span<const Node> nodes) const;

  [[nodiscard]] Node nodes() const { return static_cast<Node>(origins_.size()); }
  [[nodiscard]] std::uint32_t sessions() const {
    return static_cast<std::uint32_t>(begins_.size() - 1);
  }
  [[nodiscard]] std::uint32_t keys() const { return keys_; }
  /// Nodes of the session: from `begin(session)` up to `begin(session + 1)`, in its order.
  [[nodiscard]] Node begin(std::uint32_t session) const { return begins_[session]; }
  [[nodiscard]] std::uint32_t session(Node node) const { return sessions_[node]; }
  /// How many nodes of its session come before it.
  [[nodiscard]] std::uint32_t place(Node node) const { return node - begins_[sessions_[node]]; }

  /// In the order in which the node made them.
  [[nodiscard]] std::span<const Sight> sights(Node node) const {
    return std::span(sights_).subspan(sight_ends_[node], sight_ends_[node + 1] - sight_ends_[node]);
  }
  /// All lists that nodes saw; an element is the node that appended it, or nobody_wrote if that is
  /// not known.
  [[nodiscard]] const ListForest& lists() const { return forest_; }
  /// Who appended the elements of the list, in its order.
  [[nodiscard]] std::vector<Node> appenders(ListId list) const;
  /// The same without the last one.
  [[nodiscard]] std::vector<Node> glimpses(const Sight& sight) const;
  /// Whether what operations saw of the key are such lists.
  [[nodiscard]] bool holds_list(KeyId key) const {
    return holds_list_[static_cast<std::size_t>(key)] != 0;
  }
  [[nodiscard]] bool holds_lists() const;
  /// Each key once, sorted.
  [[nodiscard]] std::span<const KeyId> writes(Node node) const {
    return std::span(writes_).subspan(write_ends_[node], write_ends_[node + 1] - write_ends_[node]);
  }
  [[nodiscard]] bool writes(Node node, KeyId key) const;
  /// All writes of all nodes are numbered, those of a node as in `writes`.
  [[nodiscard]] std::uint32_t first_write(Node node) const { return write_ends_[node]; }

  [[nodiscard]] bool of_transactions() const { return transactions_ != nullptr; }
  /// Where it was invoked and returned in its history.
  [[nodiscard]] Position invoked(Node node) const;
  [[nodiscard]] Position returned(Node node) const;
  /// The index of the operation or transaction in its history.
  [[nodiscard]] std::uint32_t origin(Node node) const { return origins_[node]; }
  [[nodiscard]] std::string describe(Node node) const;
  [[nodiscard]] std::string spell(KeyId key) const;

  /// The versions of keys that hold lists.
  [[nodiscard]] std::span<const Succession> successions() const { return successions_; }
  /// Whether the successions of all keys are known.
  [[nodiscard]] bool ordered() const { return ordered_; }
  /// Whether several nodes wrote to a key next after the same one.
  [[nodiscard]] bool forked() const { return forked_; }

  /// What no model explains: a value that nobody wrote, or that should not have been seen.
  [[nodiscard]] const std::optional<Contradiction>& absurd() const { return absurd_; }
  /// Why a model that nothing contradicts may be broken nevertheless; empty if it may not.
  [[nodiscard]] const std::string& undecided() const { return undecided_; }

 private:
  friend class Reduction;
  Observations() = default;
  class Restriction;
  void find_ordered();

  std::vector<std::uint32_t> origins_;
  std::vector<std::uint32_t> sessions_;  // by node
  std::vector<Node> begins_;             // by session, and the end
  std::vector<std::uint32_t> sight_ends_;
  std::vector<std::uint32_t> write_ends_;
  std::vector<Sight> sights_;
  std::vector<KeyId> writes_;
  ListForest forest_;
  std::vector<std::uint8_t> holds_list_;  // by key
  std::uint32_t keys_ = 0;
  std::vector<std::uint8_t> versioned_;  // by key: it holds lists of transactions
  bool ordered_ = false;
  bool forked_ = false;
  std::vector<Succession> successions_;
  const History* operations_ = nullptr;  // one of the two, for the words
  const TransactionHistory* transactions_ = nullptr;
  std::optional<Contradiction> absurd_;
  std::string undecided_;
};

}  // namespace splitvote::consistency
