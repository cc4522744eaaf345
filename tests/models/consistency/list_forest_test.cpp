// Lists in a forest: found again, told apart, and walked between.
#include <doctest/doctest.h>

#include <algorithm>
#include <deque>
#include <string>
#include <vector>

#include "models/consistency/list_forest.hpp"
#include "models/consistency/values.hpp"
#include "sim/random/stream.hpp"

using namespace splitvote;
using consistency::KeyId;
using consistency::ListForest;
using consistency::ListId;

namespace {

using Elements = std::vector<std::uint32_t>;

constexpr std::size_t keys = 2;

std::string content(const Elements& elements) {
  std::string made;
  for (const std::uint32_t element : elements)
    made += consistency::element_content(consistency::ValueId{element});
  return made;
}

Elements elements_of(const ListForest& forest, ListId list) {
  Elements made;
  for (; !forest.is_empty(list); list = forest.before(list)) made.push_back(forest.last(list));
  std::ranges::reverse(made);
  return made;
}

struct Lists {
  ListForest forest{keys};
  std::deque<std::string> contents;
  std::vector<KeyId> of;
  std::vector<Elements> elements;
  std::vector<ListId> ids;
};

/// Lists of three different elements, mostly as they grow, so that many begin alike.
Lists random_lists(std::uint64_t number) {
  sim::Stream stream(number, {sim::Purpose::fault_value, 21, 0});
  Lists made;
  consistency::ListFinder finder(keys);
  Elements elements;
  for (int at = 0; at < 60; ++at) {
    const auto key = static_cast<KeyId>(stream.draw() % keys);
    elements.resize(stream.draw() % (elements.size() + 1));
    const std::uint64_t more = stream.draw() % 5;
    for (std::uint64_t one = 0; one < more; ++one)
      elements.push_back(static_cast<std::uint32_t>(stream.draw() % 3));
    made.contents.push_back(content(elements));
    made.of.push_back(key);
    made.elements.push_back(elements);
    made.ids.push_back(finder.find(made.forest, key, made.contents.back()));
  }
  return made;
}

}  // namespace

TEST_CASE("a list in a forest is its key's and its elements', and nothing else is") {
  for (std::uint64_t number = 0; number < 200; ++number) {
    const Lists lists = random_lists(number);
    for (std::size_t one = 0; one < lists.ids.size(); ++one) {
      REQUIRE(elements_of(lists.forest, lists.ids[one]) == lists.elements[one]);
      REQUIRE(lists.forest.elements(lists.ids[one]) == lists.elements[one].size());
      for (std::size_t other = 0; other < one; ++other) {
        const bool same =
            lists.of[one] == lists.of[other] && lists.elements[one] == lists.elements[other];
        REQUIRE((lists.ids[one] == lists.ids[other]) == same);
      }
    }
  }
}

TEST_CASE("a walk between lists tells what goes and what comes") {
  for (std::uint64_t number = 0; number < 200; ++number) {
    const Lists lists = random_lists(number);
    consistency::ListWalk walk(lists.forest, keys);
    std::vector<Elements> at(keys);
    for (std::size_t one = 0; one < lists.ids.size(); ++one) {
      Elements& list = at[static_cast<std::size_t>(lists.of[one])];
      std::size_t steps = 0;
      const auto [here, there] = std::ranges::mismatch(list, lists.elements[one]);
      const auto expected = (list.end() - here) + (lists.elements[one].end() - there);
      walk.go(
          lists.of[one], lists.ids[one],
          [&](std::uint32_t element) {
            REQUIRE(list.back() == element);
            list.pop_back();
            ++steps;
          },
          [&](std::uint32_t element) {
            list.push_back(element);
            ++steps;
          });
      REQUIRE(list == lists.elements[one]);
      REQUIRE(steps == static_cast<std::size_t>(expected));
    }
  }
}
