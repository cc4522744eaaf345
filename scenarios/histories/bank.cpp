// The bank: accounts between which money moves, so that it is never more nor less.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "scenarios/histories/workloads.hpp"

namespace splitvote::histories {

namespace {

using consistency::Judgement;

// With so many accounts of so much no sum overflows.
constexpr std::size_t digits_max = 15;
constexpr std::size_t accounts_max = 1000;

std::int64_t amount_of(const Datum& balance) {
  std::int64_t amount = 0;
  std::from_chars(balance.text.data(), balance.text.data() + balance.text.size(), amount);
  return amount;
}

std::int64_t total_of(const Datum& balances) {
  std::int64_t total = 0;
  for (std::size_t at = 1; at < balances.items.size(); at += 2)
    total += amount_of(balances.items[at]);
  return total;
}

bool has_account(const Datum& balances, const Datum& account) {
  for (std::size_t at = 0; at + 1 < balances.items.size(); at += 2)
    if (alike(balances.items[at], account)) return true;
  return false;
}

/// What is wrong with the balances that one read was told, whatever the others were.
std::string wrong_balance(const Datum& balances, bool negative_balances) {
  for (std::size_t at = 0; at + 1 < balances.items.size(); at += 2) {
    const Datum& balance = balances.items[at + 1];
    const std::string account = show(balances.items[at]);
    if (balance.is_nil()) return fmt::format("account {} has no balance", account);
    if (!negative_balances && amount_of(balance) < 0)
      return fmt::format("the balance of account {} is {}", account, balance.text);
  }
  return {};
}

}  // namespace

Read<void> check_bank(const Event& event) {
  if (event.function != "read" || event.type != EventType::ok) return {};
  if (!event.value || event.value->kind != DatumKind::map || event.value->items.empty())
    return mistake(event.value ? event.value->offset : event.offset,
                   "a read of a bank tells the balances of its accounts", "such as {0 90, 1 10}");
  const std::vector<Datum>& items = event.value->items;
  if (items.size() > 2 * accounts_max)
    return mistake(event.value->offset, fmt::format("more than {} accounts", accounts_max));
  for (std::size_t at = 1; at < items.size(); at += 2) {
    const bool is_amount =
        items[at].kind == DatumKind::integer && items[at].text.size() <= digits_max;
    if (!is_amount && !items[at].is_nil())
      return mistake(items[at].offset, "this is no balance",
                     fmt::format("balances are integers of at most {} digits", digits_max));
  }
  return {};
}

Judgement judge_bank(Workings operations, const WorkloadSettings& settings) {
  const WorkloadOperation* first = nullptr;
  for (const WorkloadOperation* read : operations) {
    if (!read->is("read", EventType::ok)) continue;
    // Whoever returned first: the order of a file is that of what was told.
    if (first == nullptr || read->returned < first->returned) first = read;
  }
  for (const WorkloadOperation* read : operations) {
    if (!read->is("read", EventType::ok)) continue;
    const std::string wrong = wrong_balance(read->told, settings.negative_balances);
    if (!wrong.empty())
      return contradict(std::array{read}, fmt::format("{}: {}.", wrong, describe(*read)));
    for (std::size_t at = 0; at < read->told.items.size(); at += 2)
      if (!has_account(first->told, read->told.items[at]))
        return contradict(
            std::array{first, read},
            fmt::format("account {} was not there at first: {}; {}.", show(read->told.items[at]),
                        describe(*first), describe(*read)));
    const std::int64_t total = total_of(read->told);
    if (total != total_of(first->told))
      return contradict(std::array{first, read},
                        fmt::format("the total was {} and is {}: {}; {}.", total_of(first->told),
                                    total, describe(*first), describe(*read)));
  }
  if (first == nullptr)
    return {consistency::Verdict::unknown, 0, {}, "nobody has read the accounts"};
  return {};
}

}  // namespace splitvote::histories
