// In which order transactions must come: what is known is followed until no more follows.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/consistency/observations.hpp"
#include "models/consistency/precedence.hpp"
#include "models/consistency/reachability.hpp"
#include "models/consistency/real_time.hpp"

namespace splitvote::consistency {

/// When a transaction takes place.
enum class Moments : std::uint8_t {
  one,  // reads and writes at once: serializability
  two,  // it reads when it starts and writes when it commits; of two that write the same key one
        // commits before the other starts: snapshot isolation
};

/// Whoever sees a version starts behind its writer's commit and before the commit of whoever wrote
/// a later one. Of two writers of a register one must be first if the other cannot be; who wrote to
/// a list and was seen has a place there.
class ForcedOrders {
 public:
  enum class State : std::uint8_t {
    circle,           // something would come before itself
    settled,          // the order of all versions is known, and every order that keeps it will do
    open,             // of some versions it is not
    too_large,        // not followed to the end
    lacks_real_time,  // nor are all links of real time there, which nothing else stands for
  };

  /// What memory has room for.
  static constexpr std::size_t links_max_default = std::size_t{1} << 24;

  /// In real time there is one moment.
  ForcedOrders(const Observations& observations, Moments moments, RealTime real_time,
               std::size_t links_max = links_max_default);

  [[nodiscard]] State settle(std::uint64_t steps_max);

  /// All that is forced, but for what follows from it: `replaced` is from the start of the one to
  /// the commit of the other, everything else from the commit to the start.
  [[nodiscard]] std::span<const Link> links() const { return links_; }
  /// How far a transaction's start is from the front, at least; if there was no circle.
  [[nodiscard]] std::uint32_t depth(Node node) const { return reach_.depths()[start(node)]; }
  /// The same, with waypoints for commits that are moments of their own.
  [[nodiscard]] Precedence precedence() const;

 private:
  /// Two writes of a key, by their numbers.
  struct Pair {
    std::uint32_t one = 0;
    std::uint32_t other = 0;
  };

  [[nodiscard]] std::uint32_t start(Node node) const { return moments_ * node; }
  [[nodiscard]] std::uint32_t commit(Node node) const { return moments_ * node + moments_ - 1; }
  [[nodiscard]] std::span<const Node> readers(std::uint32_t write) const {
    return std::span(readers_).subspan(reader_ends_[write],
                                       reader_ends_[write + 1] - reader_ends_[write]);
  }
  void number_writes();
  void collect_readers();
  void add_known();
  void add_real_time_links();
  void add_lists();
  void put_behind(std::span<const Node> readers, Node writer, KeyId key);
  [[nodiscard]] bool is_listed(KeyId key) const {
    return listed_[static_cast<std::size_t>(key)] != 0;
  }
  void pair_writers();
  void pair_writers(std::span<const std::uint32_t> of_key);
  [[nodiscard]] bool sort();
  [[nodiscard]] bool decide(const Pair& pair);
  [[nodiscard]] bool precedes(std::uint32_t one, std::uint32_t other);
  void put_before(std::uint32_t one, std::uint32_t other);

  const Observations& observations_;
  const std::uint32_t moments_;
  const RealTime real_time_;
  const std::size_t links_max_;
  bool too_large_ = false;
  bool lacks_real_time_ = false;
  std::vector<Node> writers_;               // by write
  std::vector<KeyId> keys_;                 // by write
  std::vector<std::uint32_t> reader_ends_;  // by write
  std::vector<Node> readers_;
  std::vector<std::vector<Node>> initial_;  // by key: who found it as it was at the beginning
  std::vector<Succession> successions_;
  std::vector<std::uint8_t> listed_;  // by key: it has successions
  std::vector<Pair> pairs_;           // whose order is not known
  std::vector<Link> links_;
  std::vector<Arc> arcs_;
  Reachability reach_;
};

}  // namespace splitvote::consistency
