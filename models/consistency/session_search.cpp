// An order for each view by itself; what took effect they must agree on.
#include "models/consistency/session_search.hpp"

#include <algorithm>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "models/consistency/listing.hpp"
#include "models/consistency/shrinking.hpp"
#include "models/consistency/view_search.hpp"

namespace splitvote::consistency {

namespace {

// For a smallest contradiction.
constexpr std::uint64_t view_configurations_per_question = 20'000;
constexpr std::uint64_t operations_asked_max = 400'000;  // operations

/// The verdict of views, and whose is the first that is not ok.
struct Found {
  Verdict verdict{};
  std::uint32_t reader = no_session;  // then of them together
};

class SessionSearch {
 public:
  explicit SessionSearch(const History& history)
      : history_(history),
        part_(history),
        spaces_(history),
        sessions_(static_cast<std::uint32_t>(history.sessions())) {}

  /// Whether an order of all explains all.
  Found judge_one(Budget& budget) { return view(no_session, {}, nullptr, budget); }

  /// Whether there is an order for each session, if the same writes took effect in all of them.
  Found judge_each(Budget& budget) {
    std::vector<Fate> fates = what_was_read();
    std::vector<Fate> used = fates;
    const Found found = views(fates, &used, budget);
    if (found.verdict != Verdict::ok || used == fates) return found;
    // All that somebody made use of, and nothing else.
    std::vector<Fate> guess = used;
    std::ranges::replace(guess, Fate::open, Fate::never);
    if (views(guess, nullptr, budget).verdict == Verdict::ok) return {Verdict::ok};
    return {branch(fates, used, budget)};
  }

  Contradiction smallest(Views views, std::uint32_t reader);

 private:
  Found view(std::uint32_t reader, std::span<const Fate> fates, std::vector<Fate>* used,
             Budget& budget) {
    ViewSearch search(part_, spaces_, sessions_, reader, fates, budget);
    const Verdict verdict = search.run();
    if (verdict == Verdict::ok && used != nullptr) search.tell(*used);
    return {verdict, reader};
  }

  Found views(std::span<const Fate> fates, std::vector<Fate>* used, Budget& budget) {
    for (std::uint32_t reader = 0; reader < sessions_; ++reader) {
      const Found found = view(reader, fates, used, budget);
      if (found.verdict != Verdict::ok) return found;
    }
    return {Verdict::ok};
  }

  /// One that is used in some view took effect in all, or in none.
  Verdict branch(std::vector<Fate>& fates, const std::vector<Fate>& used, Budget& budget) {
    const auto differs = std::ranges::mismatch(fates, used).in1;
    for (const Fate fate : {Fate::took_effect, Fate::never}) {
      *differs = fate;
      std::vector<Fate> next = fates;
      const Verdict views_now = views(fates, &next, budget).verdict;
      const Verdict verdict =
          views_now == Verdict::ok && next != fates ? branch(fates, next, budget) : views_now;
      if (verdict == Verdict::violated) continue;
      return verdict;
    }
    *differs = Fate::open;
    return Verdict::violated;
  }

  [[nodiscard]] bool is_open(std::size_t place) const {
    const HistoryPart::Member& one = part_.all()[place];
    return part_.keeps(one) && !one.operation.certain && one.operation.writes();
  }

  /// Whether it counts that one of these without an answer has been read.
  [[nodiscard]] bool needs_proof(std::span<const std::uint32_t> operations) {
    part_.restrict_to(operations);
    const std::vector<Fate> fates = what_was_read();
    return std::ranges::find(fates, Fate::took_effect) != fates.end();
  }

  [[nodiscard]] std::vector<Fate> what_was_read() const;
  [[nodiscard]] std::vector<std::uint32_t> operations_of(std::uint32_t reader) const;

  const History& history_;
  HistoryPart part_;
  const Spaces spaces_;
  std::uint32_t sessions_;
};

/// A write without an answer took effect if somebody was told a value that nothing else makes.
std::vector<Fate> SessionSearch::what_was_read() const {
  struct Maker {
    KeyId key{};
    ValueId value = nothing;
    std::size_t place = 0;
  };
  const auto by_value = [](const Maker& one) { return std::tuple(one.key, one.value); };
  std::vector<Maker> makers;
  std::vector<std::uint8_t> appended(history_.keys());
  for (std::size_t place = 0; place < part_.all().size(); ++place) {
    const HistoryPart::Member& one = part_.all()[place];
    const Step step = one.operation.step;
    if (!part_.keeps(one) || !one.operation.writes()) continue;
    if (step == Step::overwrite || step == Step::swap)
      makers.push_back({one.key, one.operation.target, place});
    else
      appended[static_cast<std::size_t>(one.key)] = 1;
  }
  std::ranges::sort(makers, {}, by_value);
  std::vector<Fate> fates(part_.all().size(), Fate::open);
  for (const HistoryPart::Member& one : part_.all()) {
    const Step step = one.operation.step;
    const bool tells = one.operation.certain && (step == Step::equals || step == Step::swap);
    if (!tells || !part_.keeps(one) || !part_.heeds(one)) continue;
    if (one.operation.value == history_.initial() || appended[static_cast<std::size_t>(one.key)])
      continue;
    const auto made =
        std::ranges::equal_range(makers, std::tuple(one.key, one.operation.value), {}, by_value);
    if (made.size() == 1 && is_open(made.front().place))
      fates[made.front().place] = Fate::took_effect;
  }
  return fates;
}

/// Those that its view is about, and those that tell what took effect; of nobody's, all.
std::vector<std::uint32_t> SessionSearch::operations_of(std::uint32_t reader) const {
  const std::vector<Fate> fates = what_was_read();
  const bool proofs = std::ranges::find(fates, Fate::took_effect) != fates.end();
  std::vector<std::uint32_t> operations;
  for (const HistoryPart::Member& one : part_.all())
    if (reader == no_session || reader == one.session || one.operation.writes() || proofs)
      operations.push_back(static_cast<std::uint32_t>(one.operation.id));
  return operations;
}

/// As few of the operations as contradict the view of the reader, or each other's.
Contradiction SessionSearch::smallest(Views views, std::uint32_t reader) {
  std::vector<std::uint32_t> operations = operations_of(reader);
  ShrinkingBudget left{.asked = operations_asked_max};
  const auto ask = [&](std::span<const std::uint32_t> some) {
    if (left.over()) return Answer::ended;
    part_.restrict_to(some);
    Budget budget(view_configurations_per_question);
    Verdict verdict{};
    if (views == Views::one)
      verdict = judge_one(budget).verdict;
    else if (reader == no_session)
      verdict = judge_each(budget).verdict;
    else
      verdict = view(reader, what_was_read(), nullptr, budget).verdict;
    left.spend(some.size(), view_configurations_per_question - budget.configurations);
    return answer_of(verdict);
  };
  Contradiction found;
  found.minimal = take_away(operations, ask);
  found.explanation = "no order of these that keeps the order of each session explains ";
  if (views == Views::one)
    found.explanation += "their answers";
  else if (reader == no_session)
    found.explanation += "what each was told, whatever took effect of what has no answer";
  else
    found.explanation += "what " + history_.spell(SessionId{reader}) + " was told";
  if (views == Views::each_session && reader != no_session && needs_proof(operations))
    found.explanation += " if all took effect that others have read";
  for (const std::uint32_t operation : operations)
    found.operations.push_back(OperationId{operation});
  found.explanation += listed(operations.size(), found.minimal, [&](std::size_t at) {
    return "<" + history_.describe(found.operations[at]) + ">";
  });
  return found;
}

}  // namespace

Judgement search_views(const History& history, Views views, std::uint64_t configurations_max,
                       Explanation explanation) {
  if (const char* const why = not_to_be_searched(history)) return {Verdict::unknown, 0, {}, why};
  SessionSearch search(history);
  Budget budget(configurations_max);
  const Found found = views == Views::one ? search.judge_one(budget) : search.judge_each(budget);
  Judgement judgement{found.verdict, configurations_max - budget.configurations, {}, {}};
  if (found.verdict == Verdict::violated && explanation == Explanation::minimal)
    judgement.contradiction = search.smallest(views, found.reader);
  return judgement;
}

}  // namespace splitvote::consistency
