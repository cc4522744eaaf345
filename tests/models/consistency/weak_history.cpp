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
  enum class Swap : std::uint8_t { matches, differs };
  WeakGenerator(std::uint64_t number, Swap swap)
      : stream_(number, {sim::Purpose::fault_value, swap == Swap::matches ? 7U : 9U, 0}),
        swap_(swap),
        twice_(writes_twice(number)) {}

  History generate() {
    const std::uint32_t keys = below(3) / 2 + 1;
    const std::uint32_t size = below(7) + 1;
    const std::uint32_t sessions = below(3) + 1;
    for (std::uint32_t key = 0; key < keys; ++key)
      keys_.push_back(history_.key("k" + std::to_string(key)));
    for (std::uint32_t at = 0; at < size; ++at) draw(below(sessions));
    for (Planned& one : planned_) tell(one);
    if (swap_ == Swap::differs) number_versions();
    play(sessions);
    return std::move(history_);
  }

 private:
  struct Planned {
    std::uint32_t session = 0;
    consistency::Request request;
    ValueId result = consistency::nothing;
    Outcome outcome = Outcome::ok;
    std::uint64_t version = 0;
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
    const bool wanted = swap_ == Swap::differs && dice >= 15;
    if ((dice == 19 || wanted) && !swaps_) {
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

  /// Writes are numbered as they were planned. The swap has found one of them, or nothing.
  void number_versions() {
    std::vector<std::uint64_t> found{0};
    for (std::size_t at = 0; at < planned_.size(); ++at) {
      Planned& one = planned_[at];
      if (one.request.kind != OperationKind::write || one.outcome != Outcome::ok) continue;
      one.version = at + 1;
      for (Planned& other : planned_) {
        const bool reads = other.request.kind == OperationKind::read;
        const bool same = other.request.key == one.request.key;
        if (reads && same && other.result == one.request.argument) other.version = one.version;
      }
    }
    for (Planned& swap : planned_) {
      if (swap.request.kind != OperationKind::compare_and_swap) continue;
      for (const Planned& one : planned_) {
        const bool write = one.request.kind == OperationKind::write && one.outcome == Outcome::ok;
        if (write && one.request.key == swap.request.key) found.push_back(one.version);
      }
      swap.outcome = Outcome::mismatch;
      swap.version = found[below(static_cast<std::uint32_t>(found.size()))];
    }
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
        if (one.version != 0) history_.set_version(open[session], one.version);
        ++next;
        ++done;
      }
      busy[session] = !busy[session];
    }
  }

  sim::Stream stream_;
  Swap swap_;
  bool twice_;
  bool swaps_ = false;
  std::uint32_t next_value_ = 1;
  History history_;
  std::vector<KeyId> keys_;
  std::vector<Planned> planned_;
};

/// Reads are told some appends to the key, mostly in one order and with what they should see.
class WeakListGenerator {
 public:
  explicit WeakListGenerator(std::uint64_t number)
      : stream_(number, {sim::Purpose::fault_value, 8, 0}), odd_(writes_twice(number)) {}

  History generate() {
    const std::uint32_t keys = below(2) + 1;
    lists_ = 1 + below(keys + 1);  // by bit
    const std::uint32_t size = below(7) + 1;
    const std::uint32_t sessions = below(3) + 1;
    for (std::uint32_t at = 0; at < size; ++at) {
      const std::uint32_t key = below(keys);
      const std::uint32_t session = below(sessions);
      draw(session, key);
    }
    for (Planned& one : planned_) tell(one);
    for (const Planned& one : planned_) {
      const auto operation = history_.invoke(one.request);
      if (one.outcome != Outcome::unknown) history_.complete(operation, one.outcome, one.result);
    }
    return std::move(history_);
  }

 private:
  struct Planned {
    std::uint32_t key = 0;
    consistency::Request request;
    ValueId result = consistency::nothing;
    Outcome outcome = Outcome::ok;
  };

  std::uint32_t below(std::uint32_t bound) {
    return static_cast<std::uint32_t>(stream_.draw() % bound);
  }
  [[nodiscard]] bool is_list(std::uint32_t key) const { return (lists_ >> key & 1) != 0; }

  void draw(std::uint32_t session, std::uint32_t key) {
    Planned one{.key = key};
    one.request.session = history_.session("s" + std::to_string(session));
    one.request.key = history_.key("k" + std::to_string(key));
    one.request.kind = OperationKind::read;
    if (below(2) == 0) {
      const bool appends = is_list(key) && !(odd_ && below(8) == 0);
      one.request.kind = appends ? OperationKind::append_element : OperationKind::write;
      const std::uint32_t value = odd_ && below(3) == 0 ? below(2) + 1 : ++last_value_;
      one.request.argument = history_.values().text(std::to_string(value));
    }
    planned_.push_back(one);
  }

  void tell(Planned& one) {
    if (one.request.kind != OperationKind::read) {
      if (&one == &planned_.back() && below(3) == 0)
        one.outcome = below(3) == 0 ? Outcome::failed : Outcome::unknown;
      return;
    }
    std::vector<ValueId> values;
    bool own = true;
    for (const Planned& other : planned_) {
      own = own && &other != &one;
      if (other.key != one.key || other.request.kind == OperationKind::read) continue;
      const bool before = own && other.request.session == one.request.session;
      if (below(8) < (before ? 7U : own ? 5U : 2U)) values.push_back(other.request.argument);
    }
    if (values.empty()) return;
    if (!is_list(one.key)) {
      one.result = values[below(static_cast<std::uint32_t>(values.size()))];
      return;
    }
    if (below(4) == 0) std::swap(values.front(), values.back());
    if (below(60) == 0) values.push_back(history_.values().text(below(2) == 0 ? "never" : "1"));
    one.result = history_.values().list(values);
  }

  sim::Stream stream_;
  bool odd_;
  std::uint32_t lists_ = 0;
  std::uint32_t last_value_ = 0;
  History history_;
  std::vector<Planned> planned_;
};

}  // namespace

History weak_list_history(std::uint64_t number) { return WeakListGenerator(number).generate(); }

History weak_history(std::uint64_t number) {
  return WeakGenerator(number, WeakGenerator::Swap::matches).generate();
}

History weak_mismatch_history(std::uint64_t number) {
  return WeakGenerator(number, WeakGenerator::Swap::differs).generate();
}

ValueId value_of(std::string_view text, History& history) {
  if (text == "nil") return consistency::nothing;
  if (!text.starts_with('[')) return history.values().text(text);
  std::vector<ValueId> elements;
  for (const char element : text.substr(1, text.size() - 2))
    elements.push_back(history.values().text(std::string(1, element)));
  return history.values().list(elements);
}

History sessions(std::initializer_list<std::string_view> texts) {
  History history;
  std::uint32_t number = 0;
  for (const std::string_view text : texts) {
    const auto session = history.session("p" + std::to_string(++number));
    std::istringstream words{std::string(text)};
    for (std::string word; words >> word;) {
      const std::string key = word.substr(2, word.find(')') - 2);
      const std::string value = word.substr(word.find(')') + 1);
      const ValueId id = value_of(value, history);
      const bool reads = word.front() == 'r';
      const OperationKind kind = reads                 ? OperationKind::read
                                 : word.front() == 'a' ? OperationKind::append_element
                                                       : OperationKind::write;
      const auto operation =
          history.invoke({session, history.key(key), kind, reads ? consistency::nothing : id});
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
