// Of each class of messages every n-th between a sender and a receiver is drawn, n by the
// budget.
#include "reports/thinning.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

namespace splitvote::reports {

namespace {

struct Class {
  std::size_t total = 0;
  std::size_t every = 1;
};

bool arrived(const DrawnMessage& message) { return message.fate == sim::Fate::delivered; }

}  // namespace

std::string ordinal(std::size_t number) {
  const bool teen = number % 100 >= 11 && number % 100 <= 13;
  const std::size_t digit = number % 10;
  const char* const ending = teen         ? "th"
                             : digit == 1 ? "st"
                             : digit == 2 ? "nd"
                             : digit == 3 ? "rd"
                                          : "th";
  return fmt::format("{}{}", number, ending);
}

Thinning thin(const Timeline& timeline, const MessageBudget& budget) {
  std::array<std::array<Class, 2>, message_groups> classes{};
  for (const DrawnMessage& message : timeline.messages)
    ++classes[static_cast<std::size_t>(message.group)][arrived(message)].total;
  for (std::size_t group = 0; group < message_groups; ++group) {
    for (const bool whole : {false, true}) {
      // A cross says as much as an arrow and takes more room.
      const std::size_t limit = std::max<std::size_t>(1, whole ? budget[group] : budget[group] / 3);
      Class& one = classes[group][whole];
      if (one.total > limit) one.every = (one.total + limit - 1) / limit;
    }
  }

  Thinning result;
  std::map<std::tuple<MessageGroup, bool, sim::NodeId, sim::NodeId>, std::size_t> seen;
  for (std::size_t i = 0; i < timeline.messages.size(); ++i) {
    const DrawnMessage& message = timeline.messages[i];
    const Class& one = classes[static_cast<std::size_t>(message.group)][arrived(message)];
    std::size_t& count = seen[{message.group, arrived(message), message.source, message.target}];
    if (count++ % one.every == 0) result.shown.push_back(i);
  }
  for (std::size_t group = 0; group < message_groups; ++group) {
    for (const bool whole : {true, false}) {
      const Class& one = classes[group][whole];
      if (one.every == 1) continue;
      result.notes.push_back(fmt::format("every {} of {} {} messages{}", ordinal(one.every),
                                         one.total, to_string(static_cast<MessageGroup>(group)),
                                         whole ? "" : " that never arrived"));
    }
  }
  return result;
}

}  // namespace splitvote::reports
