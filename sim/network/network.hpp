// The network: who can reach whom, what the links do to messages, and the messages in flight.
// Injects latency, loss, duplication, reordering, corruption, limited bandwidth, cuts and held
// messages.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/engine/engine.hpp"
#include "sim/network/link.hpp"
#include "sim/network/message.hpp"
#include "sim/trace/record.hpp"

namespace splitvote::sim {

/// A direction between two nodes.
struct Direction {
  NodeId source = no_node;
  NodeId target = no_node;

  constexpr auto operator<=>(const Direction&) const = default;
};

/// Which message kinds a hold concerns: bit n stands for kind n.
using KindMask = std::uint64_t;

/// A message's place in the network's pool while it is in flight.
enum class MessageSlot : std::uint32_t {};

/// Where a message goes, and for whom it is.
struct Envelope {
  NodeId source = no_node;
  NodeId target = no_node;
  Incarnation target_incarnation{};
  MessageKind kind{};
};

/// What `send` did with a message; the slots are meaningful only if the flags say so.
struct Sent {
  MessageId id{};
  bool overflowed = false;
  bool duplicated = false;
  MessageId copy{};
};

/// A value. Costs nothing per link and event: a link is looked at only when a message passes it.
class Network {
 public:
  /// All links of `nodes` nodes start with the profile.
  Network(std::uint64_t seed, std::size_t nodes, const LinkProfile& profile);

  /// Replaces the profile a direction returns to when no fault changes it. For set-up.
  void set_profile(Direction direction, const LinkProfile& profile);

  /// Puts the frame on its way, not before `departure`; the buffer is taken and an empty one given
  /// back. The arrival is scheduled as an event of kind `deliver` whose slot is the message's.
  Sent send(Engine& engine, Instant departure, const Envelope& envelope, Bytes& frame);

  /// Puts a copy of the frame before its target at the present time, past all links.
  void hand_over(Engine& engine, const Envelope& envelope, ByteView frame);

  /// Whether neither `hold_back` nor `judge` can do anything to an arrival: the way of nearly all.
  [[nodiscard]] bool is_clear(const Message& message) const {
    const Link& way = link({message.source, message.target});
    return (way.cuts | way.holds | way.released) == 0 && !way.chances;
  }

  /// Judges an arrival by the cuts and the link's chance of loss. Of the fates only delivered, cut
  /// and lost.
  [[nodiscard]] Fate judge(MessageSlot slot);

  /// Whether an arrival must wait for a `release`; if so, it is kept and will be delivered again
  /// then.
  [[nodiscard]] bool hold_back(Engine& engine, MessageSlot slot);

  [[nodiscard]] const Message& message(MessageSlot slot) const { return messages_[number(slot)]; }

  /// Ends a message's life: counts its fate and reuses its slot.
  void finish(MessageSlot slot, Fate fate);

  // Faults. Each is known by its id until it is healed; they overlap freely.
  void cut(FaultId fault, Direction direction);
  void change(FaultId fault, Direction direction, const LinkChange& change);
  void hold(FaultId fault, Direction direction, KindMask kinds);
  /// Ends what the fault did; held messages are scheduled to arrive now, in their old order.
  void heal(Engine& engine, FaultId fault);

  [[nodiscard]] bool is_cut(Direction direction) const { return link(direction).cuts > 0; }
  [[nodiscard]] std::size_t in_flight() const { return messages_.size() - free_slots_.size(); }

  /// How many messages of a kind met a fate.
  [[nodiscard]] std::uint64_t count(MessageKind kind, Fate fate) const {
    return counts_[number(kind)][static_cast<std::size_t>(fate)];
  }
  /// How many messages a fault has stopped, delayed or altered.
  [[nodiscard]] std::uint64_t effects(FaultId fault) const;

 private:
  struct Link {
    std::uint32_t profile = 0;       // in use now
    std::uint32_t base_profile = 0;  // without faults
    std::uint16_t cuts = 0;
    std::uint16_t changes = 0;
    std::uint16_t holds = 0;
    std::uint32_t released = 0;  // held messages that are scheduled to arrive after all
    MessageId released_last{};   // the last of them to be sent
    bool chances = false;        // of the profile in use
    bool bad = false;            // the state of BurstLoss
    Instant last_arrival;
    Instant free_at;  // when its bandwidth is free again
    Stream latency;
  };
  /// The streams of a link that are drawn from only where a profile has chances.
  struct Chances {
    Stream loss, burst, duplication, reordering, corruption;
  };
  struct Cut {
    FaultId fault;
    Direction direction;
  };
  struct Change {
    FaultId fault;
    Direction direction;
    LinkChange change;
    bool alters;  // the profile as the base and the changes before it make it
  };
  struct Hold {
    FaultId fault;
    Direction direction;
    KindMask kinds;
  };
  struct Held {
    FaultId fault;
    MessageSlot slot;
  };

  [[nodiscard]] std::size_t index(Direction d) const {
    return number(d.source) * nodes_ + number(d.target);
  }
  [[nodiscard]] const Link& link(Direction d) const { return links_[index(d)]; }
  [[nodiscard]] Link& link(Direction d) { return links_[index(d)]; }
  [[nodiscard]] Chances& chances(Direction d);

  std::uint32_t add_profile(const LinkProfile& profile);
  void use_profile(Link& link, std::uint32_t profile);
  MessageSlot take_slot();
  void address(Message& message, MessageId id, const Envelope& envelope);
  [[nodiscard]] Instant arrival(Direction direction, Instant departure);
  [[nodiscard]] bool pass_bandwidth(Link& link, const LinkProfile& profile, std::size_t size,
                                    Instant& departure);
  MessageId deliver_later(Engine& engine, Instant at, MessageSlot slot);
  void apply_chances(Engine& engine, MessageSlot slot, Instant departure, Sent& sent);
  void recompute_profile(Direction direction);
  void count_effect(FaultId fault);
  /// Counts for the active changes of the direction that a message has just felt.
  void count_changes(Direction direction, bool (*felt)(const LinkChange&));

  std::uint64_t seed_;
  std::size_t nodes_;
  std::vector<Link> links_;       // by source, then target
  std::vector<Chances> chances_;  // empty until a profile needs it
  std::vector<LinkProfile> profiles_;
  std::vector<Message> messages_;
  std::vector<std::uint32_t> free_slots_;
  std::vector<Cut> cuts_;
  std::vector<Change> changes_;
  std::vector<Hold> holds_;
  std::vector<Held> held_;
  std::vector<std::uint64_t> effects_;  // by fault
  std::array<std::array<std::uint64_t, fates>, message_kinds_max> counts_{};
  std::uint64_t next_message_ = 1;
};

}  // namespace splitvote::sim
