// Small histories of transactions on registers and lists, as stores with snapshots leave them.
#include "tests/models/consistency/transaction_store.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "sim/random/stream.hpp"

namespace splitvote::testing {

using consistency::Access;
using consistency::AccessKind;
using consistency::Outcome;
using consistency::TransactionHistory;
using consistency::ValueId;

namespace {

enum class Fault : std::uint8_t {
  none,
  lost_updates,   // of two concurrent writers of a key both commit
  late_reads,     // what has been committed since the start is seen
  wrong_answers,  // a read is told any value of its key
};

/// Runs transactions of some sessions, a random step of a random session after the other.
class SnapshotStore {
 public:
  SnapshotStore(std::uint64_t number, const SnapshotStoreSettings& settings)
      : stream_(number, {sim::Purpose::fault_value, 9, 1}),
        fault_(static_cast<Fault>(number % 4)),
        keys_(2 + below(2)),
        settings_(settings) {
    for (std::uint32_t key = 0; key < keys_; ++key) {
      (void)history_.key("k" + std::to_string(key));
      written_.push_back({consistency::nothing});
    }
    state_.assign(keys_, consistency::nothing);
  }

  TransactionHistory run() {
    std::vector<Client> clients(2 + below(3));
    for (std::size_t at = 0; at < clients.size(); ++at) clients[at].name = std::to_string(at);
    std::uint32_t left = 4 + below(2);
    for (bool busy = true; left > 0 || busy;) {
      Client& client = clients[below(static_cast<std::uint32_t>(clients.size()))];
      if (!client.open && left > 0) {
        start(client);
        --left;
      } else if (client.open && client.accesses.size() < client.size) {
        access(client);
      } else if (client.open) {
        end(client);
      }
      busy = std::ranges::any_of(clients, &Client::open);
    }
    return std::move(history_);
  }

 private:
  struct Client {
    std::string name;
    bool open = false;
    consistency::TransactionId id{};
    std::size_t size = 0;
    std::vector<ValueId> snapshot;
    std::vector<ValueId> own;
    std::vector<bool> writes;
    std::vector<Access> accesses;
  };

  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(stream_.draw() % bound);
  }

  void start(Client& client) {
    client.open = true;
    client.id = history_.invoke(history_.session(client.name));
    client.size = 2 + below(3);
    client.snapshot = state_;
    client.own = state_;
    client.writes.assign(keys_, false);
    client.accesses.clear();
  }

  void access(Client& client) {
    const std::uint32_t key = below(keys_);
    if (below(2) == 0) {
      const ValueId value = history_.values().text(std::to_string(++values_ % settings_.values));
      const bool appends =
          settings_.held == Held::lists || (settings_.held == Held::both && key == 0);
      client.own[key] = appends ? appended(client.own[key], value) : value;
      client.writes[key] = true;
      written_[key].push_back(client.own[key]);
      client.accesses.push_back(
          {consistency::KeyId{key}, value, appends ? AccessKind::append : AccessKind::write});
      return;
    }
    const bool is_late = fault_ == Fault::late_reads && !client.writes[key];
    ValueId told = is_late ? state_[key] : client.own[key];
    if (fault_ == Fault::wrong_answers && below(2) == 0)
      told = written_[key][below(static_cast<std::uint32_t>(written_[key].size()))];
    client.accesses.push_back({consistency::KeyId{key}, told, AccessKind::read});
  }

  ValueId appended(ValueId list, ValueId element) {
    std::vector<ValueId> elements = consistency::elements_of(history_.values().content(list));
    elements.push_back(element);
    return history_.values().list(elements);
  }

  void end(Client& client) {
    bool conflict = false;
    for (std::uint32_t key = 0; key < keys_; ++key)
      conflict = conflict || (client.writes[key] && state_[key] != client.snapshot[key]);
    const bool commits = below(16) != 0 && (!conflict || fault_ == Fault::lost_updates);
    for (std::uint32_t key = 0; key < keys_ && commits; ++key)
      if (client.writes[key]) state_[key] = client.own[key];
    const bool is_lost = below(16) == 0;
    const Outcome outcome = is_lost ? Outcome::unknown : commits ? Outcome::ok : Outcome::failed;
    history_.complete(client.id, outcome, client.accesses);
    client.open = false;
    if (is_lost) client.name += "'";
  }

  sim::Stream stream_;
  Fault fault_;
  std::uint32_t keys_;
  TransactionHistory history_;
  std::vector<ValueId> state_;                 // by key
  std::vector<std::vector<ValueId>> written_;  // by key
  SnapshotStoreSettings settings_;
  std::uint32_t values_ = 0;
};

}  // namespace

TransactionHistory snapshot_store_history(std::uint64_t number,
                                          const SnapshotStoreSettings& settings) {
  return SnapshotStore(number, settings).run();
}

}  // namespace splitvote::testing
