// The moves of the search, there and back: what is counted goes with each.
#include "models/consistency/view_search.hpp"

#include <utility>

#include "models/consistency/key_operations.hpp"

namespace splitvote::consistency {

Spaces::Spaces(const History& history) {
  const KeyOperations operations(history);
  for (std::size_t key = 0; key < history.keys(); ++key) {
    spaces_.emplace_back(history.values(), operations.of(key));
    initial_.push_back(spaces_.back().of(history.initial()));
  }
}

ViewSearch::ViewSearch(const HistoryPart& part, const Spaces& spaces, std::uint32_t sessions,
                       std::uint32_t reader, std::span<const Fate> fates, Budget& budget)
    : spaces_(spaces),
      budget_(budget),
      held_(spaces.initial()),
      looks_left_(held_.size()),
      overwrites_left_(held_.size()),
      appended_(held_.size()) {
  budget_.spend(part.all().size() + sessions);
  lanes_.resize(sessions);
  for (std::uint32_t place = 0; place < part.all().size(); ++place) {
    const HistoryPart::Member& one = part.all()[place];
    const bool known = one.operation.certain || fates.empty();
    const Fate fate = known ? Fate::open : fates[place];
    if (!part.keeps(one) || fate == Fate::never) continue;
    const bool heard = (reader == no_session || reader == one.session) && part.heeds(one);
    add(one, place, heard, fate == Fate::took_effect);
  }
  std::erase_if(lanes_, [](const Lane& lane) { return lane.entries.empty(); });
  number();
}

Verdict ViewSearch::run() {
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

void ViewSearch::tell(std::span<Fate> fates) const {
  std::vector<std::uint32_t> places(lanes_.size(), 0);
  for (const Move& done : trail_) {
    const Entry& entry = lanes_[done.lane].entries[places[done.lane]++];
    if (!entry.certain && !done.skips) fates[entry.place] = Fate::took_effect;
  }
}

void ViewSearch::add(const HistoryPart::Member& one, std::uint32_t place, bool heard,
                     bool took_effect) {
  const KeyOperation& operation = one.operation;
  Step step = operation.step;
  if (!heard && !operation.writes()) return;
  if (!heard && step == Step::swap) step = Step::overwrite;
  const auto key = static_cast<std::uint32_t>(one.key);
  const StateSpace& space = spaces_.of(key);
  Entry entry{
      .key = key, .step = step, .place = place, .certain = operation.certain || took_effect};
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

void ViewSearch::number() {
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
    return there ? static_cast<std::uint32_t>(found - made.begin()) : no_value;
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

bool ViewSearch::makes_state(const Entry& entry) {
  return entry.step == Step::overwrite || entry.step == Step::swap;
}

/// Takes all that needs no choice. If this was not seen before there is one to be made.
void ViewSearch::enter() {
  settle();
  if (left_ == 0 || is_lost() || !seen_.insert(hash_)) return;
  budget_.configurations -= std::min<std::uint64_t>(budget_.configurations, 1);
  frames_.push_back({.trail = trail_.size()});
}

/// An answer that fits comes at once: moved to the front it stays right, changes nothing for the
/// others, and is the next of its session anyway. So does what nobody will look at any more;
/// without an answer it takes no effect then.
void ViewSearch::settle() {
  for (bool again = true; again;) {
    again = false;
    budget_.spend(lanes_.size());
    for (std::uint32_t at = 0; at < lanes_.size(); ++at) {
      while (!lanes_[at].over() && comes_at_once(lanes_[at].next())) {
        move(at, !lanes_[at].next().certain);
        again = true;
      }
    }
  }
}

bool ViewSearch::comes_at_once(const Entry& entry) const {
  if (entry.asks()) return entry.fits(held_[entry.key]);
  return looks_left_[entry.key] == 0;
}

/// Whether somebody waits for what nobody can make any more.
bool ViewSearch::is_lost() const {
  budget_.spend(lanes_.size());
  return std::ranges::any_of(lanes_, [this](const Lane& lane) {
    if (lane.over() || !lane.next().certain || !lane.next().looks()) return false;
    const Entry& entry = lane.next();
    if (entry.step == Step::differs || entry.fits(held_[entry.key])) return false;
    if (appended_[entry.key] != 0)
      return overwrites_left_[entry.key] == 0 &&
             !spaces_.of(entry.key).may_grow_into(held_[entry.key], entry.value);
    return entry.wants == no_value || made_left_[entry.wants] == 0;
  });
}

/// The next of the frame's choices, at its configuration.
std::optional<ViewSearch::Choice> ViewSearch::next_choice(Frame& frame) {
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

void ViewSearch::mark_wanted() {
  budget_.spend(lanes_.size());
  ++mark_;
  for (const Lane& lane : lanes_)
    if (!lane.over() && lane.next().wants != no_value) wanted_[lane.next().wants] = mark_;
}

bool ViewSearch::is_wanted(const Entry& entry) const {
  return entry.makes != no_value && wanted_[entry.makes] == mark_;
}

void ViewSearch::move(std::uint32_t at, bool skips) {
  budget_.spend(1);
  Lane& lane = lanes_[at];
  const Entry& entry = lane.next();
  trail_.push_back({at, held_[entry.key], skips});
  count(entry, -1);
  hash_ = hash_ ^ hash_words(at, lane.place) ^ hash_words(at, lane.place + 1);
  ++lane.place;
  if (skips || entry.asks()) return;
  const bool appends = !makes_state(entry);
  hold(entry.key, appends ? spaces_.of(entry.key).append(held_[entry.key], entry.step, entry.piece)
                          : entry.target);
}

void ViewSearch::take_back(std::size_t size) {
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
void ViewSearch::count(const Entry& entry, int more) {
  const auto by = static_cast<std::uint32_t>(more);
  if (entry.looks()) looks_left_[entry.key] += by;
  if (entry.makes != no_value) {
    made_left_[entry.makes] += by;
    overwrites_left_[entry.key] += by;
  }
  if (entry.certain) left_ += static_cast<std::size_t>(static_cast<std::int64_t>(more));
}

void ViewSearch::hold(std::uint32_t key, State state) {
  const auto hash = [key](State one) {
    return hash_words((std::uint64_t{1} << 32) | key, static_cast<std::uint64_t>(one));
  };
  hash_ = hash_ ^ hash(held_[key]) ^ hash(state);
  held_[key] = state;
}

}  // namespace splitvote::consistency
