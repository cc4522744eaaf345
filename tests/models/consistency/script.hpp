// A history written down by hand: who asks what, and who is told what, line by line.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/history.hpp"

namespace splitvote::testing {

/// On the key x unless another one is named. "nil" is the value nothing.
class Script {
 public:
  using Id = consistency::OperationId;
  using Kind = consistency::OperationKind;
  using Outcome = consistency::Outcome;

  consistency::History history;
  std::string key = "x";

  Id begin(Kind kind, std::string_view argument = "nil", std::string_view expected = "nil") {
    const auto session = history.session("client " + std::to_string(++sessions_));
    return history.invoke({session, history.key(key), kind, value(argument), value(expected)});
  }
  void end(Id operation, std::string_view result = "nil") {
    history.complete(operation, Outcome::ok, value(result));
  }
  void mismatch(Id operation) { history.complete(operation, Outcome::mismatch); }

  Id write(std::string_view argument) {
    const Id id = begin(Kind::write, argument);
    end(id);
    return id;
  }
  Id read(std::string_view result) {
    const Id id = begin(Kind::read);
    end(id, result);
    return id;
  }
  Id swap(std::string_view expected, std::string_view argument) {
    const Id id = begin(Kind::compare_and_swap, argument, expected);
    end(id);
    return id;
  }
  Id append(std::string_view argument) {
    const Id id = begin(Kind::append_text, argument);
    end(id);
    return id;
  }

  /// What was written, read or found has this number.
  Id number(Id operation, std::uint64_t version) {
    history.set_version(operation, version);
    return operation;
  }

  [[nodiscard]] consistency::ValueId value(std::string_view text) {
    return text == "nil" ? consistency::nothing : history.values().text(text);
  }

 private:
  int sessions_ = 0;
};

}  // namespace splitvote::testing
