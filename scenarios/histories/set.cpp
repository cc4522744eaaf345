// The set: elements are added, and all of them read in the end.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenarios/histories/workloads.hpp"

namespace splitvote::histories {

Read<void> check_set(const Event& event) { return check_collection(event, "add"); }

consistency::Judgement judge_set(Workings operations, const WorkloadSettings&) {
  const WorkloadOperation* last = nullptr;
  std::set<std::string> attempted;
  for (const WorkloadOperation* operation : operations) {
    if (operation->function == "add") attempted.insert(show(operation->asked));
    if (!operation->is("read", EventType::ok)) continue;
    if (last == nullptr || operation->returned > last->returned) last = operation;
  }
  if (last == nullptr) return {consistency::Verdict::unknown, 0, {}, "the set was never read"};
  std::set<std::string> found;
  for (const Datum& element : last->told.items) {
    found.insert(show(element));
    if (!attempted.contains(show(element)))
      return contradict(std::array{last},
                        fmt::format("nobody added {}, but the last read has it: {}.", show(element),
                                    describe(*last)));
  }
  for (const WorkloadOperation* add : operations)
    if (add->is("add", EventType::ok) && !found.contains(show(add->asked)))
      return contradict(std::array{add, last},
                        fmt::format("{} was added, but the last read lacks it: {}; {}.",
                                    show(add->asked), describe(*add), describe(*last)));
  return {};
}

}  // namespace splitvote::histories
