// The models in which each session has an order of its own: PRAM and causal memory.
#include "models/consistency/session_views.hpp"

#include <algorithm>

#include "models/consistency/causality.hpp"
#include "models/consistency/list_reads.hpp"
#include "models/consistency/precedence.hpp"

namespace splitvote::consistency {

namespace {

enum class Sights : std::uint8_t {
  own,     // the others' reads tell the session nothing
  of_all,  // what the others saw comes before them for the session, too
};

// Each pass is linear, and most histories need two or three; none needs more than it has reads.
constexpr std::uint32_t passes_max = 1'000;

/// What one session must have had before each of its operations: everything that its order puts
/// there. Who is seen there comes behind all others of the key; that may put more before earlier
/// operations, hence another pass.
class SessionView {
 public:
  SessionView(const Observations& observations, const Writers& writers, Sights sights)
      : observations_(observations),
        writers_(writers),
        sights_(sights),
        ranks_(observations.nodes()),
        known_(observations.sessions()),
        overtaken_by_(observations.nodes()),
        walked_(observations.lists().size(), 0),
        ordered_(observations.lists().size(), unknown) {}

  Judgement judge(std::uint32_t session) {
    session_ = session;
    for (const Link& link : overtakings_) overtaken_by_[link.later].clear();
    overtakings_.clear();
    lack_.reset();
    for (std::uint32_t passes = 0; pass(); ++passes)
      if (passes == passes_max)
        return {Verdict::unknown, 0, {}, "the order of a session's writes did not settle"};
    if (lack_) return {Verdict::violated, 0, std::move(lack_), {}};
    if (!has_circle()) return consistency::judge(observations_);
    return consistency::judge(observations_, [&](Telling telling) { return precedence(telling); });
  }

 private:
  static constexpr std::uint32_t unknown = UINT32_MAX;
  enum class Mark : std::uint8_t { fresh, on_the_way, done };

  // True if what it found out puts something earlier than it took it to be.
  bool pass() {
    std::ranges::fill(ranks_, unknown);
    std::ranges::fill(known_, 0);
    ++pass_;
    bool again = false;
    for (Node node = observations_.begin(session_); node < observations_.begin(session_ + 1);
         ++node) {
      learn(node);
      for (const Sight& sight : observations_.sights(node)) again = compare(node, sight) || again;
    }
    return again && !lack_;
  }

  // The node, and whatever comes before it: of each session all up to somebody.
  void learn(Node node) {
    const std::uint32_t rank = observations_.place(node);
    const auto reach = [&](Node reached) {
      std::uint32_t& known = known_[observations_.session(reached)];
      const std::uint32_t place = observations_.place(reached);
      for (; known <= place; ++known) {
        const Node one = reached - (place - known);
        ranks_[one] = rank;
        if (sees(one) || !overtaken_by_[one].empty()) open_.push_back(one);
      }
    };
    reach(node);
    while (!open_.empty()) {
      const Node at = open_.back();
      open_.pop_back();
      for (const Node before : overtaken_by_[at]) reach(before);
      if (!sees(at)) continue;
      for (const Sight& sight : observations_.sights(at)) {
        if (sight.writer != nobody_wrote) reach(sight.writer);
        for (ListId list = sight.list; !lists().is_empty(list) && walked_[list] != pass_;
             list = lists().before(list)) {
          walked_[list] = pass_;
          reach(lists().last(list));
        }
      }
    }
  }

  // Among what comes before the session's last node, as of nobody else anything is asked: the way
  // back, depth first, meets somebody again who is still on it. Lists are in it as waypoints.
  bool has_circle() {
    marks_.assign(observations_.nodes() + lists().size(), Mark::fresh);
    bool met = false;
    const auto go_to = [&](std::uint32_t spot) {
      met = met || marks_[spot] == Mark::on_the_way;
      if (marks_[spot] == Mark::fresh) open_.push_back(spot);
    };
    if (observations_.begin(session_) < observations_.begin(session_ + 1))
      go_to(observations_.begin(session_ + 1) - 1);
    while (!open_.empty() && !met) {
      const std::uint32_t spot = open_.back();
      if (marks_[spot] != Mark::fresh) {
        marks_[spot] = Mark::done;
        open_.pop_back();
        continue;
      }
      marks_[spot] = Mark::on_the_way;
      if (spot < observations_.nodes())
        for_each_before(spot, go_to);
      else
        for_each_in_front(ListId{spot - observations_.nodes()}, go_to);
    }
    open_.clear();
    return met;
  }

  template <typename Visit>
  void for_each_before(Node node, const Visit& visit) const {
    if (observations_.place(node) > 0) visit(node - 1);
    for (const Node before : overtaken_by_[node]) visit(before);
    if (!sees(node)) return;
    for (const Sight& sight : observations_.sights(node)) {
      if (!lists().is_empty(sight.list))
        visit(observations_.nodes() + sight.list);
      else if (sight.writer != nobody_wrote)
        visit(sight.writer);
    }
  }

  // Of a list, whoever appended its last element, and the list without that.
  template <typename Visit>
  void for_each_in_front(ListId list, const Visit& visit) const {
    if (lists().last(list) != nobody_wrote) visit(lists().last(list));
    const ListId shorter = lists().before(list);
    if (!lists().is_empty(shorter)) visit(observations_.nodes() + shorter);
  }

  [[nodiscard]] const ListForest& lists() const { return observations_.lists(); }

  [[nodiscard]] bool sees(Node node) const {
    return !observations_.sights(node).empty() &&
           (sights_ == Sights::of_all || observations_.session(node) == session_);
  }

  bool compare(Node node, const Sight& sight) {
    bool earlier = false;
    if (!lists().is_empty(sight.list)) earlier = compare_list(node, sight);
    for (const Writers::Group& group : writers_.of(sight.key)) {
      if (known_[group.session] == 0) continue;
      const Node known = writers_.last_before(group, bound(node, group.session));
      if (known == nobody_wrote || known == sight.writer) continue;
      if (sight.writer == nobody_wrote) {
        if (!lack_) lack_ = explain_initial(observations_, sight.key, node, known);
        return false;
      }
      earlier = put({known, sight.writer, Because::overtaken, sight.key, node}) || earlier;
    }
    return earlier;
  }

  // True if that is new and puts something earlier.
  bool put(const Link& link) {
    std::vector<Node>& before = overtaken_by_[link.later];
    if (std::ranges::find(before, link.earlier) != before.end()) return false;
    before.push_back(link.earlier);
    overtakings_.push_back(link);
    return ranks_[link.earlier] > ranks_[link.later];
  }

  /// Of the session, whatever is before this comes before the node.
  [[nodiscard]] Node bound(Node node, std::uint32_t session) const {
    const Node behind = observations_.begin(session) + known_[session];
    return session == session_ ? std::min(behind, node) : behind;
  }

  // A list has its order, and lacks nothing that comes before the node.
  bool compare_list(Node node, const Sight& sight) {
    if (!lack_ && !has_all(node, sight)) find_lack(node, sight.key);
    for (ListId list = sight.list;
         !lists().is_empty(lists().before(list)) && ordered_[list] != session_;
         list = lists().before(list)) {
      ordered_[list] = session_;
      way_.push_back(list);
    }
    bool earlier = false;
    for (; !way_.empty(); way_.pop_back()) {
      const ListId list = way_.back();
      earlier = put({lists().last(lists().before(list)), lists().last(list), Because::succeeded,
                     sight.key, node}) ||
                earlier;
    }
    return earlier;
  }

  // What a list names is known, so it need only be counted; what is not before the node is in a
  // circle then.
  [[nodiscard]] bool has_all(Node node, const Sight& sight) const {
    std::size_t known = 0;
    for (const Writers::Group& group : writers_.of(sight.key))
      known += writers_.before(group, bound(node, group.session)).size();
    return known == lists().elements(sight.list);
  }

  void find_lack(Node node, KeyId key) {
    const std::vector<Node> appends = appends_of(observations_, node);
    for (const Writers::Group& group : writers_.of(key)) {
      const auto lack = first_lack(appends, writers_.before(group, bound(node, group.session)));
      if (lack && !lack_) lack_ = explain_lack(observations_, key, node, *lack);
    }
  }

  [[nodiscard]] Precedence precedence(Telling telling) const {
    Precedence made(observations_.nodes());
    add_sessions(observations_, made);
    const bool own = sights_ == Sights::own;
    const Node first = own ? observations_.begin(session_) : 0;
    const Node end = own ? observations_.begin(session_ + 1) : observations_.nodes();
    if (telling == Telling::shortly) add_sights_shortly(observations_, first, end, made);
    for (Node node = first; node < end && telling == Telling::wholly; ++node)
      for (const Sight& sight : observations_.sights(node)) {
        if (sight.writer != nobody_wrote) made.add({sight.writer, node, Because::seen, sight.key});
        for (const Node writer : observations_.glimpses(sight))
          made.add({writer, node, Because::seen, sight.key});
      }
    for (const Link& link : overtakings_) made.add(link);
    return made;
  }

  const Observations& observations_;
  const Writers& writers_;
  const Sights sights_;
  std::uint32_t session_ = 0;
  std::vector<std::uint32_t> ranks_;  // by node: before which operation of the session it comes
  std::vector<std::uint32_t> known_;  // by session: how many of its nodes have a rank
  std::vector<std::vector<Node>> overtaken_by_;
  std::vector<Link> overtakings_;
  std::vector<std::uint32_t> walked_;  // by list: in which pass its elements were known
  std::uint32_t pass_ = 0;
  std::vector<std::uint32_t> ordered_;  // by list: for which session its order was put
  std::vector<Mark> marks_;             // by node, and by list behind those
  std::vector<Node> open_;
  std::vector<ListId> way_;
  std::optional<Contradiction> lack_;  // a write came before a read that found the key without
};

Judgement judge_views(const Observations& observations, Sights sights) {
  const Writers writers(observations);
  SessionView view(observations, writers, sights);
  Judgement judgement = judge(observations);
  for (std::uint32_t session = 0; session < observations.sessions(); ++session) {
    Judgement one = view.judge(session);
    if (one.verdict == Verdict::violated) return one;
    if (one.verdict == Verdict::unknown) judgement = std::move(one);
  }
  return judgement;
}

}  // namespace

Judgement judge_pram(const Observations& observations) {
  if (observations.absurd()) return judge(observations);
  return judge_views(observations, Sights::own);
}

Judgement judge_causal_memory(const Observations& observations) {
  Judgement weaker = judge_causal(observations);
  if (weaker.verdict == Verdict::violated) return weaker;
  return judge_views(observations, Sights::of_all);
}

}  // namespace splitvote::consistency
