// Interned texts: each distinct key or value once, named by a small number.
#include "models/consistency/text_table.hpp"

#include "sim/base/bytes.hpp"
#include "sim/base/checksum.hpp"

namespace splitvote::consistency {

TextTable::TextTable() : entries_(1), slots_(64) {}

TextId TextTable::intern(std::string_view text) {
  if (text.empty()) return empty_text;
  const std::uint32_t hash = sim::frame_checksum(sim::as_bytes(text));
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = hash & mask;
  for (; slots_[at].id_plus_1 != 0; at = (at + 1) & mask) {
    if (slots_[at].hash != hash) continue;
    const auto id = static_cast<TextId>(slots_[at].id_plus_1 - 1);
    if (this->text(id) == text) return id;
  }
  const auto id = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back({bytes_.size(), static_cast<std::uint32_t>(text.size()), hash});
  bytes_ += text;
  slots_[at] = {id + 1, hash};
  if (entries_.size() * 2 > slots_.size()) grow();
  return static_cast<TextId>(id);
}

std::string_view TextTable::text(TextId id) const {
  const Entry& entry = entries_[static_cast<std::size_t>(id)];
  return std::string_view(bytes_).substr(entry.offset, entry.size);
}

void TextTable::grow() {
  slots_.assign(slots_.size() * 4, {});
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t id = 1; id < entries_.size(); ++id) {
    std::size_t at = entries_[id].hash & mask;
    while (slots_[at].id_plus_1 != 0) at = (at + 1) & mask;
    slots_[at] = {static_cast<std::uint32_t>(id + 1), entries_[id].hash};
  }
}

}  // namespace splitvote::consistency
