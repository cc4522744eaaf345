// A hand-written run under measurement, with its first leader elected.
#pragma once

#include <array>
#include <vector>

#include "models/measure/measurements.hpp"
#include "tests/models/check/feed.hpp"

namespace splitvote::testing {

inline constexpr std::int64_t ms = 1'000'000;
using Samples = std::vector<std::int64_t>;

struct MeasuredRun {
  measure::Measurements measured;
  Feed<measure::Measurements> feed{measured};

  /// Node 0 is elected at 10 ms after a candidacy at 4 ms.
  explicit MeasuredRun(std::size_t groups = 1) : measured({.servers = 3, .groups = groups}) {
    for (int node = 0; node < 3; ++node) feed.start(node);
    feed.at(4);
    feed.candidate(0, 1);
    feed.at(10);
    feed.leader(0, 1);
  }
  void at(std::int64_t milliseconds) { feed.at(milliseconds); }
  void cut_off_leader(std::int64_t milliseconds) {
    const sim::Moment moment{sim::EventId{900}, sim::Instant{milliseconds * ms}, sim::no_event};
    measured.on_fault(moment, std::array{sim::NodeId{0}});
  }
  void acknowledge(std::int64_t milliseconds, int server, std::uint64_t operation) {
    feed.invoke(3, operation, 5, put("k", "v"));
    feed.served(server, 5, operation);
    at(milliseconds);
    feed.complete(3, operation, client::Outcome::ok, operation);
  }
  [[nodiscard]] Samples times(measure::Metric metric) const { return measured.durations(metric); }
  [[nodiscard]] std::uint64_t count(measure::Metric metric) const {
    return *measured.count_of(metric);
  }
  [[nodiscard]] std::uint64_t count(measure::Occurrence occurrence) const {
    return measured.occurrences()[occurrence];
  }
};

}  // namespace splitvote::testing
