// The keys and values of a run's history, long ones abbreviated.
#include "models/check/texts.hpp"

#include <string>

#include "sim/base/bytes.hpp"
#include "sim/base/digest.hpp"

namespace splitvote::check {

TextId intern_abbreviated(TextTable& texts, std::string_view text) {
  if (text.size() <= kept_whole) [[likely]]
    return texts.intern(text);
  constexpr std::size_t beginning = 24;
  sim::DigestChain chain;
  chain.add(text.size());
  chain.add(sim::as_bytes(text));
  std::string abbreviation(text.substr(0, beginning));
  abbreviation += "..#" + sim::to_hex(chain.value());
  return texts.intern(abbreviation);
}

}  // namespace splitvote::check
