// Requests and their answers; what was promised before a restart its servers keep themselves.
#include "models/raft/node_support.hpp"

#include <algorithm>

namespace splitvote::raft {
namespace {

/// So many epochs may one start of a node have.
constexpr unsigned epochs_of_incarnation = 32;

}  // namespace

void NodeSupport::start(std::uint64_t incarnation) {
  for (Peer& peer : peers_) peer.epoch_for = (incarnation << epochs_of_incarnation) + 1;
}

void NodeSupport::need(NodeSet before, NodeSet after, sim::LocalInstant now) {
  for_each(after & ~before, [&](std::size_t number) {
    if (peers_[number].groups++ == 0) next_request_ = now;
    needed_ |= NodeSet{1} << number;
  });
  for_each(before & ~after, [&](std::size_t number) {
    if (--peers_[number].groups == 0) needed_ &= ~(NodeSet{1} << number);
  });
}

NodeSet NodeSupport::take_requests(sim::LocalInstant now) {
  if (needed_ == 0 || held_up_ || now < next_request_) return 0;
  next_request_ = now + interval_;
  return needed_;
}

void NodeSupport::on_response(NodeId supporter, SupportEpoch epoch, sim::LocalInstant sent) {
  if (!is_known(supporter)) return;
  Peer& peer = peers_[sim::number(supporter)];
  if (epoch < peer.epoch_from) return;  // overtaken
  if (epoch > peer.epoch_from) peer.supported_until = {INT64_MIN};
  peer.epoch_from = epoch;
  peer.supported_until = std::max(peer.supported_until, sent + certain_);
}

sim::LocalInstant NodeSupport::supported_until(NodeId supporter, SupportEpoch epoch) const {
  const bool lasts =
      epoch != 0 && is_known(supporter) && peers_[sim::number(supporter)].epoch_from == epoch;
  return lasts ? peers_[sim::number(supporter)].supported_until : sim::LocalInstant{INT64_MIN};
}

bool NodeSupport::on_request(NodeId requester, std::uint64_t incarnation, sim::LocalInstant now) {
  if (!is_known(requester)) return false;
  Peer& peer = peers_[sim::number(requester)];
  if (incarnation < peer.incarnation) return false;
  const bool anew = incarnation > peer.incarnation && (supported_ & set_of(requester)) != 0;
  if (anew) ++peer.epoch_for;
  peer.incarnation = incarnation;
  peer.requested = now;
  supported_ |= set_of(requester);
  return anew;
}

SupportEpoch NodeSupport::epoch_for(NodeId requester) const {
  const bool supported = (supported_ & set_of(requester)) != 0;
  return supported ? peers_[sim::number(requester)].epoch_for : 0;
}

NodeSet NodeSupport::withdraw(sim::LocalInstant now) {
  NodeSet over = 0;
  for_each(supported_, [&](std::size_t number) {
    if (peers_[number].requested + duration_ > now) return;
    ++peers_[number].epoch_for;
    over |= NodeSet{1} << number;
  });
  supported_ &= ~over;
  return over;
}

std::optional<sim::LocalInstant> NodeSupport::due() const {
  const bool requests = needed_ != 0 && !held_up_;
  if (!requests && supported_ == 0) return std::nullopt;
  sim::LocalInstant due = requests ? next_request_ : sim::LocalInstant{INT64_MAX};
  for_each(supported_,
           [&](std::size_t number) { due = std::min(due, peers_[number].requested + duration_); });
  return due;
}

}  // namespace splitvote::raft
