// Jepsen's operation maps, which are EDN or JSON, as events.
#pragma once

#include <string_view>
#include <vector>

#include "scenarios/histories/event.hpp"
#include "scenarios/histories/nemesis.hpp"

namespace splitvote::histories {

struct JepsenEvents {
  std::vector<Event> clients;
  std::vector<NemesisEvent> nemesis;
};

/// `{:process 7, :type :invoke, :f :cas, :value [2 3], :key "x", :time 1200}`; whatever else such a
/// map has says nothing. Processes that are no numbers are no clients; what `:nemesis` does are
/// faults.
[[nodiscard]] JepsenEvents read_jepsen_edn(std::string_view text, Mistakes& mistakes);
[[nodiscard]] JepsenEvents read_jepsen_json(std::string_view text, Mistakes& mistakes);

}  // namespace splitvote::histories
