// One row per parameter, made from what the protocol says about it.
#include "scenarios/load/order_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "models/registry/protocol.hpp"
#include "scenarios/load/selector_text.hpp"
#include "scenarios/load/table.hpp"

namespace splitvote::load {
namespace {

using models::Parameter;
using models::ParameterType;

NodeSet leader() {
  Selector selector;
  selector.kind = SelectorKind::leader;
  return {{selector}, {}};
}

/// No nodes at all are as good as not to mention them.
bool says_nothing(const Node& node) { return node.is_list() && node.items.empty(); }

Type<NodeSet> nodes_or_none() {
  Type<NodeSet> type = node_set();
  const auto schema = type.schema;
  type.schema = [schema](Definitions& definitions) {
    return definitions.any_of({schema(definitions), R"({"const": []})"});
  };
  return type;
}

Type<models::GroupId> group() {
  const Type<std::uint16_t> number = integer<std::uint16_t>(0, UINT16_MAX);
  return {[number](Reader& reader, const Node& node, models::GroupId& value) {
            std::uint16_t read{};
            if (!number.read(reader, node, read)) return false;
            value = models::GroupId{read};
            return true;
          },
          [number](const models::GroupId& value) {
            return number.write(static_cast<std::uint16_t>(value));
          },
          number.schema};
}

template <typename Value>
Row<Order> row_of(const Parameter& parameter, const Type<Value>& type) {
  const std::string name(parameter.name);
  return {name,
          std::string(parameter.help),
          Presence::optional,
          [name, type](Reader& reader, const Entry& entry, Order& order) {
            if (std::is_same_v<Value, NodeSet> && says_nothing(entry.value)) return true;
            Value value{};
            const bool read = type.read(reader, entry.value, value);
            order.arguments.push_back({name, std::move(value), entry.value.position});
            return read;
          },
          [name, type](const Order& order) -> std::optional<Node> {
            const auto given = std::ranges::find(order.arguments, name, &Order::Argument::name);
            if (given == order.arguments.end()) return std::nullopt;
            return type.write(std::get<Value>(given->value));
          },
          type.schema};
}

Row<Order> row_of(const Parameter& parameter) {
  switch (parameter.type) {
    case ParameterType::duration:
      return row_of(parameter, duration());
    case ParameterType::flag:
      return row_of(parameter, boolean());
    case ParameterType::group:
      return row_of(parameter, group());
    case ParameterType::nodes:
      break;
  }
  return row_of(parameter, nodes_or_none());
}

Table<Order> table_of(const models::Order& registered) {
  Table<Order> table("an order");
  table.key("on", &Order::nodes, node_set(), "who is told; the leader unless given");
  for (const Parameter& parameter : registered.parameters) table.row(row_of(parameter));
  if (registered.bare) return table;
  table.check([&registered](Reader& reader, const Node& node, Order& order) {
    const auto says = [](const Order::Argument& argument) {
      return !std::holds_alternative<models::GroupId>(argument.value);
    };
    if (std::ranges::any_of(order.arguments, says)) return true;
    std::string names;
    for (const Parameter& each : registered.parameters) {
      if (each.type == ParameterType::group) continue;
      names += (names.empty() ? "" : ", ") + std::string(each.name);
    }
    reader.error(node, "an order that says nothing", "add one of " + names);
    return false;
  });
  return table;
}

}  // namespace

std::vector<const models::Order*> registered_orders() {
  std::vector<const models::Order*> all;
  for (const models::Protocol& protocol : models::protocols()) {
    for (const models::Order& order : protocol.orders) {
      const auto same = [&](const models::Order* known) { return known->name == order.name; };
      if (std::ranges::none_of(all, same)) all.push_back(&order);
    }
  }
  return all;
}

Type<Order> order(const models::Order& registered) {
  const auto table = std::make_shared<const Table<Order>>(table_of(registered));
  const auto read = [table, &registered](Reader& reader, const Node& node, Order& order) {
    order.name = registered.name;
    order.nodes = leader();
    order.position = node.position;
    if (registered.bare && !node.is_map()) return node_set().read(reader, node, order.nodes);
    const bool usable = table->read(reader, node, order);
    // As the protocol lists them, so that the same order is the same however it is written.
    const auto place = [&](const Order::Argument& argument) {
      return std::ranges::find(registered.parameters, argument.name, &Parameter::name) -
             registered.parameters.begin();
    };
    std::ranges::sort(order.arguments, {}, place);
    return usable;
  };
  const auto schema = [table, &registered](Definitions& definitions) {
    if (!definitions.begin(registered.name)) return Definitions::reference(registered.name);
    std::string whole = table->schema(definitions);
    if (registered.bare) whole = definitions.any_of({whole, node_set().schema(definitions)});
    return definitions.end(registered.name, std::move(whole));
  };
  return {read, [table](const Order& order) { return table->write(order); }, schema};
}

}  // namespace splitvote::load
