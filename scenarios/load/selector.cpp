// The words for node sets: a table of bare words, and the forms with arguments.
#include "scenarios/load/selector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "scenarios/load/selector_text.hpp"
#include "scenarios/load/type.hpp"

namespace splitvote::load {
namespace {

struct BareWord {
  std::string_view name;
  SelectorKind kind{};
  std::string_view help;
};
constexpr std::array bare_words{
    BareWord{"all", SelectorKind::all, "every server"},
    BareWord{"leader", SelectorKind::leader, "the server that leads in the highest term"},
    BareWord{"followers", SelectorKind::followers, "every server but the leader"},
    BareWord{"one", SelectorKind::one, "one drawn server; one(set): one of the set"},
    BareWord{"minority", SelectorKind::minority,
             "the largest number of drawn servers a quorum can miss"},
    BareWord{"majority", SelectorKind::majority, "a smallest quorum of drawn servers"},
    BareWord{"rest", SelectorKind::rest, "in a partition: the servers in no other group"},
    BareWord{"clients", SelectorKind::clients,
             "every client node; clients(name): those of a workload"},
};

std::string list_text(const std::vector<NodeSet>& sets) {
  std::string text;
  for (const NodeSet& set : sets)
    for (const Selector& selector : set.any_of)
      text += (text.empty() ? "" : ", ") + to_text(selector);
  return text;
}

/// Recursive descent over one scalar.
class SelectorParser {
 public:
  SelectorParser(Words& words) : words_(words) {}

  std::optional<Selector> selector() {
    const std::size_t offset = words_.offset();
    const std::string_view word = words_.path();
    if (word.empty())
      return words_.fail("a selector is due", "write leader, n1, dc:east or pick(2, followers)"),
             std::nullopt;
    Selector selector;
    selector.position = words_.position(offset);
    const bool usable =
        words_.accept('(') ? call(selector, word, offset) : bare(selector, word, offset);
    if (!usable) return std::nullopt;
    return selector;
  }

 private:
  bool bare(Selector& selector, std::string_view word, std::size_t offset) {
    const auto at = std::ranges::find(bare_words, word, &BareWord::name);
    if (at != bare_words.end()) {
      selector.kind = at->kind;
      return true;
    }
    if (word == "dc" && words_.accept(':')) return datacenter(selector);
    if (const std::size_t dots = word.find(".."); dots != std::string_view::npos)
      return range(selector, word, dots, offset);
    if (const std::size_t dot = word.find('.'); dot != std::string_view::npos)
      return group(selector, word, dot, offset);
    if (word == "pick" || word == "except")
      return words_.fail(fmt::format("\"{}\" needs arguments", word),
                         "write pick(2, followers) or except(all, leader)", offset),
             false;
    return named(selector, SelectorKind::node, word, offset);
  }

  bool datacenter(Selector& selector) {
    const std::size_t offset = words_.offset();
    const std::string_view name = words_.path();
    if (!named(selector, SelectorKind::datacenter, name, offset)) return false;
    return true;
  }

  bool named(Selector& selector, SelectorKind kind, std::string_view name, std::size_t offset) {
    selector.kind = kind;
    selector.name = name;
    if (is_name(name)) return true;
    words_.fail(fmt::format("\"{}\" is not a name", name),
                "names are a letter, then letters, digits, - and _", offset);
    return false;
  }

  /// Kept as a node whose `group` is the last name, until the topology is known.
  bool range(Selector& selector, std::string_view word, std::size_t dots, std::size_t offset) {
    selector.group = word.substr(dots + 2);
    return named(selector, SelectorKind::node, word.substr(0, dots), offset) &&
           (is_name(selector.group) ||
            (words_.fail("a range of nodes ends with a name", "write n1..n3", offset), false));
  }

  bool group(Selector& selector, std::string_view word, std::size_t dot, std::size_t offset) {
    selector.group = word.substr(dot + 1);
    if (!named(selector, SelectorKind::group, word.substr(0, dot), offset)) return false;
    if (is_name(selector.group)) return true;
    words_.fail(fmt::format("\"{}\" is not the name of a group", selector.group),
                "write step.group", offset);
    return false;
  }

  bool call(Selector& selector, std::string_view word, std::size_t offset) {
    if (words_.too_deep())
      return words_.fail("nested too deeply", "eight levels are enough", offset), false;
    const DepthMark mark(words_);
    if (word == "clients") return clients(selector);
    if (word == "pick") return pick(selector);
    if (word == "one") {
      selector.kind = SelectorKind::one;
      return operands(selector, 1);
    }
    if (word == "except") {
      selector.kind = SelectorKind::except;
      return operands(selector, 2);
    }
    words_.fail(fmt::format("unknown selector \"{}(…)\"", word),
                suggest(word, {"pick", "one", "except", "clients"}), offset, word.size());
    return false;
  }

  bool clients(Selector& selector) {
    const std::size_t offset = words_.offset();
    return named(selector, SelectorKind::workload, words_.path(), offset) && words_.close();
  }

  bool pick(Selector& selector) {
    selector.kind = SelectorKind::pick;
    const std::size_t offset = words_.offset();
    const std::string_view text = words_.path();
    const auto count = parse_integer(text);
    if (!count || *count == 0 || *count > 64) {
      words_.fail(fmt::format("\"{}\" is not a number of nodes", text), "write pick(2, followers)",
                  offset, std::max<std::size_t>(text.size(), 1));
      return false;
    }
    selector.count = static_cast<std::uint32_t>(*count);
    if (words_.accept(')')) return true;
    return words_.expect(',') && operands(selector, 1);
  }

  /// The rest of the arguments; the last operand takes all that remain as a union.
  bool operands(Selector& selector, std::size_t sets) {
    do {
      if (selector.operands.size() < sets)
        selector.operands.push_back({{}, words_.position(words_.offset())});
      std::optional<Selector> part = this->selector();
      if (!part) return false;
      selector.operands.back().any_of.push_back(std::move(*part));
    } while (words_.accept(','));
    if (selector.operands.size() < sets)
      return words_.fail("two sets are due", "write except(all, leader)"), false;
    return words_.close();
  }

  Words& words_;
};

bool read_scalar(Reader& reader, const Node& node, NodeSet& set) {
  Words words(node);
  std::optional<Selector> selector = SelectorParser(words).selector();
  if (selector && !words.at_end())
    words.fail("something behind the selector", "separate selectors by items of a list");
  if (words.error()) return reader.error(node, *words.error()), false;
  set.any_of.push_back(std::move(*selector));
  return true;
}

bool read_set(Reader& reader, const Node& node, NodeSet& set) {
  set.position = node.position;
  set.any_of.clear();
  if (node.is_scalar()) return read_scalar(reader, node, set);
  if (!node.is_list()) {
    reader.error(node, found(node) + " where a node selector is due",
                 "write leader, n1 or [n1, n2]");
    return false;
  }
  bool usable = true;
  for (const Node& item : node.items) {
    const bool read = reader.expect(item, Node::Kind::scalar, "a node selector") &&
                      read_scalar(reader, item, set);
    usable = usable && read;
  }
  if (node.items.empty()) reader.error(node, "no nodes", "name at least one");
  return usable && !node.items.empty();
}

Node write_set(const NodeSet& set) {
  std::vector<Node> items;
  for (const Selector& selector : set.any_of) items.push_back(text_scalar(to_text(selector)));
  if (items.size() == 1) return items.front();
  return list_of(std::move(items));
}

}  // namespace

std::optional<Selector> parse_selector(Words& words) { return SelectorParser(words).selector(); }

bool is_selector_word(std::string_view word) {
  return word == "pick" || word == "except" || word == "dc" ||
         std::ranges::find(bare_words, word, &BareWord::name) != bare_words.end();
}

Type<NodeSet> node_set() {
  return {read_set, write_set, [](Definitions& definitions) {
            const std::string one = definitions.pattern(
                "selector", "nodes: leader, n1, n1..n3, dc:east, pick(2, followers)", "^[A-Za-z]");
            return definitions.any_of({one, definitions.list(one, 1)});
          }};
}

bool is_static(const NodeSet& set) {
  return std::ranges::all_of(set.any_of, [](const Selector& selector) {
    switch (selector.kind) {
      case SelectorKind::all:
      case SelectorKind::node:
      case SelectorKind::datacenter:
      case SelectorKind::clients:
      case SelectorKind::workload:
        return true;
      case SelectorKind::except:
        return std::ranges::all_of(selector.operands, is_static);
      default:
        return false;
    }
  });
}

std::string to_text(const Selector& selector) {
  switch (selector.kind) {
    case SelectorKind::node:
      return selector.group.empty() ? selector.name : selector.name + ".." + selector.group;
    case SelectorKind::datacenter:
      return "dc:" + selector.name;
    case SelectorKind::group:
      return selector.name + "." + selector.group;
    case SelectorKind::workload:
      return fmt::format("clients({})", selector.name);
    case SelectorKind::pick:
      if (selector.operands.empty()) return fmt::format("pick({})", selector.count);
      return fmt::format("pick({}, {})", selector.count, list_text(selector.operands));
    case SelectorKind::one:
      if (selector.operands.empty()) return "one";
      return fmt::format("one({})", list_text(selector.operands));
    case SelectorKind::except:
      return fmt::format("except({})", list_text(selector.operands));
    default:
      break;
  }
  const auto at = std::ranges::find(bare_words, selector.kind, &BareWord::kind);
  return std::string(at->name);
}

std::vector<SelectorHelp> selector_helps() {
  std::vector<SelectorHelp> helps = {
      {"n1", "a server by its name; n1..n3: a run of them, in the order of the topology"},
      {"dc:east", "the servers of a datacenter"}};
  for (const BareWord& word : bare_words) helps.push_back({word.name, word.help});
  helps.push_back({"pick(k, set)", "k nodes drawn from the set"});
  helps.push_back({"except(set, set)", "the first set without the second"});
  helps.push_back(
      {"step.group", "a group of a partition; step.nodes: the nodes a step last touched"});
  return helps;
}

}  // namespace splitvote::load
