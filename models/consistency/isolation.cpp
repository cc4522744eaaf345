// The models of transactions: read committed, read atomic, snapshot isolation, serializability.
#include "models/consistency/isolation.hpp"

#include <algorithm>
#include <tuple>

#include "models/consistency/causality.hpp"
#include "models/consistency/precedence.hpp"
#include "models/consistency/real_time.hpp"
#include "models/consistency/transaction_orders.hpp"

namespace splitvote::consistency {

namespace {

/// What a transaction saw of each key and whom it saw, by the places of its sights.
class AtomicityCheck {
 public:
  enum class Scope : std::uint8_t { earlier_reads, whole_transaction };

  AtomicityCheck(const Observations& observations, Scope scope)
      : observations_(observations),
        scope_(scope),
        precedence_(observations.nodes()),
        keys_(observations.keys()),
        sources_(observations.nodes(), nobody_wrote),
        last_writers_(observations.keys()) {}

  Judgement judge() {
    if (observations_.absurd()) return consistency::judge(observations_);
    add_sessions(observations_, precedence_);
    add_sights(observations_, precedence_);
    add_successions(observations_, precedence_);
    for (Node node = 0; node < observations_.nodes() && !initial_; ++node) compare(node);
    if (initial_) return {Verdict::violated, 0, std::move(initial_), {}};
    return consistency::judge(observations_, precedence_);
  }

 private:
  /// The sights of one key in one transaction.
  struct Seen {
    Node reader = nobody_wrote;
    std::vector<std::uint32_t> sights;
  };
  struct LastWriter {
    std::uint32_t session = UINT32_MAX;
    Node writer = nobody_wrote;
  };

  void compare(Node node) {
    const auto sights = observations_.sights(node);
    for (std::uint32_t at = 0; at < sights.size(); ++at) {
      Seen& seen = keys_[static_cast<std::size_t>(sights[at].key)];
      if (seen.reader != node) seen.sights.clear();
      seen.reader = node;
      seen.sights.push_back(at);
    }
    for (std::uint32_t at = 0; at < sights.size(); ++at)
      compare_with(node, sights[at].writer, scope_ == Scope::earlier_reads ? at + 1 : 0);
    if (scope_ == Scope::whole_transaction)
      for (const Sight& sight : sights)
        for (const Node writer : observations_.glimpses(sight)) compare_with(node, writer, 0);
    if (scope_ == Scope::whole_transaction) compare_with_session(node);
  }

  // Goes through the keys of the one or of the other, whichever are fewer.
  void compare_with(Node node, Node source, std::uint32_t first) {
    if (source == nobody_wrote || sources_[source] == node) return;
    sources_[source] = node;
    const auto sights = observations_.sights(node);
    const auto written = observations_.writes(source);
    if (written.size() > sights.size()) {
      for (std::uint32_t at = first; at < sights.size(); ++at)
        if (observations_.writes(source, sights[at].key)) put_before(source, node, sights[at]);
      return;
    }
    for (const KeyId key : written) {
      const Seen& seen = keys_[static_cast<std::size_t>(key)];
      if (seen.reader != node) continue;
      for (const std::uint32_t at : seen.sights)
        if (at >= first) put_before(source, node, sights[at]);
    }
  }

  void compare_with_session(Node node) {
    const std::uint32_t session = observations_.session(node);
    for (const Sight& sight : observations_.sights(node)) {
      const LastWriter& last = last_writers_[static_cast<std::size_t>(sight.key)];
      if (last.session == session) put_before(last.writer, node, sight);
    }
    for (const KeyId key : observations_.writes(node))
      last_writers_[static_cast<std::size_t>(key)] = {session, node};
  }

  void put_before(Node known, Node reader, const Sight& sight) {
    if (known == sight.writer || initial_) return;
    if (sight.writer == nobody_wrote)
      initial_ = explain_initial(observations_, sight.key, reader, known);
    else
      precedence_.add({known, sight.writer, Because::overtaken, sight.key, reader});
  }

  const Observations& observations_;
  const Scope scope_;
  Precedence precedence_;
  std::vector<Seen> keys_;
  std::vector<Node> sources_;  // by writer: the last transaction that was compared with it
  std::vector<LastWriter> last_writers_;
  std::optional<Contradiction> initial_;
};

/// Who saw a version precedes whoever wrote the next one.
template <class Add>
void for_each_replacement(const Observations& observations, Add add) {
  struct Reader {
    KeyId key{};
    Node writer{};
    Node reader{};
  };
  std::vector<Reader> readers;
  for (Node node = 0; node < observations.nodes(); ++node)
    for (const Sight& sight : observations.sights(node))
      readers.push_back({sight.key, sight.writer, node});
  const auto version = [](const Reader& one) { return std::pair(one.key, one.writer); };
  std::ranges::sort(readers, {},
                    [](const Reader& one) { return std::tuple(one.key, one.writer, one.reader); });
  for (const Succession& one : observations.successions())
    for (const Reader& reader :
         std::ranges::equal_range(readers, std::pair(one.key, one.earlier), {}, version))
      if (reader.reader != one.later)
        add(Link{reader.reader, one.later, Because::replaced, one.key});
  // Who saw a version and wrote to the key wrote the next one.
  const auto next_version = [&](const Reader& one) {
    return observations.writes(one.reader, one.key);
  };
  for (auto begin = readers.begin(); begin != readers.end();) {
    const auto end = std::find_if(
        begin, readers.end(), [&](const Reader& one) { return version(one) != version(*begin); });
    const auto next = std::find_if(begin, end, next_version);
    const auto other = next == end ? end : std::find_if(next + 1, end, next_version);
    for (auto at = begin; at != end && next != end; ++at)
      if (at->reader != next->reader)
        add(Link{at->reader, next->reader, Because::replaced, next->key});
    if (other != end && other->reader != next->reader)
      add(Link{next->reader, other->reader, Because::replaced, next->key});
    begin = end;
  }
}

Precedence dependencies(const Observations& observations) {
  Precedence made(observations.nodes());
  add_sessions(observations, made);
  add_sights(observations, made);
  add_successions(observations, made);
  return made;
}

// If the versions of some keys are not known, what nothing contradicts may fail nevertheless.
Judgement judge_known_versions(const Observations& observations, const Precedence& precedence) {
  Judgement judgement = judge(observations, precedence);
  if (judgement.verdict != Verdict::ok || observations.ordered()) return judgement;
  return {Verdict::unknown, 0, {}, "the order in which registers were written is not known"};
}

}  // namespace

Judgement judge_read_committed(const Observations& observations) {
  return AtomicityCheck(observations, AtomicityCheck::Scope::earlier_reads).judge();
}

Judgement judge_read_atomic(const Observations& observations) {
  return AtomicityCheck(observations, AtomicityCheck::Scope::whole_transaction).judge();
}

Judgement judge_serializable(const Observations& observations, std::uint64_t configurations_max) {
  Precedence precedence = dependencies(observations);
  for_each_replacement(observations, [&](const Link& link) { precedence.add(link); });
  Judgement judgement = judge_known_versions(observations, precedence);
  if (judgement.verdict != Verdict::unknown || observations.ordered()) return judgement;
  return judge_orders(observations, Moments::one, configurations_max);
}

Judgement judge_strict_serializable(const Observations& observations,
                                    std::uint64_t configurations_max) {
  Precedence precedence = dependencies(observations);
  add_real_time(observations, precedence);
  for_each_replacement(observations, [&](const Link& link) { precedence.add(link); });
  Judgement judgement = judge_known_versions(observations, precedence);
  if (judgement.verdict != Verdict::unknown || observations.ordered()) return judgement;
  return judge_orders(observations, Moments::one, configurations_max, RealTime::kept);
}

// From a waypoint a way goes on by anything but another replacement. Of two that write the same key
// one has all of the other in its snapshot, so a replacement by such a one is none.
Judgement judge_snapshot_isolation(const Observations& observations,
                                   std::uint64_t configurations_max) {
  Precedence precedence = dependencies(observations);
  std::vector<Node> waypoints;
  for (Node node = 0; node < observations.nodes(); ++node)
    waypoints.push_back(precedence.add_waypoint(node));
  const std::vector<Link> links(precedence.links().begin(), precedence.links().end());
  for (Link link : links) {
    link.earlier = waypoints[link.earlier];
    precedence.add(link);
  }
  for_each_replacement(observations, [&](Link link) {
    if (observations.writes(link.earlier, link.key)) {
      precedence.add(link);
      link.earlier = waypoints[link.earlier];
    } else {
      link.later = waypoints[link.later];
    }
    precedence.add(link);
  });
  Judgement judgement = judge_known_versions(observations, precedence);
  if (judgement.verdict == Verdict::ok && observations.forked())
    judgement = {Verdict::unknown, 0, {}, "the order of appends that nobody saw is not known"};
  if (judgement.verdict != Verdict::unknown) return judgement;
  return judge_orders(observations, Moments::two, configurations_max);
}

}  // namespace splitvote::consistency
