// JSON Schema as JSON text: the few forms the language needs, and the named definitions.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace splitvote::load {

/// The text as a JSON string, in quotes.
[[nodiscard]] std::string json_text(std::string_view text);
/// `[a, b]` of JSON texts.
[[nodiscard]] std::string json_list(const std::vector<std::string>& items);

struct Property {
  std::string key;
  std::string help;
  std::string schema;
  bool required = false;
};

/// Collects `definitions`. What it returns is JSON text for the place of use. Everywhere a scalar
/// is due a text with `${name}` is as good, because parameters are put in before values are read.
class Definitions {
 public:
  [[nodiscard]] std::string pattern(std::string_view name, std::string_view help,
                                    std::string_view pattern);
  [[nodiscard]] std::string integer(std::uint64_t minimum, std::uint64_t maximum);
  [[nodiscard]] std::string boolean();
  [[nodiscard]] std::string number(std::string_view name, std::string_view help,
                                   std::uint32_t minimum, std::uint32_t maximum);
  [[nodiscard]] std::string words(const std::vector<std::string_view>& names);
  [[nodiscard]] std::string list(const std::string& item, std::size_t least);
  [[nodiscard]] std::string any_of(const std::vector<std::string>& schemas);
  [[nodiscard]] std::string map(const std::string& values);
  [[nodiscard]] std::string object(const std::vector<Property>& properties);

  /// A definition that may refer to itself: `begin` says whether it still has to be made.
  [[nodiscard]] bool begin(std::string_view name);
  [[nodiscard]] std::string end(std::string_view name, std::string schema);
  [[nodiscard]] static std::string reference(std::string_view name);

  [[nodiscard]] const std::map<std::string, std::string, std::less<>>& all() const {
    return schemas_;
  }

 private:
  [[nodiscard]] std::string or_parameter(const std::string& schema);

  std::map<std::string, std::string, std::less<>> schemas_;
};

}  // namespace splitvote::load
