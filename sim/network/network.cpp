// The way of a message: sent into its link's queue, changed by chance, judged at delivery, held,
// dropped or delivered.
#include "sim/network/network.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"

namespace splitvote::sim {

namespace {

// Which changes of a link a message has felt: delays at once, chances only when they hit.
bool delays(const LinkChange& change) {
  return change.latency || change.latency_factor != Ratio{1, 1} || change.latency_extra.ns != 0 ||
         change.jitter_extra.ns != 0 || change.bytes_per_second;
}
bool loses(const LinkChange& change) { return change.loss || change.burst; }
bool duplicates(const LinkChange& change) { return change.duplication.has_value(); }
bool reorders(const LinkChange& change) { return change.reordering.has_value(); }
bool corrupts(const LinkChange& change) { return change.corruption.has_value(); }

StreamName link_stream(Purpose purpose, Direction direction) {
  return {purpose, number(direction.source), number(direction.target)};
}

/// Nanoseconds that `size` bytes keep a link of this speed busy, rounded up.
Duration transmission(std::size_t size, std::uint64_t bytes_per_second) {
  const auto ns = (static_cast<unsigned __int128>(size) * 1'000'000'000 + bytes_per_second - 1) /
                  bytes_per_second;
  return {static_cast<std::int64_t>(ns)};
}

}  // namespace

Network::Network(std::uint64_t seed, std::size_t nodes, const LinkProfile& profile)
    : seed_(seed), nodes_(nodes), links_(nodes * nodes) {
  add_profile(profile);
  for (std::size_t source = 0; source < nodes; ++source) {
    for (std::size_t target = 0; target < nodes; ++target) {
      const Direction direction{NodeId(source), NodeId(target)};
      Link& way = link(direction);
      way.latency = Stream(seed, link_stream(Purpose::link_latency, direction));
      way.chances = profile.has_chances();
    }
  }
}

std::uint32_t Network::add_profile(const LinkProfile& profile) {
  const auto same = std::ranges::find(profiles_, profile);
  const auto index = static_cast<std::uint32_t>(same - profiles_.begin());
  if (same == profiles_.end()) profiles_.push_back(profile);
  return index;
}

void Network::use_profile(Link& link, std::uint32_t profile) {
  link.profile = profile;
  link.chances = profiles_[profile].has_chances();
}

void Network::set_profile(Direction direction, const LinkProfile& profile) {
  link(direction).base_profile = add_profile(profile);
  recompute_profile(direction);
}

Network::Chances& Network::chances(Direction direction) {
  if (chances_.empty()) {
    chances_.resize(links_.size());
    for (std::size_t i = 0; i < links_.size(); ++i) {
      const Direction d{NodeId(i / nodes_), NodeId(i % nodes_)};
      chances_[i] = {.loss = Stream(seed_, link_stream(Purpose::link_loss, d)),
                     .burst = Stream(seed_, link_stream(Purpose::link_burst, d)),
                     .duplication = Stream(seed_, link_stream(Purpose::link_duplication, d)),
                     .reordering = Stream(seed_, link_stream(Purpose::link_reordering, d)),
                     .corruption = Stream(seed_, link_stream(Purpose::link_corruption, d))};
    }
  }
  return chances_[index(direction)];
}

MessageSlot Network::take_slot() {
  if (free_slots_.empty()) {
    messages_.emplace_back();
    return MessageSlot(messages_.size() - 1);
  }
  const MessageSlot slot{free_slots_.back()};
  free_slots_.pop_back();
  return slot;
}

Sent Network::send(Engine& engine, Instant departure, const Envelope& envelope, Bytes& frame) {
  const Direction direction{envelope.source, envelope.target};
  Link& way = link(direction);
  const LinkProfile& profile = profiles_[way.profile];
  Sent sent{.id = MessageId{next_message_++}};
  if (way.changes > 0) count_changes(direction, delays);
  if (profile.bytes_per_second > 0 && !pass_bandwidth(way, profile, frame.size(), departure)) {
    sent.overflowed = true;
    ++counts_[number(envelope.kind)][static_cast<std::size_t>(Fate::overflow)];
    frame.clear();
    return sent;
  }

  const MessageSlot slot = take_slot();
  Message& message = messages_[number(slot)];
  message.frame.swap(frame);  // the slot's old buffer, empty since `finish`, goes to the sender
  address(message, sent.id, envelope);

  if (way.chances) [[unlikely]] {
    apply_chances(engine, slot, departure, sent);
  } else {
    deliver_later(
        engine, way.last_arrival = std::max(arrival(direction, departure), way.last_arrival), slot);
  }
  return sent;
}

void Network::address(Message& message, MessageId id, const Envelope& envelope) {
  message.id = id;
  message.source = envelope.source;
  message.target = envelope.target;
  message.target_incarnation = envelope.target_incarnation;
  message.kind = envelope.kind;
}

void Network::hand_over(Engine& engine, const Envelope& envelope, ByteView frame) {
  const MessageSlot slot = take_slot();
  Message& message = messages_[number(slot)];
  message.frame.assign(frame.begin(), frame.end());
  address(message, MessageId{next_message_++}, envelope);
  deliver_later(engine, engine.now(), slot);
}

bool Network::pass_bandwidth(Link& way, const LinkProfile& profile, std::size_t size,
                             Instant& departure) {
  const Instant begin = std::max(departure, way.free_at);
  if (profile.queue_max.ns > 0 && begin - departure > profile.queue_max) return false;
  way.free_at = begin + transmission(size, profile.bytes_per_second);
  departure = way.free_at;
  return true;
}

Instant Network::arrival(Direction direction, Instant departure) {
  Link& way = link(direction);
  const std::int64_t latency = profiles_[way.profile].latency.sample(way.latency);
  return departure + Duration{std::max<std::int64_t>(latency, 0)};
}

MessageId Network::deliver_later(Engine& engine, Instant at, MessageSlot slot) {
  const Message& message = messages_[number(slot)];
  engine.schedule(at, {.kind = EventKind::deliver,
                       .node = message.target,
                       .slot = number(slot),
                       .tag = number(message.id),
                       .cause = engine.current()});
  return message.id;
}

// Each chance has a stream of its own, so that switching one on leaves the others' draws where they
// were.
void Network::apply_chances(Engine& engine, MessageSlot slot, Instant departure, Sent& sent) {
  const Direction direction{messages_[number(slot)].source, messages_[number(slot)].target};
  const LinkProfile& profile = profiles_[link(direction).profile];
  Chances& streams = chances(direction);

  if (!profile.corruption.never() && profile.corruption.hit(streams.corruption.draw())) {
    Bytes& frame = messages_[number(slot)].frame;
    count_changes(direction, corrupts);
    if (!frame.empty()) {
      const std::int64_t bit =
          uniform(streams.corruption, 0, static_cast<std::int64_t>(frame.size()) * 8 - 1);
      frame[static_cast<std::size_t>(bit / 8)] ^= static_cast<std::byte>(1U << (bit % 8));
    }
  }

  const bool overtakes =
      !profile.reordering.never() && profile.reordering.hit(streams.reordering.draw());
  Instant at = arrival(direction, departure);
  if (overtakes) {
    count_changes(direction, reorders);
  } else {
    Link& way = link(direction);
    at = way.last_arrival = std::max(at, way.last_arrival);
  }
  deliver_later(engine, at, slot);

  if (!profile.duplication.never() && profile.duplication.hit(streams.duplication.draw())) {
    count_changes(direction, duplicates);
    const MessageSlot copy = take_slot();
    messages_[number(copy)] = messages_[number(slot)];
    messages_[number(copy)].id = MessageId{next_message_++};
    sent.duplicated = true;
    const std::int64_t delay = profile.latency.sample(streams.duplication);
    sent.copy = deliver_later(engine, departure + Duration{std::max<std::int64_t>(delay, 0)}, copy);
  }
}

Fate Network::judge(MessageSlot slot) {
  const Message& message = messages_[number(slot)];
  const Direction direction{message.source, message.target};
  Link& way = link(direction);
  if (way.cuts > 0) {
    for (const Cut& cut : cuts_) {
      if (cut.direction == direction) count_effect(cut.fault);
    }
    return Fate::cut;
  }
  if (!way.chances) return Fate::delivered;

  const LinkProfile& profile = profiles_[way.profile];
  Chances& streams = chances(direction);
  Ratio loss = profile.loss;
  if (profile.burst) {
    const BurstLoss& burst = *profile.burst;
    if ((way.bad ? burst.leave : burst.enter).hit(streams.burst.draw())) way.bad = !way.bad;
    if (way.bad) loss = burst.bad_loss;
  }
  const bool lost = !loss.never() && loss.hit(streams.loss.draw());
  if (lost) count_changes(direction, loses);
  return lost ? Fate::lost : Fate::delivered;
}

bool Network::hold_back(Engine& engine, MessageSlot slot) {
  const Message& message = messages_[number(slot)];
  const Direction direction{message.source, message.target};
  Link& way = link(direction);
  if (way.released > 0) {
    // What arrives in the very nanosecond of a release stays behind what was sent before it.
    if (message.id > way.released_last) {
      deliver_later(engine, engine.now(), slot);
      return true;
    }
    --way.released;
  }
  if (way.holds == 0) return false;
  for (const Hold& hold : holds_) {
    if (hold.direction != direction || (hold.kinds >> number(message.kind) & 1) == 0) continue;
    count_effect(hold.fault);
    held_.push_back({hold.fault, slot});
    return true;
  }
  return false;
}

void Network::finish(MessageSlot slot, Fate fate) {
  Message& message = messages_[number(slot)];
  ++counts_[number(message.kind)][static_cast<std::size_t>(fate)];
  message.frame.clear();
  free_slots_.push_back(number(slot));
}

void Network::cut(FaultId fault, Direction direction) {
  cuts_.push_back({fault, direction});
  ++link(direction).cuts;
}

void Network::change(FaultId fault, Direction direction, const LinkChange& change) {
  changes_.push_back({fault, direction, change, false});
  ++link(direction).changes;
  recompute_profile(direction);
}

void Network::hold(FaultId fault, Direction direction, KindMask kinds) {
  holds_.push_back({fault, direction, kinds});
  ++link(direction).holds;
}

void Network::heal(Engine& engine, FaultId fault) {
  std::erase_if(cuts_, [&](const Cut& cut) {
    if (cut.fault != fault) return false;
    --link(cut.direction).cuts;
    return true;
  });
  std::erase_if(holds_, [&](const Hold& hold) {
    if (hold.fault != fault) return false;
    --link(hold.direction).holds;
    return true;
  });
  std::vector<Direction> changed;
  std::erase_if(changes_, [&](const Change& change) {
    if (change.fault != fault) return false;
    --link(change.direction).changes;
    changed.push_back(change.direction);
    return true;
  });
  for (const Direction direction : changed) recompute_profile(direction);
  std::erase_if(held_, [&](const Held& held) {
    if (held.fault != fault) return false;
    const Message& message = messages_[number(held.slot)];
    Link& way = link({message.source, message.target});
    way.released_last = way.released == 0 ? message.id : std::max(way.released_last, message.id);
    ++way.released;
    deliver_later(engine, engine.now(), held.slot);
    return true;
  });
}

std::uint64_t Network::effects(FaultId fault) const {
  return number(fault) < effects_.size() ? effects_[number(fault)] : 0;
}

void Network::recompute_profile(Direction direction) {
  Link& way = link(direction);
  if (way.changes == 0) {
    use_profile(way, way.base_profile);
    return;
  }
  LinkProfile profile = profiles_[way.base_profile];
  for (Change& change : changes_) {
    if (change.direction != direction) continue;
    LinkProfile next = apply(change.change, profile);
    change.alters = next != profile;
    profile = std::move(next);
  }
  use_profile(way, add_profile(profile));
}

void Network::count_effect(FaultId fault) {
  if (number(fault) >= effects_.size()) effects_.resize(number(fault) + 1);
  ++effects_[number(fault)];
}

void Network::count_changes(Direction direction, bool (*felt)(const LinkChange&)) {
  for (const Change& change : changes_) {
    if (change.direction == direction && change.alters && felt(change.change))
      count_effect(change.fault);
  }
}

}  // namespace splitvote::sim
