// The lists that keys were read to hold: each is one that it begins with, and an element behind it.
#include "models/consistency/list_forest.hpp"

#include <algorithm>
#include <cstring>

namespace splitvote::consistency {

ListId ListForest::extended(ListId list, std::uint32_t element) {
  const ListId first = lists_[list].first;
  if (first != 0 && lists_[first].last == element) return first;
  const ListId made = size();
  if (first == 0) {
    lists_[list].first = made;
  } else {
    const auto [other, is_new] = others_.try_emplace({list, element}, made);
    if (!is_new) return other->second;
  }
  lists_.push_back({list, 0, element, lists_[list].elements + 1});
  return made;
}

ListFinder::ListFinder(std::size_t keys) {
  for (std::size_t key = 0; key < keys; ++key)
    latest_.push_back({ListForest::empty(static_cast<KeyId>(key)), {}});
}

ListId ListFinder::find(ListForest& forest, KeyId key, std::string_view content) {
  Found& latest = latest_[static_cast<std::size_t>(key)];
  const std::size_t shorter = std::min(content.size(), latest.content.size());
  std::size_t common = shorter;
  if (content.substr(0, shorter) != latest.content.substr(0, shorter))
    common = static_cast<std::size_t>(std::ranges::mismatch(content, latest.content).in1 -
                                      content.begin());
  common /= sizeof(ValueId);
  ListId list = latest.list;
  while (forest.elements(list) > common) list = forest.before(list);
  for (std::size_t at = common * sizeof(ValueId); at < content.size(); at += sizeof(ValueId)) {
    std::uint32_t element = 0;
    std::memcpy(&element, content.data() + at, sizeof element);
    list = forest.extended(list, element);
  }
  latest = {list, content};
  return list;
}

ListWalk::ListWalk(const ListForest& forest, std::size_t keys) : forest_(forest) {
  for (std::size_t key = 0; key < keys; ++key)
    at_.push_back(ListForest::empty(static_cast<KeyId>(key)));
}

}  // namespace splitvote::consistency
