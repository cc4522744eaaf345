// How complaints are worded and where their carets stand.
#include "scenarios/load/reader.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/load/characters.hpp"

namespace splitvote::load {

void Reader::error(const SourcePosition& at, std::string message, std::string hint,
                   std::size_t width) {
  diagnostics_->push_back(error_at(at, std::move(message), std::move(hint), width));
}

void Reader::error(const Node& node, std::string message, std::string hint) {
  if (node.doubtful) return;
  const bool spread = !node.is_scalar() || node.text.contains('\n');
  error(node.position, std::move(message), std::move(hint),
        spread ? 1 : character_count(node.text) + (node.plain ? 0 : 2));
}

void Reader::error(const Node& scalar, const TextError& error) {
  if (scalar.doubtful) return;
  if (error.offset == 0 && error.width == 0) return this->error(scalar, error.message, error.hint);
  const std::string_view part =
      std::string_view(scalar.text)
          .substr(std::min(error.offset, scalar.text.size()))
          .substr(0, error.width == 0 ? std::string_view::npos : error.width);
  this->error(position_within(scalar, error.offset), error.message, error.hint,
              character_count(part));
}

void Reader::unknown(const SourcePosition& at, std::string_view what, std::string_view word,
                     const std::vector<std::string_view>& known) {
  error(at, fmt::format("unknown {} \"{}\"", what, word), suggest(word, known),
        character_count(word));
}

bool Reader::expect(const Node& node, Node::Kind kind, std::string_view due) {
  if (node.kind == kind) return true;
  error(node, fmt::format("{} where {} is due", found(node), due));
  return false;
}

}  // namespace splitvote::load
