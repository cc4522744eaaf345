// How a history becomes observations: finds for every value that was read the write it comes from.
#include "models/consistency/reduction.hpp"

#include <algorithm>
#include <tuple>

namespace splitvote::consistency {

namespace {

template <class Id>
std::size_t index(Id id) {
  return static_cast<std::size_t>(id);
}

std::tuple<KeyId, ValueId> what(const DraftWrite& write) { return {write.key, write.value}; }

}  // namespace

Reduction::Reduction(std::size_t keys, std::size_t sessions)
    : mute_(keys, 0),
      initial_(keys, nothing),
      last_write_(keys, 0),
      session_names_(sessions),
      finder_(keys) {
  made_.keys_ = static_cast<std::uint32_t>(keys);
  made_.forest_ = ListForest(keys);
  made_.holds_list_.assign(keys, 0);
}

void Reduction::add(SessionId session, Outcome outcome, Position invoked, Position returned) {
  items_.push_back({session, outcome, invoked, returned, static_cast<std::uint32_t>(reads_.size()),
                    static_cast<std::uint32_t>(writes_.size())});
}

ListId Reduction::read_list(KeyId key, std::string_view content) {
  const ListId list = finder_.find(made_.forest_, key, content);
  reads_.push_back({key, nothing, list});
  return list;
}

// A later write of the item to the key hides an earlier one.
void Reduction::write(KeyId key, ValueId value) {
  const auto item = static_cast<std::uint32_t>(items_.size());
  std::uint32_t& last = last_write_[index(key)];
  DraftWrite write{key, value, item};
  if (last != 0 && writes_[last - 1].item == item) {
    writes_[last - 1].last = false;
    write.rank = writes_[last - 1].rank + 1;
  }
  writes_.push_back(write);
  last = static_cast<std::uint32_t>(writes_.size());
}

void Reduction::mute(KeyId key, std::string_view why) {
  mute_[index(key)] = 1;
  leave_out(why);
}

void Reduction::leave_out(std::string_view why) {
  if (made_.undecided_.empty()) made_.undecided_ = why;
}

void Reduction::set_versions(KeyId key, std::span<const ValueId> elements, std::uint32_t reader) {
  versions_.push_back({key, {elements.begin(), elements.end()}, reader});
}

void Reduction::refuse(std::span<const std::uint32_t> items, std::string why, std::string anomaly) {
  if (made_.absurd_) return;
  Contradiction contradiction;
  for (const std::uint32_t item : items)
    contradiction.operations.push_back(static_cast<OperationId>(item));
  contradiction.explanation = std::move(why);
  contradiction.minimal = true;
  if (made_.of_transactions()) contradiction.anomaly = std::move(anomaly);
  made_.absurd_ = std::move(contradiction);
}

Observations Reduction::finish(const History* operations, const TransactionHistory* transactions) {
  made_.operations_ = operations;
  made_.transactions_ = transactions;
  written_ = writes_;
  std::ranges::sort(written_, {}, [](const DraftWrite& write) {
    return std::tuple(write.key, write.value, write.item, write.rank);
  });
  check_expected();
  resolve();
  number_nodes();
  fill_nodes();
  made_.forest_.rename([&](ListId list) { return node_of(found_elements_[list]); });
  link_versions();
  return std::move(made_);
}

std::span<const DraftWrite> Reduction::writers(KeyId key, ValueId value) const {
  const auto found = std::ranges::equal_range(written_, std::tuple(key, value), {}, what);
  return {found.begin(), found.end()};
}

void Reduction::check_expected() {
  for (const Expected& one : expected_) {
    const auto found = writers(one.key, one.element);
    const auto written = std::ranges::count_if(found, [&](const DraftWrite& write) {
      return items_[write.item].outcome != Outcome::failed;
    });
    if (found.empty())
      refuse_unwritten(one.key, one.reader);
    else if (written == 0)
      refuse_failed(one.key, one.reader, found.front().item);
    else if (written < one.times)
      refuse(std::array{one.reader},
             "what was read of " + made_.spell(one.key) +
                 " had an element more often than that was written: " + words(one.reader) + ".");
    else if (found.size() > 1)
      mute(one.key, "an element was appended to a list more than once");
  }
}

void Reduction::refuse_unwritten(KeyId key, std::uint32_t reader) {
  refuse(std::array{reader},
         "a value of " + made_.spell(key) + " was read that nobody wrote: " + words(reader) + ".");
}

void Reduction::refuse_failed(KeyId key, std::uint32_t reader, std::uint32_t writer) {
  refuse(std::array{writer, reader},
         "a value of " + made_.spell(key) + " was read whose write failed: " + words(reader) +
             "; " + words(writer) + ".",
         "G1a");
}

// What committed is a node; of what has no answer that which was seen, and what that must have
// seen.
void Reduction::resolve() {
  found_.resize(reads_.size());
  found_elements_.resize(lists().size());
  resolved_.assign(lists().size(), 0);
  counts_.assign(items_.size(), 0);
  for (std::uint32_t item = 0; item < items_.size(); ++item) {
    if (items_[item].outcome != Outcome::ok) continue;
    count(item);
  }
  for (const Versions& versions : versions_)
    for (const ValueId element : versions.elements)
      for (const DraftWrite& write : writers(versions.key, element))
        if (items_[write.item].outcome != Outcome::failed) count(write.item);
}

// With all that follows from its having taken effect.
void Reduction::count(std::uint32_t item) {
  if (counts_[item] != 0) return;
  counts_[item] = 1;
  open_.push_back(item);
  while (!open_.empty()) {
    const std::uint32_t next = open_.back();
    open_.pop_back();
    resolve(next);
  }
}

void Reduction::resolve(std::uint32_t item) {
  const std::size_t begin = item == 0 ? 0 : items_[item - 1].reads_end;
  for (std::size_t at = begin; at < items_[item].reads_end; ++at) {
    const DraftRead& read = reads_[at];
    if (!lists().is_empty(read.list))
      resolve_list(read, item);
    else
      found_[at] = take_in(read.key, read.value, Part::whole, item);
  }
}

// What a list has in common with one that was read before is known, unless its reader wrote to it.
void Reduction::resolve_list(const DraftRead& read, std::uint32_t item) {
  const auto take = [&](ListId list, Part part) {
    found_elements_[list] = take_in(read.key, ValueId{lists().last(list)}, part, item);
  };
  take(read.list, Part::last);
  const bool whole = writes(item, read.key);
  for (ListId list = lists().before(read.list);
       !lists().is_empty(list) && (whole || resolved_[list] == 0); list = lists().before(list))
    way_.push_back(list);
  for (; !way_.empty(); way_.pop_back()) {
    take(way_.back(), Part::inner);
    resolved_[way_.back()] = 1;
  }
}

// Whoever wrote it took effect.
Reduction::Found Reduction::take_in(KeyId key, ValueId value, Part part, std::uint32_t reader) {
  const Found found = source(key, value, part, reader);
  if (found.source == Source::unclear && !is_mute(key))
    leave_out("a value that was read was written more than once");
  if (found.source != Source::known || found.item == no_item) return found;
  if (counts_[found.item] != 0 || items_[found.item].outcome == Outcome::ok) return found;
  counts_[found.item] = 1;
  open_.push_back(found.item);
  return found;
}

bool Reduction::writes(std::uint32_t item, KeyId key) const {
  const std::size_t begin = item == 0 ? 0 : items_[item - 1].writes_end;
  const auto own = std::span(writes_).subspan(begin, items_[item].writes_end - begin);
  return std::ranges::find(own, key, &DraftWrite::key) != own.end();
}

Reduction::Found Reduction::source(KeyId key, ValueId value, Part part, std::uint32_t reader) {
  if (is_mute(key)) return {};
  const bool initial = part == Part::whole && value == initial_[index(key)];
  const DraftWrite* only = nullptr;
  const DraftWrite* failed = nullptr;
  std::uint32_t candidates = initial ? 1 : 0;
  for (const DraftWrite& write : writers(key, value)) {
    if (items_[write.item].outcome == Outcome::failed) {
      failed = &write;
      continue;
    }
    only = &write;
    ++candidates;
  }
  if (candidates > 1) return {};
  if (candidates == 0) {
    if (failed == nullptr)
      refuse_unwritten(key, reader);
    else
      refuse_failed(key, reader, failed->item);
    return {Source::none, no_item};
  }
  if (only == nullptr) return {Source::known, no_item};
  const std::string name = made_.spell(key);
  if (only->item == reader) {
    refuse(std::array{reader},
           "a value of " + name + " was read before its reader wrote it: " + words(reader) + ".");
    return {Source::none, no_item};
  }
  if (!only->last && part != Part::inner) {
    refuse(std::array{only->item, reader},
           "a value of " + name + " was read that its writer had already replaced: " +
               words(reader) + "; " + words(only->item) + ".",
           "G1b");
    return {Source::none, no_item};
  }
  return {Source::known, only->item};
}

// Nodes are numbered session by session. A session of which two operations overlap is taken for
// two, which promises less.
void Reduction::number_nodes() {
  std::vector<std::vector<std::uint32_t>> sessions(session_names_);
  std::vector<std::size_t> current(session_names_);
  for (std::size_t at = 0; at < session_names_; ++at) current[at] = at;
  for (std::uint32_t item = 0; item < items_.size(); ++item) {
    if (counts_[item] == 0) continue;
    std::size_t& session = current[index(items_[item].session)];
    if (!sessions[session].empty() &&
        items_[sessions[session].back()].returned > items_[item].invoked) {
      leave_out("operations of one session overlap");
      session = sessions.size();
      sessions.emplace_back();
    }
    sessions[session].push_back(item);
  }
  nodes_.assign(items_.size(), nobody_wrote);
  made_.begins_.push_back(0);
  for (const auto& session : sessions) {
    if (session.empty()) continue;
    for (const std::uint32_t item : session) {
      nodes_[item] = made_.nodes();
      made_.origins_.push_back(item);
      made_.sessions_.push_back(static_cast<std::uint32_t>(made_.begins_.size() - 1));
    }
    made_.begins_.push_back(made_.nodes());
  }
}

void Reduction::fill_nodes() {
  made_.sight_ends_.push_back(0);
  made_.write_ends_.push_back(0);
  for (const std::uint32_t item : made_.origins_) {
    const std::size_t first_read = item == 0 ? 0 : items_[item - 1].reads_end;
    for (std::size_t at = first_read; at < items_[item].reads_end; ++at) {
      const auto& [key, value, list] = reads_[at];
      const Found& found = lists().is_empty(list) ? found_[at] : found_elements_[list];
      if (found.source == Source::known) made_.sights_.push_back({key, node_of(found), list});
    }
    const std::size_t first_write = item == 0 ? 0 : items_[item - 1].writes_end;
    for (std::size_t at = first_write; at < items_[item].writes_end; ++at)
      if (writes_[at].last) made_.writes_.push_back(writes_[at].key);
    std::sort(made_.writes_.begin() + made_.write_ends_.back(), made_.writes_.end());
    made_.sight_ends_.push_back(static_cast<std::uint32_t>(made_.sights_.size()));
    made_.write_ends_.push_back(static_cast<std::uint32_t>(made_.writes_.size()));
  }
}

Node Reduction::node_of(const Found& found) const {
  return found.source != Source::known || found.item == no_item ? nobody_wrote : nodes_[found.item];
}

void Reduction::link_versions() {
  made_.versioned_.assign(mute_.size(), 0);
  for (const Versions& versions : versions_) {
    if (is_mute(versions.key)) continue;
    link_versions(versions);
    made_.versioned_[index(versions.key)] = 1;
  }
  made_.find_ordered();
}

// What was appended and not seen comes behind the longest list that was read.
void Reduction::link_versions(const Versions& versions) {
  Node last = nobody_wrote;
  const DraftWrite* before = nullptr;
  std::vector<ValueId> seen = versions.elements;
  for (const ValueId element : versions.elements) {
    const auto found = writers(versions.key, element);
    if (found.empty()) continue;
    const DraftWrite& write = found.front();
    const bool begins = before == nullptr || before->item != write.item;
    const bool whole = !begins || before == nullptr || before->last;
    if (!whole || write.rank != (begins ? 0 : before->rank + 1))
      refuse_torn(versions, whole ? write.item : before->item, write.item);
    before = &write;
    const Node writer = nodes_[write.item];
    if (writer == nobody_wrote || writer == last) continue;
    made_.successions_.push_back({versions.key, last, writer});
    last = writer;
  }
  std::ranges::sort(seen);
  std::uint32_t unseen = 0;
  for (const DraftWrite& write :
       std::ranges::equal_range(written_, versions.key, {}, &DraftWrite::key)) {
    const Node writer = nodes_[write.item];
    if (!write.last || writer == nobody_wrote || writer == last) continue;
    if (std::ranges::binary_search(seen, write.value)) continue;
    made_.successions_.push_back({versions.key, last, writer});
    made_.forked_ = made_.forked_ || ++unseen > 1;
  }
}

// Without the intruder the writer's elements may be together and complete.
void Reduction::refuse_torn(const Versions& versions, std::uint32_t writer,
                            std::uint32_t intruder) {
  if (made_.absurd_) return;
  std::uint32_t next = 0;
  bool in_order = true;
  bool to_the_last = false;
  for (const ValueId element : versions.elements)
    for (const DraftWrite& write : writers(versions.key, element)) {
      if (write.item != writer) continue;
      in_order = in_order && write.rank == next;
      to_the_last = write.last;
      ++next;
    }
  std::vector<std::uint32_t> items{writer, versions.reader};
  if (in_order && to_the_last && intruder != writer) items.push_back(intruder);
  std::ranges::sort(items);
  const auto repeated = std::ranges::unique(items);
  items.erase(repeated.begin(), repeated.end());
  std::string told;
  for (const std::uint32_t item : items) told += (told.empty() ? "" : "; ") + words(item);
  refuse(items, "what was appended together is not together in a list of " +
                    made_.spell(versions.key) + ": " + told + ".");
}

std::string Reduction::words(std::uint32_t item) const {
  return made_.operations_ != nullptr
             ? made_.operations_->describe(static_cast<OperationId>(item))
             : made_.transactions_->describe(static_cast<TransactionId>(item));
}

}  // namespace splitvote::consistency
