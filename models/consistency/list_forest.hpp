// The lists that keys were read to hold: each is one that it begins with, and an element behind it.
#pragma once

#include <cstdint>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "models/consistency/operation.hpp"

namespace splitvote::consistency {

/// Below the number of keys: the empty list of that key.
using ListId = std::uint32_t;

/// Each list once, with all that it begins with, which have smaller ids. An element is a number.
class ListForest {
 public:
  explicit ListForest(std::size_t keys = 0) : keys_(static_cast<ListId>(keys)), lists_(keys) {}

  [[nodiscard]] static ListId empty(KeyId key) { return static_cast<ListId>(key); }
  /// The list with that element behind it.
  [[nodiscard]] ListId extended(ListId list, std::uint32_t element);
  /// Every element becomes `name(list)`, of the list that ends with it; none is extended any more.
  template <class Name>
  void rename(Name name) {
    others_ = {};
    for (ListId list = keys_; list < size(); ++list) lists_[list].last = name(list);
  }

  [[nodiscard]] bool is_empty(ListId list) const { return list < keys_; }
  /// The list without its last element, which is not empty.
  [[nodiscard]] ListId before(ListId list) const { return lists_[list].before; }
  [[nodiscard]] std::uint32_t last(ListId list) const { return lists_[list].last; }
  /// How many elements it has.
  [[nodiscard]] std::uint32_t elements(ListId list) const { return lists_[list].elements; }
  /// Ids are below this; below the first there are empty lists only.
  [[nodiscard]] ListId first() const { return keys_; }
  [[nodiscard]] ListId size() const { return static_cast<ListId>(lists_.size()); }

 private:
  struct List {
    ListId before = 0;
    ListId first = 0;  // of those that extend it by an element; 0: there is none
    std::uint32_t last = 0;
    std::uint32_t elements = 0;
  };

  ListId keys_;
  std::vector<List> lists_;
  std::map<std::pair<ListId, std::uint32_t>, ListId> others_;  // that do, by element
};

/// Finds contents of lists in a forest. What a list has in common with the one that was found for
/// its key before costs next to nothing.
class ListFinder {
 public:
  explicit ListFinder(std::size_t keys);

  /// `content` as of a value; it stays where it is.
  [[nodiscard]] ListId find(ListForest& forest, KeyId key, std::string_view content);

 private:
  struct Found {
    ListId list = 0;
    std::string_view content;
  };
  std::vector<Found> latest_;  // by key
};

/// Goes from list to list of every key, beginning with the empty ones, and tells which elements
/// come in and which go. That is as long as the way between them in the forest.
class ListWalk {
 public:
  ListWalk(const ListForest& forest, std::size_t keys);

  template <class Leave, class Enter>
  void go(KeyId key, ListId list, Leave leave, Enter enter) {
    ListId& at = at_[static_cast<std::size_t>(key)];
    const ListId target = list;
    while (at != list) {
      if (forest_.elements(at) >= forest_.elements(list)) {
        leave(forest_.last(at));
        at = forest_.before(at);
      } else {
        way_.push_back(list);
        list = forest_.before(list);
      }
    }
    for (; !way_.empty(); way_.pop_back()) enter(forest_.last(way_.back()));
    at = target;
  }

 private:
  const ListForest& forest_;
  std::vector<ListId> at_;  // by key
  std::vector<ListId> way_;
};

}  // namespace splitvote::consistency
