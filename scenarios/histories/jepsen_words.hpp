// How keys, values and words are spelled in Jepsen's two syntaxes, and as --initial has them.
#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/values.hpp"
#include "scenarios/histories/datum.hpp"
#include "scenarios/histories/written.hpp"
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

/// The maps of a history: in EDN a line each, in JSON an array.
class JepsenMaps {
 public:
  explicit JepsenMaps(Syntax syntax) : syntax_(syntax) {}

  void add(std::string_view map);
  [[nodiscard]] std::size_t size() const { return size_; }
  /// Fails if what was added is no UTF-8.
  [[nodiscard]] sim::Result<Written> written(std::vector<std::string> notes) &&;

 private:
  Syntax syntax_;
  std::string text_;
  std::size_t size_ = 0;
};

/// Sessions as processes, which are integers.
struct Processes {
  std::vector<std::string> names;  // by rank
  bool numbered = false;           // because some session has another name
};
inline constexpr std::string_view numbered_note =
    "sessions are numbered, because processes are integers";

[[nodiscard]] bool is_process(std::string_view name);

template <typename History>
[[nodiscard]] Processes processes_of(const History& history,
                                     std::span<const consistency::SessionId> sessions) {
  Processes processes;
  for (const consistency::SessionId session : sessions) {
    processes.names.emplace_back(history.name(session));
    processes.numbered = processes.numbered || !is_process(processes.names.back());
  }
  if (!processes.numbered) return processes;
  for (std::size_t rank = 0; rank < sessions.size(); ++rank)
    processes.names[rank] = std::to_string(rank);
  return processes;
}

[[nodiscard]] bool is_empty_list(const consistency::ValueTable& values, consistency::ValueId id);

/// Whether Elle's keys can hold it; `holds` says whether one is known to hold a value that is so.
template <typename Holds>
[[nodiscard]] sim::Result<void> check_lists(const consistency::ValueTable& values, Holds holds) {
  const auto is_nothing = [](consistency::ValueId id) { return id == consistency::nothing; };
  const auto is_text = [&](consistency::ValueId id) {
    return !is_nothing(id) && !values.is_list(id);
  };
  if (holds(is_text)) return sim::failure("Elle's keys hold lists, and here one holds a text");
  if (holds(is_nothing) &&
      holds([&](consistency::ValueId id) { return is_empty_list(values, id); }))
    return sim::failure("Elle's empty list is nothing, and here these are two values");
  return {};
}

/// The same of texts as they are, which no spelling leads back from.
[[nodiscard]] std::string initial_note_of_texts(const consistency::ValueTable& values,
                                                consistency::ValueId initial);

}  // namespace splitvote::histories
