// An order of a key's writes in which every read is told one of the last k values.
//
// A read is told the value of its write w. It comes behind w and behind every write that closes
// before it is invoked, and need not come later. So an order of the writes that keeps real time
// will do if from each w to the last write that closes before w's last read there are at most
// k - 1 steps. README.md has the proof, and why so little need be tried.
#include "models/consistency/write_order.hpp"

#include <algorithm>

namespace splitvote::consistency {

namespace {

/// Counts of numbers below a bound, and how many there are up to one: Fenwick's tree.
class Counts {
 public:
  explicit Counts(std::size_t numbers) : sums_(numbers + 1) {}

  void add(std::size_t number, std::int32_t count) {
    for (std::size_t at = number + 1; at < sums_.size(); at += at & (~at + 1)) sums_[at] += count;
  }
  [[nodiscard]] std::int32_t below(std::size_t number) const {
    std::int32_t sum = 0;
    for (std::size_t at = number; at > 0; at -= at & (~at + 1)) sum += sums_[at];
    return sum;
  }

 private:
  std::vector<std::int32_t> sums_;
};

}  // namespace

// At least: all writes that open behind w's close and close before w's last read. At most: the
// order of the closes keeps real time.
VersionBounds bound_versions(std::span<const ValueSpan> spans) {
  std::vector<std::uint32_t> order(spans.size());
  for (std::uint32_t at = 0; at < order.size(); ++at) order[at] = at;
  std::ranges::sort(order, {}, [&](std::uint32_t at) { return std::pair(spans[at].closes, at); });
  std::vector<std::uint32_t> ranks(spans.size());
  for (std::uint32_t rank = 0; rank < order.size(); ++rank) ranks[order[rank]] = rank;
  Counts later(spans.size());  // by rank: those that open behind the close in question
  for (std::size_t rank = 0; rank < order.size(); ++rank) later.add(rank, 1);
  VersionBounds bounds;
  std::size_t opened = 0;
  for (std::uint32_t rank = 0; rank < order.size(); ++rank) {
    const ValueSpan& span = spans[order[rank]];
    for (; opened < spans.size() && spans[opened].opens <= span.closes; ++opened)
      later.add(ranks[opened], -1);
    const auto closed = static_cast<std::uint32_t>(
        std::ranges::lower_bound(order, span.last_read, {},
                                 [&](std::uint32_t at) { return spans[at].closes; }) -
        order.begin());
    if (closed > rank) bounds.at_most = std::max(bounds.at_most, closed - rank);
    const auto between = static_cast<std::uint32_t>(later.below(closed));
    if (between + 1 <= bounds.at_least) continue;
    bounds.at_least = between + 1;
    bounds.stalest = order[rank];
  }
  return bounds;
}

// Where nobody has a duty what was placed is settled: the rest has an order if the whole has one,
// which can then follow.
Verdict WriteOrderSearch::run(std::uint64_t configurations_max) {
  std::vector<Configuration> round(1);
  open(round.front());
  Configuration settled = round.front();
  for (placed_ = 0; placed_ < spans_.size(); ++placed_) {
    std::vector<Configuration> following;
    bool is_settled = false;
    for (std::size_t at = 0; at < round.size() && !is_settled; ++at) {
      for (const std::uint32_t span : round[at].open) {
        if (!may_come(round[at], span)) continue;
        if (configurations_ == configurations_max) return Verdict::unknown;
        ++configurations_;
        Configuration to;
        if (!place(round[at], span, to)) continue;
        is_settled = to.duties.empty();
        if (is_settled) {
          settled = to;
          following.clear();
        }
        following.push_back(std::move(to));
        if (is_settled) break;
      }
    }
    if (following.empty()) {
      tell_without_order(settled);
      return Verdict::violated;
    }
    std::ranges::sort(following);
    const auto repeated = std::ranges::unique(following);
    following.erase(repeated.begin(), repeated.end());
    round = std::move(following);
  }
  return Verdict::ok;
}

// Of two that may come next, one closes no later and is not read later: it comes first.
bool WriteOrderSearch::may_come(const Configuration& from, std::uint32_t span) const {
  const ValueSpan& one = spans_[span];
  return std::ranges::none_of(from.open, [&](std::uint32_t at) {
    const ValueSpan& other = spans_[at];
    if (at == span || other.closes > one.closes || other.last_read > one.last_read) return false;
    return other.closes < one.closes || other.last_read < one.last_read || at < span;
  });
}

// False if somebody's duty cannot be done any more.
bool WriteOrderSearch::place(const Configuration& from, std::uint32_t span, Configuration& to) {
  to = from;
  std::erase(to.open, span);
  open(to);
  const Duty own{spans_[span].last_read, placed_};
  furthest_ = std::max(furthest_, own.last_read);
  // Whoever was placed before and is read later has this one's duty as well.
  if (to.duties.empty() || to.duties.back().last_read < own.last_read) to.duties.push_back(own);
  if (!std::ranges::all_of(to.duties, [&](const Duty& duty) { return can_be_done(to, duty); }))
    return false;
  const Position first = first_close(to);
  std::erase_if(to.duties, [&](const Duty& duty) { return duty.last_read <= first; });
  return true;
}

// What may come next is what opens before anything closes that is left.
void WriteOrderSearch::open(Configuration& configuration) const {
  Position first = first_close(configuration);
  for (; configuration.next < spans_.size(); ++configuration.next) {
    const ValueSpan& span = spans_[configuration.next];
    if (!configuration.open.empty() && span.opens > first) return;
    configuration.open.push_back(configuration.next);
    first = std::min(first, span.closes);
  }
}

Position WriteOrderSearch::first_close(const Configuration& configuration) const {
  Position first = never_returned;
  for (const std::uint32_t at : configuration.open) first = std::min(first, spans_[at].closes);
  return first;
}

// Those that it waits for must fit between here and the place k - 1 behind it.
bool WriteOrderSearch::can_be_done(const Configuration& configuration, const Duty& duty) const {
  std::uint32_t room = k_ - 1 - (placed_ - duty.place);
  const auto fits = [&](std::uint32_t at) {
    if (spans_[at].closes >= duty.last_read) return true;
    if (room == 0) return false;
    --room;
    return true;
  };
  if (!std::ranges::all_of(configuration.open, fits)) return false;
  for (std::uint32_t at = configuration.next; at < spans_.size(); ++at) {
    if (spans_[at].opens >= duty.last_read) return true;
    if (!fits(at)) return false;
  }
  return true;
}

void WriteOrderSearch::tell_without_order(const Configuration& settled) {
  without_order_ = settled.open;
  for (std::uint32_t at = settled.next; at < spans_.size(); ++at) without_order_.push_back(at);
}

}  // namespace splitvote::consistency
