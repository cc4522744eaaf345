// Puts the words of a step's verb and nodes together, and numbers those that come out alike.
#include "scenarios/load/step_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <type_traits>

namespace splitvote::load {
namespace {

std::string words_of(const NodeSet& set) {
  std::string words;
  for (const Selector& selector : set.any_of) words += " " + to_text(selector);
  return words;
}

/// Whom the verb hits, or, of a partition and of a healing, what it is about.
template <typename Each>
std::string object_of(const Each& verb) {
  std::string words;
  if constexpr (requires { verb.nodes; }) words = words_of(verb.nodes);
  if constexpr (requires { verb.ends; })
    words = words_of(verb.ends.source) + words_of(verb.ends.target);
  if constexpr (std::is_same_v<Each, Partition>)
    for (const std::string& group : group_names(verb)) words += " " + group;
  if constexpr (std::is_same_v<Each, Order>) {
    if (words == " leader") words.clear();  // who is told anyway
    for (const Order::Argument& argument : verb.arguments) {
      words += " " + argument.name;
      if (const NodeSet* const nodes = std::get_if<NodeSet>(&argument.value))
        words += words_of(*nodes);
    }
  }
  if constexpr (std::is_same_v<Each, Heal>) {
    for (const Heal::Target& target : verb.steps) words += " " + target.step;
    if (verb.steps.empty()) words = " all";
  }
  return words;
}

/// What cannot stand in a name becomes a dash, and many of it one.
std::string dashed(std::string_view words) {
  constexpr std::size_t longest = 48;  // a name has 64 characters at most, with its number
  std::string name;
  for (const char c : words) {
    const bool plain =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    if (plain) name += c;
    if (!plain && !name.ends_with('-')) name += '-';
  }
  name.resize(std::min(name.size(), longest));
  while (name.ends_with('-')) name.pop_back();
  return name;
}

std::string stem_of(const Step& step) {
  std::string words;
  if (step.actions.size() == 1) {
    const Verb& verb = step.actions.front().verb;
    words = std::visit([](const auto& each) { return object_of(each); }, verb);
    return dashed(std::string(verb_name(verb)) + words);
  }
  for (const Action& action : step.actions) words += " " + std::string(verb_name(action.verb));
  return dashed("choose" + words);
}

}  // namespace

void name_steps(std::vector<Step>& timeline) {
  const auto taken = [&timeline](const std::string& name) {
    return std::ranges::find(timeline, name, &Step::name) != timeline.end();
  };
  for (Step& step : timeline) {
    if (!step.name.empty() || step.actions.empty()) continue;
    const std::string stem = stem_of(step);
    std::string name = stem;
    for (int n = 2; taken(name); ++n) name = fmt::format("{}-{}", stem, n);
    step.name = std::move(name);
  }
}

}  // namespace splitvote::load
