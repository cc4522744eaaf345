// Counts in how many runs a feature or a trouble met an event, and knows what a feature forbids.
#include "tests/models/raft/world_reached.hpp"

#include <algorithm>
#include <array>

#include "tests/models/raft/random_troubles.hpp"

namespace splitvote::raft {
namespace {

bool excludes_promises(std::string_view word) {
  constexpr std::array words{"fortification: false", "check_quorum: false", "quorum_check: window",
                             "leader_stickiness: false", "quiesce: true"};
  return std::ranges::find(words, word) != words.end();
}

/// What a feature rules out.
bool is_forbidden(std::string_view word, std::string_view event) {
  const auto speaks_of = [event](std::string_view part) { return event.contains(part); };
  if (event == "read answered by lease") {
    if (word == "check_quorum: false" || word == "leader_stickiness: false") return true;
    if (word.starts_with("reads: ") && word != "reads: lease") return true;
    // Only local reads have a bound; no lease survives a clock that stands.
    if (word == "max_staleness: 60ms" || word == "clock freeze") return true;
  }
  if (word == "refusals: false" && event == "message refusal") return true;
  if (word == "joint_exit: automatic" && event == "leave_joint obeyed") return true;
  if (event == "read answered by a proof of freshness") {
    if (word == "max_staleness: 0ms") return true;
  }
  if (event == "leader without a quorum steps down" || event == "handed over by priority") {
    if (word == "check_quorum: false") return true;
  }
  if (event == "handed over by priority") {
    if (word == "priorities: equal" || word == "priorities: one never") return true;
  }
  if (event == "repeated command answered") {
    if (word == "sessions: false" || word == "groups: 2" || word == "groups: 3") return true;
  }
  if (event == "chunks that are there not sent again" && word == "snapshot_chunk: 262144")
    return true;
  if (word == "compaction_entries: 0" && event == "snapshot taken for a follower") return true;
  const bool promises =
      speaks_of("fortify") || speaks_of("support_") || speaks_of("promise to a leader");
  if (promises) return excludes_promises(word);
  if (word == "pre_vote: false") return speaks_of("pre_candidate") || speaks_of("pre_vote");
  if (word == "max_staleness: 0ms" && event == "read too old") return true;
  if (word.starts_with("reads: ") && word != "reads: local") {
    return event == "read too old" || event == "read answered by a proof of freshness" ||
           (word != "reads: follower" && speaks_of("read_index"));
  }
  const bool supports = word == "support_duration: 50ms" || word == "support_duration: 200ms";
  if (word == "quiesce: false" || word == "fortification: true" || supports) {
    return speaks_of("quiesce") || speaks_of("node_beat") || event == "asleep or awake";
  }
  if (word == "forward_proposals: false") {
    return speaks_of("message forward") || event == "request passed on";
  }
  // Where messages arrive twice no client can be certain, see client::Delivery.
  return word == "duplication" && event == "outcome failed";
}

/// What meets so rarely that a hundred thousand runs may do without: questions of how fresh reads
/// are come oftener than a group needs to fall asleep, unless the state machine holds them up. A
/// candidate that had pre-votes stands again only if its leader tells it so a second time, or if it
/// is the only voter and its disk slower than its timer.
bool is_left_open(std::string_view word, std::string_view event) {
  if (word == "pre_vote: true" && event == "candidate -> candidate") return true;
  return word == "max_staleness: 60ms" && (event.contains("quiesce") || event == "asleep or awake");
}

}  // namespace

WorldReached::WorldReached() : words_(feature_words()), event_runs_(world_events().size()) {
  for (const Trouble& trouble : troubles()) words_.emplace_back(trouble.name);
  runs_.resize(words_.size());
  pairs_.resize(words_.size(), std::vector<std::uint64_t>(event_runs_.size()));
}

void WorldReached::add(const std::vector<std::string>& words, const WorldEvents& reached) {
  for (std::size_t event = 0; event < event_runs_.size(); ++event) {
    event_runs_[event] += reached.reached(event) ? 1 : 0;
  }
  for (std::size_t word = 0; word < words_.size(); ++word) {
    if (std::ranges::find(words, words_[word]) == words.end()) continue;
    ++runs_[word];
    for (std::size_t event = 0; event < event_runs_.size(); ++event) {
      pairs_[word][event] += reached.reached(event) ? 1 : 0;
    }
  }
}

std::string WorldReached::unreached() const {
  std::string text;
  for (std::size_t word = 0; word < words_.size(); ++word) {
    if (runs_[word] == 0) text += words_[word] + "\n";
  }
  for (std::size_t event = 0; event < event_runs_.size(); ++event) {
    const std::string& name = world_events()[event];
    if (!name.empty() && event_runs_[event] == 0) text += name + "\n";
  }
  return text;
}

std::string WorldReached::unmet() const {
  std::string text;
  for (std::size_t word = 0; word < words_.size(); ++word) {
    for (std::size_t event = 0; event < event_runs_.size(); ++event) {
      const std::string& name = world_events()[event];
      if (name.empty() || is_left_open(words_[word], name)) continue;
      const bool forbidden = is_forbidden(words_[word], name);
      if (forbidden != (pairs_[word][event] == 0)) {
        text += words_[word] + (forbidden ? ", yet: " : " without: ") + name + "\n";
      }
    }
  }
  return text;
}

std::string WorldReached::table() const {
  std::string text = "runs in which each was reached\n";
  for (std::size_t event = 0; event < event_runs_.size(); ++event) {
    const std::string& name = world_events()[event];
    if (!name.empty()) text += "  " + name + ": " + std::to_string(event_runs_[event]) + "\n";
  }
  text += "runs with each feature and trouble, and what they reached most rarely\n";
  for (std::size_t word = 0; word < words_.size(); ++word) {
    std::size_t rarest = event_runs_.size();
    for (std::size_t event = 0; event < event_runs_.size(); ++event) {
      const std::string& name = world_events()[event];
      if (name.empty() || is_forbidden(words_[word], name)) continue;
      if (rarest == event_runs_.size() || pairs_[word][event] < pairs_[word][rarest])
        rarest = event;
    }
    text += "  " + words_[word] + ": " + std::to_string(runs_[word]) + "; " +
            world_events()[rarest] + ": " + std::to_string(pairs_[word][rarest]) + "\n";
  }
  return text;
}

}  // namespace splitvote::raft
