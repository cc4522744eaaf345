// Jepsen's nemesis: its operations as faults, each from what begins it to what ends it.
#include "scenarios/histories/nemesis.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace splitvote::histories {

namespace {

using reports::HistoryFault;

struct Ending {
  std::string_view begins;
  std::string_view ends;
};

// Beginnings of words; what comes behind them is alike or, behind the last two, whatever it is.
constexpr std::array endings{Ending{"start", "stop"},   Ending{"kill", "start"},
                             Ending{"pause", "resume"}, Ending{"partition", "heal"},
                             Ending{"bump", "reset"},   Ending{"strobe", "reset"}};

bool ends(std::string_view beginning, std::string_view word) {
  return std::ranges::any_of(endings, [&](const Ending& ending) {
    if (!beginning.starts_with(ending.begins) || !word.starts_with(ending.ends)) return false;
    return ending.ends == "reset" ||
           beginning.substr(ending.begins.size()) == word.substr(ending.ends.size());
  });
}

bool lasts(std::string_view word) {
  return std::ranges::any_of(endings,
                             [&](const Ending& ending) { return word.starts_with(ending.begins); });
}

bool only_ends(std::string_view word) {
  return !lasts(word) && std::ranges::any_of(endings, [&](const Ending& ending) {
    return word.starts_with(ending.ends);
  });
}

class Nemesis {
 public:
  std::vector<HistoryFault> read(std::span<const NemesisEvent> events) {
    for (std::size_t at = 0; at < events.size(); ++at) {
      const bool twice = at + 1 < events.size() && events[at + 1].function == events[at].function;
      const std::size_t done = twice ? at + 1 : at;
      take(events[at], events[done]);
      at = done;
    }
    return std::move(faults_);
  }

 private:
  void take(const NemesisEvent& begun, const NemesisEvent& done) {
    if (end(done) || only_ends(begun.function)) return;
    const std::string& value = begun.value.empty() ? done.value : begun.value;
    HistoryFault& fault = faults_.emplace_back();
    fault.name = begun.function + (value.empty() ? "" : " " + value);
    fault.begin = begun.position;
    if (begun.time_ns) fault.began = sim::Instant{*begun.time_ns};
    words_.push_back(begun.function);
    if (!lasts(begun.function)) heal(fault, done);
  }

  /// Whether it ends something that is open.
  bool end(const NemesisEvent& done) {
    bool any = false;
    for (std::size_t at = 0; at < faults_.size(); ++at) {
      const bool open = faults_[at].end == consistency::never_returned;
      if (!open || !ends(words_[at], done.function)) continue;
      heal(faults_[at], done);
      any = true;
    }
    return any;
  }

  static void heal(HistoryFault& fault, const NemesisEvent& done) {
    fault.end = done.position;
    if (done.time_ns) fault.healed = sim::Instant{*done.time_ns};
  }

  std::vector<HistoryFault> faults_;
  std::vector<std::string> words_;  // that began them
};

}  // namespace

std::vector<HistoryFault> faults_of(std::span<const NemesisEvent> events) {
  return Nemesis().read(events);
}

}  // namespace splitvote::histories
