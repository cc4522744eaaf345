// How keys, values and words are spelled in Jepsen's two syntaxes, and as --initial has them.
#pragma once

#include <algorithm>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "models/consistency/values.hpp"
#include "scenarios/histories/datum.hpp"
#include "sim/base/error.hpp"

namespace splitvote::histories {

enum class Syntax : std::uint8_t { edn, json };

class JepsenWords {
 public:
  JepsenWords(const consistency::ValueTable& values, Syntax syntax)
      : values_(values), syntax_(syntax) {}

  [[nodiscard]] Syntax syntax() const { return syntax_; }
  /// `:read`.
  [[nodiscard]] std::string word(std::string_view text) const;
  /// `:f :read`.
  [[nodiscard]] std::string member(std::string_view name, std::string_view value) const;
  /// Between members.
  [[nodiscard]] std::string_view comma() const { return syntax_ == Syntax::edn ? ", " : ","; }
  /// Between elements.
  [[nodiscard]] std::string_view blank() const { return syntax_ == Syntax::edn ? " " : ","; }
  [[nodiscard]] std::string_view nil() const { return syntax_ == Syntax::edn ? "nil" : "null"; }
  /// A datum by its spelling.
  [[nodiscard]] std::string scalar(std::string_view spelling) const;
  [[nodiscard]] std::string value(consistency::ValueId id) const;
  /// `read it with --initial '"a"'`, quoted for a shell: EDN, of the scalars that the syntax has.
  [[nodiscard]] std::string initial_note(consistency::ValueId initial) const;

 private:
  const consistency::ValueTable& values_;
  Syntax syntax_;
};

/// Whether no two texts or values of a history are written alike, as `:a` and `"a"` are in JSON.
class Distinct {
 public:
  explicit Distinct(const JepsenWords& words) : words_(words) {}

  void add(std::string_view spelling);
  void add(const consistency::ValueTable& values, consistency::ValueId id);
  [[nodiscard]] sim::Result<void> check() const;

 private:
  const JepsenWords& words_;
  std::map<std::string, std::string> spellings_;  // by what is written
  std::string clash_;
};

/// Whether sessions have the names of processes, which are integers.
template <typename History>
[[nodiscard]] bool are_processes(const History& history,
                                 std::span<const consistency::SessionId> sessions) {
  constexpr std::size_t digits_max = 18;
  return std::ranges::all_of(sessions, [&](consistency::SessionId session) {
    const std::string_view name = history.name(session);
    return is_integer(name) && !name.starts_with('-') && name.size() <= digits_max;
  });
}

/// The same of texts as they are, which no spelling leads back from.
[[nodiscard]] std::string initial_note_of_texts(const consistency::ValueTable& values,
                                                consistency::ValueId initial);

}  // namespace splitvote::histories
