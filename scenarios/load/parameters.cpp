// Values of parameters are judged by their declared type where they are given, and by their place
// of use once more.
#include "scenarios/load/parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenarios/load/draw.hpp"
#include "scenarios/load/table.hpp"

namespace splitvote::load {
namespace {

struct ParameterType {
  std::string_view name;
  bool (*accepts)(Reader& reader, const Node& node);
};

template <auto make>
bool accepts(Reader& reader, const Node& node) {
  const auto type = make();
  return [&]<typename Value>(const Type<Value>& each) {
    Value value{};
    return each.read(reader, node, value);
  }(type);
}

constexpr std::array types{
    ParameterType{"duration", accepts<draw>},
    ParameterType{"duration_range", accepts<duration_range>},
    ParameterType{"count", accepts<[] { return integer<std::uint64_t>(0, INT64_MAX); }>},
    ParameterType{"number", accepts<[] { return decimal(0, 1000); }>},
    ParameterType{"size", accepts<size>},
    ParameterType{"bandwidth", accepts<bandwidth>},
    ParameterType{"share", accepts<growth>},
    ParameterType{"rate", accepts<rate>},
    ParameterType{"drift", accepts<drift>},
    ParameterType{"boolean", accepts<boolean>},
    ParameterType{"text", accepts<text>},
};

struct Declaration {
  std::string type;
  std::optional<Node> fallback;
  std::string help;
};

/// Kept as it is written: it is read by the type of the parameter.
Row<Declaration> default_row() {
  return {"default",
          "the value unless -P gives another",
          Presence::optional,
          [](Reader& reader, const Entry& entry, Declaration& declaration) {
            if (!reader.expect(entry.value, Node::Kind::scalar, "a value")) return false;
            declaration.fallback = entry.value;
            return true;
          },
          [](const Declaration& declaration) { return declaration.fallback; },
          [](Definitions&) { return std::string(R"({"type": ["string", "number", "boolean"]})"); }};
}

const Table<Declaration>& declaration_table() {
  static const auto table = [] {
    std::vector<Word<std::string>> words;
    for (const ParameterType& type : types) words.push_back({std::string(type.name), type.name});
    // Nothing is put into the parameters themselves, so nothing must be guarded.
    Type<std::string> help = text();
    help.write = [](const std::string& value) { return text_scalar(value); };
    Table<Declaration> declaration("a parameter");
    declaration.required("type", &Declaration::type, word("a type", std::move(words)), "its type")
        .row(default_row())
        .if_any("help", &Declaration::help, help, "what it is, in a sentence");
    return declaration;
  }();
  return table;
}

const Assignment* find(const std::vector<Assignment>& given, std::string_view name) {
  // The last one wins, as on every command line.
  const auto at = std::find_if(given.rbegin(), given.rend(),
                               [name](const Assignment& each) { return each.name == name; });
  return at == given.rend() ? nullptr : &*at;
}

/// The value as if it stood in a file of its own.
Node argument_node(const Assignment& assignment) {
  const std::string line = fmt::format("{}={}", assignment.name, assignment.value);
  Node node = plain_scalar(assignment.value);
  node.position = {make_source("-P", line), 1,
                   static_cast<std::uint32_t>(assignment.name.size() + 2)};
  return node;
}

std::optional<Parameter> read_parameter(Reader& reader, const Entry& entry,
                                        const std::vector<Assignment>& given) {
  Declaration declaration;
  if (!is_name(entry.key)) {
    reader.error(entry.position, fmt::format("\"{}\" is not a parameter's name", entry.key),
                 "write a letter, then letters, digits, - and _", entry.key.size());
    return std::nullopt;
  }
  if (!declaration_table().read(reader, entry.value, declaration)) return std::nullopt;
  const Assignment* const argument = find(given, entry.key);
  if (!argument && !declaration.fallback) {
    reader.error(entry.position, fmt::format("the parameter \"{}\" has no value", entry.key),
                 fmt::format("give it a default, or -P {}=…", entry.key), entry.key.size());
    return std::nullopt;
  }
  const Node value = argument ? argument_node(*argument) : *declaration.fallback;
  const auto type = std::ranges::find(types, declaration.type, &ParameterType::name);
  if (!type->accepts(reader, value)) return std::nullopt;
  return Parameter{entry.key, declaration.type, value.text, declaration.help, entry.position};
}

/// Replaces within one text; returns whether all names were known.
class Replacement {
 public:
  Replacement(Reader& reader, const std::vector<Parameter>& parameters)
      : reader_(reader), parameters_(parameters) {}

  void apply(Node& node) const {
    if (node.is_scalar() && node.text.contains("${")) replace(node);
    for (Node& item : node.items) apply(item);
    for (Entry& entry : node.entries) apply(entry.value);
  }

 private:
  void replace(Node& node) const {
    constexpr std::size_t longest = 1 << 16;  // parameters do not nest, so this is generous
    std::string result;
    std::size_t at = 0;
    while (at < node.text.size() && result.size() <= longest) {
      const std::string_view rest = std::string_view(node.text).substr(at);
      if (rest.starts_with("$${")) {
        result += "${";
        at += 3;
      } else if (rest.starts_with("${")) {
        const std::size_t end = rest.find('}');
        if (end == std::string_view::npos) {
          reader_.error(position_within(node, at), "\"${\" without \"}\"",
                        "write ${name}, or $${ for ${", 2);
          node.doubtful = true;
          return;
        }
        const std::string_view name = rest.substr(2, end - 2);
        const auto parameter = std::ranges::find(parameters_, name, &Parameter::name);
        if (parameter == parameters_.end()) {
          unknown(position_within(node, at + 2), name);
          node.doubtful = true;
          return;
        }
        result += parameter->value;
        node.doubtful = node.doubtful || parameter->type.empty();
        at += end + 1;
      } else {
        result += rest.front();
        ++at;
      }
    }
    // A lone `"${name}"` must be quoted within flow maps, and is still what its parameter is.
    const bool lone = node.text.starts_with("${") && node.text.find('}') == node.text.size() - 1;
    node.plain = node.plain || lone;
    node.text = std::move(result);
  }

  void unknown(const SourcePosition& at, std::string_view name) const {
    std::vector<std::string_view> known;
    for (const Parameter& each : parameters_) known.push_back(each.name);
    if (!known.empty()) return reader_.unknown(at, "parameter", name, known);
    reader_.error(at, fmt::format("unknown parameter \"{}\"", name),
                  "declare it under params:", name.size());
  }

  Reader& reader_;
  const std::vector<Parameter>& parameters_;
};

}  // namespace

std::vector<Parameter> read_parameters(Reader& reader, const Node& document,
                                       const std::vector<Assignment>& given) {
  std::vector<Parameter> parameters;
  std::vector<std::string_view> known;
  const Entry* const params = document.find("params");
  if (params && reader.expect(params->value, Node::Kind::map, "a map of parameters")) {
    for (const Entry& entry : params->value.entries) {
      known.push_back(entry.key);
      if (auto parameter = read_parameter(reader, entry, given))
        parameters.push_back(std::move(*parameter));
      else
        // Declared, if badly: its uses are not a second mistake.
        parameters.push_back({entry.key, {}, {}, {}, entry.position});
    }
  }
  for (const Assignment& each : given) {
    if (std::ranges::find(known, each.name) != known.end()) continue;
    SourcePosition at = argument_node(each).position;
    at.column = 1;
    if (known.empty())
      reader.error(at, fmt::format("unknown parameter \"{}\"", each.name),
                   "the scenario declares none", each.name.size());
    else
      reader.unknown(at, "parameter", each.name, known);
  }
  return parameters;
}

void put_in(Reader& reader, Node& document, const std::vector<Parameter>& parameters) {
  const Replacement replacement(reader, parameters);
  for (Entry& entry : document.entries)
    if (entry.key != "params") replacement.apply(entry.value);
}

Node write_parameters(const std::vector<Parameter>& parameters) {
  std::vector<Entry> entries;
  for (const Parameter& each : parameters) {
    const bool text = each.type == "text";
    const Node value = text ? text_scalar(each.value) : plain_scalar(each.value);
    const Declaration declaration{each.type, value, each.help};
    entries.push_back({each.name, {}, declaration_table().write(declaration)});
  }
  return map_of(std::move(entries));
}

std::string parameters_schema(Definitions& definitions) {
  return definitions.map(declaration_table().schema(definitions));
}

}  // namespace splitvote::load
