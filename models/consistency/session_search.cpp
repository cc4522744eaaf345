// The search for orders that keep the order of each session, by values alone. It builds an order
// from the front; a configuration is how far each session is and what each key holds.
#include "models/consistency/session_search.hpp"

#include <algorithm>
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

// Steps for each configuration of the budget: a step takes an operation or looks at one.
constexpr std::uint64_t steps_per_configuration = 100;

// What the budget of a smallest contradiction has room for, in all questions together.
constexpr std::uint64_t shrinking_configurations = 1'000'000;
constexpr std::uint64_t configurations_per_question = 20'000;
constexpr std::uint64_t asked_max = 400'000;  // operations

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
             std::uint32_t reader)
      : spaces_(spaces),
        held_(spaces.initial()),
        looks_left_(held_.size()),
        overwrites_left_(held_.size()),
        appended_(held_.size()) {
    lanes_.resize(sessions);
    for (const HistoryPart::Member& one : part.all()) {
      if (!part.keeps(one)) continue;
      const bool heard = (reader == nobody || reader == one.session) && part.heeds(one);
      add(one, heard);
    }
    std::erase_if(lanes_, [](const Lane& lane) { return lane.entries.empty(); });
    number();
  }

  Verdict run(std::uint64_t configurations_max) {
    const std::uint64_t steps_max = configurations_max < UINT64_MAX / steps_per_configuration
                                        ? configurations_max * steps_per_configuration
                                        : UINT64_MAX;
    enter();
    while (left_ > 0) {
      if (frames_.empty()) return Verdict::violated;
      if (seen_.size() > configurations_max || steps_ > steps_max) return Verdict::unknown;
      Frame& frame = frames_.back();
      if (frame.next == frame.choices.size()) {
        frames_.pop_back();
        continue;
      }
      take_back(frame.trail);
      const Choice choice = frame.choices[frame.next++];
      move(choice.lane, choice.skips);
      enter();
    }
    return Verdict::ok;
  }

  [[nodiscard]] std::uint64_t configurations() const { return seen_.size(); }

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
  struct Frame {
    std::size_t trail = 0;  // what is chosen here is behind this
    std::vector<Choice> choices;
    std::size_t next = 0;
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

  /// Takes all that needs no choice, and lists the choices unless this was seen before.
  void enter() {
    settle();
    Frame frame{.trail = trail_.size()};
    if (left_ > 0 && !is_lost() && seen_.insert(hash_)) list(frame.choices);
    frames_.push_back(std::move(frame));
  }

  /// An answer that fits comes at once: moved to the front it stays right, changes nothing for the
  /// others, and is the next of its session anyway. So does what nobody will look at any more.
  void settle() {
    for (bool again = true; again;) {
      again = false;
      for (std::uint32_t at = 0; at < lanes_.size(); ++at) {
        ++steps_;
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

  /// First who makes what somebody waits for.
  void list(std::vector<Choice>& choices) {
    wanted_.assign(made_left_.size(), 0);
    for (const Lane& lane : lanes_)
      if (!lane.over() && lane.next().wants != nobody) wanted_[lane.next().wants] = 1;
    for (std::uint32_t at = 0; at < lanes_.size(); ++at) {
      ++steps_;
      const Lane& lane = lanes_[at];
      if (lane.over()) continue;
      const Entry& entry = lane.next();
      if (!entry.asks() && entry.fits(held_[entry.key])) choices.push_back({at, false});
      if (!entry.certain && lane.place + 1 < lane.entries.size()) choices.push_back({at, true});
    }
    std::ranges::stable_partition(choices, [this](const Choice& choice) {
      const Entry& entry = lanes_[choice.lane].next();
      return !choice.skips && entry.makes != nobody && wanted_[entry.makes] != 0;
    });
  }

  void move(std::uint32_t at, bool skips) {
    ++steps_;
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
  std::vector<Lane> lanes_;
  std::vector<State> held_;                     // by key
  std::vector<std::uint32_t> looks_left_;       // by key: who will ask what it holds
  std::vector<std::uint32_t> overwrites_left_;  // by key
  std::vector<std::uint8_t> appended_;          // by key
  std::vector<std::uint32_t> made_left_;        // by number: who will make that
  std::vector<std::uint8_t> wanted_;            // by number
  std::vector<Move> trail_;
  std::vector<Frame> frames_;
  ConfigurationSet seen_;
  ConfigurationHash hash_;
  std::size_t left_ = 0;  // certain and not done
  std::uint64_t steps_ = 0;
};

/// As few of the operations as contradict the view of the reader.
Contradiction smallest(const History& history, const Spaces& spaces, HistoryPart& part,
                       std::uint32_t reader) {
  std::vector<std::uint32_t> operations;
  for (const HistoryPart::Member& one : part.all())
    if (reader == nobody || reader == one.session || one.operation.writes())
      operations.push_back(static_cast<std::uint32_t>(one.operation.id));
  std::uint64_t asked = 0;
  std::uint64_t configurations = 0;
  const auto ask = [&](std::span<const std::uint32_t> some) {
    if (asked > asked_max || configurations > shrinking_configurations) return Answer::ended;
    part.restrict_to(some);
    ViewSearch search(part, spaces, static_cast<std::uint32_t>(history.sessions()), reader);
    const Verdict verdict = search.run(configurations_per_question);
    asked += some.size();
    configurations += search.configurations();
    if (verdict == Verdict::violated) return Answer::contradicts;
    return verdict == Verdict::ok ? Answer::fits : Answer::cannot_say;
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

/// Nobody has said what becomes of a list that is appended to as a text, or the other way round.
bool mixes_forms(const History& history) {
  std::vector<std::uint8_t> forms(history.keys());  // by key: bit 0 texts, bit 1 lists
  const auto note = [&](KeyId key, ValueId value) {
    const int form = history.values().is_list(value) ? 2 : 1;
    if (value != nothing) forms[static_cast<std::size_t>(key)] |= static_cast<std::uint8_t>(form);
  };
  for (const Operation& operation : history.operations()) {
    const bool element = operation.kind == OperationKind::append_element;
    if (operation.kind == OperationKind::read || operation.outcome == Outcome::failed) continue;
    if (!element) note(operation.key, operation.argument);
    if (element) forms[static_cast<std::size_t>(operation.key)] |= 2;
    note(operation.key, history.initial());
  }
  return std::ranges::any_of(forms, [](std::uint8_t form) { return form == 3; });
}

}  // namespace

Judgement search_views(const History& history, Views views, std::uint64_t configurations_max,
                       Explanation explanation) {
  if (mixes_forms(history))
    return {Verdict::unknown, 0, {}, "lists and texts are written to the same key"};
  HistoryPart part(history);
  const Spaces spaces(history);
  const auto sessions = static_cast<std::uint32_t>(history.sessions());
  Judgement judgement;
  for (std::uint32_t reader = 0; reader < (views == Views::one ? 1 : sessions); ++reader) {
    const std::uint32_t heard = views == Views::one ? nobody : reader;
    const std::uint64_t left =
        configurations_max - std::min(judgement.configurations, configurations_max);
    ViewSearch search(part, spaces, sessions, heard);
    const Verdict verdict = search.run(left);
    judgement.configurations += search.configurations();
    if (verdict == Verdict::unknown) judgement.verdict = Verdict::unknown;
    if (verdict != Verdict::violated) continue;
    judgement.verdict = Verdict::violated;
    judgement.contradiction = explanation == Explanation::minimal
                                  ? smallest(history, spaces, part, heard)
                                  : Contradiction{};
    return judgement;
  }
  return judgement;
}

}  // namespace splitvote::consistency
