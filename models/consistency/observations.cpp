// Who saw whose writes: a history of operations or of transactions, reduced to what the models
// without real time ask.
#include "models/consistency/observations.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "models/consistency/reduction.hpp"

namespace splitvote::consistency {

namespace {

/// Whether lists have an element twice.
class RepeatSearch {
 public:
  RepeatSearch(const ListForest& forest, std::size_t keys)
      : walk_(forest, keys), repeated_(keys, 0) {}

  [[nodiscard]] bool look_at(KeyId key, ListId list) {
    std::uint32_t& repeated = repeated_[static_cast<std::size_t>(key)];
    const auto count = [&](std::uint32_t element) -> std::uint32_t& {
      return counts_[{key, element}];
    };
    walk_.go(
        key, list, [&](std::uint32_t element) { repeated -= --count(element) > 0 ? 1 : 0; },
        [&](std::uint32_t element) { repeated += ++count(element) > 1 ? 1 : 0; });
    return repeated > 0;
  }

 private:
  ListWalk walk_;
  std::map<std::pair<KeyId, std::uint32_t>, std::uint32_t> counts_;  // by element
  std::vector<std::uint32_t> repeated_;                              // by key
};

class OperationReduction {
 public:
  OperationReduction(const History& history, Mismatches mismatches)
      : history_(history),
        mismatches_(mismatches),
        reduction_(history.keys(), history.sessions()),
        repeats_(reduction_.lists(), history.keys()),
        keys_(history.keys()) {}

  Observations finish() {
    for (const Operation& operation : history_.operations())
      if (operation.outcome != Outcome::failed) look_at(operation);
    if (mismatches_ == Mismatches::reads) find_versions();
    for (std::size_t at = 0; at < keys_.size(); ++at) set_up(static_cast<KeyId>(at));
    for (const Operation& operation : history_.operations()) reduce(operation);
    return reduction_.finish(&history_, nullptr);
  }

 private:
  struct Key {
    bool appended = false;
    bool written = false;  // in other ways than by appending elements
    bool texts = false;    // are appended
    std::vector<ValueId> elements;
  };

  void look_at(const Operation& operation) {
    Key& key = keys_[static_cast<std::size_t>(operation.key)];
    if (operation.kind == OperationKind::read) return;
    if (operation.kind != OperationKind::append_element) {
      key.written = true;
      key.texts = key.texts || operation.kind == OperationKind::append_text;
      return;
    }
    key.appended = true;
    key.elements.push_back(operation.argument);
  }

  void set_up(KeyId id) {
    Key& key = keys_[static_cast<std::size_t>(id)];
    reduction_.set_initial(id, history_.initial());
    if (key.texts) reduction_.mute(id, "a key to which operations append texts is not judged");
    if (!key.appended || reduction_.is_mute(id)) return;
    const ValueId initial = history_.initial();
    const bool empty = initial == nothing || (history_.values().is_list(initial) &&
                                              history_.values().content(initial).empty());
    std::ranges::sort(key.elements);
    if (key.written || !empty)
      reduction_.mute(id, "a key with lists and other values is not judged");
    else if (std::ranges::adjacent_find(key.elements) != key.elements.end())
      reduction_.mute(id, "an element was appended to a list more than once");
    else if (std::ranges::binary_search(key.elements, initial))
      reduction_.mute(id, "what keys hold at the beginning was appended to a list");
    else
      reduction_.hold_list(id);
  }

  void reduce(const Operation& operation) {
    Outcome outcome = operation.outcome;
    switch (operation.kind) {
      case OperationKind::read:
        if (operation.outcome == Outcome::ok) read(operation);
        break;
      case OperationKind::remove:
        reduction_.write(operation.key, nothing);
        break;
      case OperationKind::compare_and_swap:
        if (operation.outcome == Outcome::mismatch) {
          outcome = reduce_mismatch(operation);
          break;
        }
        reduction_.read(operation.key, operation.expected);
        if (operation.argument != operation.expected)
          reduction_.write(operation.key, operation.argument);
        break;
      case OperationKind::write:
      case OperationKind::append_text:
      case OperationKind::append_element:
        reduction_.write(operation.key, operation.argument);
        break;
    }
    reduction_.add(operation.session, outcome, operation.invoked, operation.returned);
    ++items_;
  }

  void find_versions() {
    for (std::uint32_t at = 0; at < history_.operations().size(); ++at) {
      const Operation& operation = history_.operation(OperationId{at});
      const std::uint64_t version = history_.version(OperationId{at});
      if (operation.outcome != Outcome::ok || version == 0) continue;
      const bool reads = operation.kind == OperationKind::read;
      versions_[{operation.key, version}] = reads ? operation.result : operation.argument;
    }
  }

  /// Of a read, or of what tells nothing.
  Outcome reduce_mismatch(const Operation& operation) {
    ValueId found = nothing;
    const auto version = versions_.find({operation.key, history_.version(OperationId{items_})});
    if (version != versions_.end()) found = version->second;
    if (mismatches_ == Mismatches::left_out || found == operation.expected) {
      reduction_.leave_out("a compare-and-swap that did not match tells what a key does not hold");
      return Outcome::mismatch;
    }
    reduction_.read(operation.key, found);
    return Outcome::ok;
  }

  void read(const Operation& operation) {
    const Key& key = keys_[static_cast<std::size_t>(operation.key)];
    const ValueId value = operation.result;
    const bool listed = key.appended && !reduction_.is_mute(operation.key);
    if (!listed || value == history_.initial()) return reduction_.read(operation.key, value);
    const bool is_list = history_.values().is_list(value);
    const std::string_view content = is_list ? history_.values().content(value) : "";
    if (content.empty()) return refuse("was read that nobody wrote");
    if (repeats_.look_at(operation.key, reduction_.read_list(operation.key, content)))
      refuse("was read with an element twice that was appended once");
  }

  void refuse(std::string_view why) {
    const auto reader = static_cast<OperationId>(items_);
    const std::string key = history_.spell(history_.operation(reader).key);
    reduction_.refuse(std::array{items_}, "a value of " + key + " " + std::string(why) + ": " +
                                              history_.describe(reader) + ".");
  }

  const History& history_;
  Mismatches mismatches_;
  std::map<std::pair<KeyId, std::uint64_t>, ValueId> versions_;
  Reduction reduction_;
  RepeatSearch repeats_;
  std::vector<Key> keys_;
  std::uint32_t items_ = 0;
};

}  // namespace

Observations Observations::of(const History& history, Mismatches mismatches) {
  return OperationReduction(history, mismatches).finish();
}

bool Observations::holds_lists() const {
  return std::ranges::find(holds_list_, std::uint8_t{1}) != holds_list_.end();
}

bool Observations::writes(Node node, KeyId key) const {
  return std::ranges::binary_search(writes(node), key);
}

std::vector<Node> Observations::appenders(ListId list) const {
  std::vector<Node> made;
  for (; !forest_.is_empty(list); list = forest_.before(list))
    if (forest_.last(list) != nobody_wrote) made.push_back(forest_.last(list));
  std::ranges::reverse(made);
  return made;
}

std::vector<Node> Observations::glimpses(const Sight& sight) const {
  if (forest_.is_empty(sight.list)) return {};
  return appenders(forest_.before(sight.list));
}

Position Observations::invoked(Node node) const {
  return operations_ != nullptr ? operations_->operation(OperationId{origin(node)}).invoked
                                : transactions_->transaction(TransactionId{origin(node)}).invoked;
}

Position Observations::returned(Node node) const {
  return operations_ != nullptr ? operations_->operation(OperationId{origin(node)}).returned
                                : transactions_->transaction(TransactionId{origin(node)}).returned;
}

void Observations::find_ordered() {
  ordered_ = std::ranges::all_of(
      writes_, [&](KeyId key) { return versioned_[static_cast<std::size_t>(key)] != 0; });
}

class Observations::Restriction {
 public:
  Restriction(const Observations& whole, std::span<const Node> nodes)
      : whole_(whole), nodes_(nodes), numbers_(whole.origins_.size(), nobody_wrote) {
    for (Node node = 0; node < nodes.size(); ++node) numbers_[nodes[node]] = node;
  }

  Observations make() {
    made_.keys_ = whole_.keys_;
    made_.holds_list_ = whole_.holds_list_;
    made_.operations_ = whole_.operations_;
    made_.transactions_ = whole_.transactions_;
    made_.forest_ = ListForest(whole_.keys_);
    made_.sight_ends_.push_back(0);
    made_.write_ends_.push_back(0);
    for (std::size_t at = 0; at < nodes_.size(); ++at) add(at);
    made_.begins_.push_back(static_cast<Node>(nodes_.size()));
    made_.versioned_ = whole_.versioned_;
    made_.find_ordered();
    link_versions();
    return std::move(made_);
  }

 private:
  void add(std::size_t at) {
    const Node node = nodes_[at];
    if (at == 0 || whole_.session(node) != whole_.session(nodes_[at - 1]))
      made_.begins_.push_back(static_cast<Node>(at));
    made_.origins_.push_back(whole_.origins_[node]);
    made_.sessions_.push_back(static_cast<std::uint32_t>(made_.begins_.size() - 1));
    for (const Sight& sight : whole_.sights(node)) add(sight);
    made_.sight_ends_.push_back(static_cast<std::uint32_t>(made_.sights_.size()));
    const auto written = whole_.writes(node);
    made_.writes_.insert(made_.writes_.end(), written.begin(), written.end());
    made_.write_ends_.push_back(static_cast<std::uint32_t>(made_.writes_.size()));
  }

  // Of a list that is what is left of it: it has no append but those that it shows.
  void add(const Sight& sight) {
    if (sight.writer == nobody_wrote) return made_.sights_.push_back(sight);
    if (whole_.forest_.is_empty(sight.list)) {
      const Node writer = numbers_[sight.writer];
      if (writer != nobody_wrote) made_.sights_.push_back({sight.key, writer, sight.list});
      return;
    }
    ListId rest = ListForest::empty(sight.key);
    for (const Node writer : whole_.appenders(sight.list))
      if (numbers_[writer] != nobody_wrote) rest = made_.forest_.extended(rest, numbers_[writer]);
    const bool empty = made_.forest_.is_empty(rest);
    made_.sights_.push_back({sight.key, empty ? nobody_wrote : made_.forest_.last(rest), rest});
  }

  // The longest list that is left of a key tells the order; what that lacks comes behind it.
  void link_versions() {
    struct Key {
      ListId longest{};
      Node last = nobody_wrote;
      std::vector<Node> listed;  // sorted
      bool unseen = false;       // somebody wrote what nobody saw
    };
    std::vector<Key> keys(made_.keys_);
    const auto of = [&](KeyId key) -> Key& { return keys[static_cast<std::size_t>(key)]; };
    for (const Sight& sight : made_.sights_) {
      ListId& longest = of(sight.key).longest;
      const bool longer = made_.forest_.elements(sight.list) > made_.forest_.elements(longest);
      if (longer && is_versioned(sight.key)) longest = sight.list;
    }
    for (std::uint32_t at = 0; at < made_.keys_; ++at) {
      Key& key = keys[at];
      key.listed = made_.appenders(key.longest);
      for (const Node writer : key.listed) {
        if (writer != key.last) made_.successions_.push_back({KeyId{at}, key.last, writer});
        key.last = writer;
      }
      std::ranges::sort(key.listed);
    }
    for (Node node = 0; node < made_.nodes(); ++node)
      for (const KeyId id : made_.writes(node)) {
        Key& key = of(id);
        if (!is_versioned(id) || std::ranges::binary_search(key.listed, node)) continue;
        made_.successions_.push_back({id, key.last, node});
        made_.forked_ = made_.forked_ || key.unseen;
        key.unseen = true;
      }
  }

  [[nodiscard]] bool is_versioned(KeyId key) const {
    return whole_.versioned_[static_cast<std::size_t>(key)] != 0;
  }

  const Observations& whole_;
  std::span<const Node> nodes_;
  std::vector<Node> numbers_;  // those of the rest, by node of the whole
  Observations made_;
};

Observations Observations::restricted_to(std::span<const Node> nodes) const {
  return Restriction(*this, nodes).make();
}

std::string Observations::describe(Node node) const {
  const std::uint32_t origin = origins_[node];
  return operations_ != nullptr ? operations_->describe(static_cast<OperationId>(origin))
                                : transactions_->describe(static_cast<TransactionId>(origin));
}

std::string Observations::spell(KeyId key) const {
  return operations_ != nullptr ? operations_->spell(key) : transactions_->spell(key);
}

}  // namespace splitvote::consistency
