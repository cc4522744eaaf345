// The search for orders that keep the order of each session, by values alone. It builds an order
// from the front; a configuration is how far each session is and what each key holds.
#include "models/consistency/session_search.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "models/consistency/configuration_set.hpp"
#include "models/consistency/history_part.hpp"
#include "models/consistency/key_operations.hpp"
#include "models/consistency/listing.hpp"
#include "models/consistency/shrinking.hpp"
#include "models/consistency/states.hpp"

namespace splitvote::consistency {

namespace {

// Steps for each configuration of the budget: a step looks at an operation or at a session.
constexpr std::uint64_t steps_per_configuration = 100;

// For a smallest contradiction.
constexpr std::uint64_t configurations_per_question = 20'000;
constexpr std::uint64_t asked_max = 400'000;  // operations

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

constexpr std::uint32_t nobody = UINT32_MAX;

/// What each key can hold.
class Spaces {
 public:
  explicit Spaces(const History& history) {
    const KeyOperations operations(history);
    for (std::size_t key = 0; key < history.keys(); ++key) {
      spaces_.emplace_back(history.values(), operations.of(key));
      initial_.push_back(spaces_.back().of(history.initial()));
    }
  }

  [[nodiscard]] const StateSpace& of(std::size_t key) const { return spaces_[key]; }
  [[nodiscard]] const std::vector<State>& initial() const { return initial_; }

 private:
  std::vector<StateSpace> spaces_;
  std::vector<State> initial_;
};

/// An operation in its session. Numbers stand for pairs of a key and a state that overwrites or
/// swaps make.
struct Entry {
  State value{};
  State target{};
  ValueId piece = nothing;
  std::uint32_t key = 0;
  std::uint32_t wants = nobody;  // the number of its value, if it needs one
  std::uint32_t makes = nobody;  // the number of its target
  Step step{};
  bool certain = false;

  [[nodiscard]] bool asks() const { return step == Step::equals || step == Step::differs; }
  [[nodiscard]] bool looks() const { return asks() || step == Step::swap; }
  [[nodiscard]] bool fits(State held) const {
    if (step == Step::differs) return held != value;
    return !looks() || held == value;
  }
};

class ViewSearch {
 public:
  /// `reader`: the session whose answers count; nobody: those of all do.
  ViewSearch(const HistoryPart& part, const Spaces& spaces, std::uint32_t sessions,
             std::uint32_t reader, Budget& budget)
      : spaces_(spaces),
        budget_(budget),
        held_(spaces.initial()),
        looks_left_(held_.size()),
        overwrites_left_(held_.size()),
        appended_(held_.size()) {
    budget_.spend(part.all().size() + sessions);
    lanes_.resize(sessions);
    for (const HistoryPart::Member& one : part.all()) {
      if (!part.keeps(one)) continue;
      const bool heard = (reader == nobody || reader == one.session) && part.heeds(one);
      add(one, heard);
    }
    std::erase_if(lanes_, [](const Lane& lane) { return lane.entries.empty(); });
    number();
  }

  /// Unknown if the budget is over.
  Verdict run() {
    enter();
    while (left_ > 0) {
      if (budget_.over()) return Verdict::unknown;
      if (frames_.empty()) return Verdict::violated;
      Frame& frame = frames_.back();
      take_back(frame.trail);
      if (const std::optional<Choice> choice = next_choice(frame)) {
        move(choice->lane, choice->skips);
        enter();
      } else {
        frames_.pop_back();
      }
    }
    return Verdict::ok;
  }

 private:
  struct Lane {
    std::vector<Entry> entries;
    std::uint32_t place = 0;

    [[nodiscard]] bool over() const { return place == entries.size(); }
    [[nodiscard]] const Entry& next() const { return entries[place]; }
  };
  struct Move {
    std::uint32_t lane = 0;
    State before{};  // what its key held
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

  void add(const HistoryPart::Member& one, bool heard) {
    const KeyOperation& operation = one.operation;
    Step step = operation.step;
    if (!heard && !operation.writes()) return;
    if (!heard && step == Step::swap) step = Step::overwrite;
    const auto key = static_cast<std::uint32_t>(one.key);
    const StateSpace& space = spaces_.of(key);
    Entry entry{.key = key, .step = step, .certain = operation.certain};
    const bool appends = step == Step::append_text || step == Step::append_element;
    if (entry.looks()) entry.value = space.of(operation.value);
    if (appends)
      entry.piece = operation.target;
    else if (!entry.asks())
      entry.target = space.of(operation.target);
    if (appends) appended_[key] = 1;
    if (entry.looks()) ++looks_left_[key];
    left_ += entry.certain ? 1 : 0;
    lanes_[one.session].entries.push_back(entry);
  }

  void number() {
    std::vector<std::pair<std::uint32_t, State>> made;
    for (const Lane& lane : lanes_)
      for (const Entry& entry : lane.entries)
        if (makes_state(entry)) made.emplace_back(entry.key, entry.target);
    std::ranges::sort(made);
    const auto repeated = std::ranges::unique(made);
    made.erase(repeated.begin(), repeated.end());
    made_left_.assign(made.size(), 0);
    wanted_.assign(made.size(), 0);
    const auto find = [&made](std::uint32_t key, State state) {
      const std::pair wanted(key, state);
      const auto found = std::ranges::lower_bound(made, wanted);
      const bool there = found != made.end() && *found == wanted;
      return there ? static_cast<std::uint32_t>(found - made.begin()) : nobody;
    };
    for (Lane& lane : lanes_)
      for (Entry& entry : lane.entries) {
        if (entry.looks()) entry.wants = find(entry.key, entry.value);
        if (!makes_state(entry)) continue;
        entry.makes = find(entry.key, entry.target);
        ++made_left_[entry.makes];
        ++overwrites_left_[entry.key];
      }
  }

  [[nodiscard]] static bool makes_state(const Entry& entry) {
    return entry.step == Step::overwrite || entry.step == Step::swap;
  }

  /// Takes all that needs no choice. If this was not seen before there is one to be made.
  void enter() {
    settle();
    if (left_ == 0 || is_lost() || !seen_.insert(hash_)) return;
    budget_.configurations -= std::min<std::uint64_t>(budget_.configurations, 1);
    frames_.push_back({.trail = trail_.size()});
  }

  /// An answer that fits comes at once: moved to the front it stays right, changes nothing for the
  /// others, and is the next of its session anyway. So does what nobody will look at any more.
  void settle() {
    for (bool again = true; again;) {
      again = false;
      budget_.spend(lanes_.size());
      for (std::uint32_t at = 0; at < lanes_.size(); ++at) {
        while (!lanes_[at].over() && comes_at_once(lanes_[at].next())) {
          move(at, false);
          again = true;
        }
      }
    }
  }

  [[nodiscard]] bool comes_at_once(const Entry& entry) const {
    if (entry.asks()) return entry.fits(held_[entry.key]);
    return looks_left_[entry.key] == 0;
  }

  /// Whether somebody waits for what nobody can make any more.
  [[nodiscard]] bool is_lost() const {
    budget_.spend(lanes_.size());
    return std::ranges::any_of(lanes_, [this](const Lane& lane) {
      if (lane.over() || !lane.next().certain || !lane.next().looks()) return false;
      const Entry& entry = lane.next();
      if (entry.step == Step::differs || entry.fits(held_[entry.key])) return false;
      if (appended_[entry.key] != 0)
        return overwrites_left_[entry.key] == 0 &&
               !spaces_.of(entry.key).may_grow_into(held_[entry.key], entry.value);
      return entry.wants == nobody || made_left_[entry.wants] == 0;
    });
  }

  /// The next of the frame's choices, at its configuration.
  std::optional<Choice> next_choice(Frame& frame) {
    mark_wanted();
    for (; frame.lane < lanes_.size() || frame.helpful; ++frame.lane) {
      budget_.spend(1);
      if (frame.lane == lanes_.size()) {
        frame.helpful = false;
        frame.lane = 0;
      }
      const Lane& lane = lanes_[frame.lane];
      if (lane.over()) continue;
      const Entry& entry = lane.next();
      const bool possible = !entry.asks() && entry.fits(held_[entry.key]);
      if (!frame.may_skip && possible && is_wanted(entry) == frame.helpful) {
        frame.may_skip = true;
        return Choice{frame.lane, false};
      }
      frame.may_skip = false;
      const bool skips = !entry.certain && lane.place + 1 < lane.entries.size();
      if (!frame.helpful && skips) return Choice{frame.lane++, true};
    }
    return std::nullopt;
  }

  void mark_wanted() {
    budget_.spend(lanes_.size());
    ++mark_;
    for (const Lane& lane : lanes_)
      if (!lane.over() && lane.next().wants != nobody) wanted_[lane.next().wants] = mark_;
  }

  [[nodiscard]] bool is_wanted(const Entry& entry) const {
    return entry.makes != nobody && wanted_[entry.makes] == mark_;
  }

  void move(std::uint32_t at, bool skips) {
    budget_.spend(1);
    Lane& lane = lanes_[at];
    const Entry& entry = lane.next();
    trail_.push_back({at, held_[entry.key]});
    count(entry, -1);
    hash_ = hash_ ^ hash_words(at, lane.place) ^ hash_words(at, lane.place + 1);
    ++lane.place;
    if (skips || entry.asks()) return;
    const bool appends = !makes_state(entry);
    hold(entry.key, appends
                        ? spaces_.of(entry.key).append(held_[entry.key], entry.step, entry.piece)
                        : entry.target);
  }

  void take_back(std::size_t size) {
    while (trail_.size() > size) {
      const Move done = trail_.back();
      trail_.pop_back();
      Lane& lane = lanes_[done.lane];
      --lane.place;
      hash_ = hash_ ^ hash_words(done.lane, lane.place) ^ hash_words(done.lane, lane.place + 1);
      count(lane.next(), 1);
      hold(lane.next().key, done.before);
    }
  }

  /// What is left counts so much more.
  void count(const Entry& entry, int more) {
    const auto by = static_cast<std::uint32_t>(more);
    if (entry.looks()) looks_left_[entry.key] += by;
    if (entry.makes != nobody) {
      made_left_[entry.makes] += by;
      overwrites_left_[entry.key] += by;
    }
    if (entry.certain) left_ += static_cast<std::size_t>(static_cast<std::int64_t>(more));
  }

  void hold(std::uint32_t key, State state) {
    const auto hash = [key](State one) {
      return hash_words((std::uint64_t{1} << 32) | key, static_cast<std::uint64_t>(one));
    };
    hash_ = hash_ ^ hash(held_[key]) ^ hash(state);
    held_[key] = state;
  }

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

/// As few of the operations as contradict the view of the reader.
Contradiction smallest(const History& history, const Spaces& spaces, HistoryPart& part,
                       std::uint32_t reader) {
  std::vector<std::uint32_t> operations;
  for (const HistoryPart::Member& one : part.all())
    if (reader == nobody || reader == one.session || one.operation.writes())
      operations.push_back(static_cast<std::uint32_t>(one.operation.id));
  ShrinkingBudget left{.asked = asked_max};
  const auto ask = [&](std::span<const std::uint32_t> some) {
    if (left.over()) return Answer::ended;
    part.restrict_to(some);
    Budget budget(configurations_per_question);
    ViewSearch search(part, spaces, static_cast<std::uint32_t>(history.sessions()), reader, budget);
    const Verdict verdict = search.run();
    left.spend(some.size(), configurations_per_question - budget.configurations);
    return answer_of(verdict);
  };
  Contradiction found;
  found.minimal = take_away(operations, ask);
  found.explanation =
      reader == nobody ? "no order of these that keeps the order of each session explains their "
                         "answers"
                       : "no order of these that keeps the order of each session explains what " +
                             history.spell(SessionId{reader}) + " was told";
  for (const std::uint32_t operation : operations)
    found.operations.push_back(OperationId{operation});
  found.explanation += listed(operations.size(), found.minimal, [&](std::size_t at) {
    return "<" + history.describe(found.operations[at]) + ">";
  });
  return found;
}

}  // namespace

Judgement search_views(const History& history, Views views, std::uint64_t configurations_max,
                       Explanation explanation) {
  if (const char* const why = not_to_be_searched(history)) return {Verdict::unknown, 0, {}, why};
  HistoryPart part(history);
  const Spaces spaces(history);
  const auto sessions = static_cast<std::uint32_t>(history.sessions());
  Budget budget(configurations_max);
  Judgement judgement;
  for (std::uint32_t reader = 0; reader < (views == Views::one ? 1 : sessions); ++reader) {
    const std::uint32_t heard = views == Views::one ? nobody : reader;
    ViewSearch search(part, spaces, sessions, heard, budget);
    judgement.verdict = search.run();
    judgement.configurations = configurations_max - budget.configurations;
    if (judgement.verdict == Verdict::violated && explanation == Explanation::minimal)
      judgement.contradiction = smallest(history, spaces, part, heard);
    if (judgement.verdict != Verdict::ok) return judgement;
  }
  return judgement;
}

}  // namespace splitvote::consistency
