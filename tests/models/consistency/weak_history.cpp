// Small histories of several sessions and keys, for the models without real time.
#include "tests/models/consistency/weak_history.hpp"

#include <array>
#include <sstream>
#include <vector>

#include "sim/random/stream.hpp"

namespace splitvote::testing {

using consistency::History;
using consistency::KeyId;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::ValueId;

namespace {

class WeakGenerator {
 public:
  explicit WeakGenerator(std::uint64_t number)
      : stream_(number, {sim::Purpose::fault_value, 7, 0}), twice_(writes_twice(number)) {}

  History generate() {
    const std::uint32_t keys = below(3) / 2 + 1;
    const std::uint32_t size = below(7) + 1;
    const std::uint32_t sessions = below(3) + 1;
    for (std::uint32_t key = 0; key < keys; ++key)
      keys_.push_back(history_.key("k" + std::to_string(key)));
    for (std::uint32_t at = 0; at < size; ++at) draw(below(sessions));
    for (Planned& one : planned_) tell(one);
    play(sessions);
    return std::move(history_);
  }

 private:
  struct Planned {
    std::uint32_t session = 0;
    consistency::Request request;
    ValueId result = consistency::nothing;
    Outcome outcome = Outcome::ok;
  };

  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(stream_.draw() % bound);
  }

  void draw(std::uint32_t session) {
    Planned one{.session = session};
    const std::uint32_t dice = below(20);
    one.request.session = history_.session("s" + std::to_string(session));
    one.request.key = keys_[below(static_cast<std::uint32_t>(keys_.size()))];
    one.request.kind = dice < 10 ? OperationKind::read : OperationKind::write;
    if (dice == 19 && !swaps_) {
      one.request.kind = OperationKind::compare_and_swap;
      swaps_ = true;
    }
    const std::uint32_t value = twice_ ? below(2) : next_value_++;
    if (one.request.kind != OperationKind::read)
      one.request.argument = history_.values().text(std::to_string(value));
    planned_.push_back(one);
  }

  // What was written to the key by anybody, at any time, or rarely by nobody.
  void tell(Planned& one) {
    std::vector<ValueId> values{consistency::nothing};
    for (const Planned& other : planned_)
      if (other.request.key == one.request.key && other.request.kind != OperationKind::read &&
          &other != &one)
        values.push_back(other.request.argument);
    if (below(40) == 0) values.push_back(history_.values().text("never"));
    const ValueId told = values[below(static_cast<std::uint32_t>(values.size()))];
    if (one.request.kind == OperationKind::read) one.result = told;
    if (one.request.kind == OperationKind::compare_and_swap) one.request.expected = told;
    const bool last = &one == &planned_.back();
    if (last && one.request.kind != OperationKind::read && below(3) == 0)
      one.outcome = below(3) == 0 ? Outcome::failed : Outcome::unknown;
  }

  // The operations of a session one after the other, those of several in any order.
  void play(std::uint32_t sessions) {
    std::vector<std::size_t> at(sessions, 0);
    std::vector<consistency::OperationId> open(sessions);
    std::vector<bool> busy(sessions, false);
    for (std::size_t done = 0; done < planned_.size();) {
      const std::uint32_t session = below(sessions);
      std::size_t& next = at[session];
      while (next < planned_.size() && planned_[next].session != session) ++next;
      if (next == planned_.size()) continue;
      const Planned& one = planned_[next];
      if (!busy[session]) {
        open[session] = history_.invoke(one.request);
      } else {
        history_.complete(open[session], one.outcome, one.result);
        ++next;
        ++done;
      }
      busy[session] = !busy[session];
    }
  }

  sim::Stream stream_;
  bool twice_;
  bool swaps_ = false;
  std::uint32_t next_value_ = 1;
  History history_;
  std::vector<KeyId> keys_;
  std::vector<Planned> planned_;
};

}  // namespace

History weak_history(std::uint64_t number) { return WeakGenerator(number).generate(); }

History sessions(std::initializer_list<std::string_view> texts) {
  History history;
  std::uint32_t number = 0;
  for (const std::string_view text : texts) {
    const auto session = history.session("p" + std::to_string(++number));
    std::istringstream words{std::string(text)};
    for (std::string word; words >> word;) {
      const std::string key = word.substr(2, word.find(')') - 2);
      const std::string value = word.substr(word.find(')') + 1);
      const ValueId id = value == "nil" ? consistency::nothing : history.values().text(value);
      const bool reads = word.front() == 'r';
      const auto operation = history.invoke({session, history.key(key),
                                             reads ? OperationKind::read : OperationKind::write,
                                             reads ? consistency::nothing : id});
      history.complete(operation, Outcome::ok, reads ? id : consistency::nothing);
    }
  }
  return history;
}

std::string spell(const History& history) {
  std::string text;
  for (std::uint32_t at = 0; at < history.operations().size(); ++at)
    text += "\n" + history.describe(consistency::OperationId{at});
  return text;
}

}  // namespace splitvote::testing
