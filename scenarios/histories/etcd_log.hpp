// The log lines of Jepsen's etcd tests that porcupine's repository has, as events.
#pragma once

#include <string_view>
#include <vector>

#include "scenarios/histories/event.hpp"

namespace splitvote::histories {

/// `INFO  jepsen.util - 3 :invoke :cas [3 0]`: a process, a type, what it does and a value, or the
/// reason why there is none. One register without a key.
[[nodiscard]] std::vector<Event> read_etcd_log(std::string_view text, Mistakes& mistakes);

}  // namespace splitvote::histories
