// The log as a plain list of entries: what recovery is compared with.
#pragma once

#include <string>
#include <vector>

#include "models/wal/recovery.hpp"
#include "models/wal/writer.hpp"

namespace splitvote::wal::test {

struct OracleEntry {
  std::uint64_t term = 0;
  std::string key;
  std::string value;

  bool operator==(const OracleEntry&) const = default;
};

struct Oracle {
  std::uint64_t term = 0;
  std::uint16_t vote = no_vote;
  std::vector<OracleEntry> entries;

  bool operator==(const Oracle&) const = default;

  /// Each changes the oracle and appends the same to the writer.
  void put(Writer& writer, std::uint64_t index, const OracleEntry& entry) {
    entries.resize(index - 1);
    entries.push_back(entry);
    sim::Bytes bytes;
    encode({entry.term, index, RecordType::command, entry.key, entry.value}, bytes);
    writer.append(bytes);
  }
  void set(Writer& writer, std::uint64_t new_term, std::uint16_t new_vote) {
    term = new_term;
    vote = new_vote;
    writer.append_hard_state(term, vote);
  }
  void cut(Writer& writer, std::uint64_t first_removed) {
    entries.resize(first_removed - 1);
    writer.append_truncation(first_removed);
  }
};

/// The recovered log in the oracle's form, decoded entry by entry from the arena.
inline Oracle contents(const Recovered& recovered) {
  Oracle oracle{recovered.term, recovered.vote, {}};
  for (const EntryPlace& place : recovered.entries) {
    Record record;
    std::size_t size = 0;
    const auto rest = sim::ByteView(recovered.arena).subspan(place.offset);
    const bool right = decode(rest, record, size) == DecodeStatus::ok &&
                       record.term == place.term && record.index == oracle.entries.size() + 1;
    if (!right) return {};
    oracle.entries.push_back({record.term, std::string(record.key), std::string(record.value)});
  }
  return oracle;
}

/// Completes everything in flight and hands it to the writer.
template <typename TestHost>
void settle(TestHost& host, Writer& writer) {
  host.finish_sync();
  while (!host.completions.empty()) {
    const sim::DiskCompletion completion = host.completions.front();
    host.completions.pop_front();
    (void)writer.on_synced(host, completion);
  }
}

}  // namespace splitvote::wal::test
