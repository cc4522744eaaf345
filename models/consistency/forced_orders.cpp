// In which order transactions must come: what is known is followed until no more follows.
#include "models/consistency/forced_orders.hpp"

#include <algorithm>
#include <tuple>

#include "models/consistency/list_reads.hpp"

namespace splitvote::consistency {

namespace {

// What a history of some ten thousand transactions has.
constexpr std::size_t pairs_max = std::size_t{1} << 25;

std::uint32_t write_of(const Observations& observations, Node writer, KeyId key) {
  const auto writes = observations.writes(writer);
  const auto at = std::ranges::lower_bound(writes, key) - writes.begin();
  return observations.first_write(writer) + static_cast<std::uint32_t>(at);
}

}  // namespace

ForcedOrders::ForcedOrders(const Observations& observations, Moments moments, RealTime real_time,
                           std::size_t links_max)
    : observations_(observations),
      moments_(moments == Moments::one ? 1 : 2),
      real_time_(real_time),
      links_max_(links_max),
      reach_(moments_ * observations.nodes()) {
  number_writes();
  collect_readers();
  add_known();
  add_lists();
  if (!too_large_) pair_writers();
}

void ForcedOrders::number_writes() {
  for (Node node = 0; node < observations_.nodes(); ++node)
    for (const KeyId key : observations_.writes(node)) {
      writers_.push_back(node);
      keys_.push_back(key);
    }
}

void ForcedOrders::collect_readers() {
  reader_ends_.assign(writers_.size() + 1, 0);
  const auto each = [&](auto use) {
    for (Node node = 0; node < observations_.nodes(); ++node)
      for (const Sight& sight : observations_.sights(node))
        if (sight.writer != nobody_wrote)
          use(write_of(observations_, sight.writer, sight.key), node);
  };
  each([&](std::uint32_t write, Node) { ++reader_ends_[write + 1]; });
  for (std::size_t write = 0; write < writers_.size(); ++write)
    reader_ends_[write + 1] += reader_ends_[write];
  readers_.resize(reader_ends_.back());
  std::vector<std::uint32_t> next(reader_ends_.begin(), reader_ends_.end() - 1);
  each([&](std::uint32_t write, Node node) { readers_[next[write]++] = node; });
}

// Sessions, sights, and that whoever found a key as it was at the beginning precedes its writers.
void ForcedOrders::add_known() {
  Precedence known(observations_.nodes());
  add_sessions(observations_, known);
  add_sights(observations_, known);
  links_.assign(known.links().begin(), known.links().end());
  if (real_time_ == RealTime::kept) add_real_time_links();
  successions_ = order_appends(observations_);
  listed_.assign(observations_.keys(), 0);
  for (const Succession& one : successions_) listed_[static_cast<std::size_t>(one.key)] = 1;
  initial_.resize(observations_.keys());
  for (Node node = 0; node < observations_.nodes(); ++node)
    for (const Sight& sight : observations_.sights(node))
      if (sight.writer == nobody_wrote)
        initial_[static_cast<std::size_t>(sight.key)].push_back(node);
  for (std::uint32_t write = 0; write < writers_.size(); ++write)
    if (!is_listed(keys_[write]))
      put_behind(initial_[static_cast<std::size_t>(keys_[write])], writers_[write], keys_[write]);
}

// One more than there is room for says that there are too many.
void ForcedOrders::add_real_time_links() {
  const std::size_t room = links_max_ - std::min(links_max_, links_.size());
  const std::vector<Link> links = real_time_links(observations_, room + 1);
  links_.insert(links_.end(), links.begin(), links.end());
  lacks_real_time_ = links_.size() > links_max_;
  too_large_ = lacks_real_time_;
}

// Of a list the next version comes behind the one before, and behind all who saw that one.
void ForcedOrders::add_lists() {
  for (const auto& [key, earlier, later] : successions_) {
    if (earlier == nobody_wrote) {
      put_behind(initial_[static_cast<std::size_t>(key)], later, key);
      continue;
    }
    links_.push_back({earlier, later, Because::succeeded, key});
    put_behind(readers(write_of(observations_, earlier, key)), later, key);
  }
}

// If there are too many links, some are left to the search.
void ForcedOrders::put_behind(std::span<const Node> readers, Node writer, KeyId key) {
  for (const Node reader : readers) {
    if (links_.size() > links_max_) {
      too_large_ = true;
      return;
    }
    if (reader != writer) links_.push_back({reader, writer, Because::replaced, key});
  }
}

// Of a list the links have it all, but that two moments of unseen appends do not mix.
void ForcedOrders::pair_writers() {
  std::vector<std::uint32_t> by_key(writers_.size());
  for (std::uint32_t write = 0; write < by_key.size(); ++write) by_key[write] = write;
  std::ranges::sort(by_key, {},
                    [&](std::uint32_t write) { return std::tuple(keys_[write], write); });
  for (auto begin = by_key.begin(); begin != by_key.end() && !too_large_;) {
    const KeyId key = keys_[*begin];
    const auto end =
        std::find_if(begin, by_key.end(), [&](std::uint32_t write) { return keys_[write] != key; });
    if (moments_ == 2 || !is_listed(key)) pair_writers({begin, end});
    begin = end;
  }
}

// With one moment it does not matter which of two comes first that nobody saw.
void ForcedOrders::pair_writers(std::span<const std::uint32_t> of_key) {
  const auto matters = [&](std::uint32_t write) {
    return moments_ == 2 || !readers(write).empty();
  };
  for (const std::uint32_t one : of_key) {
    if (!matters(one)) continue;
    for (const std::uint32_t other : of_key) {
      if (other == one || (other < one && matters(other))) continue;
      pairs_.push_back({one, other});
      too_large_ = pairs_.size() > pairs_max;
      if (too_large_) return;
    }
  }
}

ForcedOrders::State ForcedOrders::settle(std::uint64_t steps_max) {
  for (;;) {
    if (!sort()) return State::circle;
    if (lacks_real_time_) return State::lacks_real_time;
    if (too_large_ || links_.size() > links_max_ || !reach_.close()) return State::too_large;
    if (reach_.steps() > steps_max) return State::too_large;
    const std::size_t known = links_.size();
    std::erase_if(pairs_, [&](const Pair& pair) { return decide(pair); });
    if (links_.size() == known) return pairs_.empty() ? State::settled : State::open;
  }
}

bool ForcedOrders::sort() {
  arcs_.clear();
  for (Node node = 0; node < observations_.nodes() && moments_ == 2; ++node)
    arcs_.push_back({start(node), commit(node)});
  for (const Link& link : links_)
    arcs_.push_back(link.because == Because::replaced
                        ? Arc{start(link.earlier), commit(link.later)}
                        : Arc{commit(link.earlier), start(link.later)});
  return reach_.sort(arcs_);
}

// If each must be before the other, both links are added, and they are a circle.
bool ForcedOrders::decide(const Pair& pair) {
  if (links_.size() > links_max_) return false;
  const bool forwards = precedes(pair.one, pair.other);
  const bool backwards = precedes(pair.other, pair.one);
  if (forwards) put_before(pair.one, pair.other);
  if (backwards) put_before(pair.other, pair.one);
  return forwards || backwards;
}

// The other one cannot be first: it commits behind the start, or somebody who knows of the one saw
// the other. The link that says so is added, if it does not follow already.
bool ForcedOrders::precedes(std::uint32_t one, std::uint32_t other) {
  const Node earlier = writers_[one];
  const Node later = writers_[other];
  if (reach_.reaches(commit(earlier), start(later))) return true;
  if (reach_.reaches(start(earlier), commit(later))) {
    links_.push_back({earlier, later, Because::excluded, keys_[one]});
    return true;
  }
  for (const Node reader : readers(other)) {
    if (reader == earlier || !reach_.reaches(commit(earlier), start(reader))) continue;
    links_.push_back({earlier, later, Because::overtaken, keys_[one], reader});
    return true;
  }
  return false;
}

// Who saw the earlier one started before the later one committed. Unless the later one saw the
// earlier one, too, or comes behind it in its session, that is concluded from others.
void ForcedOrders::put_before(std::uint32_t one, std::uint32_t other) {
  const Node earlier = writers_[one];
  const Node later = writers_[other];
  const bool plain = observations_.session(earlier) == observations_.session(later) ||
                     std::ranges::find(readers(one), later) != readers(one).end();
  for (const Node reader : readers(one))
    if (reader != later && !reach_.reaches(start(reader), commit(later)))
      links_.push_back(
          {reader, later, Because::replaced, keys_[one], plain ? nobody_wrote : earlier});
}

// Of two moments the start is the node, and the commit a waypoint. Whatever comes behind the commit
// comes behind the start, so such a link begins at both. Real time is told by waypoints of its own,
// which any way in it passes as one link.
Precedence ForcedOrders::precedence() const {
  Precedence precedence(observations_.nodes());
  std::vector<Node> commits;
  for (Node node = 0; node < observations_.nodes(); ++node)
    commits.push_back(moments_ == 2 ? precedence.add_waypoint(node) : node);
  for (const Link& link : links_) {
    if (link.because == Because::real_time) continue;
    Link added = link;
    if (link.because == Because::replaced) {
      added.later = commits[link.later];
      precedence.add(added);
      continue;
    }
    precedence.add(added);
    if (moments_ == 1) continue;
    added.earlier = commits[link.earlier];
    precedence.add(added);
  }
  if (real_time_ == RealTime::kept) add_real_time(observations_, precedence);
  return precedence;
}

}  // namespace splitvote::consistency
