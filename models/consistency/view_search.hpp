// The search for an order that keeps the order of each session and explains what one of them, or
// all, were told. It builds the order from the front; a configuration is how far each session is
// and what each key holds.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/consistency/configuration_set.hpp"
#include "models/consistency/history_part.hpp"
#include "models/consistency/states.hpp"
#include "models/consistency/verdict.hpp"

namespace splitvote::consistency {

// Steps for each configuration of the budget: a step looks at an operation or at a session.
inline constexpr std::uint64_t steps_per_configuration = 100;

/// What several searches may cost together.
struct Budget {
  explicit Budget(std::uint64_t most)
      : configurations(most),
        steps(most < UINT64_MAX / steps_per_configuration ? most * steps_per_configuration
                                                          : UINT64_MAX) {}

  void spend(std::uint64_t some) { steps -= std::min(steps, some); }
  [[nodiscard]] bool over() const { return configurations == 0 || steps == 0; }

  std::uint64_t configurations = 0;
  std::uint64_t steps = 0;
};

/// Instead of a session.
inline constexpr std::uint32_t no_session = UINT32_MAX;
/// Instead of a value's number.
inline constexpr std::uint32_t no_value = UINT32_MAX;

/// What each key can hold.
class Spaces {
 public:
  explicit Spaces(const History& history);

  [[nodiscard]] const StateSpace& of(std::size_t key) const { return spaces_[key]; }
  [[nodiscard]] const std::vector<State>& initial() const { return initial_; }

 private:
  std::vector<StateSpace> spaces_;
  std::vector<State> initial_;
};

/// What is assumed of a write without an answer.
enum class Fate : std::uint8_t {
  open,  // it took effect or not, whatever suits
  took_effect,
  never,
};

class ViewSearch {
 public:
  /// `reader`: the session whose answers count; no_session: those of all do. The fates are by the
  /// place in the part, of no meaning for what has an answer; none: all are open.
  ViewSearch(const HistoryPart& part, const Spaces& spaces, std::uint32_t sessions,
             std::uint32_t reader, std::span<const Fate> fates, Budget& budget);

  /// Unknown if the budget is over.
  [[nodiscard]] Verdict run();
  /// Sets the fates of those that were open and take effect in the order that was found.
  void tell(std::span<Fate> fates) const;

 private:
  /// An operation in its session. Numbers stand for pairs of a key and a state that overwrites or
  /// swaps make.
  struct Entry {
    State value{};
    State target{};
    ValueId piece = nothing;
    std::uint32_t key = 0;
    std::uint32_t wants = no_value;  // the number of its value, if it needs one
    std::uint32_t makes = no_value;  // the number of its target
    Step step{};
    std::uint32_t place = 0;  // in the part
    bool certain = false;

    [[nodiscard]] bool asks() const { return step == Step::equals || step == Step::differs; }
    [[nodiscard]] bool looks() const { return asks() || step == Step::swap; }
    [[nodiscard]] bool fits(State held) const {
      if (step == Step::differs) return held != value;
      return !looks() || held == value;
    }
  };
  struct Lane {
    std::vector<Entry> entries;
    std::uint32_t place = 0;

    [[nodiscard]] bool over() const { return place == entries.size(); }
    [[nodiscard]] const Entry& next() const { return entries[place]; }
  };
  struct Move {
    std::uint32_t lane = 0;
    State before{};      // what its key held
    bool skips = false;  // it takes no effect
  };
  struct Choice {
    std::uint32_t lane = 0;
    bool skips = false;  // what has no answer never takes effect
  };
  /// Where a choice is open. Those come first that make what somebody waits for.
  struct Frame {
    std::size_t trail = 0;   // what is chosen here is behind this
    bool helpful = true;     // these first
    std::uint32_t lane = 0;  // the next one to look at
    bool may_skip = false;   // its operation has been tried, and may be skipped
  };

  void add(const HistoryPart::Member& one, std::uint32_t place, bool heard, bool took_effect);
  void number();
  [[nodiscard]] static bool makes_state(const Entry& entry);
  void enter();
  void settle();
  [[nodiscard]] bool comes_at_once(const Entry& entry) const;
  [[nodiscard]] bool is_lost() const;
  std::optional<Choice> next_choice(Frame& frame);
  void mark_wanted();
  [[nodiscard]] bool is_wanted(const Entry& entry) const;
  void move(std::uint32_t at, bool skips);
  void take_back(std::size_t size);
  void count(const Entry& entry, int more);
  void hold(std::uint32_t key, State state);

  const Spaces& spaces_;
  Budget& budget_;
  std::vector<Lane> lanes_;
  std::vector<State> held_;                     // by key
  std::vector<std::uint32_t> looks_left_;       // by key: who will ask what it holds
  std::vector<std::uint32_t> overwrites_left_;  // by key
  std::vector<std::uint8_t> appended_;          // by key
  std::vector<std::uint32_t> made_left_;        // by number: who will make that
  std::vector<std::uint64_t> wanted_;           // by number: `mark_` if somebody waits for it
  std::vector<Move> trail_;
  std::vector<Frame> frames_;
  ConfigurationSet seen_;
  ConfigurationHash hash_;
  std::size_t left_ = 0;  // certain and not done
  std::uint64_t mark_ = 0;
};

}  // namespace splitvote::consistency
