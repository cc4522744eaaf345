// What came to a server while it waited for its disk: frames, timers that went off, lost peers,
// lost support.
#pragma once

#include <bitset>
#include <vector>

#include "sim/world/host.hpp"

namespace splitvote::raft {

struct Inbox {
  struct Letter {
    sim::NodeId source = sim::no_node;
    sim::Bytes frame;  // empty: a message to the source was refused
  };

  std::vector<Letter> letters;  // in the order of their arrival
  std::bitset<8> due;           // timers that went off and were not set anew since, by their id
  bool peer_lost = false;
  bool support_lost = false;
  bool open = false;  // it is being read: what comes now is heard at once, and written at the end

  [[nodiscard]] bool empty() const {
    return letters.empty() && due.none() && !peer_lost && !support_lost;
  }
};

}  // namespace splitvote::raft
