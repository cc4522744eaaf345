// Transactions become observations: reads of own writes are judged, lists become versions.
#include <algorithm>
#include <array>

#include "models/consistency/observations.hpp"
#include "models/consistency/reduction.hpp"

namespace splitvote::consistency {

namespace {

class TransactionReduction {
 public:
  TransactionReduction(const TransactionHistory& history, Sessions sessions)
      : history_(history),
        sessions_(sessions),
        reduction_(history.keys(),
                   sessions == Sessions::kept ? history.sessions() : history.transactions().size()),
        keys_(history.keys()) {}

  Observations finish() {
    for (const Transaction& transaction : history_.transactions())
      for (const Access& access : history_.accesses(transaction)) {
        Key& key = of(access.key);
        key.appended = key.appended || access.kind == AccessKind::append;
        key.written = key.written || access.kind == AccessKind::write;
      }
    for (std::size_t at = 0; at < keys_.size(); ++at) set_up(static_cast<KeyId>(at));
    for (const Transaction& transaction : history_.transactions()) reduce(transaction);
    for (std::size_t at = 0; at < keys_.size(); ++at) {
      if (!keys_[at].appended || keys_[at].written) continue;
      check_elements(static_cast<KeyId>(at));
    }
    return reduction_.finish(nullptr, &history_);
  }

 private:
  struct Key {
    bool appended = false;
    bool written = false;
    std::string_view longest;  // list that was read
    std::uint32_t longest_reader = 0;
    std::uint32_t owner = UINT32_MAX;  // the last transaction that wrote to it
    ValueId own = nothing;             // what it wrote
    std::string own_elements;          // the content of the list of all that it wrote
  };

  Key& of(KeyId key) { return keys_[static_cast<std::size_t>(key)]; }
  [[nodiscard]] std::string words(std::uint32_t at) const {
    return history_.describe(static_cast<TransactionId>(at));
  }

  void set_up(KeyId key) {
    const ValueId initial = history_.initial();
    if (!of(key).appended) return reduction_.set_initial(key, initial);
    const bool empty = initial == nothing || history_.values().content(initial).empty();
    if (of(key).written || !empty)
      reduction_.mute(key, "a key with lists and other values is not judged");
  }

  void reduce(const Transaction& transaction) {
    const std::uint32_t item = items_++;
    for (const Access& access : history_.accesses(transaction)) {
      Key& key = of(access.key);
      if (access.kind == AccessKind::read) {
        if (transaction.outcome == Outcome::ok) read(item, access, key);
        continue;
      }
      if (key.owner != item) key.own_elements.clear();
      key.owner = item;
      key.own = access.value;
      key.own_elements += element_content(access.value);
      reduction_.write(access.key, access.value);
    }
    const auto session =
        sessions_ == Sessions::kept ? transaction.session : static_cast<SessionId>(item);
    reduction_.add(session, transaction.outcome, transaction.invoked, transaction.returned);
  }

  void read(std::uint32_t item, const Access& access, Key& key) {
    if (reduction_.is_mute(access.key)) return;
    if (key.appended) return read_list(item, access, key);
    if (key.owner != item) return reduction_.read(access.key, access.value);
    if (access.value != key.own)
      refuse(item, access.key, "was not what its reader had written itself");
  }

  void read_list(std::uint32_t item, const Access& access, Key& key) {
    if (access.value != nothing && !history_.values().is_list(access.value))
      return refuse(item, access.key, "was no list, although it is only appended to");
    const std::string_view content = history_.values().content(access.value);
    compare(item, access.key, content);
    std::string_view own;
    if (key.owner == item) own = key.own_elements;
    if (!content.ends_with(own))
      return refuse(item, access.key, "did not end with what its reader had appended itself");
    const std::string_view others = content.substr(0, content.size() - own.size());
    if (others.empty())
      reduction_.read(access.key, nothing);
    else
      reduction_.read_list(access.key, others);
  }

  // Of two lists of a key one begins with the other.
  void compare(std::uint32_t item, KeyId key_id, std::string_view content) {
    Key& key = of(key_id);
    const std::string_view shorter = std::min(
        content, key.longest, [](auto one, auto other) { return one.size() < other.size(); });
    const std::string_view longer = shorter.data() == content.data() ? key.longest : content;
    if (!longer.starts_with(shorter))
      reduction_.refuse(std::array{key.longest_reader, item},
                        "two lists of " + history_.spell(key_id) +
                            " were read of which neither begins with the other: " +
                            words(key.longest_reader) + "; " + words(item) + ".");
    if (content.size() <= key.longest.size()) return;
    key.longest = content;
    key.longest_reader = item;
  }

  void check_elements(KeyId key_id) {
    const Key& key = of(key_id);
    const std::vector<ValueId> list = elements_of(key.longest);
    reduction_.set_versions(key_id, list, key.longest_reader);
    std::vector<ValueId> sorted = list;
    std::ranges::sort(sorted);
    // Each element is looked at as if the list had been read when it was the last.
    for (const ValueId element : list) {
      const auto times = std::ranges::equal_range(sorted, element).size();
      reduction_.expect(key_id, element, key.longest_reader, static_cast<std::uint32_t>(times));
    }
  }

  void refuse(std::uint32_t item, KeyId key, std::string_view why) {
    reduction_.refuse(std::array{item}, "what was read of " + history_.spell(key) + " " +
                                            std::string(why) + ": " + words(item) + ".");
  }

  const TransactionHistory& history_;
  const Sessions sessions_;
  Reduction reduction_;
  std::vector<Key> keys_;
  std::uint32_t items_ = 0;
};

}  // namespace

Observations Observations::of(const TransactionHistory& history, Sessions sessions) {
  return TransactionReduction(history, sessions).finish();
}

}  // namespace splitvote::consistency
