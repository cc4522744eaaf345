// Who saw whose writes: a history of operations or of transactions, reduced to what the models
// without real time ask.
#include "models/consistency/observations.hpp"

#include <algorithm>
#include <array>

#include "models/consistency/reduction.hpp"

namespace splitvote::consistency {

namespace {

class OperationReduction {
 public:
  explicit OperationReduction(const History& history)
      : history_(history), reduction_(history.keys(), history.sessions()), keys_(history.keys()) {}

  Observations finish() {
    for (const Operation& operation : history_.operations())
      if (operation.outcome != Outcome::failed) look_at(operation);
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
    switch (operation.kind) {
      case OperationKind::read:
        if (operation.outcome == Outcome::ok) read(operation);
        break;
      case OperationKind::remove:
        reduction_.write(operation.key, nothing);
        break;
      case OperationKind::compare_and_swap:
        if (operation.outcome == Outcome::mismatch) {
          reduction_.leave_out(
              "a compare-and-swap that did not match tells what a key does not hold");
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
    reduction_.add(operation.session, operation.outcome, operation.invoked, operation.returned);
    ++items_;
  }

  void read(const Operation& operation) {
    const Key& key = keys_[static_cast<std::size_t>(operation.key)];
    const ValueId value = operation.result;
    const bool listed = key.appended && !reduction_.is_mute(operation.key);
    if (!listed || value == history_.initial()) return reduction_.read(operation.key, value);
    std::vector<ValueId> list;
    if (history_.values().is_list(value)) list = elements_of(history_.values().content(value));
    if (list.empty()) return refuse("was read that nobody wrote");
    reduction_.read(operation.key, list.back());
    for (std::size_t at = 0; at + 1 < list.size(); ++at)
      reduction_.glimpse(operation.key, list[at]);
    std::ranges::sort(list);
    if (std::ranges::adjacent_find(list) != list.end())
      refuse("was read with an element twice that was appended once");
  }

  void refuse(std::string_view why) {
    const auto reader = static_cast<OperationId>(items_);
    const std::string key(history_.name(history_.operation(reader).key));
    reduction_.refuse(std::array{items_}, "a value of " + key + " " + std::string(why) + ": " +
                                              history_.describe(reader) + ".");
  }

  const History& history_;
  Reduction reduction_;
  std::vector<Key> keys_;
  std::uint32_t items_ = 0;
};

}  // namespace

Observations Observations::of(const History& history) {
  return OperationReduction(history).finish();
}

bool Observations::holds_lists() const {
  return std::ranges::find(lists_, std::uint8_t{1}) != lists_.end();
}

bool Observations::writes(Node node, KeyId key) const {
  return std::ranges::binary_search(writes(node), key);
}

Observations Observations::restricted_to(std::span<const Node> nodes) const {
  Observations made;
  made.keys_ = keys_;
  made.lists_ = lists_;
  made.operations_ = operations_;
  made.transactions_ = transactions_;
  std::vector<Node> numbers(origins_.size(), nobody_wrote);
  for (Node node = 0; node < nodes.size(); ++node) numbers[nodes[node]] = node;
  made.sight_ends_.push_back(0);
  made.glimpse_ends_.push_back(0);
  made.write_ends_.push_back(0);
  for (std::size_t at = 0; at < nodes.size(); ++at) {
    const Node node = nodes[at];
    if (at == 0 || session(node) != session(nodes[at - 1]))
      made.begins_.push_back(static_cast<Node>(at));
    made.origins_.push_back(origins_[node]);
    made.sessions_.push_back(static_cast<std::uint32_t>(made.begins_.size() - 1));
    made.add_sights(*this, node, numbers);
    const auto written = writes(node);
    made.writes_.insert(made.writes_.end(), written.begin(), written.end());
    made.write_ends_.push_back(static_cast<std::uint32_t>(made.writes_.size()));
  }
  made.begins_.push_back(static_cast<Node>(nodes.size()));
  return made;
}

// Of a list that is what is left of it: it has no append but those that it shows.
void Observations::add_sights(const Observations& whole, Node node,
                              std::span<const Node> numbers) {
  const std::size_t first_glimpse = glimpses_.size();
  for (const Sight& glimpse : whole.glimpses(node))
    if (numbers[glimpse.writer] != nobody_wrote)
      glimpses_.push_back({glimpse.key, numbers[glimpse.writer]});
  for (const Sight& sight : whole.sights(node)) {
    const Node writer = sight.writer == nobody_wrote ? nobody_wrote : numbers[sight.writer];
    const bool forgotten = sight.writer != nobody_wrote && writer == nobody_wrote;
    if (!forgotten) {
      sights_.push_back({sight.key, writer});
    } else if (whole.holds_list(sight.key)) {
      const bool empty = glimpses_.size() == first_glimpse;
      sights_.push_back({sight.key, empty ? nobody_wrote : glimpses_.back().writer});
      if (!empty) glimpses_.pop_back();
    }
  }
  sight_ends_.push_back(static_cast<std::uint32_t>(sights_.size()));
  glimpse_ends_.push_back(static_cast<std::uint32_t>(glimpses_.size()));
}

std::string Observations::describe(Node node) const {
  const std::uint32_t origin = origins_[node];
  return operations_ != nullptr ? operations_->describe(static_cast<OperationId>(origin))
                                : transactions_->describe(static_cast<TransactionId>(origin));
}

std::string_view Observations::name(KeyId key) const {
  return operations_ != nullptr ? operations_->name(key) : transactions_->name(key);
}

}  // namespace splitvote::consistency
