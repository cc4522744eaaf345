// The second tier: the search for an order of one key's operations, Wing and Gong's with Lowe's
// memory.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "models/consistency/linearizability.hpp"
#include "models/consistency/search_entries.hpp"
#include "models/consistency/visited_set.hpp"

namespace splitvote::consistency {

/// A configuration is what the key holds and what became of each operation so far. README.md has
/// the argument why the steps that are not tried need not be.
class OrderSearch {
 public:
  OrderSearch(const ValueTable& values, std::span<const KeyOperation> operations, ValueId initial,
              Memory memory);
  OrderSearch(const OrderSearch&) = delete;  // parts of it refer to each other
  OrderSearch& operator=(const OrderSearch&) = delete;

  [[nodiscard]] Verdict run(std::uint64_t configurations_max);

  /// If `run` said ok: an order that explains everything, with all that took effect, each by the
  /// position of its invocation.
  [[nodiscard]] std::vector<Position> order() const;

  [[nodiscard]] std::uint64_t configurations() const { return seen_.size(); }
  /// The latest return that some order came to: no order explains even what came before it.
  [[nodiscard]] Position furthest() const { return furthest_; }

 private:
  enum class Status : std::uint8_t {
    open,  // must take effect before its return
    free,  // could have taken effect without being noticed; until its return it still may otherwise
    done,  // took effect, noticed or not
  };
  struct Candidate {
    std::uint32_t entry = 0;
    State state{};                     // that it leads to
    Position wanted = never_returned;  // the first return that waits for that state
    bool passes = false;               // the entry returns without having been noticed
  };
  /// Whether the last overwrite still waits for somebody to notice it.
  enum class Idle : std::uint8_t {
    no,
    here,   // until the bound moves: it was due then
    still,  // it could as well not have been made
  };
  struct Frame {
    State state{};
    Position bound = 0;  // the first return of what is not done; what is invoked behind it waits
    std::uint32_t goal = 0;  // the operation that returns there
    Idle idle{};
    bool committed = false;  // that operation is free and shall be noticed nevertheless
    std::size_t used = 0;    // in used_: all before have returned
    std::size_t trail = 0;
    std::size_t candidates = 0;
    std::size_t next = 0;
  };
  struct Change {
    std::uint32_t entry = 0;
    Status before{};
    bool uses = false;       // it was free to take effect or not
    bool unnoticed = false;  // it takes effect just before the overwrite that was taken last
  };

  void link_all();

  [[nodiscard]] std::size_t pools() const { return all_.pools.size(); }
  [[nodiscard]] bool bounded(std::uint32_t entry) const { return entry < bounded_; }
  void set_status(std::uint32_t entry, Status status, bool uses = false);
  void take(const Candidate& candidate);
  void take_from_pool(std::uint32_t entry);
  void undo(std::size_t trail);

  [[nodiscard]] bool settle(State state);
  [[nodiscard]] bool free_blind(Position bound);
  [[nodiscard]] bool remember(Frame& frame);
  void spell(const Frame& frame);
  void collect(const Frame& frame);
  [[nodiscard]] bool hopeless(const Frame& frame);
  [[nodiscard]] bool some_value_is_lost(State state);
  [[nodiscard]] bool goal_out_of_reach(State state) const;
  void consider(std::uint32_t entry, const Frame& frame);
  void offer(std::uint32_t entry, State state);
  void rank(std::size_t begin);
  [[nodiscard]] bool advance(Frame& frame);
  [[nodiscard]] bool enter(Frame frame, const Frame& before);

  const SearchEntries all_;
  const StateSpace& space_;
  const std::vector<SearchEntry>& entries_;
  const std::uint32_t bounded_;  // so many of them return
  const Memory memory_;
  std::vector<Status> status_;       // of those that return
  std::vector<std::uint32_t> next_;  // those that return and are not done; `bounded_` is the end
  std::vector<std::uint32_t> previous_;
  std::vector<std::uint32_t> pool_next_;  // by pool: the first that has not taken effect
  std::vector<std::uint32_t> next_pool_;  // those with something left
  std::vector<std::uint32_t> previous_pool_;
  std::vector<Change> trail_;
  ConfigurationHash hash_;           // of what is not open any more
  std::vector<std::uint32_t> used_;  // those that return and could have gone unnoticed, but did not
  std::vector<std::uint64_t> used_pools_;  // a bit for each entry behind them

  Position bound_ = 0;                  // of the configuration being entered
  std::uint32_t goal_ = 0;              // the open operation that returns there
  std::vector<std::uint32_t> window_;   // those of them that are invoked before the bound
  bool open_blind_ = false;             // one of them is open and blind
  std::vector<std::uint64_t> offered_;  // by 2 * alike + free: when, and which candidate
  std::vector<std::size_t> offers_;
  std::vector<std::uint64_t> available_;  // by state: when a write of it was at hand
  std::uint64_t round_ = 0;

  std::vector<Candidate> candidates_;
  std::vector<Frame> stack_;
  VisitedSet seen_;
  std::vector<std::uint64_t> words_;
  std::vector<std::uint32_t> still_used_;
  Position furthest_ = 0;
};

}  // namespace splitvote::consistency
