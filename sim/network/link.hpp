// One direction between two nodes: how long a message takes, and what may happen to it on the way.
#pragma once

#include <cstdint>
#include <optional>

#include "sim/base/ratio.hpp"
#include "sim/base/time.hpp"
#include "sim/random/distribution.hpp"
#include "sim/random/stream.hpp"

namespace splitvote::sim {

/// Loss in bursts (Gilbert 1960, Elliott 1963): a message may switch the link between a good and a
/// bad state.
struct BurstLoss {
  Ratio enter;     // good -> bad, per message
  Ratio leave;     // bad -> good, per message
  Ratio bad_loss;  // the chance of loss while bad; while good it is LinkProfile::loss

  constexpr bool operator==(const BurstLoss&) const = default;
};

/// The properties of a direction; many links share one profile.
struct LinkProfile {
  Distribution latency;  // nanoseconds, not below 0
  Ratio loss;
  std::optional<BurstLoss> burst;
  Ratio duplication;  // one more copy, with a latency of its own
  Ratio reordering;   // may overtake earlier messages; otherwise a link delivers in order
  Ratio corruption;   // one bit of the frame is flipped
  std::uint64_t bytes_per_second = 0;  // 0: unlimited
  Duration queue_max;  // waits longer than this are dropped as overflow; 0: unlimited

  bool operator==(const LinkProfile&) const = default;

  /// Whether anything but the latency is ever drawn.
  [[nodiscard]] bool has_chances() const {
    return !(loss.never() && !burst && duplication.never() && reordering.never() &&
             corruption.never());
  }
};

/// What a fault does to a profile for as long as it lasts; absent parts stay as they are.
struct LinkChange {
  std::optional<Distribution> latency;  // instead of the profile's
  Ratio latency_factor{1, 1};           // then this many times as long
  Duration latency_extra;               // then longer by this
  Duration jitter_extra;                // then by up to this more
  std::optional<Ratio> loss;
  std::optional<BurstLoss> burst;
  std::optional<Ratio> duplication;
  std::optional<Ratio> reordering;
  std::optional<Ratio> corruption;
  std::optional<std::uint64_t> bytes_per_second;

  bool operator==(const LinkChange&) const = default;
};

/// The profile with the change applied. The factor and the extra keep the latency within what a
/// Duration holds.
[[nodiscard]] LinkProfile apply(const LinkChange& change, LinkProfile profile);

}  // namespace splitvote::sim
