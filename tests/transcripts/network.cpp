// The messages on their way: chosen by sender, receiver and kind, delivered, lost, doubled, held.
#include <algorithm>

#include "models/raft/codec.hpp"
#include "models/wire/frame.hpp"
#include "tests/transcripts/printer.hpp"
#include "tests/transcripts/transcript.hpp"
#include "tests/transcripts/world.hpp"

namespace splitvote::transcripts {
namespace {

/// More than any transcript that can still be read needs.
constexpr int deliveries_max = 2000;

template <typename Item>
bool admits(const std::vector<Item>& list, const Item& item) {
  return list.empty() || std::ranges::find(list, item) != list.end();
}

}  // namespace

/// The places of the messages that a command means, held ones or the others.
std::vector<std::size_t> World::chosen(const Selection& selection, bool held) const {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < flights_.size(); ++i) {
    const Flight& flight = flights_[i];
    if (flight.held == held && admits(selection.sources, flight.source) &&
        admits(selection.targets, flight.target) &&
        admits(selection.kinds, wire::kind(flight.frame))) {
      places.push_back(i);
    }
  }
  if (selection.nth == 0) return places;
  if (selection.nth > places.size()) return {};
  return {places[selection.nth - 1]};
}

std::vector<Flight> World::take(const Selection& selection, bool held) {
  const std::vector<std::size_t> places = chosen(selection, held);
  if (places.empty()) print("no such message");
  std::vector<Flight> taken;
  for (const std::size_t place : places) taken.push_back(flights_[place]);
  for (auto place = places.rbegin(); place != places.rend(); ++place) {
    flights_.erase(flights_.begin() + static_cast<std::ptrdiff_t>(*place));
  }
  return taken;
}

void World::deliver(const Selection& selection) {
  for (Flight& flight : take(selection, false)) arrive(std::move(flight));
}

void World::drop(const Selection& selection) {
  for (const Flight& flight : take(selection, false)) print("dropped " + to_text(flight));
}

void World::duplicate(const Selection& selection) {
  for (const std::size_t place : chosen(selection, false)) {
    print("doubled " + to_text(flights_[place]));
    flights_.push_back(Flight(flights_[place]));
  }
}

void World::hold(const Selection& selection) {
  for (Flight& flight : take(selection, false)) {
    print("held " + to_text(flight));
    flight.held = true;
    flights_.push_back(std::move(flight));
  }
}

void World::release(const Selection& selection) {
  for (Flight& flight : take(selection, true)) {
    print("released " + to_text(flight));
    flight.held = false;
    flights_.push_back(std::move(flight));
  }
}

void World::stabilize(const std::vector<NodeId>& nodes) {
  for (int i = 0; i < deliveries_max; ++i) {
    const std::vector<std::size_t> places = chosen({.targets = nodes}, false);
    if (places.empty()) return;
    const auto place = flights_.begin() + static_cast<std::ptrdiff_t>(places.front());
    Flight flight = std::move(*place);
    flights_.erase(place);
    arrive(std::move(flight));
  }
  throw Mistake("the cluster does not become quiet");
}

void World::cut(const std::vector<NodeId>& some, const std::vector<NodeId>& others) {
  for (const NodeId one : some) {
    for (const NodeId other : others) {
      if (one == other) continue;
      cuts_.emplace_back(one, other);
      cuts_.emplace_back(other, one);
    }
  }
}

void World::heal() { cuts_.clear(); }

void World::arrive(Flight flight) {
  const std::string text = to_text(flight);
  if (std::ranges::find(cuts_, std::pair(flight.source, flight.target)) != cuts_.end()) {
    return print("lost on a cut link: " + text);
  }
  if (!node(flight.target).up) return print("lost, because the node is down: " + text);
  print(text);
  Node& target = running(flight.target);
  raft::Received received{flight.source, {}, epoch_for(target, flight.source)};
  if (!raft::decode(flight.frame, received.message)) throw Mistake("a message cannot be decoded");
  step(target, received);
}

}  // namespace splitvote::transcripts
