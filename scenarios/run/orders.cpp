// Looks the order up at the protocol, resolves its nodes, and lets the protocol write the frame.
#include "scenarios/run/orders.hpp"

#include <algorithm>

#include "models/registry/protocol.hpp"
#include "reports/text.hpp"
#include "sim/base/check.hpp"

namespace splitvote::run {
namespace {

using Nodes = std::vector<sim::NodeId>;

/// The loader has checked that the protocol takes it.
const models::Order& registered(const load::Order& order, const Cast& cast) {
  const models::Protocol* const protocol = models::find_protocol(cast.protocol);
  SPLITVOTE_CHECK(protocol != nullptr);
  const auto found = std::ranges::find(protocol->orders, order.name, &models::Order::name);
  SPLITVOTE_CHECK(found != protocol->orders.end());
  return *found;
}

/// Each kind of argument, resolved, and in words.
class Argument {
 public:
  Argument(const Selection& selection, ResolvedVerb& result)
      : selection_(selection), result_(result) {}

  models::OrderArguments::Value operator()(const load::NodeSet& set) {
    const Nodes nodes = resolve(set, selection_);
    text = names(nodes, selection_.cast);
    Nodes& touched = result_.groups["nodes"];
    touched.insert(touched.end(), nodes.begin(), nodes.end());
    return nodes;
  }
  models::OrderArguments::Value operator()(sim::Duration duration) {
    text = reports::duration_text(duration);
    return duration;
  }
  models::OrderArguments::Value operator()(bool flag) {
    text = flag ? "true" : "false";
    return flag;
  }
  models::OrderArguments::Value operator()(models::GroupId group) {
    text = std::to_string(static_cast<std::uint16_t>(group));
    return group;
  }

  std::string text;

 private:
  const Selection& selection_;
  ResolvedVerb& result_;
};

}  // namespace

ResolvedVerb resolve_order(const load::Order& order, const Selection& selection) {
  const models::Order& known = registered(order, selection.cast);
  ResolvedVerb result;
  sim::OrderNodes fault{.nodes = resolve(order.nodes, selection), .kind = known.kind, .frame = {}};
  result.groups["nodes"] = fault.nodes;
  result.text = order.name + " on " + names(fault.nodes, selection.cast);
  models::OrderArguments arguments;
  std::string separator = ": ";
  for (const load::Order::Argument& given : order.arguments) {
    Argument argument(selection, result);
    arguments.set(given.name, std::visit(argument, given.value));
    result.text += separator + given.name + " " + argument.text;
    separator = "; ";
  }
  Nodes& touched = result.groups["nodes"];
  std::ranges::sort(touched);
  touched.erase(std::ranges::unique(touched).begin(), touched.end());
  known.encode(arguments, fault.frame);
  result.faults.emplace_back(std::move(fault));
  return result;
}

}  // namespace splitvote::run
