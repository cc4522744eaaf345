// The words behind a command's name, taken one by one; what is left at the end is a mistake.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/transcripts/world.hpp"

namespace splitvote::transcripts {

class Arguments {
 public:
  /// `known` are the nodes that "all" stands for.
  Arguments(const std::string& text, std::vector<NodeId> known);

  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool empty() const { return words_.empty(); }

  /// The next word that is not an option; a Mistake names what is missing.
  [[nodiscard]] std::string word(std::string_view what);
  [[nodiscard]] std::uint64_t number(std::string_view what);
  [[nodiscard]] NodeId node();
  [[nodiscard]] std::vector<NodeId> nodes();  // "all", "2", "1,3" or "1..3"
  [[nodiscard]] std::string rest(std::string_view what);

  /// The value of "name=value", wherever it stands.
  [[nodiscard]] std::optional<std::string> option(std::string_view name);
  [[nodiscard]] std::optional<bool> truth(std::string_view name);
  [[nodiscard]] std::optional<std::uint64_t> count(std::string_view name);
  /// Whether the word is there.
  [[nodiscard]] bool flag(std::string_view name);

  /// Throws if anything has not been taken.
  void finish() const;

 private:
  std::string name_;
  std::vector<std::string> words_;
  std::vector<NodeId> known_;
};

[[nodiscard]] std::uint64_t parse_number(const std::string& text);
/// "7", "1,2,5", "1..4", or a mixture.
[[nodiscard]] std::vector<std::uint64_t> parse_numbers(const std::string& text);
[[nodiscard]] std::vector<NodeId> to_nodes(const std::string& text);

}  // namespace splitvote::transcripts
