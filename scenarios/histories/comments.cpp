// Comments: blind inserts, and reads of all of them, which may not show a reply without its cause.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "scenarios/histories/workloads.hpp"

namespace splitvote::histories {

namespace {

using consistency::Judgement;

/// Of the writes that are seen the one that was invoked last: whoever sees it sees all that had
/// returned by then.
const WorkloadOperation* latest_seen(
    const std::set<std::string>& seen,
    const std::map<std::string, const WorkloadOperation*>& writes) {
  const WorkloadOperation* latest = nullptr;
  for (const std::string& element : seen) {
    const auto found = writes.find(element);
    if (found == writes.end()) continue;
    if (latest == nullptr || latest->invoked < found->second->invoked) latest = found->second;
  }
  return latest;
}

}  // namespace

Read<void> check_comments(const Event& event) { return check_collection(event, "write"); }

// What is seen and was not written here may be older than the file.
Judgement judge_comments(Workings operations, const WorkloadSettings&) {
  std::map<std::string, const WorkloadOperation*> writes;
  for (const WorkloadOperation* write : operations)
    if (write->function == "write") writes.try_emplace(show(write->asked), write);
  for (const WorkloadOperation* read : operations) {
    if (!read->is("read", EventType::ok)) continue;
    std::set<std::string> seen;
    for (const Datum& item : read->told.items) seen.insert(show(item));
    const WorkloadOperation* const latest = latest_seen(seen, writes);
    if (latest == nullptr) continue;
    for (const WorkloadOperation* write : operations) {
      if (!write->is("write", EventType::ok) || write->returned > latest->invoked) continue;
      if (seen.contains(show(write->asked))) continue;
      return contradict(
          std::array{write, latest, read},
          fmt::format("{} was seen without {}, which had been written before: {}; {}; {}.",
                      show(latest->asked), show(write->asked), describe(*write), describe(*latest),
                      describe(*read)));
    }
  }
  return {};
}

}  // namespace splitvote::histories
