// How explanations spell a time.
#include "models/consistency/words.hpp"

namespace splitvote::consistency {

std::string to_text(sim::Instant time) {
  constexpr std::int64_t millisecond = 1'000'000;
  std::string fraction = std::to_string(millisecond + time.ns % millisecond).substr(1);
  fraction.resize(fraction.find_last_not_of('0') + 1);
  std::string text = std::to_string(time.ns / millisecond);
  if (!fraction.empty()) text += "." + fraction;
  return text + "ms";
}

}  // namespace splitvote::consistency
