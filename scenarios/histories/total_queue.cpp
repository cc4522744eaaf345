// The queue that is emptied in the end: what went in comes out.
#include <fmt/format.h>

#include <map>
#include <vector>

#include "scenarios/histories/workloads.hpp"

namespace splitvote::histories {

namespace {

using consistency::Judgement;

/// What one value went through.
struct Passage {
  std::size_t attempts = 0;
  std::vector<const WorkloadOperation*> in;   // acknowledged
  std::vector<const WorkloadOperation*> out;  // an operation may be there several times
};

}  // namespace

Read<void> check_queue(const Event& event) {
  if (event.function == "enqueue" && event.type == EventType::invoke && !event.value)
    return mistake(event.offset, "this operation does not say what it puts in");
  if (event.function == "drain" && event.type == EventType::ok &&
      (!event.value || !event.value->is_sequence()))
    return mistake(event.value ? event.value->offset : event.offset,
                   "a drain tells all that came out", "such as [1 2 3]");
  if (event.function == "drain" && event.type == EventType::info)
    return mistake(event.offset, "of a drain without an answer nobody knows what came out");
  return {};
}

// Jepsen lets a value come out twice, which happens where deliveries are repeated.
Judgement judge_queue(Workings operations, const WorkloadSettings&) {
  std::map<std::string, Passage> passages;
  for (const WorkloadOperation* one : operations) {
    if (one->function == "enqueue") {
      Passage& passage = passages[show(one->asked)];
      ++passage.attempts;
      if (one->outcome == EventType::ok) passage.in.push_back(one);
    }
    if (one->is("dequeue", EventType::ok)) passages[show(one->told)].out.push_back(one);
    if (one->is("drain", EventType::ok))
      for (const Datum& item : one->told.items) passages[show(item)].out.push_back(one);
  }
  for (const auto& [value, passage] : passages) {
    if (passage.attempts == 0)
      return contradict(std::array{passage.out.front()},
                        fmt::format("{} came out, but nobody had put it in: {}.", value,
                                    describe(*passage.out.front())));
    if (passage.in.size() > passage.out.size())
      return contradict(std::array{passage.in[passage.out.size()]},
                        fmt::format("{} was put in and never came out: {}.", value,
                                    describe(*passage.in[passage.out.size()])));
  }
  return {};
}

}  // namespace splitvote::histories
