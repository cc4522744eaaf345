// The counter: increments whose sum is read while others come.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "scenarios/histories/workloads.hpp"

namespace splitvote::histories {

namespace {

using consistency::Judgement;

// So many of so much have a sum.
constexpr std::size_t digits_max = 9;

std::int64_t number_of(const Datum& datum) {
  std::int64_t number = 0;
  std::from_chars(datum.text.data(), datum.text.data() + datum.text.size(), number);
  return number;
}

/// Increments, each at the place where it becomes possible or certain.
struct Step {
  std::size_t place = 0;
  std::int64_t amount = 0;
};

/// The sum of all steps before a place.
class Sum {
 public:
  void add(std::size_t place, std::int64_t amount) { steps_.push_back({place, amount}); }
  void finish() {
    std::ranges::sort(steps_, {}, &Step::place);
    for (std::size_t at = 1; at < steps_.size(); ++at) steps_[at].amount += steps_[at - 1].amount;
  }
  [[nodiscard]] std::int64_t before(std::size_t place) const {
    const auto next = std::ranges::lower_bound(steps_, place, {}, &Step::place);
    return next == steps_.begin() ? 0 : (next - 1)->amount;
  }

 private:
  std::vector<Step> steps_;
};

}  // namespace

Read<void> check_counter(const Event& event) {
  const bool adds = event.function == "add" && event.type == EventType::invoke;
  const bool reads = event.function == "read" && event.type == EventType::ok;
  if (!adds && !reads) return {};
  const bool is_number = event.value && event.value->kind == DatumKind::integer;
  if (!is_number)
    return mistake(
        event.value ? event.value->offset : event.offset,
        adds ? "an add to a counter is an integer" : "a read of a counter is an integer");
  if (event.value->text.size() > (adds ? digits_max : 2 * digits_max))
    return mistake(event.value->offset, "this number is too large for a counter");
  return {};
}

// An increment below zero, which Jepsen does not have, lowers the counter as soon as it is possible
// and raises it never.
Judgement judge_counter(Workings operations, const WorkloadSettings&) {
  Sum possible_gains;
  Sum certain_gains;
  Sum possible_losses;
  Sum certain_losses;
  for (const WorkloadOperation* add : operations) {
    if (add->function != "add" || add->outcome == EventType::fail) continue;
    const std::int64_t amount = number_of(add->asked);
    (amount < 0 ? possible_losses : possible_gains).add(add->invoked, amount);
    if (add->outcome == EventType::ok)
      (amount < 0 ? certain_losses : certain_gains).add(add->returned, amount);
  }
  for (Sum* sum : {&possible_gains, &certain_gains, &possible_losses, &certain_losses})
    sum->finish();
  for (const WorkloadOperation* read : operations) {
    if (!read->is("read", EventType::ok)) continue;
    const std::int64_t low =
        certain_gains.before(read->invoked) + possible_losses.before(read->returned);
    const std::int64_t high =
        possible_gains.before(read->returned) + certain_losses.before(read->invoked);
    const std::int64_t told = number_of(read->told);
    if (told < low || told > high)
      return contradict(std::array{read},
                        fmt::format("the counter was between {} and {}, but {} was read: {}.", low,
                                    high, told, describe(*read)));
  }
  return {};
}

}  // namespace splitvote::histories
