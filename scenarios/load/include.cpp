// Reading files and what they include: relative to the including file, no cycles, not too many.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "scenarios/load/merge.hpp"

namespace splitvote::load {
namespace {

constexpr std::size_t files_max = 64;

class DocumentReader {
 public:
  DocumentReader(Reader& reader, std::vector<Diagnostic>& diagnostics)
      : reader_(reader), diagnostics_(diagnostics) {}

  /// `at` is where the file is asked for; without a source: on the command line.
  std::optional<Node> file(const std::filesystem::path& path, const SourcePosition& at) {
    const std::string name = path.lexically_normal().generic_string();
    if (std::ranges::find(open_, name) != open_.end()) {
      reader_.error(at, fmt::format("\"{}\" includes itself", name),
                    fmt::format("the way is {} -> {}", fmt::join(open_, " -> "), name));
      return std::nullopt;
    }
    if (++files_ > files_max) {
      if (files_ == files_max + 1)
        reader_.error(at, fmt::format("more than {} files are included", files_max),
                      "include fewer");
      return std::nullopt;
    }
    const std::optional<std::string> content = read(path, at.source ? at : whole(name), name);
    if (!content) return std::nullopt;
    return text(name, *content);
  }

  std::optional<Node> text(const std::string& name, std::string_view content) {
    std::optional<Node> document = read_yaml(make_source(name, content), content, diagnostics_);
    if (!document) return std::nullopt;
    if (!reader_.expect(*document, Node::Kind::map, "a scenario, a map of its sections,"))
      return std::nullopt;
    open_.push_back(name);
    std::optional<Node> whole = with_includes(std::move(*document), name);
    open_.pop_back();
    return whole;
  }

 private:
  static SourcePosition whole(const std::string& name) { return {make_source(name, ""), 0, 0}; }

  std::optional<std::string> read(const std::filesystem::path& path, const SourcePosition& at,
                                  const std::string& name) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) {
      reader_.error(at, fmt::format("\"{}\" is a directory", name), "name a file");
      return std::nullopt;
    }
    errno = 0;
    std::ifstream stream(path, std::ios::binary);
    if (!stream) {
      reader_.error(at, fmt::format("\"{}\" cannot be read: {}", name, std::strerror(errno)));
      return std::nullopt;
    }
    // One byte more than allowed is enough to see that it is too large.
    std::string content(file_size_max + 1, '\0');
    stream.read(content.data(), static_cast<std::streamsize>(content.size()));
    content.resize(static_cast<std::size_t>(stream.gcount()));
    return content;
  }

  /// Later files of the list win over earlier ones, the including file over all of them. A file
  /// that cannot be read has been complained about; what it lacks is not a second mistake.
  std::optional<Node> with_includes(Node document, const std::string& name) {
    const auto include = std::ranges::find(document.entries, "include", &Entry::key);
    if (include == document.entries.end()) return document;
    const Node list = std::move(include->value);
    document.entries.erase(include);
    const std::vector<Node> items = list.is_list() ? list.items : std::vector<Node>{list};
    const std::filesystem::path folder = std::filesystem::path(name).parent_path();
    std::optional<Node> below;
    bool complete = true;
    for (const Node& item : items) {
      if (!reader_.expect(item, Node::Kind::scalar, "a file to include")) {
        complete = false;
        continue;
      }
      std::optional<Node> each = file(folder / item.text, item.position);
      complete = complete && each;
      if (each) below = below ? merged(std::move(*below), std::move(*each)) : std::move(*each);
    }
    if (!complete) return std::nullopt;
    return below ? merged(std::move(*below), std::move(document)) : std::move(document);
  }

  Reader& reader_;
  std::vector<Diagnostic>& diagnostics_;
  std::vector<std::string> open_;
  std::size_t files_ = 0;
};

}  // namespace

std::optional<Node> read_document(Reader& reader, std::vector<Diagnostic>& diagnostics,
                                  const std::filesystem::path& file) {
  return DocumentReader(reader, diagnostics).file(file, {});
}

std::optional<Node> read_document(Reader& reader, std::vector<Diagnostic>& diagnostics,
                                  const std::string& name, std::string_view text) {
  return DocumentReader(reader, diagnostics).text(name, text);
}

}  // namespace splitvote::load
