// The search for an order of the starts and commits of transactions on registers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/consistency/configuration_set.hpp"
#include "models/consistency/forced_orders.hpp"
#include "models/consistency/observations.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

/// From the front. A configuration is who has started and who has committed. That tells what the
/// keys hold as far as anybody will look: whoever writes commits when all have started who must
/// see what is there.
class SnapshotSearch {
 public:
  /// Of orders without a circle, settled or not.
  SnapshotSearch(const Observations& observations, const ForcedOrders& forced, Moments moments);

  Verdict run(std::uint64_t configurations_max);

  [[nodiscard]] std::uint64_t configurations() const { return seen_.size(); }

 private:
  enum class Stage : std::uint8_t { waits, started, committed };
  struct Frame {
    std::size_t trail = 0;
    std::vector<Node> candidates;  // for the next start
    std::size_t next = 0;
  };
  struct Change {
    Node node{};
    bool commits = false;
    std::size_t replaced = 0;  // how many entries of `replaced_` there were
  };

  [[nodiscard]] bool may_start(Node node) const;
  [[nodiscard]] bool may_commit(Node node);
  [[nodiscard]] bool is_unseen(Node node) const;
  [[nodiscard]] std::uint32_t& waiting(KeyId key, Node writer);
  void enter();
  void advance();
  [[nodiscard]] bool advance(Node node);
  [[nodiscard]] std::vector<Node> candidates();
  void start(Node node);
  void commit(Node node);
  void undo(std::size_t size);
  void release(Node node, bool commits, std::uint32_t change);
  void refresh(Node node);
  template <class Use>
  void for_each_present(Use use);

  const Observations& observations_;
  const Moments moments_;
  std::vector<Node> ranked_;          // those nearest to the front first
  std::vector<std::uint32_t> ranks_;  // by node
  // By rank, a bit each: it has started and not committed, or all who must come before have.
  std::vector<std::uint64_t> present_;
  std::vector<Stage> stages_;                 // by node
  std::vector<std::uint32_t> missing_start_;  // by node: how many must come before and have not
  std::vector<std::uint32_t> missing_commit_;
  std::vector<std::uint32_t> link_ends_;  // by node: those that begin there
  std::vector<Link> links_;
  std::vector<std::uint32_t> unseen_;          // by write: who must see it and has not started
  std::vector<std::uint32_t> unseen_initial_;  // by key
  std::vector<Node> held_;                     // by key: who wrote what it holds
  std::vector<std::uint8_t> locked_;           // by key: a writer has started and not committed
  std::vector<Change> trail_;
  std::vector<Node> replaced_;
  std::vector<Frame> frames_;
  ConfigurationSet seen_;
  ConfigurationHash hash_;
  Node left_ = 0;  // not committed
  std::uint64_t steps_ = 0;
};

}  // namespace splitvote::consistency
