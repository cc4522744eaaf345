// The values of a history: texts and lists of values, each distinct one once.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "models/consistency/operation.hpp"
#include "models/consistency/text_table.hpp"

namespace splitvote::consistency {

/// Numbers are texts, too: a history says nothing about them but which are alike. The text "1", the
/// list of it, and `nothing` are three different values, and so are `nothing`, the empty text and
/// the empty list.
class ValueTable {
 public:
  [[nodiscard]] ValueId text(std::string_view text);
  [[nodiscard]] ValueId list(std::span<const ValueId> elements);

  [[nodiscard]] bool is_list(ValueId value) const;

  /// The bytes of a text; of a list four bytes for each element, so that the content of a longer
  /// value begins with the content of what it was appended to. Valid until the next new value.
  [[nodiscard]] std::string_view content(ValueId value) const;

  /// "nil", "[1 2 [3]]", a text as it is; between quotes unless it is a word that is nothing else.
  [[nodiscard]] std::string describe(ValueId value) const;

  /// Ids are below this.
  [[nodiscard]] std::size_t size() const { return texts_.size(); }

 private:
  [[nodiscard]] ValueId intern(char form, std::string_view content);

  TextTable texts_;  // of the form, one character, and the content
  std::string scratch_;
};

/// The elements of the list that has this content.
[[nodiscard]] std::vector<ValueId> elements_of(std::string_view content);

/// The content of the list that has one element.
[[nodiscard]] std::string element_content(ValueId element);

}  // namespace splitvote::consistency
