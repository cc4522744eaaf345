// Tables of keys: one row per key says how it is read, printed and described, so that the loader,
// `explain` and the JSON Schema cannot disagree.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "scenarios/load/type.hpp"

namespace splitvote::load {

enum class Presence : std::uint8_t { optional, required };

template <typename Owner>
struct Row {
  std::string key;
  std::string help;
  Presence presence = Presence::optional;
  std::function<bool(Reader&, const Entry&, Owner&)> read;
  std::function<std::optional<Node>(const Owner&)> write;  // nothing: the key is left out
  std::function<std::string(Definitions&)> schema;
};

template <typename Owner>
class Table {
 public:
  /// `due` names the whole with its article: "a workload".
  explicit Table(std::string_view due) : due_(due) {}

  /// A key whose member has a fallback of its own and is always printed.
  template <typename Value>
  Table& key(std::string_view key, Value Owner::*member, Type<Value> type, std::string_view help) {
    return add(Presence::optional, key, member, std::move(type), help);
  }
  template <typename Value>
  Table& required(std::string_view key, Value Owner::*member, Type<Value> type,
                  std::string_view help) {
    return add(Presence::required, key, member, std::move(type), help);
  }
  /// A key that may be absent for good.
  template <typename Value>
  Table& key(std::string_view key, std::optional<Value> Owner::*member, Type<Value> type,
             std::string_view help) {
    rows_.push_back({
        std::string(key),
        std::string(help),
        Presence::optional,
        [member, type](Reader& reader, const Entry& entry, Owner& owner) {
          return type.read(reader, entry.value, (owner.*member).emplace());
        },
        [member, type](const Owner& owner) -> std::optional<Node> {
          if (!(owner.*member)) return std::nullopt;
          return type.write(*(owner.*member));
        },
        type.schema,
    });
    return *this;
  }

  /// A list or text that is printed only if it holds something.
  template <typename Value>
  Table& if_any(std::string_view name, Value Owner::*member, Type<Value> type,
                std::string_view help) {
    key(name, member, std::move(type), help);
    const auto write = rows_.back().write;
    rows_.back().write = [write, member](const Owner& owner) -> std::optional<Node> {
      if ((owner.*member).empty()) return std::nullopt;
      return write(owner);
    };
    return *this;
  }

  /// The keys of a part stand among the keys of the whole.
  template <typename Part>
  Table& inlined(Part Owner::*member, const Table<Part>& part) {
    for (const Row<Part>& row : part.rows())
      rows_.push_back({
          row.key,
          row.help,
          row.presence,
          [member, read = row.read](Reader& reader, const Entry& entry, Owner& owner) {
            return read(reader, entry, owner.*member);
          },
          [member, write = row.write](const Owner& owner) { return write(owner.*member); },
          row.schema,
      });
    return *this;
  }

  Table& row(Row<Owner> row) {
    rows_.push_back(std::move(row));
    return *this;
  }

  /// Which keys go together; called whether or not their values could be read.
  Table& form(std::function<bool(Reader&, const Node&)> form) {
    forms_.push_back(std::move(form));
    return *this;
  }

  /// What must hold between values; called when all of them could be read.
  Table& check(std::function<bool(Reader&, const Node&, Owner&)> check) {
    checks_.push_back(std::move(check));
    return *this;
  }

  /// Unknown keys that start with this are skipped.
  Table& ignoring(std::string_view prefix) {
    ignored_ = prefix;
    return *this;
  }

  [[nodiscard]] const std::vector<Row<Owner>>& rows() const { return rows_; }
  [[nodiscard]] std::string_view due() const { return due_; }

  bool read(Reader& reader, const Node& node, Owner& owner) const {
    if (!reader.expect(node, Node::Kind::map, due_)) return false;
    if constexpr (requires { owner.position = node.position; }) owner.position = node.position;
    bool usable = read_entries(reader, node, owner);
    for (const Row<Owner>& each : rows_) {
      if (each.presence == Presence::optional || node.find(each.key)) continue;
      reader.error(node.position, std::string(due_) + " needs the key \"" + each.key + "\"",
                   each.help);
      usable = false;
    }
    for (const auto& form : forms_) {
      const bool formed = form(reader, node);
      usable = usable && formed;
    }
    for (const auto& check : checks_)
      if (usable) usable = check(reader, node, owner);
    return usable;
  }

  [[nodiscard]] Node write(const Owner& owner) const {
    std::vector<Entry> entries;
    for (const Row<Owner>& each : rows_)
      if (std::optional<Node> value = each.write(owner))
        entries.push_back({each.key, {}, std::move(*value)});
    return map_of(std::move(entries));
  }

  [[nodiscard]] std::string schema(Definitions& definitions) const {
    std::vector<Property> properties;
    for (const Row<Owner>& each : rows_)
      properties.push_back(
          {each.key, each.help, each.schema(definitions), each.presence == Presence::required});
    return definitions.object(properties);
  }

 private:
  template <typename Value>
  Table& add(Presence presence, std::string_view key, Value Owner::*member, Type<Value> type,
             std::string_view help) {
    rows_.push_back({
        std::string(key),
        std::string(help),
        presence,
        [member, type](Reader& reader, const Entry& entry, Owner& owner) {
          return type.read(reader, entry.value, owner.*member);
        },
        [member, type](const Owner& owner) { return std::optional(type.write(owner.*member)); },
        type.schema,
    });
    return *this;
  }

  bool read_entries(Reader& reader, const Node& node, Owner& owner) const {
    bool usable = true;
    for (const Entry& entry : node.entries) {
      const auto at = std::ranges::find(rows_, entry.key, &Row<Owner>::key);
      if (at != rows_.end()) {
        const bool read = at->read(reader, entry, owner);
        usable = usable && read;
      } else if (ignored_.empty() || !entry.key.starts_with(ignored_)) {
        std::vector<std::string_view> known;
        for (const Row<Owner>& each : rows_) known.push_back(each.key);
        reader.unknown(entry.position, "key", entry.key, known);
        usable = false;
      }
    }
    return usable;
  }

  std::string_view due_;
  std::string_view ignored_;
  std::vector<Row<Owner>> rows_;
  std::vector<std::function<bool(Reader&, const Node&)>> forms_;
  std::vector<std::function<bool(Reader&, const Node&, Owner&)>> checks_;
};

/// The type of a map with a table. `make` returns a table that lives as long as the program; it is
/// asked when needed, so that tables may nest in any order. `name` is its definition in the schema.
template <typename Owner>
Type<Owner> object(std::string_view name, const Table<Owner>& (*make)()) {
  return {
      [make](Reader& reader, const Node& node, Owner& owner) {
        return make().read(reader, node, owner);
      },
      [make](const Owner& owner) { return make().write(owner); },
      [name, make](Definitions& definitions) {
        if (!definitions.begin(name)) return Definitions::reference(name);
        std::string schema = make().schema(definitions);
        return definitions.end(name, std::move(schema));
      },
  };
}

/// A map from names to values of one type, in the order written.
template <typename Value>
struct Named {
  std::string key;
  SourcePosition position;
  Value value;
};
template <typename Value>
Type<std::vector<Named<Value>>> map_to(Type<Value> type, std::string_view due) {
  return {
      [type, due](Reader& reader, const Node& node, std::vector<Named<Value>>& values) {
        if (!reader.expect(node, Node::Kind::map, due)) return false;
        bool usable = true;
        values.clear();
        for (const Entry& entry : node.entries) {
          Named<Value> named{entry.key, entry.position, {}};
          const bool read = type.read(reader, entry.value, named.value);
          usable = usable && read;
          values.push_back(std::move(named));
        }
        return usable;
      },
      [type](const std::vector<Named<Value>>& values) {
        std::vector<Entry> entries;
        for (const Named<Value>& each : values)
          entries.push_back({each.key, {}, type.write(each.value)});
        return map_of(std::move(entries));
      },
      [type](Definitions& definitions) { return definitions.map(type.schema(definitions)); },
  };
}

}  // namespace splitvote::load
