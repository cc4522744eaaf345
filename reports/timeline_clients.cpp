// The clients of a timeline: their operations from note to note, and the first write that a new
// leader serves.
#include <fmt/format.h>

#include "models/client/placement.hpp"
#include "reports/timeline_builder.hpp"

namespace splitvote::reports {

using sim::Record;

bool TimelineBuilder::is_of_drawn_group(const ClientOperation& operation) const {
  const auto groups = static_cast<std::uint16_t>(timeline_.run.groups);
  if (groups <= 1) return true;
  return operation.invoke && client::group_of(operation.key, groups) == timeline_.group;
}

void TimelineBuilder::follow_invoke(const Record& record) {
  ClientOperation operation;
  operation.client = record.node;
  operation.number = record.b;
  operation.invoke = record.moment.time;
  client::Operation asked;
  constexpr std::size_t third_argument = sizeof(std::uint64_t);
  if (record.detail.size() >= third_argument &&
      client::decode(record.detail.subspan(third_argument), asked)) {
    operation.kind = asked.kind;
    operation.key = asked.key;
  }
  pending_.insert_or_assign({record.node, record.b}, timeline_.operations.size());
  timeline_.operations.push_back(std::move(operation));
}

void TimelineBuilder::follow_complete(const Record& record) {
  const auto known = pending_.find({record.node, record.b});
  if (known == pending_.end()) {
    timeline_.operations.push_back({.client = record.node,
                                    .number = record.b,
                                    .kind = {},
                                    .key = {},
                                    .invoke = {},
                                    .complete = {},
                                    .outcome = {}});
  }
  ClientOperation& operation =
      known == pending_.end() ? timeline_.operations.back() : timeline_.operations[known->second];
  if (known != pending_.end()) pending_.erase(known);
  operation.complete = record.moment.time;
  if (record.c <= static_cast<std::uint64_t>(client::Outcome::unknown))
    operation.outcome = static_cast<client::Outcome>(record.c);
  // Only a write proves that the new leader serves: a read may come from the old one.
  const bool served = operation.outcome == client::Outcome::ok && operation.invoke &&
                      operation.kind != client::OperationKind::get && is_of_drawn_group(operation);
  if (!served || served_term_ >= committed_term_) return;
  served_term_ = committed_term_;
  turn(record, Turn::service,
       fmt::format("{} has its first write acknowledged in term {}", name(record.node),
                   committed_term_));
}

}  // namespace splitvote::reports
