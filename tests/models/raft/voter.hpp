// One server of three that votes and leads in the test's hand, and the requests of sessions to it.
#pragma once

#include <string_view>
#include <vector>

#include "tests/models/raft/stage.hpp"

namespace splitvote::raft {

/// One server of three; no snapshots unless asked for.
struct Voter : Stage {
  Voter() {
    members = three;
    options.core = plain;
    options.snapshot_entries = 0;
  }

  /// Stands for election until n2 votes for it; what it has is committed then.
  Voter& win() {
    host.run_timers(*process, host.now_ns + sim::milliseconds(600).ns);
    complete();
    elect();
    return commit();
  }
  Voter& elect() {
    deliver(n2, VoteResponse{Ballot::vote, process->core().term(), true}).complete();
    REQUIRE(process->core().role() == Role::leader);
    return *this;
  }
  Voter& start_and_win() {
    start();
    return win();
  }
  /// n2 has everything on its disk.
  Voter& commit() {
    const Index last = process->core().log().last_index();
    deliver(n2, AppendResponse{.term = process->core().term(),
                               .accepted = true,
                               .match = last,
                               .hint = {},
                               .read_round = 0});
    complete();
    return *this;
  }
  Voter& ask(const client::Request& request) {
    sim::Bytes frame;
    client::encode(request, frame);
    process->on_message(host, client_node, frame);
    complete();
    return *this;
  }
};

inline client::Request put(std::uint64_t session, std::uint64_t sequence, std::string_view value) {
  return {session, sequence, {client::OperationKind::put, 0, "k", value}};
}

inline client::Request swap(std::uint64_t session, std::uint64_t sequence, std::uint64_t expected,
                            std::string_view value) {
  return {session, sequence, {client::OperationKind::compare_and_swap, expected, "k", value}};
}

inline kv::Applied apply(kv::Store& store, const client::Request& request, Index index) {
  return store.apply({request.session, request.sequence, request.operation}, index);
}

/// The entries of a log that hold these requests, from index 1 on.
inline sim::Bytes commands(const std::vector<client::Request>& requests, Term term) {
  sim::Bytes records;
  Index index = 0;
  for (const client::Request& request : requests) {
    sim::Bytes value;
    kv::encode_value({request.session, request.sequence, request.operation}, value);
    wal::encode({term, ++index, wal::RecordType::command, "k", sim::as_text(value)}, records);
  }
  return records;
}

inline void check_answer(const Voter& server, client::Status status, std::uint64_t revision) {
  REQUIRE_FALSE(server.answers().empty());
  CHECK(server.answers().back().status == status);
  CHECK(server.answers().back().revision == revision);
}

inline void check_value(const Voter& server, std::string_view value, std::uint64_t revision) {
  CHECK(server.process->store().get("k").value == value);
  CHECK(server.process->store().get("k").revision == revision);
}

}  // namespace splitvote::raft
