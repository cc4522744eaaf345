// Building the tree from yaml-cpp's events, which know the positions that its own nodes lose:
// duplicate keys, further documents, anchors, merge keys and tags are all seen and refused here.
#include "scenarios/load/tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

#include "scenarios/load/characters.hpp"

namespace splitvote::load {
namespace {

/// Thrown by the builder to leave yaml-cpp when reading on makes no sense; caught in `read_yaml`.
struct Abandoned {};

class Builder final : public YAML::EventHandler {
 public:
  Builder(const std::shared_ptr<const Source>& source, std::vector<Diagnostic>& diagnostics)
      : source_(source), diagnostics_(diagnostics) {}

  [[nodiscard]] std::optional<Node> take() { return std::move(document_); }

  [[nodiscard]] SourcePosition position(const YAML::Mark& mark) const {
    if (mark.is_null() || mark.line < 0) return {source_, 0, 0};
    const auto line = static_cast<std::size_t>(mark.line);
    const auto column = static_cast<std::size_t>(std::max(mark.column, 0));
    if (line >= source_->lines.size()) return end_of_source();
    return {source_, static_cast<std::uint32_t>(line + 1),
            static_cast<std::uint32_t>(characters_before(line, column) + 1)};
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    error(mark, "a second document",
          "a scenario file holds one; remove the line \"---\" before it");
    throw Abandoned{};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    Node node;
    node.position = position(mark);
    add(std::move(node));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    error(mark, "an alias",
          "anchors and aliases are not part of the language: use params or include");
    throw Abandoned{};
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    Node node = plain_scalar(value);
    node.plain = tag == "?" || tag.empty();
    node.position = position(mark);
    add(std::move(node));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, Node::Kind::map);
  }
  void OnMapEnd() override { close(); }

 private:
  /// An open list or map; of a map, also the key that waits for its value.
  struct Frame {
    Node node;
    std::optional<Entry> key;
    bool skip_value = false;  // the key was refused
  };

  void error(const YAML::Mark& mark, std::string message, std::string hint) {
    error(position(mark), std::move(message), std::move(hint));
  }
  void error(const SourcePosition& at, std::string message, std::string hint,
             std::size_t width = 1) {
    diagnostics_.push_back(error_at(at, std::move(message), std::move(hint), width));
  }

  /// Goes on from where it counted last: a line may be long and have many values.
  [[nodiscard]] std::size_t characters_before(std::size_t line, std::size_t column) const {
    if (line != counted_.line || column < counted_.column) counted_ = {line, 0, 0};
    const std::string_view rest =
        std::string_view(source_->lines[line])
            .substr(std::min(counted_.column, source_->lines[line].size()));
    counted_.characters += character_count(rest.substr(0, column - counted_.column));
    counted_.column = column;
    return counted_.characters;
  }

  [[nodiscard]] SourcePosition end_of_source() const {
    if (source_->lines.empty()) return {source_, 1, 1};
    return {source_, static_cast<std::uint32_t>(source_->lines.size()),
            static_cast<std::uint32_t>(character_count(source_->lines.back()) + 1)};
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) {
    if (anchor != 0)
      error(mark, "an anchor",
            "anchors and aliases are not part of the language: use params or include");
  }
  void refuse_tag(const YAML::Mark& mark, const std::string& tag) {
    if (!tag.empty() && tag != "?" && tag != "!")
      error(mark, fmt::format("the tag \"{}\"", tag),
            "tags are not part of the language: remove it");
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            Node::Kind kind) {
    refuse_anchor(mark, anchor);
    refuse_tag(mark, tag);
    if (frames_.size() >= depth_max) {
      error(mark, fmt::format("nested more than {} levels deep", depth_max),
            "no scenario needs that");
      throw Abandoned{};
    }
    Frame frame;
    frame.node.kind = kind;
    frame.node.position = position(mark);
    frames_.push_back(std::move(frame));
  }

  void close() {
    Node node = std::move(frames_.back().node);
    frames_.pop_back();
    add(std::move(node));
  }

  void add(Node node) {
    if (++values_ > values_max) {
      error(node.position, fmt::format("more than {} values", values_max),
            "no scenario needs that");
      throw Abandoned{};
    }
    if (frames_.empty()) {
      document_ = std::move(node);
      return;
    }
    Frame& frame = frames_.back();
    if (frame.node.is_list()) {
      frame.node.items.push_back(std::move(node));
    } else if (!frame.key) {
      frame.skip_value = !accept_key(frame, node);
      frame.key = Entry{std::move(node.text), node.position, {}};
    } else {
      if (!frame.skip_value) {
        frame.key->value = std::move(node);
        frame.node.entries.push_back(std::move(*frame.key));
      }
      frame.key.reset();
    }
  }

  [[nodiscard]] bool accept_key(const Frame& frame, const Node& key) {
    if (!key.is_scalar()) {
      error(key.position, fmt::format("{} where a key is due", found(key)), "a key is a word");
      return false;
    }
    if (key.text == "<<" && key.plain) {
      error(key.position, "a merge key", "merge keys are not part of the language: use include", 2);
      return false;
    }
    if (frame.node.entries.size() >= keys_max) {
      error(key.position, fmt::format("more than {} keys in a map", keys_max),
            "no scenario needs that");
      throw Abandoned{};
    }
    if (const Entry* first = frame.node.find(key.text)) {
      error(key.position, fmt::format("the key \"{}\" is given twice", key.text),
            fmt::format("it was given first in line {}", first->position.line),
            character_count(key.text));
      return false;
    }
    return true;
  }

  std::shared_ptr<const Source> source_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<Frame> frames_;
  std::optional<Node> document_;
  struct Counted {
    std::size_t line = 0;
    std::size_t column = 0;
    std::size_t characters = 0;
  };
  mutable Counted counted_;
  std::size_t values_ = 0;
  int documents_ = 0;
};

/// Whether the text may be shown to yaml-cpp at all.
bool is_sane(const std::shared_ptr<const Source>& source, std::string_view text,
             std::vector<Diagnostic>& diagnostics) {
  if (text.size() > file_size_max) {
    diagnostics.push_back(error_at({source, 0, 0},
                                   fmt::format("the file has {} bytes or more", text.size()),
                                   fmt::format("a scenario has at most {}", file_size_max)));
    return false;
  }
  const auto bad = find_bad_character(text);
  if (!bad) return true;
  const std::string_view before = text.substr(0, bad->offset);
  const auto line = static_cast<std::uint32_t>(std::ranges::count(before, '\n') + 1);
  const std::size_t start = before.rfind('\n') + 1;  // npos + 1 is 0
  const auto column = static_cast<std::uint32_t>(character_count(before.substr(start)) + 1);
  diagnostics.push_back(
      error_at({source, line, column}, bad->message, "scenario files are UTF-8 text"));
  return false;
}

/// What yaml-cpp says, or the tab that it stumbled over somewhere before.
Diagnostic not_yaml(const std::shared_ptr<const Source>& source, const SourcePosition& at,
                    const std::string& why) {
  for (std::uint32_t line = 1; line <= at.line && line <= source->lines.size(); ++line) {
    const std::string& text = source->lines[line - 1];
    const std::size_t start = text.find_first_not_of(' ');
    if (start != std::string::npos && text[start] == '\t')
      return error_at({source, line, static_cast<std::uint32_t>(start + 1)},
                      "a tab in the indentation", "YAML indents with spaces");
  }
  // The usual reason for this one, which its words do not tell.
  const bool colon = why == "illegal map value";
  return error_at(
      at, "this is not YAML: " + why,
      colon ? "a text with \": \" in it needs quotes" : "check quotes, brackets and indentation");
}

}  // namespace

std::optional<Node> read_yaml(const std::shared_ptr<const Source>& source, std::string_view text,
                              std::vector<Diagnostic>& diagnostics) {
  if (!is_sane(source, text, diagnostics)) return std::nullopt;
  Builder builder(source, diagnostics);
  try {
    // Without a newline at the end yaml-cpp loses the place of what is missing there.
    std::istringstream stream{std::string(text) + (text.ends_with('\n') ? "" : "\n")};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const Abandoned&) {
    return std::nullopt;
  } catch (const YAML::Exception& exception) {
    diagnostics.push_back(not_yaml(source, builder.position(exception.mark), exception.msg));
    return std::nullopt;
  }
  std::optional<Node> document = builder.take();
  if (!document)
    diagnostics.push_back(
        error_at({source, 1, 1}, "the file is empty", "a scenario starts with \"version: 1\""));
  return document;
}

}  // namespace splitvote::load
