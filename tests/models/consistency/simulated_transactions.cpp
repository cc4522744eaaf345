// Long histories of transactions on registers, as clients of a true store see them.
#include "tests/models/consistency/simulated_transactions.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/models/consistency/dice.hpp"

namespace splitvote::testing {

using consistency::Access;
using consistency::AccessKind;
using consistency::KeyId;
using consistency::TransactionHistory;
using consistency::ValueId;

namespace {

/// A random step of a random client after the other.
class TrueStore {
 public:
  explicit TrueStore(const TransactionStoreSettings& settings)
      : settings_(settings), dice_(settings.seed, 10), clients_(settings.clients) {
    for (std::uint32_t key = 0; key < settings.keys; ++key) (void)history_.key(std::to_string(key));
    held_.assign(settings.keys, consistency::nothing);
    before_.assign(settings.keys, consistency::nothing);
  }

  TransactionHistory run() {
    while (done_ < settings_.transactions) step(dice_.below(settings_.clients));
    return std::move(history_);
  }

 private:
  enum class Stage : std::uint8_t { idle, invoked, executed };
  struct Client {
    Stage stage = Stage::idle;
    consistency::TransactionId id{};
    std::vector<Access> accesses;
  };

  void step(std::uint32_t number) {
    Client& client = clients_[number];
    if (client.stage == Stage::idle) {
      if (started_ == settings_.transactions) return;
      ++started_;
      client.id = history_.invoke(history_.session(std::to_string(number)));
    } else if (client.stage == Stage::invoked) {
      execute(client);
    } else {
      history_.complete(client.id, consistency::Outcome::ok, client.accesses);
      ++done_;
    }
    client.stage = client.stage == Stage::idle      ? Stage::invoked
                   : client.stage == Stage::invoked ? Stage::executed
                                                    : Stage::idle;
  }

  // A key that it has written is not looked at again, so that all reads are of others' writes.
  void execute(Client& client) {
    client.accesses.clear();
    const std::uint32_t count = 1 + dice_.below(settings_.accesses);
    for (std::uint32_t at = 0; at < count; ++at) {
      const KeyId key{dice_.below(settings_.keys)};
      const bool writes = dice_.percent(50);
      if (std::ranges::find(client.accesses, key, &Access::key) != client.accesses.end()) continue;
      client.accesses.push_back(writes ? Access{key, next_value(), AccessKind::write}
                                       : Access{key, told(key), AccessKind::read});
    }
    for (const Access& access : client.accesses) {
      if (access.kind == AccessKind::read) continue;
      before_[place(access.key)] = held_[place(access.key)];
      held_[place(access.key)] = access.value;
    }
  }

  ValueId next_value() {
    const std::uint64_t number = settings_.values == 0 ? written_ : written_ % settings_.values;
    ++written_;
    return history_.values().text(std::to_string(number));
  }

  ValueId told(KeyId key) {
    const ValueId before = before_[place(key)];
    if (stale_ || settings_.stale == 0 || done_ < settings_.stale || before == held_[place(key)])
      return held_[place(key)];
    stale_ = true;
    return before;
  }

  static std::size_t place(KeyId key) { return static_cast<std::size_t>(key); }

  const TransactionStoreSettings settings_;
  Dice dice_;
  TransactionHistory history_;
  std::vector<Client> clients_;
  std::vector<ValueId> held_;    // by key
  std::vector<ValueId> before_;  // by key: what was there before that
  std::size_t started_ = 0;
  std::size_t done_ = 0;
  std::uint64_t written_ = 0;
  bool stale_ = false;
};

}  // namespace

TransactionHistory simulate_transactions(const TransactionStoreSettings& settings) {
  return TrueStore(settings).run();
}

}  // namespace splitvote::testing
