// k-atomicity: every read is told one of the last k values.
#include "models/consistency/k_atomicity.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "models/consistency/order_search.hpp"
#include "models/consistency/stale_contradiction.hpp"
#include "models/consistency/value_spans.hpp"
#include "models/consistency/version_order.hpp"
#include "models/consistency/write_order.hpp"

namespace splitvote::consistency {

namespace {

class KAtomicityByKey {
 public:
  KAtomicityByKey(const History& history, const KAtomicitySettings& settings)
      : history_(history),
        settings_(settings),
        operations_(history),
        zones_(history.values().size()) {}

  Judgement judge(std::uint32_t k) {
    for (std::size_t key = 0; key < operations_.keys(); ++key) {
      const auto stalest = stalest_by_versions(history_, operations_.of(key));
      if (stalest && *stalest < k) continue;
      const ValueSpans spans = read_spans(operations_.of(key), history_.initial());
      std::optional<StaleClash> clash;
      const Verdict verdict = judge(key, spans, k, clash);
      if (verdict == Verdict::violated)
        keep_earliest(key, *clash);
      else if (!spans.left_out.empty() && linearizable(key) != Verdict::ok)
        leave_open(spans.left_out);
      else if (spans.left_out.empty() && verdict == Verdict::unknown)
        leave_open({});
    }
    explain(k);
    return std::move(judgement_);
  }

  Judgement find_smallest() {
    VersionBounds all;
    std::string_view open;  // why both bounds are not one
    for (std::size_t key = 0; key < operations_.keys(); ++key) {
      const ValueSpans spans = read_spans(operations_.of(key), history_.initial());
      if (spans.violated) {
        keep_earliest(key, {spans.clash, {}});
        continue;
      }
      const auto stalest = stalest_by_versions(history_, operations_.of(key));
      if (!stalest && !spans.left_out.empty()) {
        if (linearizable(key) != Verdict::ok) leave_open(spans.left_out);
        continue;
      }
      VersionBounds bounds = smallest(spans, stalest);
      if (!spans.left_out.empty() && bounds.at_least == 1 && bounds.at_most > 1) {
        const Verdict fresh = linearizable(key);
        if (fresh == Verdict::ok) bounds.at_most = 1;
        if (fresh == Verdict::violated) bounds.at_least = 2;
      }
      if (bounds.at_most > bounds.at_least)
        open = spans.left_out.empty() ? "the budget ended" : spans.left_out;
      all.at_least = std::max(all.at_least, bounds.at_least);
      all.at_most = std::max(all.at_most, bounds.at_most);
    }
    explain(1);
    if (judgement_.verdict != Verdict::ok) return std::move(judgement_);
    judgement_.remark = "the smallest k is " + std::to_string(all.at_least);
    if (all.at_least != all.at_most)
      judgement_.remark += " to " + std::to_string(all.at_most) + ", " + std::string(open);
    return std::move(judgement_);
  }

 private:
  // When all of it has happened.
  [[nodiscard]] Position end_of(std::size_t key, std::span<const std::uint32_t> some) const {
    Position end = 0;
    for (const std::uint32_t at : some) {
      const KeyOperation& one = operations_.of(key)[at];
      end = std::max(end, one.certain ? one.returned : one.invoked);
    }
    return end;
  }

  Verdict judge(std::size_t key, const ValueSpans& spans, std::uint32_t k,
                std::optional<StaleClash>& clash) {
    if (spans.violated) {
      clash = {spans.clash, {}};
      return Verdict::violated;
    }
    const VersionBounds bounds = bound_versions(spans.spans);
    if (k >= bounds.at_most) return Verdict::ok;
    if (k < bounds.at_least) {
      clash = too_stale(spans.spans, bounds.stalest, k);
      clash->clash.position = end_of(key, clash->operations);
      return Verdict::violated;
    }
    WriteOrderSearch search(spans.spans, k);
    const Verdict verdict = search.run(settings_.configurations_per_key);
    judgement_.configurations += search.configurations();
    if (verdict == Verdict::violated) clash = without_order(spans.spans, search);
    return verdict;
  }

  // Upwards, because smaller ones cost less. Where something is left out, only what contradicts
  // without it counts.
  VersionBounds smallest(const ValueSpans& spans, std::optional<std::uint64_t> stalest) {
    VersionBounds bounds = bound_versions(spans.spans);
    if (!spans.left_out.empty()) bounds.at_most = UINT32_MAX;
    if (stalest && *stalest < bounds.at_most)
      bounds.at_most = static_cast<std::uint32_t>(*stalest + 1);
    std::uint64_t left = settings_.configurations_per_key;
    bool certain = true;
    for (std::uint32_t k = bounds.at_least; k < bounds.at_most; ++k) {
      WriteOrderSearch search(spans.spans, k);
      const Verdict verdict = search.run(left);
      judgement_.configurations += search.configurations();
      left -= search.configurations();
      if (verdict == Verdict::ok && !spans.left_out.empty()) break;
      if (verdict == Verdict::ok) bounds.at_most = k;
      certain = certain && verdict == Verdict::violated;
      if (certain) bounds.at_least = k + 1;
    }
    return bounds;
  }

  Verdict linearizable(std::size_t key) {
    const auto operations = operations_.of(key);
    Clash clash;
    const ZoneAnswer answer = zones_.check(operations, history_.initial(), clash);
    if (answer == ZoneAnswer::ok) return Verdict::ok;
    if (answer == ZoneAnswer::violated) return Verdict::violated;
    OrderSearch search(history_.values(), operations, history_.initial(), Memory::hashed);
    const Verdict verdict = search.run(settings_.configurations_per_key);
    judgement_.configurations += search.configurations();
    return verdict;
  }

  void leave_open(std::string_view why) {
    if (judgement_.verdict != Verdict::ok) return;
    judgement_.verdict = Verdict::unknown;
    judgement_.undecided = why;
  }

  void keep_earliest(std::size_t key, const StaleClash& clash) {
    const bool first = judgement_.verdict != Verdict::violated;
    judgement_.verdict = Verdict::violated;
    judgement_.undecided.clear();
    if (!first && first_.clash.position <= clash.clash.position) return;
    first_ = clash;
    first_key_ = key;
  }

  void explain(std::uint32_t k) {
    if (judgement_.verdict != Verdict::violated) return;
    if (settings_.explanation == Explanation::none) return;
    judgement_.contradiction =
        StaleContradiction(history_, operations_.of(first_key_), k).explain(first_);
  }

  const History& history_;
  const KAtomicitySettings& settings_;
  const KeyOperations operations_;
  ZoneCheck zones_;
  Judgement judgement_;
  StaleClash first_;
  std::size_t first_key_ = 0;
};

}  // namespace

Judgement check_k_atomicity(const History& history, std::uint32_t k,
                            const KAtomicitySettings& settings) {
  return KAtomicityByKey(history, settings).judge(k);
}

Judgement find_smallest_k(const History& history, const KAtomicitySettings& settings) {
  return KAtomicityByKey(history, settings).find_smallest();
}

}  // namespace splitvote::consistency
