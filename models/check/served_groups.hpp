// Which of several groups answered a session last: a client's note does not say it.
#pragma once

#include <cstdint>
#include <optional>

#include "models/check/flat_map.hpp"

namespace splitvote::check {

/// A session has one operation at a time, and each goes to the group of its key.
class ServedGroups {
 public:
  void on_served(std::uint64_t session, std::uint64_t sequence, std::uint16_t group) {
    Answer& answer = answers_[session];
    // An answer to an operation the session has given up is of no use to it.
    if (sequence >= answer.sequence) answer = {sequence, group};
  }

  /// Nothing if no server has ever answered it.
  [[nodiscard]] std::optional<std::uint16_t> of(std::uint64_t session) const {
    const Answer* answer = answers_.find(session);
    return answer == nullptr ? std::nullopt : std::optional(answer->group);
  }

 private:
  struct Answer {
    std::uint64_t sequence = 0;
    std::uint16_t group = 0;
  };
  FlatMap<Answer> answers_;  // by session
};

}  // namespace splitvote::check
