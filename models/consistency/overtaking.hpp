// Writes to a key that become known one after the other, and reads that must see the newest of
// those which are known.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "models/consistency/observations.hpp"

namespace splitvote::consistency {

/// Two reads, or a read and a write, that no order of the writes explains.
struct Overtaken {
  Node first{};   // saw what `lost` has, although `seen` was known; or nobody_wrote
  Node reader{};  // saw the opposite
  Node seen = nobody_wrote;
  Node lost = nobody_wrote;
};

/// Whoever sees a write puts all others that are known before it. The last read of a contradiction
/// knows all writes of it, so two reads always show it.
class Overtaking {
 public:
  explicit Overtaking(const Observations& observations);

  /// Forgets everything about all keys.
  void begin();
  void learn(KeyId key, Node writer);
  [[nodiscard]] std::optional<Overtaken> see(KeyId key, Node reader, Node writer);

 private:
  /// A read that saw `writer` when `known` writes were known.
  struct View {
    Node writer = nobody_wrote;
    Node reader = nobody_wrote;
    std::uint32_t known = 0;
  };
  struct Key {
    std::uint32_t generation = 0;
    std::uint32_t known = 0;
    Node last = nobody_wrote;
    View newest;  // of a write that is known itself
    View other;   // of another write
  };
  struct Write {
    std::uint32_t generation = 0;
    std::uint32_t rank = 0;  // counted from 1; 0: not known
    View seen;               // before that
  };
  [[nodiscard]] Key& of(KeyId key);
  [[nodiscard]] Write& of(Node writer);
  static void consider(Key& key, const View& view);

  std::uint32_t generation_ = 0;
  std::vector<Key> keys_;
  std::vector<Write> writes_;  // by node, which writes to one key
};

/// In words, with the operations concerned.
[[nodiscard]] Contradiction explain(const Observations& observations, KeyId key,
                                    const Overtaken& overtaken);

}  // namespace splitvote::consistency
