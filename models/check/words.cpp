// How explanations spell nodes, times and hashes.
#include "models/check/words.hpp"

namespace splitvote::check {

std::string NodeNames::operator()(sim::NodeId node) const {
  const std::size_t at = sim::number(node);
  if (names_ != nullptr && at < names_->size()) return (*names_)[at];
  return "node " + std::to_string(at);
}

std::string to_text(sim::Instant time) {
  constexpr std::int64_t millisecond = 1'000'000;
  std::string fraction = std::to_string(millisecond + time.ns % millisecond).substr(1);
  fraction.resize(fraction.find_last_not_of('0') + 1);
  std::string text = std::to_string(time.ns / millisecond);
  if (!fraction.empty()) text += "." + fraction;
  return text + "ms";
}

std::string to_hex(std::uint64_t word) {
  std::string text(16, '0');
  for (std::size_t digit = text.size(); digit-- > 0; word >>= 4)
    text[digit] = "0123456789abcdef"[word & 15];
  return text;
}

}  // namespace splitvote::check
