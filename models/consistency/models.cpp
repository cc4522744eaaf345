// The consistency models by name: what each one promises, and the function that judges a history.
#include "models/consistency/models.hpp"

#include <algorithm>
#include <array>
#include <functional>

#include "models/consistency/causality.hpp"
#include "models/consistency/isolation.hpp"
#include "models/consistency/k_atomicity.hpp"
#include "models/consistency/sequential.hpp"
#include "models/consistency/session_guarantees.hpp"
#include "models/consistency/session_search.hpp"
#include "models/consistency/session_views.hpp"
#include "models/consistency/smallest_contradiction.hpp"
#include "models/consistency/strong_convergence.hpp"
#include "models/consistency/transaction_search.hpp"

namespace splitvote::consistency {

namespace {

constexpr std::uint64_t quick_search = 100'000;

Judgement judge_linearizable(const History& history, const ModelSettings& settings) {
  return check_linearizability(history, {.configurations_per_key = settings.configurations,
                                         .memory = settings.memory,
                                         .explanation = settings.explanation});
}

void explain(Judgement& judgement, const Observations& observations, const ModelSettings& settings,
             const std::function<Judgement(const Observations&)>& judge) {
  if (!judgement.contradiction || settings.explanation != Explanation::minimal) return;
  judgement.contradiction = smallest_contradiction(observations, *judgement.contradiction, judge);
}

/// Whether the history fits if each compare-and-swap that did not match has read what it was told.
template <typename Judge>
bool fits_by_versions(const History& history, const Judge& judge) {
  const bool mismatches = std::ranges::any_of(
      history.operations(), [](const Operation& one) { return one.outcome == Outcome::mismatch; });
  if (!mismatches || !history.has_versions()) return false;
  return judge(Observations::of(history, Mismatches::reads)).verdict == Verdict::ok;
}

/// Where who read from whom is not known, the values may decide.
Judgement by_values(Judgement unknown, const History& history, Views views,
                    const ModelSettings& settings) {
  Judgement found = search_views(history, views, settings.configurations, settings.explanation);
  return found.verdict == Verdict::unknown ? std::move(unknown) : std::move(found);
}

// Most histories that are sequential are linearizable, which is seen at once if values are
// distinct.
Judgement judge_in_sequence(const History& history, const ModelSettings& settings) {
  Judgement judgement = check_linearizability(
      history, {.configurations_per_key = std::min(settings.configurations, quick_search),
                .explanation = Explanation::none});
  if (judgement.verdict == Verdict::ok) return judgement;
  const Observations observations = Observations::of(history);
  judgement = judge_sequential(observations, settings.configurations);
  const std::uint64_t part = std::min(settings.configurations, quick_search);
  const bool fits = judgement.verdict == Verdict::unknown &&
                    fits_by_versions(history, [part](const Observations& told) {
                      return judge_sequential(told, part);
                    });
  if (fits) return {};
  if (judgement.verdict == Verdict::unknown)
    return by_values(std::move(judgement), history, Views::one, settings);
  explain(judgement, observations, settings,
          [part](const Observations& some) { return judge_sequential(some, part); });
  return judgement;
}

template <std::uint32_t k>
Judgement judge_k_atomic(const History& history, const ModelSettings& settings) {
  return check_k_atomicity(
      history, k,
      {.configurations_per_key = settings.configurations, .explanation = settings.explanation});
}

Judgement judge_some_k(const History& history, const ModelSettings& settings) {
  return find_smallest_k(history, {.configurations_per_key = settings.configurations,
                                   .explanation = settings.explanation});
}

template <Judgement (*judge)(const Observations&)>
Judgement observed(const History& history, const ModelSettings& settings) {
  const Observations observations = Observations::of(history);
  Judgement judgement = judge(observations);
  explain(judgement, observations, settings, judge);
  if (judgement.verdict != Verdict::unknown) return judgement;
  // What is linearizable keeps every model here, and most histories show that soon.
  const auto stronger = [&](std::uint64_t configurations) {
    return check_linearizability(
        history, {.configurations_per_key = configurations, .explanation = Explanation::none});
  };
  const Judgement quick = stronger(std::min(settings.configurations, quick_search));
  if (quick.verdict == Verdict::ok) return quick;
  if (fits_by_versions(history, judge)) return {};
  // What is sequential does, too.
  const std::uint64_t part = std::min(settings.configurations, quick_search);
  if (search_views(history, Views::one, part, Explanation::none).verdict == Verdict::ok) return {};
  if (quick.verdict == Verdict::violated || settings.configurations <= quick_search)
    return judgement;
  const Judgement whole = stronger(settings.configurations);
  return whole.verdict == Verdict::ok ? whole : judgement;
}

// Causal memory is stronger and needs no clocks for which there may be no room.
Judgement judge_causal_or_stronger(const History& history, const ModelSettings& settings) {
  Judgement judgement = observed<judge_causal>(history, settings);
  if (judgement.verdict != Verdict::unknown) return judgement;
  const Judgement stronger = judge_causal_memory(Observations::of(history));
  return stronger.verdict == Verdict::ok ? Judgement{} : std::move(judgement);
}

/// Of a model that whoever keeps PRAM keeps.
template <Judgement (*judge)(const Observations&)>
Judgement observed_or_pram(const History& history, const ModelSettings& settings) {
  Judgement judgement = observed<judge>(history, settings);
  if (judgement.verdict != Verdict::unknown) return judgement;
  const std::uint64_t part = std::min(settings.configurations, quick_search);
  const Judgement pram = search_views(history, Views::each_session, part, Explanation::none);
  return pram.verdict == Verdict::ok ? Judgement{} : std::move(judgement);
}

Judgement judge_pram_by_values(const History& history, const ModelSettings& settings) {
  Judgement judgement = observed<judge_pram>(history, settings);
  if (judgement.verdict != Verdict::unknown) return judgement;
  ModelSettings quick = settings;
  quick.configurations = std::min(settings.configurations, quick_search);
  judgement = by_values(std::move(judgement), history, Views::each_session, quick);
  if (judgement.verdict != Verdict::unknown || settings.configurations <= quick_search)
    return judgement;
  // One order for all may be found sooner than one for each that agrees with the others.
  const Judgement one =
      search_views(history, Views::one, settings.configurations, Explanation::none);
  if (one.verdict == Verdict::ok) return {};
  return by_values(std::move(judgement), history, Views::each_session, settings);
}

// Who breaks PRAM breaks it.
Judgement judge_causal_memory_by_values(const History& history, const ModelSettings& settings) {
  Judgement judgement = observed<judge_causal_memory>(history, settings);
  if (judgement.verdict != Verdict::unknown) return judgement;
  Judgement weaker =
      search_views(history, Views::each_session, settings.configurations, settings.explanation);
  return weaker.verdict == Verdict::violated ? std::move(weaker) : std::move(judgement);
}

Judgement judge_in_the_end(const History& history, const ModelSettings& settings) {
  return judge_eventual(history, settings.eventual);
}

constexpr std::array model_table{
    Model{"linearizable",
          "Each key behaves like one object on one machine: one order of its operations explains "
          "all answers and keeps real time.",
          judge_linearizable},
    Model{"2-atomic",
          "One order of each key's operations keeps real time, and every read is told one of the "
          "last two values.",
          judge_k_atomic<2>},
    Model{"3-atomic", "As 2-atomic, with the last three values.", judge_k_atomic<3>},
    Model{"4-atomic", "As 2-atomic, with the last four values.", judge_k_atomic<4>},
    Model{"k-atomic",
          "As 2-atomic, with the last k values for some k, and the smallest is told: no read comes "
          "before the write of its value.",
          judge_some_k},
    Model{"sequential",
          "One order of all operations explains all answers and keeps the order of each session.",
          judge_in_sequence, true},
    Model{"causal-memory",
          "Each session sees all writes and its own reads in one order that keeps causality.",
          judge_causal_memory_by_values, true},
    Model{"causal-convergence",
          "Whoever sees a write sees all that its writer knew, and all sessions order the writes "
          "alike.",
          observed<judge_causal_convergence>, true},
    Model{"causal", "Whoever sees a write sees all that its writer knew.", judge_causal_or_stronger,
          true},
    Model{"pram",
          "Each session sees all writes and its own reads in one order that keeps the order of "
          "each session.",
          judge_pram_by_values, true},
    Model{"writes-follow-reads",
          "What a session writes comes behind what it has read, for everybody.",
          observed<judge_writes_follow_reads>, true},
    Model{"monotonic-writes",
          "The writes of a session come in its order for everybody; single reads of registers "
          "cannot tell otherwise, reads of lists can.",
          observed_or_pram<judge_monotonic_writes>, true},
    Model{"monotonic-reads", "What a session has read once it does not lose again.",
          observed_or_pram<judge_monotonic_reads>, true},
    Model{"read-your-writes", "A session reads nothing older than what it wrote before.",
          observed_or_pram<judge_read_your_writes>, true},
    Model{"strong-convergence",
          "Who sees the same writes to a key is told the same of it; single reads of registers "
          "cannot tell otherwise, reads of lists can.",
          observed<judge_strong_convergence>, true},
    Model{"eventual",
          "A while after the last fault every write is seen by everybody, and of two all see the "
          "same one last.",
          judge_in_the_end},
};

void explain_transactions(Judgement& judgement, const Observations& observations,
                          const ModelSettings& settings,
                          Judgement (*judge)(const Observations&, std::uint64_t)) {
  const std::uint64_t part = std::min(settings.configurations, quick_search);
  explain(judgement, observations, settings,
          [&](const Observations& some) { return judge(some, part); });
}

struct StrictJudgement {
  Judgement judgement;
  bool by_values = false;  // it comes from the search by values
};

// What must come before what decides most histories. The search by values is not concerned by who
// wrote them, but knows those of registers only.
StrictJudgement strictly(const TransactionHistory& history, const Observations& observations,
                         std::uint64_t configurations) {
  StrictJudgement made{judge_strict_serializable(observations, configurations)};
  if (made.judgement.verdict != Verdict::unknown || !are_registers(history)) return made;
  return {search_strict_order(history, configurations), true};
}

Judgement judge_strictly(const TransactionHistory& history, const ModelSettings& settings) {
  if (!history.has_real_time()) return {Verdict::unknown, 0, {}, "the history has no real time"};
  const Observations observations = Observations::of(history, Sessions::ignored);
  StrictJudgement made =
      strictly(history, observations, std::min(settings.configurations, quick_search));
  if (made.judgement.verdict == Verdict::unknown && settings.configurations > quick_search)
    made = strictly(history, observations, settings.configurations);
  Judgement& judgement = made.judgement;
  // Of a read of a value with several writers only the values tell.
  const bool by_values =
      made.by_values || (are_registers(history) && !observations.undecided().empty());
  if (!by_values)
    explain_transactions(judgement, observations, settings, judge_strict_serializable);
  else if (judgement.contradiction && !observations.absurd() &&
           settings.explanation == Explanation::minimal)
    judgement.contradiction = smallest_strict_contradiction(history, *judgement.contradiction);
  return std::move(judgement);
}

template <Judgement (*judge)(const Observations&, std::uint64_t), Sessions sessions>
Judgement searched_transactions(const TransactionHistory& history, const ModelSettings& settings) {
  const std::uint64_t part = std::min(settings.configurations, quick_search);
  // Most histories that are that keep real time, too, or at least the order of sessions. The more
  // must be kept the less there is to search.
  if (history.has_real_time()) {
    Judgement stronger =
        judge_strict_serializable(Observations::of(history, Sessions::ignored), part);
    if (stronger.verdict == Verdict::ok) return stronger;
  }
  if (sessions == Sessions::ignored) {
    Judgement stronger = judge(Observations::of(history, Sessions::kept), part);
    if (stronger.verdict == Verdict::ok) return stronger;
  }
  const Observations observations = Observations::of(history, sessions);
  Judgement judgement = judge(observations, part);
  // In turns: a quick look by values, then everything as it was observed, then by values.
  const bool by_values = history.has_real_time() && are_registers(history);
  Verdict stronger = Verdict::unknown;
  if (judgement.verdict == Verdict::unknown && by_values)
    stronger = search_strict_order(history, part).verdict;
  const bool goes_on = part < settings.configurations;
  if (judgement.verdict == Verdict::unknown && stronger != Verdict::ok && goes_on)
    judgement = judge(observations, settings.configurations);
  explain_transactions(judgement, observations, settings, judge);
  if (judgement.verdict == Verdict::unknown && stronger == Verdict::unknown && by_values && goes_on)
    stronger = search_strict_order(history, settings.configurations).verdict;
  if (judgement.verdict == Verdict::unknown && stronger == Verdict::ok) return {};
  return judgement;
}

// What a model leaves open may keep a stronger one: real time with all transactions in one order.
template <Judgement (*judge)(const Observations&)>
Judgement observed_transactions(const TransactionHistory& history, const ModelSettings& settings) {
  const Observations observations = Observations::of(history);
  Judgement judgement = judge(observations);
  explain(judgement, observations, settings, judge);
  if (judgement.verdict != Verdict::unknown || !history.has_real_time()) return judgement;
  const Observations each = Observations::of(history, Sessions::ignored);
  const std::uint64_t part = std::min(settings.configurations, quick_search);
  Verdict stronger = strictly(history, each, part).judgement.verdict;
  if (stronger == Verdict::unknown && part < settings.configurations)
    stronger = strictly(history, each, settings.configurations).judgement.verdict;
  return stronger == Verdict::ok ? Judgement{} : judgement;
}

constexpr std::array transaction_model_table{
    TransactionModel{"strict-serializable",
                     "One order of all transactions explains all answers and keeps real time.",
                     judge_strictly},
    TransactionModel{"strong-session-serializable",
                     "One order of all transactions explains all answers and keeps the order of "
                     "each session.",
                     searched_transactions<judge_serializable, Sessions::kept>},
    TransactionModel{"serializable", "One order of all transactions explains all answers.",
                     searched_transactions<judge_serializable, Sessions::ignored>},
    TransactionModel{"strong-session-snapshot-isolation",
                     "Snapshot isolation, with a snapshot that holds all that the session did "
                     "before.",
                     searched_transactions<judge_snapshot_isolation, Sessions::kept>},
    TransactionModel{"snapshot-isolation",
                     "Each transaction reads from a snapshot, and of two that write the same key "
                     "one has the other in its snapshot.",
                     searched_transactions<judge_snapshot_isolation, Sessions::ignored>},
    TransactionModel{"causal",
                     "Whoever sees a transaction sees all of it and all that it knew; all "
                     "sessions order the transactions alike.",
                     observed_transactions<judge_causal_convergence>},
    TransactionModel{"read-atomic",
                     "Whoever sees a transaction, or comes behind it in its session, sees all "
                     "of it.",
                     observed_transactions<judge_read_atomic>},
    TransactionModel{"read-committed",
                     "Only what was committed is seen, and what was seen once is not older "
                     "afterwards in a transaction.",
                     observed_transactions<judge_read_committed>},
};

}  // namespace

std::span<const Model> models() { return model_table; }

std::span<const TransactionModel> transaction_models() { return transaction_model_table; }

const Model* find_model(std::string_view name) {
  const auto found = std::ranges::find(model_table, name, &Model::name);
  return found == model_table.end() ? nullptr : &*found;
}

const TransactionModel* find_transaction_model(std::string_view name) {
  const auto table = transaction_models();
  const auto found = std::ranges::find(table, name, &TransactionModel::name);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace splitvote::consistency
