// The configurations of a log: the one it begins with, and one for each configuration entry in it.
#pragma once

#include <span>
#include <vector>

#include "models/raft/configuration.hpp"

namespace splitvote::raft {

/// "A server always uses the latest configuration in its log, regardless of whether the entry is
/// committed" (section 4.1), and must be able to "fall back to the previous configuration".
class ConfigurationHistory {
 public:
  struct Place {
    Index index = 0;  // of the entry; of the first one: behind what the log begins
    Configuration configuration;
    bool operator==(const Place&) const = default;
  };

  explicit ConfigurationHistory(Configuration first, Index index = 0) {
    places_.push_back({index, std::move(first)});
  }

  [[nodiscard]] const Configuration& newest() const { return places_.back().configuration; }
  [[nodiscard]] Index newest_index() const { return places_.back().index; }
  /// The one the newest took over from; the newest itself if there is no other.
  [[nodiscard]] const Configuration& previous() const {
    return places_[places_.size() - (places_.size() > 1 ? 2 : 1)].configuration;
  }
  /// The one that counts for a log that ends at `index`, not before where this log begins.
  [[nodiscard]] const Place& up_to(Index index) const;
  [[nodiscard]] std::span<const Place> places() const { return places_; }

  /// `index` is behind the newest.
  void append(Index index, Configuration configuration);
  /// Returns whether another one is the newest now.
  bool truncate_from(Index first);
  /// The log begins behind `last` now; what counts there is kept.
  void compact(Index last);

  bool operator==(const ConfigurationHistory&) const = default;

 private:
  std::vector<Place> places_;  // ascending, never empty
};

}  // namespace splitvote::raft
