// The set that is read all the time: when each element was known, last seen and last missed.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "scenarios/histories/workloads.hpp"

namespace splitvote::histories {

namespace {

using consistency::Judgement;

/// jepsen.checker's SetFullElement.
struct Element {
  const WorkloadOperation* add = nullptr;
  const WorkloadOperation* known = nullptr;         // the add or a read, whichever returned first
  const WorkloadOperation* last_present = nullptr;  // by its invocation
  const WorkloadOperation* last_absent = nullptr;

  void become_known(const WorkloadOperation* by) {
    if (known == nullptr || by->returned < known->returned) known = by;
  }
  [[nodiscard]] bool is_missed_last() const {
    return last_absent != nullptr &&
           (last_present == nullptr || last_present->invoked < last_absent->invoked);
  }
  /// A read that did not see it was invoked when it was known.
  [[nodiscard]] bool is_missed_though_known() const {
    return known != nullptr && last_absent != nullptr && known->returned < last_absent->invoked;
  }
};

void keep_latest(const WorkloadOperation*& latest, const WorkloadOperation* read) {
  if (latest == nullptr || latest->invoked < read->invoked) latest = read;
}

class SetFull {
 public:
  explicit SetFull(Workings operations) : operations_(operations) {
    for (const WorkloadOperation* add : operations_)
      if (add->function == "add") places_.try_emplace(show(add->asked), places_.size());
    elements_.resize(places_.size());
    for (const WorkloadOperation* add : operations_) {
      if (add->function != "add") continue;
      Element& element = elements_[places_.at(show(add->asked))];
      if (element.add == nullptr) element.add = add;
      if (add->outcome == EventType::ok) element.become_known(add);
    }
  }

  Judgement judge(bool linearizable) {
    for (const WorkloadOperation* read : operations_) {
      if (!read->is("read", EventType::ok)) continue;
      if (Judgement judgement = take(read); judgement.contradiction) return judgement;
    }
    bool some_is_stable = false;
    for (const Element& element : elements_) {
      const bool lost = element.is_missed_last() && element.is_missed_though_known();
      if (lost) return explain(element, "is lost");
      if (linearizable && element.is_missed_though_known()) return explain(element, "was missed");
      some_is_stable =
          some_is_stable || (element.last_present != nullptr && !element.is_missed_last());
    }
    if (some_is_stable) return {};
    return {consistency::Verdict::unknown, 0, {}, "no element was read when it was there for good"};
  }

 private:
  Judgement take(const WorkloadOperation* read) {
    present_.assign(elements_.size(), 0);
    for (const Datum& item : read->told.items) {
      const auto found = places_.find(show(item));
      const auto never = [&](std::string_view what) {
        return contradict(std::array{read},
                          fmt::format("{} {}: {}.", show(item), what, describe(*read)));
      };
      if (found == places_.end() || elements_[found->second].add->invoked > read->returned)
        return never("was read, but nobody had added it");
      if (present_[found->second]++ > 0) return never("was read twice at once");
    }
    for (std::size_t at = 0; at < elements_.size(); ++at) {
      Element& element = elements_[at];
      if (present_[at] != 0) {
        element.become_known(read);
        keep_latest(element.last_present, read);
      } else if (element.add->invoked < read->returned) {
        keep_latest(element.last_absent, read);
      }
    }
    return {};
  }

  static Judgement explain(const Element& element, std::string_view what) {
    return contradict(std::array{element.known, element.last_absent},
                      fmt::format("{} {}: it was known by {}, and missing behind that in {}.",
                                  show(element.add->asked), what, describe(*element.known),
                                  describe(*element.last_absent)));
  }

  const Workings operations_;
  std::map<std::string, std::size_t> places_;  // of elements
  std::vector<Element> elements_;
  std::vector<std::uint8_t> present_;  // in one read
};

}  // namespace

Judgement judge_set_full(Workings operations, const WorkloadSettings& settings) {
  return SetFull(operations).judge(settings.linearizable);
}

}  // namespace splitvote::histories
