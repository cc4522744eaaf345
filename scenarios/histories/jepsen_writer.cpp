// Histories as Jepsen's operation maps, in EDN and in JSON.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenarios/histories/happenings.hpp"
#include "scenarios/histories/jepsen_words.hpp"
#include "scenarios/histories/json_text.hpp"
#include "scenarios/histories/model.hpp"
#include "scenarios/histories/written.hpp"

namespace splitvote::histories {

namespace {

using consistency::History;
using consistency::nothing;
using consistency::Operation;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::ValueId;

/// What Go's bufio reads at once, with the end of the line.
constexpr std::size_t porcupine_line_max = 4095;

/// Which of Jepsen's ways of speaking has the words for a history.
enum class Style : std::uint8_t { registers, texts, lists };

class JepsenWriter {
 public:
  JepsenWriter(const History& history, Syntax syntax)
      : history_(history), words_(history.values(), syntax), sessions_(sessions_of(history)) {
    for (const Operation& operation : history.operations()) {
      if (operation.kind == OperationKind::append_text) texts_ = true;
      if (operation.kind == OperationKind::append_element) lists_ = true;
    }
    style_ = lists_ ? Style::lists : texts_ || begins_as_kv() ? Style::texts : Style::registers;
    independent_ = style_ == Style::registers && keys_of(history).size() > 1;
    mismatches_ = any_swap(Outcome::mismatch);
    processes_ = processes_of(history, sessions_);
  }

  sim::Result<Written> write() {
    if (const sim::Result<void> possible = check(); !possible)
      return std::unexpected(possible.error());
    JepsenMaps maps(words_.syntax());
    for (const Happening happening : happenings(history_)) {
      if (is_left_out(history_.operation(happening.operation))) continue;
      const std::string line = map(happening, maps.size());
      longest_ = std::max(longest_, line.size());
      maps.add(line);
    }
    if (maps.size() == 0 && !history_.operations().empty())
      return sim::failure(std::string(nothing_left));
    return std::move(maps).written(notes());
  }

 private:
  template <typename Condition>
  bool any_operation(Condition condition) const {
    return std::ranges::any_of(history_.operations(), condition);
  }

  static bool tells(const Operation& operation) {
    return operation.kind == OperationKind::read && operation.outcome == Outcome::ok;
  }
  bool has_list(const Operation& operation) const {
    return std::ranges::any_of(std::array{operation.argument, operation.expected, operation.result},
                               [&](ValueId value) { return history_.values().is_list(value); });
  }

  /// As nothing does but texts by key. Without their words porcupine's parser would skip it all.
  bool begins_as_kv() const {
    const ValueId initial = history_.initial();
    return is_empty_text(initial) &&
           !any_operation([&](const Operation& operation) { return has_list(operation); });
  }
  bool is_empty_text(ValueId id) const {
    return id != nothing && !history_.values().is_list(id) && history_.values().content(id).empty();
  }

  /// porcupine's parser of :get, :put and :append has a form for each line that it knows, skips
  /// what has none, and closes what is open at the end with "".
  bool is_for_porcupine() const { return style_ == Style::texts && words_.syntax() == Syntax::edn; }

  sim::Result<void> check() const {
    if (style_ == Style::lists) return check_elle();
    if (style_ == Style::texts) return check_texts();
    return check_distinct();
  }

  sim::Result<void> check_elle() const {
    if (any_operation([](const Operation& operation) {
          return operation.kind != OperationKind::read &&
                 operation.kind != OperationKind::append_element;
        }))
      return sim::failure("Elle's lists are only read and appended to, and this history does more");
    const sim::Result<void> states = check_lists(history_.values(), [&](auto is) {
      return is(history_.initial()) || any_operation([&](const Operation& operation) {
               return tells(operation) && is(operation.result);
             });
    });
    return states ? check_distinct() : states;
  }

  sim::Result<void> check_texts() const {
    if (history_.values().is_list(history_.initial()) ||
        any_operation([&](const Operation& operation) { return has_list(operation); }))
      return sim::failure("the model kv has texts only, and this history has lists");
    return {};  // they are written as they are, as keys are
  }

  sim::Result<void> check_distinct() const {
    Distinct distinct(words_);
    for (const consistency::KeyId key : keys_of(history_)) distinct.add(history_.name(key));
    if (const sim::Result<void> keys = distinct.check(); !keys) return keys;
    Distinct values(words_);
    values.add(history_.values(), history_.initial());
    for (const Operation& operation : history_.operations())
      for (const ValueId value : {operation.argument, operation.expected, operation.result})
        values.add(history_.values(), value);
    return values.check();
  }

  /// What our own reader assumes unless it is told otherwise.
  bool begins_as_assumed() const {
    const ValueId initial = history_.initial();
    if (style_ == Style::lists)
      return initial == nothing || is_empty_list(history_.values(), initial);
    if (style_ == Style::registers) return initial == nothing;
    return is_empty_text(initial);
  }

  std::vector<std::string> notes() const {
    std::vector<std::string> notes;
    if (!begins_as_assumed())
      notes.push_back(style_ == Style::texts
                          ? initial_note_of_texts(history_.values(), history_.initial())
                          : words_.initial_note(history_.initial()));
    if (style_ == Style::registers && any_operation([](const Operation& operation) {
          return tells(operation) && operation.result == nothing;
        }))
      notes.emplace_back(
          "a nil that was read matches everything there, and here it says that there was nothing; "
          "read it with --nil absent");
    if (style_ == Style::registers &&
        any_operation([&](const Operation& operation) { return has_list(operation); }))
      notes.emplace_back("values are lists; read it with --model cas-register");
    if (independent_)
      notes.emplace_back("values are pairs of jepsen.independent; read it with --independent");
    note_swaps(notes);
    if (is_for_porcupine()) note_porcupine(notes);
    if (processes_.numbered) notes.emplace_back(numbered_note);
    return notes;
  }

  void note_porcupine(std::vector<std::string>& notes) const {
    if (!history_.times().empty())
      notes.emplace_back(
          "times are left out: porcupine's parser of such lines has no place for them");
    if (any_operation([](const Operation& operation) { return says_nothing(operation); }))
      notes.emplace_back(
          "operations that failed, and reads without an answer, are left out; they say nothing");
    if (any_operation([](const Operation& operation) { return is_unknown_there(operation); }))
      notes.emplace_back(
          "porcupine's parser does not know delete, cas and a get that was told nil; it skips "
          "them, so its verdict is not that of this history");
    if (!begins_as_assumed())
      notes.emplace_back(
          "porcupine's model begins with empty texts, so its verdict is not that of this history");
    if (longest_ > porcupine_line_max)
      notes.push_back(fmt::format("porcupine's parser takes no line of more than {} bytes",
                                  porcupine_line_max));
  }

  static bool is_unanswered_read(const Operation& operation) {
    return operation.kind == OperationKind::read && operation.outcome == Outcome::unknown;
  }
  static bool says_nothing(const Operation& operation) {
    return operation.outcome == Outcome::failed || is_unanswered_read(operation);
  }
  static bool is_unknown_there(const Operation& operation) {
    if (says_nothing(operation)) return false;
    const bool writes_nothing =
        operation.kind == OperationKind::write && operation.argument == nothing;
    return operation.kind == OperationKind::remove ||
           operation.kind == OperationKind::compare_and_swap || writes_nothing ||
           (tells(operation) && operation.result == nothing);
  }

  [[nodiscard]] bool any_swap(Outcome outcome) const {
    return any_operation([&](const Operation& operation) {
      return operation.kind == OperationKind::compare_and_swap && operation.outcome == outcome;
    });
  }

  // A cas that found another value is :fail there, as is one that never was.
  bool is_left_out(const Operation& operation) const {
    if (is_for_porcupine() && says_nothing(operation)) return true;
    return mismatches_ && operation.kind == OperationKind::compare_and_swap &&
           operation.outcome == Outcome::failed;
  }

  void note_swaps(std::vector<std::string>& notes) const {
    if (!mismatches_) return;
    notes.emplace_back(
        "a cas that found another value is only a :fail there; read it with --failed-cas mismatch");
    if (any_swap(Outcome::failed) && !is_for_porcupine())
      notes.emplace_back("each cas that never was is left out, to be told from those");
  }

  std::string value(ValueId id) const {
    if (style_ != Style::texts || id == nothing) return words_.value(id);
    return json_text(history_.values().content(id));
  }

  std::string key(const Operation& operation) const {
    const std::string_view name = history_.name(operation.key);
    return style_ == Style::texts ? json_text(name) : words_.scalar(name);
  }

  std::string function(const Operation& operation) const {
    if (style_ == Style::lists) return words_.word("txn");
    const bool texts = style_ == Style::texts;
    switch (operation.kind) {
      case OperationKind::read:
        return words_.word(texts ? "get" : "read");
      case OperationKind::write:
        if (texts && operation.argument == nothing) return words_.word("delete");
        return words_.word(texts ? "put" : "write");
      case OperationKind::remove:
        return words_.word(texts ? "delete" : "write");  // of nil
      case OperationKind::compare_and_swap:
        return words_.word("cas");
      case OperationKind::append_text:
      case OperationKind::append_element:
        break;
    }
    return words_.word("append");
  }

  std::string asked_or_told(const Operation& operation, bool returns) const {
    if (operation.kind == OperationKind::read)
      return value(returns && tells(operation) ? operation.result : nothing);
    if (operation.kind == OperationKind::remove) return value(nothing);
    if (operation.kind == OperationKind::compare_and_swap)
      return fmt::format("[{}{}{}]", value(operation.expected), words_.blank(),
                         value(operation.argument));
    return value(operation.argument);
  }

  std::string whole_value(const Operation& operation, bool returns) const {
    const std::string key = this->key(operation);
    const std::string inner = asked_or_told(operation, returns);
    if (style_ == Style::lists)
      return fmt::format("[[{1}{0}{2}{0}{3}]]", words_.blank(),
                         words_.word(operation.kind == OperationKind::read ? "r" : "append"), key,
                         inner);
    return independent_ ? fmt::format("[{}{}{}]", key, words_.blank(), inner) : inner;
  }

  std::string type(const Operation& operation, bool returns) const {
    if (!returns) return words_.word("invoke");
    return words_.word(operation.outcome == Outcome::ok ? "ok" : "fail");
  }

  std::string map(Happening happening, std::uint64_t index) const {
    const Operation& operation = history_.operation(happening.operation);
    const std::string& process = processes_.names[rank_of(operation.session, sessions_)];
    std::string text = "{" + words_.member("process", process);
    const auto add = [&](std::string_view name, std::string_view added) {
      text += words_.comma();
      text += words_.member(name, added);
    };
    add("type", type(operation, happening.returns));
    add("f", function(operation));
    if (style_ == Style::texts || names_its_key(operation)) add("key", key(operation));
    add("value", whole_value(operation, happening.returns));
    if (is_for_porcupine()) return text + "}";
    if (!history_.times().empty()) {
      const auto& times = history_.times()[static_cast<std::size_t>(happening.operation)];
      add("time", std::to_string(happening.returns ? times.returned.ns : times.invoked.ns));
    }
    add("index", std::to_string(index));
    return text + "}";
  }

  // Knossos does not look at it; it keeps a register's name.
  bool names_its_key(const Operation& operation) const {
    return style_ == Style::registers && !independent_ &&
           history_.name(operation.key) != nameless_register;
  }

  const History& history_;
  JepsenWords words_;
  std::vector<consistency::SessionId> sessions_;
  Style style_{};
  bool texts_ = false;
  bool lists_ = false;
  bool independent_ = false;
  bool mismatches_ = false;
  std::size_t longest_ = 0;  // line, in bytes
  Processes processes_;
};

}  // namespace

sim::Result<Written> write_jepsen_edn(const History& history) {
  return JepsenWriter(history, Syntax::edn).write();
}

sim::Result<Written> write_jepsen_json(const History& history) {
  return JepsenWriter(history, Syntax::json).write();
}

}  // namespace splitvote::histories
