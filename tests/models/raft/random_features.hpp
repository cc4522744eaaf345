// What a random world is made of: a value for every key of Raft, and machines to run it on.
#pragma once

#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "models/client/settings.hpp"
#include "models/raft/raft_process.hpp"
#include "models/registry/settings.hpp"
#include "sim/network/link.hpp"
#include "sim/world/node.hpp"

namespace splitvote::raft {

/// The draws of one run; the same on every compiler.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : random_(seed) {}
  [[nodiscard]] std::uint64_t below(std::uint64_t count) { return random_() % count; }
  /// Both included.
  [[nodiscard]] std::int64_t between(std::int64_t first, std::int64_t last) {
    return first + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(last - first) + 1));
  }
  [[nodiscard]] bool one_in(std::uint64_t count) { return below(count) == 0; }

 private:
  std::mt19937_64 random_;
};

struct Features {
  std::uint16_t servers = 0;
  std::uint16_t clients = 0;
  std::uint16_t groups = 1;
  models::Settings settings;
  std::vector<sim::NodeConfiguration> nodes;  // the servers first
  sim::LinkProfile link;
  client::ClientSettings client;
  std::int64_t drift_ppb_max = 0;  // what the clocks may be off without breaking a promise
  bool leases = false;
  bool linearizable = false;       // what the reads promise
  std::vector<std::string> words;  // all that was chosen: `pre_vote: true`
};

[[nodiscard]] Features draw_features(Dice& dice);

[[nodiscard]] inline Reads reads_of(const models::Settings& settings) {
  return static_cast<Reads>(settings.get<models::Choice>("reads").index);
}

/// Every word that `draw_features` may choose.
[[nodiscard]] std::vector<std::string> feature_words();

/// The keys of Raft from whose values nothing is drawn: none.
[[nodiscard]] std::string keys_without_values();

}  // namespace splitvote::raft
