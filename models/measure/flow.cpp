// Flow control: what leaders hold uncommitted, how long they turn writes away, and how long
// followers wait because as much is on its way to them as may be.
#include "models/measure/flow.hpp"

#include <algorithm>

namespace splitvote::measure {

using models::NoteType;

void Flow::Server::append(std::uint64_t index, std::uint32_t size) {
  truncate(index);
  if (index != end()) restart_behind(index - 1);
  sizes.push_back(size);
  bytes += size;
}

void Flow::Server::truncate(std::uint64_t from) {
  while (end() > first && end() > from) {
    bytes -= sizes.back();
    sizes.pop_back();
  }
}

void Flow::Server::commit(std::uint64_t index) {
  while (end() > first && first <= index) {
    bytes -= sizes[gone];
    ++gone;
    ++first;
  }
  if (gone * 2 < sizes.size()) return;
  sizes.erase(sizes.begin(), sizes.begin() + static_cast<std::ptrdiff_t>(gone));
  gone = 0;
}

void Flow::Server::restart_behind(std::uint64_t index) {
  first = index + 1;
  sizes.clear();
  gone = 0;
  bytes = 0;
}

void Flow::on_note(const sim::Moment& moment, sim::NodeId node, const sim::Note& note,
                   const ClusterState& cluster) {
  if (!cluster.is_server(node)) return;
  Server& server = servers_[sim::number(node)];
  const ServerState& state = cluster.server(node);
  switch (static_cast<NoteType>(note.kind)) {
    case NoteType::appended:
      return on_appended(moment.time, server, note, state.role == models::Role::leader);
    case NoteType::committed:
      return server.commit(note.a);
    case NoteType::truncated:
      return server.truncate(note.a);
    case NoteType::recovered:
      return server.restart_behind(0);
    case NoteType::restored:
      // The log keeps what it has behind the snapshot, or nothing.
      server.truncate(state.log.last() + 1);
      return server.commit(note.a);
    case NoteType::role:
      if (state.role != models::Role::leader) stop_leading(moment.time, server);
      return;
    case NoteType::halted:
      return stop_leading(moment.time, server);
    case NoteType::throttled:
      if (!server.throttled_since) server.throttled_since = moment.time;
      return;
    case NoteType::replication_paused:
      return on_pause(moment.time, server, note);
    default:
      return;
  }
}

void Flow::on_node(const sim::Moment& moment, sim::NodeId node, sim::RecordKind what) {
  if (sim::number(node) >= servers_.size() || what != sim::RecordKind::stop) return;
  Server& server = servers_[sim::number(node)];
  stop_leading(moment.time, server);
  server.restart_behind(0);
}

void Flow::finish(sim::Instant end) {
  for (Server& server : servers_) stop_leading(end, server);
}

void Flow::on_appended(sim::Instant now, Server& server, const sim::Note& note, bool leads) {
  server.append(note.a, note.size);
  if (!leads) return;
  entries_.push_back(static_cast<std::int64_t>(server.end() - server.first));
  bytes_.push_back(static_cast<std::int64_t>(server.bytes));
  end_throttling(now, server);
}

void Flow::on_pause(sim::Instant now, Server& server, const sim::Note& note) {
  const auto open = std::ranges::find(server.pauses, note.a, &Pause::follower);
  if (note.b != 0) {
    if (open == server.pauses.end()) server.pauses.push_back({note.a, now});
    return;
  }
  if (open == server.pauses.end()) return;
  pauses_.push_back((now - open->since).ns);
  server.pauses.erase(open);
}

void Flow::end_throttling(sim::Instant now, Server& server) {
  if (!server.throttled_since) return;
  throttled_.push_back((now - *server.throttled_since).ns);
  server.throttled_since.reset();
}

void Flow::stop_leading(sim::Instant now, Server& server) {
  end_throttling(now, server);
  for (const Pause& pause : server.pauses) pauses_.push_back((now - pause.since).ns);
  server.pauses.clear();
}

}  // namespace splitvote::measure
