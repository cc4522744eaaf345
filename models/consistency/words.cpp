// How explanations spell a time.
#include "models/consistency/words.hpp"

#include <cstdlib>

namespace splitvote::consistency {

std::string to_text(sim::Instant time) {
  constexpr std::int64_t millisecond = 1'000'000;
  std::string fraction = std::to_string(millisecond + std::abs(time.ns % millisecond)).substr(1);
  fraction.resize(fraction.find_last_not_of('0') + 1);
  std::string text = time.ns < 0 ? "-" : "";
  text += std::to_string(std::abs(time.ns / millisecond));
  if (!fraction.empty()) text += "." + fraction;
  return text + "ms";
}

}  // namespace splitvote::consistency
