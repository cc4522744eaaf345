// What contradicts, one after the other in words, as far as anybody would read it.
#include "models/consistency/listing.hpp"

namespace splitvote::consistency {

std::string listed(std::size_t count, bool minimal,
                   const std::function<std::string(std::size_t)>& describe) {
  const std::size_t left_out = count > listed_max ? count - listed_max : 0;
  std::string text;
  if (left_out > 0) {
    text.append(", ").append(std::to_string(count)).append(" of which the last ");
    text.append(std::to_string(listed_max)).append(" are told here");
  }
  for (std::size_t at = left_out; at < count; ++at)
    text.append(at == left_out ? ": " : "; ").append(describe(at));
  return text.append(minimal ? "." : ". Fewer of them may be enough; the search for those ended.");
}

}  // namespace splitvote::consistency
