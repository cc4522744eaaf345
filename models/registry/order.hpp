// An order: what an operator tells running servers, as a command on their machines would.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/base/bytes.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/network/message.hpp"

namespace splitvote::models {

/// How the text of a parameter is read: `[n4, n5]` or any other selector, `10ms`, `true`, or the
/// number of one of the protocol's groups, which narrows an order and says nothing by itself.
enum class ParameterType : std::uint8_t { nodes, duration, flag, group };

struct Parameter {
  std::string_view name;
  ParameterType type{};
  std::string_view help;  // one sentence
};

/// One of the groups of a protocol's servers, from 0.
enum class GroupId : std::uint16_t {};

/// The arguments that were given, with nodes as they are when the order is.
class OrderArguments {
 public:
  using Value = std::variant<std::vector<sim::NodeId>, sim::Duration, bool, GroupId>;

  void set(std::string_view name, Value value) {
    values_.insert_or_assign(std::string(name), std::move(value));
  }

  /// The fallback unless it was given; giving another type is our own bug.
  template <typename Type>
  [[nodiscard]] Type get(std::string_view name, Type fallback = {}) const {
    const auto found = values_.find(name);
    return found == values_.end() ? fallback : *std::get_if<Type>(&found->second);
  }

 private:
  std::map<std::string, Value, std::less<>> values_;
};

/// One word of the scenario language: `- {at: 3s, name: {on: leader, …}}`. A name that several
/// protocols share has the same parameters in all of them.
struct Order {
  std::string_view name;
  std::string_view help;
  sim::MessageKind kind{};  // of the frame; not one of the protocol's messages
  std::span<const Parameter> parameters;
  bool bare = false;  // whether it says something without any argument

  /// Replaces the frame. The server gets it as a message from itself.
  void (*encode)(const OrderArguments& arguments, sim::Bytes& frame) = nullptr;
};

}  // namespace splitvote::models
