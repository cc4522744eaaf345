// Sets as sorted lists, what makes six of them one configuration, and their bytes.
#include "models/raft/configuration.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

namespace splitvote::raft {
namespace {

using List = NodeList Configuration::*;
constexpr std::array<List, 6> lists{&Configuration::voters,   &Configuration::outgoing,
                                    &Configuration::learners, &Configuration::learners_next,
                                    &Configuration::planned,  &Configuration::witnesses};
constexpr std::array<std::string_view, 6> list_names{"voters",      "outgoing", "learners",
                                                     "to learners", "planned",  "witnesses"};

bool ascending(const NodeList& list) {
  return std::ranges::adjacent_find(list, std::ranges::greater_equal{}) == list.end();
}

/// Whether everybody in the list is in one of the others.
template <typename... Lists>
bool within(const NodeList& list, const Lists&... others) {
  return std::ranges::all_of(list, [&](NodeId node) { return (contains(others, node) || ...); });
}

/// Whether nobody in the list is in one of the others.
template <typename... Lists>
bool apart(const NodeList& list, const Lists&... others) {
  return std::ranges::none_of(list, [&](NodeId node) { return (contains(others, node) || ...); });
}

/// A plan is made of voters and learners, leads somewhere else, and waits for the joint phase.
bool fits_plan(const Configuration& configuration) {
  const auto& [voters, outgoing, learners, learners_next, planned, witnesses] = configuration;
  if (planned.empty()) return within(learners_next, outgoing) && apart(learners_next, voters);
  return outgoing.empty() && within(planned, voters, learners) && !within(planned, voters) &&
         within(learners_next, voters) && apart(learners_next, planned);
}

}  // namespace

Configuration configuration_of(NodeList voters) {
  std::ranges::sort(voters);
  voters.erase(std::ranges::unique(voters).begin(), voters.end());
  return {.voters = std::move(voters),
          .outgoing = {},
          .learners = {},
          .learners_next = {},
          .planned = {},
          .witnesses = {}};
}

bool contains(const NodeList& list, NodeId node) { return std::ranges::binary_search(list, node); }

NodeList joined(const NodeList& left, const NodeList& right) {
  NodeList result;
  result.reserve(left.size() + right.size());
  std::ranges::set_union(left, right, std::back_inserter(result));
  return result;
}

NodeList without(const NodeList& left, const NodeList& right) {
  NodeList result;
  result.reserve(left.size());
  std::ranges::set_difference(left, right, std::back_inserter(result));
  return result;
}

NodeList common(const NodeList& left, const NodeList& right) {
  NodeList result;
  result.reserve(std::min(left.size(), right.size()));
  std::ranges::set_intersection(left, right, std::back_inserter(result));
  return result;
}

bool is_voter(const Configuration& configuration, NodeId node) {
  return contains(configuration.voters, node) || contains(configuration.outgoing, node);
}

bool is_witness(const Configuration& configuration, NodeId node) {
  return contains(configuration.witnesses, node);
}

bool is_member(const Configuration& configuration, NodeId node) {
  return is_voter(configuration, node) || contains(configuration.learners, node);
}

NodeList members_of(const Configuration& configuration) {
  return joined(joined(configuration.voters, configuration.outgoing), configuration.learners);
}

bool is_valid(const Configuration& configuration) {
  const auto& [voters, outgoing, learners, learners_next, planned, witnesses] = configuration;
  if (configuration.empty()) return configuration == Configuration{};
  for (const List list : lists) {
    if (!ascending(configuration.*list) || contains(configuration.*list, sim::no_node))
      return false;
  }
  // A cluster needs somebody who has the state.
  const auto has_data = [&](const NodeList& list) {
    return list.empty() || !within(list, witnesses);
  };
  return outgoing != voters && apart(learners, voters, outgoing) && fits_plan(configuration) &&
         within(witnesses, voters, outgoing, planned) && apart(witnesses, learners_next) &&
         has_data(voters) && has_data(outgoing) && has_data(planned) &&
         members_of(configuration).size() <= members_max;
}

void encode(const Configuration& configuration, sim::Bytes& target) {
  for (const List list : lists) {
    sim::append_integer(target, static_cast<std::uint8_t>((configuration.*list).size()));
    for (const NodeId node : configuration.*list) sim::append_integer(target, sim::number(node));
  }
}

std::shared_ptr<const sim::Bytes> encoded(const Configuration& configuration) {
  auto bytes = std::make_shared<sim::Bytes>();
  encode(configuration, *bytes);
  return bytes;
}

bool decode(sim::ByteView bytes, Configuration& configuration) {
  sim::Reader reader(bytes);
  configuration = {};
  for (const List list : lists) {
    const auto count = reader.integer<std::uint8_t>();
    if (count > members_max) return false;
    for (std::uint8_t i = 0; i < count; ++i) {
      (configuration.*list).push_back(NodeId{reader.integer<std::uint16_t>()});
    }
  }
  return reader.finished() && !configuration.empty() && is_valid(configuration);
}

std::string to_text(const Configuration& configuration) {
  std::string text;
  for (std::size_t i = 0; i < lists.size(); ++i) {
    const NodeList& list = configuration.*lists[i];
    if (list.empty()) continue;
    text += (text.empty() ? "" : ", ") + std::string(list_names[i]);
    for (const NodeId node : list) text += " " + std::to_string(sim::number(node));
  }
  return text.empty() ? "no voters" : text;
}

}  // namespace splitvote::raft
