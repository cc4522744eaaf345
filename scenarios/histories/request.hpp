// What one event asks for or answers, under a model.
#pragma once

#include "models/consistency/history.hpp"
#include "scenarios/histories/event.hpp"
#include "scenarios/histories/model.hpp"

namespace splitvote::histories {

struct Answer {
  consistency::Outcome outcome{};
  consistency::ValueId result = consistency::nothing;
};

/// Puts keys and values into the history it is given.
class Requests {
 public:
  Requests(const Meaning& meaning, consistency::History& history)
      : meaning_(meaning), model_(entry_of(meaning.model)), history_(history) {}

  [[nodiscard]] Read<void> set_initial();
  /// But for the session.
  [[nodiscard]] Read<consistency::Request> of(const Event& invocation);
  [[nodiscard]] Read<Answer> answer(const Event& invocation, const Event& completion);

 private:
  /// What an event speaks of, without the wrapping of its format.
  struct Subject {
    Verb verb{};
    std::size_t offset = 0;
    const Datum* key = nullptr;    // null: the one object that there is
    const Datum* value = nullptr;  // null: nil
  };
  [[nodiscard]] Read<Subject> subject_of(const Event& event) const;
  [[nodiscard]] Read<Subject> unwrap_transaction(const Event& event, Subject subject) const;
  [[nodiscard]] Read<consistency::KeyId> key_of(const Subject& subject);
  [[nodiscard]] Read<consistency::Request> with_value(consistency::Request request,
                                                      const Subject& subject);
  [[nodiscard]] Read<consistency::ValueId> value_of(const Datum* datum);
  [[nodiscard]] Read<Answer> read_answer(const Subject& subject);
  [[nodiscard]] bool agree(const Subject& asked, const Subject& told);

  const Meaning& meaning_;
  const ModelEntry& model_;
  consistency::History& history_;
};

}  // namespace splitvote::histories
