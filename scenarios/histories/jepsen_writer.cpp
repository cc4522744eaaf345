// Histories as Jepsen's operation maps, in EDN and in JSON.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/histories/datum.hpp"
#include "scenarios/histories/happenings.hpp"
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

enum class Syntax : std::uint8_t { edn, json };

/// Which of Jepsen's ways of speaking has the words for a history.
enum class Style : std::uint8_t { registers, texts, lists };

class JepsenWriter {
 public:
  JepsenWriter(const History& history, Syntax syntax)
      : history_(history), syntax_(syntax), sessions_(sessions_of(history)) {
    for (const Operation& operation : history.operations()) {
      if (operation.kind == OperationKind::append_text) texts_ = true;
      if (operation.kind == OperationKind::append_element) lists_ = true;
      if (operation.outcome == Outcome::mismatch) mismatches_ = true;
    }
    style_ = lists_ ? Style::lists : texts_ ? Style::texts : Style::registers;
    independent_ = style_ == Style::registers && keys_of(history).size() > 1;
    numbered_ = std::ranges::all_of(sessions_, [&](consistency::SessionId session) {
      return is_process(history.name(session));
    });
  }

  sim::Result<Written> write() {
    if (const sim::Result<void> possible = check(); !possible)
      return std::unexpected(possible.error());
    Written written;
    std::uint64_t index = 0;
    for (const Happening happening : happenings(history_)) {
      if (syntax_ == Syntax::json) written.text += index == 0 ? "[" : ",\n";
      written.text += map(happening, index++);
      if (syntax_ == Syntax::edn) written.text += '\n';
    }
    if (syntax_ == Syntax::json) written.text += index == 0 ? "[]\n" : "]\n";
    note(written.notes);
    sim::Result<std::string> checked = checked_utf8(std::move(written.text));
    if (!checked) return std::unexpected(checked.error());
    written.text = std::move(*checked);
    return written;
  }

 private:
  static bool is_process(std::string_view name) {
    return is_integer(name) && !name.starts_with('-') && name.size() <= 18;
  }

  sim::Result<void> check() const {
    if (style_ != Style::lists) return {};
    const auto fits = [](const Operation& operation) {
      return operation.kind == OperationKind::read ||
             operation.kind == OperationKind::append_element;
    };
    if (std::ranges::all_of(history_.operations(), fits)) return {};
    return sim::failure("Elle's lists are only read and appended to, and this history does more");
  }

  void note(std::vector<std::string>& notes) const {
    const ValueId assumed = nothing;
    const bool is_kv_start = style_ == Style::texts && history_.initial() != nothing &&
                             history_.values().content(history_.initial()).empty();
    if (history_.initial() != assumed && !is_kv_start)
      notes.push_back(
          fmt::format("the format has no word for what a key holds at first; read it "
                      "with --initial {}",
                      value(history_.initial())));
    if (style_ == Style::texts && history_.initial() == nothing)
      notes.emplace_back(
          "the format has no word for what a key holds at first; read it with "
          "--initial nil");
    if (independent_)
      notes.emplace_back("values are pairs of jepsen.independent; read it with --independent");
    if (mismatches_) notes.emplace_back("a cas that found another value is only a :fail there");
    if (!numbered_) notes.emplace_back("sessions are numbered, because processes are integers");
  }

  std::string word(std::string_view text) const {
    return syntax_ == Syntax::edn ? fmt::format(":{}", text) : fmt::format("\"{}\"", text);
  }

  std::string member(std::string_view name, std::string_view value) const {
    return syntax_ == Syntax::edn ? fmt::format(":{} {}", name, value)
                                  : fmt::format("\"{}\":{}", name, value);
  }

  [[nodiscard]] std::string_view comma() const { return syntax_ == Syntax::edn ? ", " : ","; }
  [[nodiscard]] std::string_view blank() const { return syntax_ == Syntax::edn ? " " : ","; }
  [[nodiscard]] std::string nil() const { return syntax_ == Syntax::edn ? "nil" : "null"; }

  std::string scalar(std::string_view text) const {
    const Datum datum = spelled(text);
    if (datum.kind == DatumKind::text) return json_text(datum.text);
    if (datum.kind != DatumKind::keyword) return datum.text;
    return syntax_ == Syntax::edn ? ":" + datum.text : json_text(datum.text);
  }

  std::string value(ValueId id) const {
    if (id == nothing) return nil();
    if (!history_.values().is_list(id)) return scalar(history_.values().content(id));
    std::string text = "[";
    for (const ValueId element : elements_of(history_.values(), id)) {
      if (text.size() > 1) text += blank();
      text += value(element);
    }
    return text + "]";
  }

  std::string function(const Operation& operation) const {
    if (style_ == Style::lists) return word("txn");
    const bool texts = style_ == Style::texts;
    switch (operation.kind) {
      case OperationKind::read:
        return word(texts ? "get" : "read");
      case OperationKind::write:
        return word(texts ? "put" : "write");
      case OperationKind::remove:
        return word(texts ? "delete" : "write");  // of nil
      case OperationKind::compare_and_swap:
        return word("cas");
      case OperationKind::append_text:
      case OperationKind::append_element:
        break;
    }
    return word("append");
  }

  std::string asked_or_told(const Operation& operation, bool returns) const {
    if (operation.kind == OperationKind::read)
      return returns && operation.outcome == Outcome::ok ? value(operation.result) : nil();
    if (operation.kind == OperationKind::remove) return nil();
    if (operation.kind == OperationKind::compare_and_swap)
      return fmt::format("[{}{}{}]", value(operation.expected), blank(), value(operation.argument));
    return value(operation.argument);
  }

  std::string whole_value(const Operation& operation, bool returns) const {
    const std::string key = scalar(history_.name(operation.key));
    const std::string inner = asked_or_told(operation, returns);
    if (style_ == Style::lists)
      return fmt::format("[[{}{}{}{}{}]]",
                         word(operation.kind == OperationKind::read ? "r" : "append"), blank(), key,
                         blank(), inner);
    return independent_ ? fmt::format("[{}{}{}]", key, blank(), inner) : inner;
  }

  std::string type(const Operation& operation, bool returns) const {
    if (!returns) return word("invoke");
    return word(operation.outcome == Outcome::ok ? "ok" : "fail");
  }

  std::string map(Happening happening, std::uint64_t index) const {
    const Operation& operation = history_.operation(happening.operation);
    const std::string process = numbered_ ? std::string(history_.name(operation.session))
                                          : std::to_string(rank_of(operation.session, sessions_));
    std::string text = "{" + member("process", process);
    const auto add = [&](std::string_view name, std::string_view added) {
      text += comma();
      text += member(name, added);
    };
    add("type", type(operation, happening.returns));
    add("f", function(operation));
    if (style_ == Style::texts || names_its_key(operation))
      add("key", scalar(history_.name(operation.key)));
    add("value", whole_value(operation, happening.returns));
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
  Syntax syntax_;
  std::vector<consistency::SessionId> sessions_;
  Style style_{};
  bool texts_ = false;
  bool lists_ = false;
  bool mismatches_ = false;
  bool independent_ = false;
  bool numbered_ = false;  // sessions have the names of processes
};

}  // namespace

sim::Result<Written> write_jepsen_edn(const History& history) {
  return JepsenWriter(history, Syntax::edn).write();
}

sim::Result<Written> write_jepsen_json(const History& history) {
  return JepsenWriter(history, Syntax::json).write();
}

}  // namespace splitvote::histories
