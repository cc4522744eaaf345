// Numbers and names of a group become the server's.
#include "models/raft/group_host.hpp"

#include <optional>

#include "models/client/message.hpp"
#include "models/wire/frame.hpp"
#include "sim/base/check.hpp"

namespace splitvote::raft {

sim::Stream& GroupHost::random(sim::Purpose purpose) {
  const auto index = static_cast<std::size_t>(purpose) -
                     static_cast<std::size_t>(sim::Purpose::first_model_purpose);
  SPLITVOTE_CHECK(index < streams_.size());
  return streams_[index];
}

void GroupHost::arm(sim::TimerId timer, sim::Duration after) {
  timers_.set(slot(timer), server_.now() + after);
}

void GroupHost::send(sim::NodeId target, sim::MessageLabel label, sim::Bytes& frame) {
  if (label.kind != client::request_kind && label.kind != client::response_kind) {
    sim::append_integer(frame, place_.group);
    wire::end_frame(frame);
  }
  const bool several = place_.of > 1;
  server_.send(target, {label.kind, several ? std::optional(place_.group) : std::nullopt}, frame);
}

void GroupHost::note(const sim::Note& note) {
  sim::Note told = note;
  told.group = place_.group;
  server_.note(told);
}

std::uint32_t GroupHost::slot(sim::TimerId timer) const {
  const auto number = static_cast<std::uint32_t>(timer);
  SPLITVOTE_CHECK(number < group_timers);
  return place_.group * std::uint32_t{group_timers} + number;
}

sim::IoToken GroupHost::with_group(sim::IoToken token) const {
  SPLITVOTE_CHECK(group_of(token) == 0);
  return sim::IoToken{static_cast<std::uint64_t>(token) | std::uint64_t{place_.group}
                                                              << group_token_shift};
}

std::string GroupHost::path(std::string_view name) const {
  std::string path = "g" + std::to_string(place_.group) + "/";
  path += name;
  return path;
}

}  // namespace splitvote::raft
