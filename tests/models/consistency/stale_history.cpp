// Small histories of registers whose reads are told something old, for k-atomicity.
#include "tests/models/consistency/stale_history.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "sim/random/stream.hpp"

namespace splitvote::testing {

using consistency::History;
using consistency::KeyId;
using consistency::OperationId;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::ValueId;

namespace {

class Drawing {
 public:
  explicit Drawing(std::uint64_t number) : stream_(number, {sim::Purpose::fault_value, 9, 0}) {}

  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(stream_.draw() % bound);
  }

 private:
  sim::Stream stream_;
};

class StaleGenerator {
 public:
  explicit StaleGenerator(std::uint64_t number) : draw_(number) {}

  History generate() {
    const std::uint32_t size = 1 + draw_.below(10);
    const std::uint32_t clients = 1 + draw_.below(5);
    std::uint32_t begun = 0;
    while (begun < size || !open_.empty()) {
      const bool begins =
          begun < size && open_.size() < clients && (open_.empty() || draw_.below(3) != 0);
      if (begins)
        begin(begun++);
      else
        end(draw_.below(static_cast<std::uint32_t>(open_.size())));
    }
    return std::move(history_);
  }

 private:
  struct Open {
    OperationId id{};
    OperationKind kind{};
  };

  void begin(std::uint32_t number) {
    const std::uint32_t dice = draw_.below(20);
    OperationKind kind = dice < 9 ? OperationKind::read : OperationKind::write;
    ValueId value = consistency::nothing;
    if (dice == 19 && !removed_) {
      removed_ = true;
      kind = OperationKind::remove;
    }
    if (kind == OperationKind::write) value = history_.values().text(std::to_string(number));
    if (kind != OperationKind::read) written_.push_back(value);
    const auto session = history_.session("s" + std::to_string(number));
    open_.push_back({history_.invoke({session, history_.key("x"), kind, value}), kind});
  }

  void end(std::uint32_t at) {
    const Open one = open_[at];
    open_.erase(open_.begin() + at);
    if (one.kind == OperationKind::read) return tell(one);
    const std::uint32_t dice = draw_.below(12);
    if (dice == 0) return;
    history_.complete(one.id, dice == 1 ? Outcome::failed : Outcome::ok);
  }

  void tell(const Open& read) {
    const auto count = static_cast<std::uint32_t>(written_.size());
    const std::uint32_t one = draw_.below(6);
    const std::uint32_t other = draw_.below(6);
    const std::uint32_t age = std::min(one, other);
    ValueId told = written_[count - 1 - std::min(age, count - 1)];
    if (draw_.below(60) == 0) told = history_.values().text(std::to_string(draw_.below(9)));
    history_.complete(read.id, Outcome::ok, told);
  }

  Drawing draw_;
  History history_;
  std::vector<ValueId> written_{consistency::nothing};
  std::vector<Open> open_;
  bool removed_ = false;
};

}  // namespace

History stale_history(std::uint64_t number) { return StaleGenerator(number).generate(); }

// Every operation takes effect at a step of its client between its invocation and its return.
History simulate_stale_store(const StaleStore& store) {
  struct Client {
    std::uint32_t stage = 0;  // idle, invoked, done
    OperationId id{};
    bool reads = false;
    ValueId value = consistency::nothing;
  };
  Drawing draw(store.seed);
  History history;
  std::vector<ValueId> written{consistency::nothing};
  std::vector<Client> clients(store.clients);
  const KeyId key = history.key("x");
  for (std::uint32_t begun = 0; begun < store.operations;) {
    const std::uint32_t at = draw.below(store.clients);
    Client& client = clients[at];
    if (client.stage == 0) {
      client.reads = draw.below(2) == 0;
      const auto kind = client.reads ? OperationKind::read : OperationKind::write;
      client.value =
          client.reads ? consistency::nothing : history.values().text(std::to_string(begun));
      const auto session = history.session("client " + std::to_string(at));
      client.id = history.invoke({session, key, kind, client.value});
      ++begun;
    } else if (client.stage == 1) {
      const auto count = static_cast<std::uint32_t>(written.size());
      const std::uint32_t age = draw.below(std::min(store.versions, count));
      if (client.reads)
        client.value = written[count - 1 - age];
      else
        written.push_back(client.value);
    } else {
      history.complete(client.id, Outcome::ok, client.reads ? client.value : consistency::nothing);
    }
    client.stage = (client.stage + 1) % 3;
  }
  return history;
}

}  // namespace splitvote::testing
