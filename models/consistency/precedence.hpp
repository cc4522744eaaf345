// What must come before what, and why; a circle in it is a contradiction.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "models/consistency/observations.hpp"

namespace splitvote::consistency {

struct Link {
  Node earlier{};
  Node later{};
  Because because{};
  KeyId key{};
  Node witness = nobody_wrote;  // who saw it, if that is neither of the two
};

/// Nodes of observations, and waypoints that stand for all that comes before them.
class Precedence {
 public:
  explicit Precedence(Node nodes) : size_(nodes), nodes_(nodes) {}

  /// It may stand for one node on some of the ways through that.
  [[nodiscard]] Node add_waypoint(Node stands_for = nobody_wrote) {
    stands_for_.push_back(stands_for);
    return size_++;
  }
  void add(const Link& link) { links_.push_back(link); }
  [[nodiscard]] bool is_waypoint(Node node) const { return node >= nodes_; }
  [[nodiscard]] bool stands_for_nobody(Node node) const {
    return is_waypoint(node) && stands_for_[node - nodes_] == nobody_wrote;
  }
  /// For a waypoint the node that it stands for, if there is one.
  [[nodiscard]] Node real(Node node) const {
    return !is_waypoint(node) || stands_for_nobody(node) ? node : stands_for_[node - nodes_];
  }
  /// Of nodes and waypoints.
  [[nodiscard]] Node size() const { return size_; }
  [[nodiscard]] std::span<const Link> links() const { return links_; }

 private:
  Node size_;
  Node nodes_;
  std::vector<Node> stands_for_;  // by waypoint
  std::vector<Link> links_;
};

/// Session order and sights: what every model here has in common.
void add_sessions(const Observations& observations, Precedence& precedence);
void add_sights(const Observations& observations, Precedence& precedence);
void add_successions(const Observations& observations, Precedence& precedence);

/// How what was seen of lists becomes links.
enum class Telling : std::uint8_t {
  shortly,  // what lists have in common once, which tells whether there is a circle
  wholly,   // each element of each list by itself, which an explanation needs
};

/// What the nodes from `first` on saw, up to but not including `end`: a list becomes a waypoint
/// behind that of the list without its last element.
void add_sights_shortly(const Observations& observations, Node first, Node end,
                        Precedence& precedence);

/// Why, in words; neither end may be a waypoint.
[[nodiscard]] std::string words(const Observations& observations, const Link& link);
/// The same link for pictures; neither end may be a waypoint.
[[nodiscard]] Arrow arrow(const Observations& observations, const Link& link);

/// That a reader found a key as it was at the beginning, who had to know of a write to it.
[[nodiscard]] Contradiction explain_initial(const Observations& observations, KeyId key,
                                            Node reader, Node known);

/// In words, with the operations that the circle goes through.
[[nodiscard]] Contradiction explain(const Observations& observations, std::span<const Link> circle);

/// `violated` with an explanation if there is a circle, else what the observations allow to say.
[[nodiscard]] Judgement judge(const Observations& observations, const Precedence& precedence);

/// The same of a precedence that is made shortly first, and wholly only if there is a circle.
[[nodiscard]] Judgement judge(const Observations& observations,
                              const std::function<Precedence(Telling)>& make);

/// If the observations refute every model, or nothing does: what they allow to say.
[[nodiscard]] Judgement judge(const Observations& observations);

}  // namespace splitvote::consistency
