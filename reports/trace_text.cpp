// The header's text as JSON, written strictly and read leniently: a missing member costs a name,
// not the trace.
#include "reports/trace_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "models/notes.hpp"

namespace splitvote::reports {

namespace {

using Json = nlohmann::ordered_json;

Json note_names() {
  Json notes = Json::array();
  for (const models::NoteName& note : models::note_names) {
    Json arguments = Json::array();
    for (const std::string_view argument : note.arguments)
      if (!argument.empty()) arguments.push_back(argument);
    notes.push_back({{"kind", static_cast<std::uint16_t>(note.type)},
                     {"name", note.name},
                     {"arguments", std::move(arguments)}});
  }
  return notes;
}

/// The members of an object, or of nothing: what is missing or of another type is left as it is.
void read(const Json& object, const char* key, std::string& target) {
  if (const auto found = object.find(key); found != object.end() && found->is_string())
    target = found->get<std::string>();
}
template <typename Integer>
void read(const Json& object, const char* key, Integer& target) {
  if (const auto found = object.find(key); found != object.end() && found->is_number_unsigned())
    target = static_cast<Integer>(found->get<std::uint64_t>());
}

template <typename Visit>
void for_each(const Json& object, const char* key, Visit visit) {
  const auto list = object.find(key);
  if (list == object.end() || !list->is_array()) return;
  for (const Json& entry : *list)
    if (entry.is_object()) visit(entry);
}

}  // namespace

std::string TraceText::node_name(sim::NodeId node) const {
  if (number(node) < nodes.size()) return nodes[number(node)].name;
  return fmt::format("node {}", number(node));
}

std::string TraceText::message_name(std::uint64_t kind) const {
  const auto found = std::ranges::find(messages, kind, &TracedMessageName::kind);
  return found != messages.end() ? found->name : fmt::format("kind {}", kind);
}

sim::TraceHeader trace_header(const TraceText& text) {
  Json json = {{"scenario", text.scenario}, {"file", text.file},   {"variant", text.variant},
               {"seed", text.seed},         {"build", text.build}, {"resolved", text.resolved}};
  Json& nodes = json["nodes"] = Json::array();
  for (const TracedNodeName& node : text.nodes)
    nodes.push_back({{"name", node.name}, {"client", node.client}});
  Json& messages = json["messages"] = Json::array();
  for (const TracedMessageName& message : text.messages)
    messages.push_back({{"kind", message.kind}, {"name", message.name}});
  if (text.groups > 1) json["groups"] = text.groups;
  json["notes"] = note_names();
  const auto kind = [](models::NoteType type) { return models::note(type).kind; };
  return {.text = json.dump(-1, ' ', false, Json::error_handler_t::replace),
          .nodes = static_cast<std::uint16_t>(text.nodes.size()),
          .state_notes = {kind(models::NoteType::role), kind(models::NoteType::committed),
                          kind(models::NoteType::halted)}};
}

sim::Result<TraceText> parse_trace_text(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object())
    return sim::failure("the trace's header text is not a JSON object, so it names no run");
  TraceText result;
  read(json, "scenario", result.scenario);
  read(json, "file", result.file);
  read(json, "variant", result.variant);
  read(json, "seed", result.seed);
  read(json, "build", result.build);
  read(json, "resolved", result.resolved);
  read(json, "groups", result.groups);
  for_each(json, "nodes", [&](const Json& entry) {
    TracedNodeName node;
    read(entry, "name", node.name);
    if (const auto client = entry.find("client"); client != entry.end() && client->is_boolean())
      node.client = client->get<bool>();
    result.nodes.push_back(std::move(node));
  });
  for_each(json, "messages", [&](const Json& entry) {
    TracedMessageName message;
    read(entry, "kind", message.kind);
    read(entry, "name", message.name);
    result.messages.push_back(std::move(message));
  });
  return result;
}

std::uint64_t first_broken_group(std::string_view summary) {
  const Json json = Json::parse(summary, nullptr, false);
  if (!json.is_object()) return 0;
  std::optional<std::uint64_t> first;
  for (const char* const findings : {"failures", "expectations"}) {
    for_each(json, findings, [&](const Json& finding) {
      const auto groups = finding.find("groups");
      const bool known = groups != finding.end() && groups->is_array() && !groups->empty() &&
                         groups->front().is_number_unsigned();
      if (known && !first) first = groups->front().get<std::uint64_t>();
    });
  }
  return first.value_or(0);
}

}  // namespace splitvote::reports
