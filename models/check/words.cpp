// How explanations spell nodes, times and hashes.
#include "models/check/words.hpp"

namespace splitvote::check {

std::string NodeNames::operator()(sim::NodeId node) const {
  const std::size_t at = sim::number(node);
  if (names_ != nullptr && at < names_->size()) return (*names_)[at];
  return "node " + std::to_string(at);
}

std::string to_hex(std::uint64_t word) {
  std::string text(16, '0');
  for (std::size_t digit = text.size(); digit-- > 0; word >>= 4)
    text[digit] = "0123456789abcdef"[word & 15];
  return text;
}

}  // namespace splitvote::check
