// The order of a key's versions, where the answers tell it, put to the test.
#include "models/consistency/version_order.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace splitvote::consistency {

namespace {

/// The first one is what the key holds at the beginning. A version is written at some moment
/// between its bounds, and versions in their order.
struct Version {
  std::uint64_t number = 0;
  ValueId value = nothing;
  const KeyOperation* write = nullptr;
  Position opens = 0;                // written behind this position
  Position closes = never_returned;  // and before this one
};

/// An operation with what its history knows of its version.
struct Item {
  const KeyOperation& operation;
  std::uint64_t number = 0;
  bool makes_version = false;
};

/// A swap for the same value asks what a read does, but has a version of its own.
bool makes_version(const KeyOperation& one) {
  return one.writes() || (one.step == Step::equals && !one.reads);
}

/// Some answer that tells what the key held, and which version that was.
struct Sighting {
  Position invoked = 0;
  std::size_t version = 0;
};

class VersionOrder {
 public:
  VersionOrder(const History& history, std::span<const KeyOperation> operations) {
    items_.reserve(operations.size());
    for (const KeyOperation& one : operations)
      items_.push_back({one, history.version(one.id), makes_version(one)});
    versions_.reserve(operations.size() + 1);
    versions_.push_back({0, history.initial(), nullptr, 0, never_returned});
  }

  std::optional<std::uint64_t> stalest() {
    if (!place_known_writes() || !place_seen_writes() || !order() || !see_all() || !close())
      return std::nullopt;
    std::uint64_t most = 0;
    for (const Sighting& one : sightings_) most = std::max(most, newer(one));
    // The value that such a remove wrote is one more to be behind.
    if (most > 0 && removes_nothing_) return std::nullopt;
    return most;
  }

 private:
  /// Of a key to which operations append nothing is said.
  bool place_known_writes() {
    for (const Item& item : items_) {
      const KeyOperation& one = item.operation;
      if (one.step == Step::append_text || one.step == Step::append_element) return false;
      if (!item.makes_version) continue;
      if (!one.certain) {
        perhaps_.emplace(one.target, &one);
      } else if (item.number != 0) {
        place(item.number, one);
      } else if (one.target != nothing || one.step == Step::swap) {
        return false;
      }
    }
    std::ranges::sort(versions_, {}, &Version::number);
    return true;
  }

  void place(std::uint64_t number, const KeyOperation& one) {
    versions_.push_back({number, one.target, &one, one.invoked, one.returned});
  }

  /// Of those without an answer one of that value must have made it, if nobody else did.
  bool place_seen_writes() {
    std::map<std::uint64_t, const KeyOperation*> first;  // read, by number
    for (const Item& item : items_)
      if (item.operation.step == Step::equals && !item.makes_version && item.number != 0 &&
          find(item.number) == versions_.end())
        first.try_emplace(item.number, &item.operation);
    if (first.empty()) return true;
    for (const auto& [number, read] : first) {
      const auto writer = perhaps_.find(read->value);
      if (writer == perhaps_.end()) return false;
      place(number, *writer->second);
      perhaps_.erase(writer);
    }
    std::ranges::sort(versions_, {}, &Version::number);
    return true;
  }

  [[nodiscard]] std::vector<Version>::iterator find(std::uint64_t number) {
    const auto found = std::ranges::lower_bound(versions_, number, {}, &Version::number);
    return found != versions_.end() && found->number == number ? found : versions_.end();
  }

  bool order() {
    differing_.resize(versions_.size());
    for (std::size_t at = 0; at < versions_.size(); ++at) {
      if (at == 0) continue;
      const Version& before = versions_[at - 1];
      Version& here = versions_[at];
      const bool swaps = here.write->step == Step::swap || here.write->step == Step::equals;
      if (here.number == before.number || (swaps && here.write->value != before.value))
        return false;
      here.opens = std::max(here.opens, before.opens);
      differing_[at] = here.value == before.value ? differing_[at - 1] : at;
    }
    return true;
  }

  bool see_all() {
    for (const Item& item : items_) {
      const KeyOperation& one = item.operation;
      const bool removes_nothing = item.makes_version && one.certain && item.number == 0;
      if (item.makes_version && !removes_nothing) continue;
      removes_nothing_ = removes_nothing_ || removes_nothing;
      const std::optional<std::size_t> seen = seen_by(item);
      if (!seen) return false;
      sightings_.push_back({one.invoked, *seen});
      Position& closes = versions_[*seen].closes;
      closes = std::min(closes, one.returned);
    }
    return true;
  }

  [[nodiscard]] std::optional<std::size_t> seen_by(const Item& item) {
    const KeyOperation& one = item.operation;
    const bool differs = one.step == Step::differs;
    const ValueId value = one.writes() ? nothing : one.value;
    if (item.number != 0) {
      const auto told = find(item.number);
      if (told != versions_.end()) {
        if ((told->value == value) == differs) return std::nullopt;
        return static_cast<std::size_t>(told - versions_.begin());
      }
    }
    return differs ? newest_but(value, one.returned) : newest_of(value, one.returned);
  }

  /// Of those that can have been written before the position: the newest that holds the value.
  [[nodiscard]] std::optional<std::size_t> newest_of(ValueId value, Position before) {
    if (by_value_.empty()) sort_by_value();
    const auto of_value =
        std::ranges::equal_range(by_value_, value, {}, [](const auto& one) { return one.first; });
    const auto later = std::ranges::partition_point(
        of_value, [&](const auto& one) { return versions_[one.second].opens < before; });
    if (later == of_value.begin()) return std::nullopt;
    return std::prev(later)->second;
  }

  void sort_by_value() {
    for (std::size_t at = 0; at < versions_.size(); ++at)
      by_value_.emplace_back(versions_[at].value, at);
    std::ranges::sort(by_value_);
  }

  /// The newest that does not.
  [[nodiscard]] std::optional<std::size_t> newest_but(ValueId value, Position before) const {
    const auto later = std::ranges::partition_point(
        versions_, [&](const Version& version) { return version.opens < before; });
    const auto newest = static_cast<std::size_t>(later - versions_.begin()) - 1;
    if (versions_[newest].value != value) return newest;
    const std::size_t since = differing_[newest];
    if (since == 0) return std::nullopt;
    return since - 1;
  }

  /// A version is written before everything that comes before a later one is, and behind.
  bool close() {
    for (std::size_t at = versions_.size() - 1; at > 0; --at)
      versions_[at - 1].closes = std::min(versions_[at - 1].closes, versions_[at].closes);
    return std::ranges::all_of(
        versions_, [](const Version& version) { return version.opens < version.closes; });
  }

  /// The versions that must have been there when it was asked close before that.
  [[nodiscard]] std::uint64_t newer(const Sighting& one) const {
    const auto next = versions_.begin() + static_cast<std::ptrdiff_t>(one.version) + 1;
    const auto later = std::ranges::partition_point(
        next, versions_.end(),
        [&](const Version& version) { return version.closes < one.invoked; });
    return static_cast<std::uint64_t>(later - next);
  }

  std::vector<Item> items_;
  std::vector<Version> versions_;                          // by number, once they are all there
  std::multimap<ValueId, const KeyOperation*> perhaps_;    // without an answer, by what they write
  std::vector<std::pair<ValueId, std::size_t>> by_value_;  // versions, once somebody asks
  std::vector<std::size_t> differing_;  // by version: since which one the value is the same
  std::vector<Sighting> sightings_;
  bool removes_nothing_ = false;
};

}  // namespace

std::optional<std::uint64_t> stalest_by_versions(const History& history,
                                                 std::span<const KeyOperation> operations) {
  if (!history.has_versions()) return std::nullopt;
  return VersionOrder(history, operations).stalest();
}

}  // namespace splitvote::consistency
