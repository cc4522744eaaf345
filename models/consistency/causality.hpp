// Causality: what each node may have known of the others, by sessions and by what it saw.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "models/consistency/observations.hpp"
#include "models/consistency/precedence.hpp"

namespace splitvote::consistency {

/// The writers of every key, by session.
class Writers {
 public:
  explicit Writers(const Observations& observations);

  /// The writers of one key in one session, in its order.
  struct Group {
    std::uint32_t session = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
  };
  [[nodiscard]] std::span<const Group> of(KeyId key) const {
    const auto at = static_cast<std::size_t>(key);
    return std::span(groups_).subspan(group_ends_[at], group_ends_[at + 1] - group_ends_[at]);
  }
  /// The writers of the group that are before the node.
  [[nodiscard]] std::span<const Node> before(const Group& group, Node bound) const;
  /// The last of them; nobody_wrote if there is none.
  [[nodiscard]] Node last_before(const Group& group, Node bound) const;

 private:
  std::vector<Node> writers_;
  std::vector<Group> groups_;
  std::vector<std::uint32_t> group_ends_;  // by key
};

/// Vector clocks: for each node and session how many nodes of the session it knows.
class Causality {
 public:
  /// Clocks with more entries than this are not made.
  static constexpr std::uint64_t entries_max = std::uint64_t{1} << 27;

  explicit Causality(const Observations& observations);

  [[nodiscard]] bool too_large() const { return too_large_; }
  [[nodiscard]] bool circular() const { return circular_; }
  /// How many nodes of the session come before the node or are it.
  [[nodiscard]] std::uint32_t known(Node node, std::uint32_t session) const {
    return clocks_[std::size_t{node} * observations_.sessions() + session];
  }
  [[nodiscard]] bool before(Node earlier, Node later) const {
    return earlier != later &&
           observations_.place(earlier) < known(later, observations_.session(earlier));
  }

  /// Whether the list, which a node saw, has an element behind one that knows of it.
  [[nodiscard]] bool goes_back(ListId list) const { return goes_back_[list] != 0; }

 private:
  /// How far it has been found out whether what a node saw is done.
  struct Progress {
    std::size_t sight = 0;
    std::optional<ListId> list;  // what of the sight is left
  };
  /// A node that it saw something of and that is not done.
  [[nodiscard]] Node missing_for(Node node, Progress& progress) const;
  void take(Node node);
  /// What those that the list names know together.
  [[nodiscard]] const std::uint32_t* known_by(ListId list);
  void join(std::uint32_t* clock, const std::uint32_t* other) const;
  [[nodiscard]] const std::uint32_t* clock(Node node) const {
    return &clocks_[std::size_t{node} * observations_.sessions()];
  }

  const Observations& observations_;
  std::vector<std::uint32_t> clocks_;
  std::vector<std::uint8_t> done_;               // by node
  std::vector<std::uint8_t> goes_back_;          // by list
  std::vector<std::uint32_t> list_rows_;         // by list: counted from 1, 0 if it has none
  std::deque<std::vector<std::uint32_t>> rows_;  // clocks of lists
  bool too_large_ = false;
  bool circular_ = false;
};

/// Bouajjani, Enea, Guerraoui, Hamza, On Verifying Causal Consistency (2017): CC.
[[nodiscard]] Judgement judge_causal(const Observations& observations);

/// The same paper's CCv, one order of all writes; of transactions the causal consistency of Biswas
/// and Enea, On the Complexity of Checking Transactional Consistency (2019). O(n · sessions).
[[nodiscard]] Judgement judge_causal_convergence(const Observations& observations);

}  // namespace splitvote::consistency
