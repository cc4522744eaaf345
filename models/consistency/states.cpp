// What a key can hold, as far as anybody can tell: values that nobody ever saw are one.
#include "models/consistency/states.hpp"

#include <algorithm>
#include <string>
#include <tuple>

namespace splitvote::consistency {

StateSpace::StateSpace(const ValueTable& values, std::span<const KeyOperation> operations)
    : values_(values) {
  for (const KeyOperation& operation : operations) {
    const bool appends = operation.blind() && operation.step != Step::overwrite;
    appends_ = appends_ || appends;
    if (!operation.blind()) mentioned_.push_back(operation.value);
  }
  std::ranges::sort(mentioned_);
  const auto repeated = std::ranges::unique(mentioned_);
  mentioned_.erase(repeated.begin(), repeated.end());
  if (!appends_) return;
  for (const ValueId value : mentioned_)
    if (value != nothing) texts_.push_back({values.content(value), values.is_list(value)});
  std::ranges::sort(texts_, {},
                    [](const Text& text) { return std::tuple(text.list, text.content); });
}

State StateSpace::of(ValueId value) const {
  if (appends_ && value == nothing) return absent;
  if (appends_) return first_with({values_.content(value), values_.is_list(value)});
  const bool known = std::ranges::binary_search(mentioned_, value);
  return known ? static_cast<State>(value) : unseen;
}

State StateSpace::append(State from, Step step, ValueId piece) const {
  if (from == unseen) return unseen;
  const bool list = step == Step::append_element;
  const std::string element = list ? element_content(piece) : std::string();
  const std::string_view more = list ? std::string_view(element) : values_.content(piece);
  if (from == absent) return first_with({more, list});
  const Text& base = texts_[first(from)];
  const std::size_t size = length(from);
  if (base.list != list) return unseen;
  // The values that begin as the state does lie side by side, and mostly the first one goes on.
  if (base.content.substr(size).starts_with(more)) return state(first(from), size + more.size());
  std::string longer(base.content.substr(0, size));
  longer += more;
  return first_with({longer, list});
}

State StateSpace::first_with(const Text& prefix) const {
  const auto found = std::ranges::lower_bound(
      texts_, std::tuple(prefix.list, prefix.content), {},
      [](const Text& text) { return std::tuple(text.list, text.content); });
  if (found == texts_.end() || found->list != prefix.list) return unseen;
  if (!found->content.starts_with(prefix.content)) return unseen;
  return state(static_cast<std::size_t>(found - texts_.begin()), prefix.content.size());
}

bool StateSpace::may_grow_into(State from, State to) const {
  if (from == unseen || to == absent || to == unseen) return false;
  if (from == absent) return true;
  const Text& shorter = texts_[first(from)];
  const Text& longer = texts_[first(to)];
  const std::size_t size = length(from);
  return shorter.list == longer.list && size < length(to) &&
         shorter.content.substr(0, size) == longer.content.substr(0, size);
}

State StateSpace::state(std::size_t first, std::size_t length) {
  return static_cast<State>(std::uint64_t{first} << 32 | length);
}

std::size_t StateSpace::first(State state) { return static_cast<std::uint64_t>(state) >> 32; }

std::size_t StateSpace::length(State state) {
  return static_cast<std::uint64_t>(state) & UINT32_MAX;
}

}  // namespace splitvote::consistency
