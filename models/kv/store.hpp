// The store: the replicated state machine, a map from key to value and revision with exactly-once
// execution by session.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "models/client/message.hpp"
#include "models/kv/command.hpp"
#include "models/kv/key_index.hpp"
#include "models/kv/session_table.hpp"
#include "sim/base/bytes.hpp"

namespace splitvote::kv {

/// The answer to one command. `value` (of a get) is valid until the store changes.
struct Applied {
  client::Status status = client::Status::ok;
  std::uint64_t revision = 0;
  std::string_view value;
};

/// One key, as `visit` shows it.
struct Item {
  std::string_view key;
  std::string_view value;
  std::uint64_t revision = 0;

  bool operator==(const Item&) const = default;
};

/// A value: stores that applied the same commands at the same revisions are equal, whatever
/// storage they grew on the way.
class Store {
 public:
  /// Executes the command of the log entry with index `revision`, which is larger than every one
  /// before. The command's views may not point into the store. What is answered:
  ///   get                ok, the key's revision and value; revision 0 if there is no such key
  ///   put                ok, `revision`, which is the key's from now on
  ///   remove             ok, `revision` if the key existed, 0 if there was nothing to remove
  ///   compare_and_swap   as put if the key's revision is the expected one (0: there is no such
  ///                      key), else mismatch and the revision the key has
  /// A command with the session's last sequence is a retry: nothing happens, and the answer is the
  /// one it got then (a get answers anew: its client has not returned yet, so now is as good a
  /// point in time as then). An older sequence is a late duplicate nobody waits for: nothing
  /// happens, the answer is empty. A command of no session is executed whenever it comes.
  Applied apply(const Command& command, std::uint64_t revision);

  /// A read that does not go through the log.
  [[nodiscard]] Applied get(std::string_view key) const;

  [[nodiscard]] std::size_t size() const { return index_.size(); }

  /// Bytes of memory held for keys and values, room to grow included.
  [[nodiscard]] std::size_t footprint() const;

  /// Over keys, values, revisions and sessions; equal for equal stores. Looks at all of them: it is
  /// asked for as often as `save`, and commands come ten thousand times as often.
  [[nodiscard]] std::uint64_t content_hash() const;

  /// Appends everything, sessions included: equal stores give equal bytes. The encoding is that of
  /// SNAPSHOT.md beside this file.
  void save(sim::Bytes& target) const;
  /// Replaces everything by what `save` wrote; false, and then of no use, if it did not write that.
  [[nodiscard]] bool restore(sim::ByteView saved);

  /// All keys in ascending order of their bytes.
  template <typename Visitor>
  void visit(Visitor&& visitor) const {
    for (const std::uint32_t slot : sorted()) visitor(item(slots_[slot]));
  }

  [[nodiscard]] bool operator==(const Store& other) const;

 private:
  // One key with its block in the heap: [key][value][room for a longer value].
  struct Slot {
    std::uint64_t key_hash = 0;
    std::uint64_t revision = 0;
    std::uint64_t offset = 0;
    std::uint32_t key_size = 0;
    std::uint32_t value_size = 0;
    std::uint32_t capacity = 0;  // of the block; 0 if the slot is free
  };

  Applied execute(const client::Operation& operation, std::uint64_t revision);
  void write(std::uint32_t number, const client::Operation& operation, std::uint64_t revision);
  void erase(std::uint32_t number);
  std::uint32_t new_slot(std::uint64_t key_hash, std::string_view key);
  void reserve(Slot& slot, const client::Operation& operation);
  void compact();

  [[nodiscard]] std::uint32_t find(std::uint64_t key_hash, std::string_view key) const;
  [[nodiscard]] Item item(const Slot& slot) const;
  [[nodiscard]] std::vector<std::uint32_t> sorted() const;

  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_slots_;
  KeyIndex index_;
  SessionTable sessions_;
  sim::Bytes heap_;
  std::uint64_t wasted_ = 0;  // bytes of the heap that belong to no key
};

}  // namespace splitvote::kv
