// How commands change the store, and where keys and values lie in its heap.
#include "models/kv/store.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "models/kv/hash.hpp"
#include "sim/base/check.hpp"

namespace splitvote::kv {
namespace {

constexpr std::uint32_t no_slot = KeyIndex::no_slot;
constexpr std::uint32_t block_unit = 16;
constexpr std::uint64_t compaction_min = 64 * 1024;

std::uint64_t hash_of(std::string_view text) { return XXH3_64bits(text.data(), text.size()); }

}  // namespace

Applied Store::apply(const Command& command, std::uint64_t revision) {
  if (command.sequence == no_sequence) return execute(command.operation, revision);
  Session& session = sessions_.of(command.session);
  if (command.sequence < session.sequence) return {};
  const bool is_read = command.operation.kind == client::OperationKind::get;
  if (command.sequence == session.sequence && !is_read)
    return {session.status, session.revision, {}};

  const Applied applied = execute(command.operation, revision);
  // A get's answer is not part of the state: it is never repeated, and a store that was asked for
  // it must equal one that was not asked again.
  session = {command.session, command.sequence, is_read ? 0 : applied.revision, applied.status};
  return applied;
}

Applied Store::get(std::string_view key) const {
  const std::uint32_t slot = find(hash_of(key), key);
  if (slot == no_slot) return {};
  return {client::Status::ok, slots_[slot].revision, item(slots_[slot]).value};
}

Applied Store::execute(const client::Operation& operation, std::uint64_t revision) {
  if (operation.kind == client::OperationKind::get) return get(operation.key);
  const std::uint64_t key_hash = hash_of(operation.key);
  const std::uint32_t slot = find(key_hash, operation.key);
  const std::uint64_t current = slot == no_slot ? 0 : slots_[slot].revision;

  if (operation.kind == client::OperationKind::remove) {
    if (slot == no_slot) return {};
    erase(slot);
    return {client::Status::ok, revision, {}};
  }
  if (operation.kind == client::OperationKind::compare_and_swap &&
      current != operation.expected_revision)
    return {client::Status::mismatch, current, {}};
  write(slot == no_slot ? new_slot(key_hash, operation.key) : slot, operation, revision);
  return {client::Status::ok, revision, {}};
}

void Store::write(std::uint32_t number, const client::Operation& operation,
                  std::uint64_t revision) {
  Slot& slot = slots_[number];
  reserve(slot, operation);
  slot.value_size = static_cast<std::uint32_t>(operation.value.size());
  slot.revision = revision;
  // An empty view may have no address, and memcpy wants one.
  if (!operation.value.empty())
    std::memcpy(heap_.data() + slot.offset + slot.key_size, operation.value.data(),
                operation.value.size());
  if (wasted_ > compaction_min && wasted_ > heap_.size() / 2) compact();
}

void Store::erase(std::uint32_t number) {
  Slot& slot = slots_[number];
  index_.erase(slot.key_hash, number);
  wasted_ += slot.capacity;
  slot = {};
  free_slots_.push_back(number);
}

std::uint32_t Store::new_slot(std::uint64_t key_hash, std::string_view key) {
  SPLITVOTE_CHECK(key.size() <= wal::content_size_max);
  auto number = static_cast<std::uint32_t>(slots_.size());
  if (free_slots_.empty()) {
    slots_.emplace_back();
  } else {
    number = free_slots_.back();
    free_slots_.pop_back();
  }
  slots_[number].key_hash = key_hash;
  index_.insert(key_hash, number);
  return number;
}

/// Gives the slot a block that holds key and value. A value that does not fit takes a new block at
/// the end, with an eighth to spare, so that values of similar size go on in place.
void Store::reserve(Slot& slot, const client::Operation& operation) {
  SPLITVOTE_CHECK(operation.value.size() <= wal::content_size_max);
  const std::uint64_t size = operation.key.size() + operation.value.size();
  if (slot.capacity != 0 && size <= slot.capacity) return;
  wasted_ += slot.capacity;
  const std::uint64_t generous = size + operation.value.size() / 8;
  slot.capacity = static_cast<std::uint32_t>(generous / block_unit * block_unit + block_unit);
  slot.offset = heap_.size();
  slot.key_size = static_cast<std::uint32_t>(operation.key.size());
  heap_.resize(heap_.size() + slot.capacity);
  if (!operation.key.empty())
    std::memcpy(heap_.data() + slot.offset, operation.key.data(), operation.key.size());
}

void Store::compact() {
  sim::Bytes heap;
  heap.reserve(heap_.size());  // it will fill up again
  for (Slot& slot : slots_) {
    if (slot.capacity == 0) continue;
    const std::uint64_t offset = heap.size();
    sim::append(heap, sim::ByteView(heap_).subspan(slot.offset, slot.capacity));
    slot.offset = offset;
  }
  heap_ = std::move(heap);
  wasted_ = 0;
}

std::uint32_t Store::find(std::uint64_t key_hash, std::string_view key) const {
  return index_.find(key_hash, [&](std::uint32_t slot) { return item(slots_[slot]).key == key; });
}

Item Store::item(const Slot& slot) const {
  const auto block = sim::ByteView(heap_).subspan(slot.offset, slot.key_size + slot.value_size);
  return {sim::as_text(block.first(slot.key_size)), sim::as_text(block.subspan(slot.key_size)),
          slot.revision};
}

std::size_t Store::footprint() const {
  return heap_.capacity() + slots_.capacity() * sizeof(Slot) +
         free_slots_.capacity() * sizeof(std::uint32_t) + index_.footprint();
}

/// A sum, so that it does not depend on how the store came to its content.
std::uint64_t Store::content_hash() const {
  std::uint64_t sum = sessions_.content_hash();
  for (const Slot& slot : slots_) {
    if (slot.capacity == 0) continue;
    sum += mix(mix(slot.key_hash, hash_of(item(slot).value)), slot.revision);
  }
  return sum;
}

std::vector<std::uint32_t> Store::sorted() const {
  std::vector<std::uint32_t> order;
  order.reserve(size());
  for (std::uint32_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot].capacity != 0) order.push_back(slot);
  }
  std::ranges::sort(order, {}, [&](std::uint32_t slot) { return item(slots_[slot]).key; });
  return order;
}

bool Store::operator==(const Store& other) const {
  if (size() != other.size()) return false;
  const auto same = [&](std::uint32_t left, std::uint32_t right) {
    return item(slots_[left]) == other.item(other.slots_[right]);
  };
  return std::ranges::equal(sorted(), other.sorted(), same) &&
         sessions_.sorted() == other.sessions_.sorted();
}

}  // namespace splitvote::kv
