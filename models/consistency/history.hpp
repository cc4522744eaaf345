// A history: what the clients of some system asked and were told, from invocation to return.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/operation.hpp"
#include "models/consistency/text_table.hpp"
#include "models/consistency/values.hpp"
#include "models/consistency/words.hpp"
#include "sim/base/time.hpp"

namespace splitvote::consistency {

/// When an operation was invoked and returned, if its history knows; positions alone decide what
/// came first.
struct Times {
  sim::Instant invoked;
  sim::Instant returned;  // meaningless while it has not returned
};

/// A value. Call `invoke` and `complete` in the order in which those things happened; things at the
/// same time in the order in which they were recorded.
class History {
 public:
  [[nodiscard]] KeyId key(std::string_view name);
  /// A process that goes on after an operation of unknown outcome, or that crashed and came back,
  /// is another session and needs another name.
  [[nodiscard]] SessionId session(std::string_view name);
  [[nodiscard]] ValueTable& values() { return values_; }

  /// What every key holds at the beginning; `nothing` unless this is called.
  void set_initial(ValueId value) { initial_ = value; }

  OperationId invoke(const Request& request);
  /// Once for an operation, or never: then its outcome is unknown, as it is if the outcome says so.
  /// `result` is what a read was told.
  void complete(OperationId operation, Outcome outcome, ValueId result = nothing);

  /// The same with times: for all the operations of a history or for none.
  OperationId invoke(const Request& request, sim::Instant now);
  void complete(OperationId operation, Outcome outcome, ValueId result, sim::Instant now);

  /// Of one that is `ok` or a `mismatch`: which version of its key it wrote, read or found, if the
  /// system tells. From 1 on; later versions of a key have larger numbers.
  void set_version(OperationId operation, std::uint64_t version);

  /// In the order of their invocations.
  [[nodiscard]] std::span<const Operation> operations() const { return operations_; }
  [[nodiscard]] const Operation& operation(OperationId id) const {
    return operations_[static_cast<std::size_t>(id)];
  }
  /// By operation; empty if the history has no times.
  [[nodiscard]] std::span<const Times> times() const { return times_; }
  [[nodiscard]] bool has_versions() const { return !versions_.empty(); }
  /// 0 if it is not known.
  [[nodiscard]] std::uint64_t version(OperationId id) const {
    const auto at = static_cast<std::size_t>(id);
    return at < versions_.size() ? versions_[at] : 0;
  }
  /// Positions are below this.
  [[nodiscard]] Position positions() const { return next_position_; }

  [[nodiscard]] const ValueTable& values() const { return values_; }
  [[nodiscard]] ValueId initial() const { return initial_; }
  [[nodiscard]] std::string_view name(KeyId key) const;
  [[nodiscard]] std::string_view name(SessionId session) const;
  /// The same for people, see words.hpp.
  [[nodiscard]] std::string spell(KeyId key) const { return spelled(name(key)); }
  [[nodiscard]] std::string spell(SessionId session) const { return spelled(name(session)); }
  /// Ids are below these.
  [[nodiscard]] std::size_t keys() const { return keys_.size(); }
  [[nodiscard]] std::size_t sessions() const { return sessions_.size(); }

  /// "read x by client 7 [12..19] -> 3": between its positions, or times if there are some.
  [[nodiscard]] std::string describe(OperationId id) const;
  /// "read x -> 3": without who and when.
  [[nodiscard]] std::string title(OperationId id) const;

 private:
  [[nodiscard]] std::string describe_request(const Operation& operation) const;
  [[nodiscard]] std::string describe_span(OperationId id) const;
  [[nodiscard]] std::string describe_answer(const Operation& operation) const;

  std::vector<Operation> operations_;
  std::vector<Times> times_;
  std::vector<std::uint64_t> versions_;  // by operation; the last ones may be missing
  TextTable keys_;
  TextTable sessions_;
  ValueTable values_;
  ValueId initial_ = nothing;
  Position next_position_ = 0;
};

}  // namespace splitvote::consistency
