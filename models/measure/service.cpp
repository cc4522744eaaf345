// What the clients got: outcomes, latencies, availability, and the periods without service.
#include "models/measure/service.hpp"

#include <algorithm>

namespace splitvote::measure {

namespace {

std::uint64_t open_key(sim::NodeId node, std::uint64_t operation) {
  constexpr unsigned number_bits = 48;
  return std::uint64_t{sim::number(node)} << number_bits |
         (operation & ((std::uint64_t{1} << number_bits) - 1));
}

}  // namespace

sim::Ratio share(std::uint64_t part, std::uint64_t whole) {
  if (whole == 0) return {1, 1};
  while (whole > UINT32_MAX) {
    part /= 2;
    whole /= 2;
  }
  return {static_cast<std::uint32_t>(part), static_cast<std::uint32_t>(whole)};
}

Service::Service(std::vector<std::uint32_t> workload_of, sim::Duration threshold)
    : workload_of_(std::move(workload_of)), threshold_(threshold) {
  std::uint32_t last = 0;
  for (const std::uint32_t number : workload_of_) last = std::max(last, number);
  workloads_.resize(std::size_t{last} + 1);
}

WorkloadService& Service::workload(sim::NodeId node) {
  const std::size_t at = sim::number(node);
  return workloads_[at < workload_of_.size() ? workload_of_[at] : 0];
}

void Service::on_invoke(const sim::Moment& moment, sim::NodeId node, const sim::Note& note) {
  client::Operation operation;
  if (!client::decode(note.detail, operation)) return;
  open_[open_key(node, note.a)] = {moment.time.ns, note.b,
                                   versions_.on_invoke(operation.kind, operation.key)};
  if (operation.kind == client::OperationKind::get) return;
  const std::size_t at = sim::number(node);
  if (at >= pending_of_.size()) pending_of_.resize(at + 1);
  ++pending_of_[at];
  ++pending_writes_;
  if (!waiting_since_.has_value()) waiting_since_ = moment.time;
}

std::optional<Ended> Service::on_complete(const sim::Moment& moment, sim::NodeId node,
                                          const sim::Note& note, OccurrenceCounts& counts) {
  const std::uint64_t key = open_key(node, note.a);
  const Open* found = open_.find(key);
  if (found == nullptr || note.b >= outcomes) return std::nullopt;
  const Open open = *found;
  open_.erase(key);
  const auto outcome = static_cast<client::Outcome>(note.b);
  const bool executed = outcome == client::Outcome::ok || outcome == client::Outcome::mismatch;
  WorkloadService& service = workload(node);
  ++service.ended[note.b];
  if (executed) on_answer(open, note.c, moment.time, service);
  if (outcome == client::Outcome::unknown) counts.add(Occurrence::operation_unknown);
  if (outcome == client::Outcome::failed) {
    versions_.on_failed(open.operation);
    counts.add(Occurrence::operation_failed);
  }
  if (outcome == client::Outcome::mismatch) counts.add(Occurrence::compare_and_swap_mismatch);
  if (open.operation.kind != client::OperationKind::get) {
    --pending_of_[sim::number(node)];
    on_write_ended(moment.time, executed, counts);
  }
  return Ended{open.session, open.operation.kind, outcome};
}

void Service::on_answer(const Open& open, std::uint64_t revision, sim::Instant now,
                        WorkloadService& service) {
  const client::OperationKind kind = open.operation.kind;
  service.latencies[static_cast<std::size_t>(kind)].push_back(now.ns - open.invoked_ns);
  if (kind == client::OperationKind::get) {
    const Staleness staleness =
        versions_.staleness(open.operation.key, revision, sim::Instant{open.invoked_ns});
    service.read_staleness.push_back(staleness.time.ns);
    service.read_staleness_versions.push_back(static_cast<std::int64_t>(staleness.versions));
  }
  versions_.on_answer(open.operation, revision, now);
}

// A write that failed leaves the wish unserved: the period goes on even if nobody tries for a
// while.
void Service::on_write_ended(sim::Instant now, bool succeeded, OccurrenceCounts& counts) {
  --pending_writes_;
  if (!succeeded) return;
  close_window(now, counts);
  waiting_since_.reset();
  if (pending_writes_ > 0) waiting_since_ = now;
}

void Service::on_refused(sim::NodeId node, OccurrenceCounts& counts) {
  ++workload(node).refused;
  counts.add(Occurrence::operation_refused);
}

void Service::on_client_stopped(const sim::Moment& moment, sim::NodeId node,
                                OccurrenceCounts& counts) {
  const std::size_t at = sim::number(node);
  if (at >= pending_of_.size() || pending_of_[at] == 0) return;
  pending_writes_ -= pending_of_[at];
  pending_of_[at] = 0;
  if (pending_writes_ > 0) return;
  close_window(moment.time, counts);
  waiting_since_.reset();
}

void Service::close_window(sim::Instant now, OccurrenceCounts& counts) {
  if (!waiting_since_.has_value() || now - *waiting_since_ <= threshold_) return;
  unavailable_.push_back({*waiting_since_, now});
  counts.add(Occurrence::service_unavailable);
}

void Service::finish(sim::Instant end, OccurrenceCounts& counts) { close_window(end, counts); }

}  // namespace splitvote::measure
