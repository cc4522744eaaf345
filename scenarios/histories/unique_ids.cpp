// Unique ids: a service that never gives one away twice.
#include <fmt/format.h>

#include <map>

#include "scenarios/histories/workloads.hpp"

namespace splitvote::histories {

Read<void> check_unique_ids(const Event& event) {
  if (event.type == EventType::ok && (!event.value || event.value->is_nil()))
    return mistake(event.offset, "this operation does not say which id it was given");
  return {};
}

consistency::Judgement judge_unique_ids(Workings operations, const WorkloadSettings&) {
  std::map<std::string, const WorkloadOperation*> given;
  for (const WorkloadOperation* one : operations) {
    if (!one->is("generate", EventType::ok)) continue;
    const auto [before, is_new] = given.try_emplace(show(one->told), one);
    if (!is_new)
      return contradict(std::array{before->second, one},
                        fmt::format("{} was given twice: {}; {}.", show(one->told),
                                    describe(*before->second), describe(*one)));
  }
  return {};
}

}  // namespace splitvote::histories
