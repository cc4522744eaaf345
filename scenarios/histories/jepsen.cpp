// Jepsen's operation maps, key by key; the order of the keys means nothing.
#include "scenarios/histories/jepsen.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <unordered_set>

#include "scenarios/histories/edn.hpp"
#include "scenarios/histories/json.hpp"
#include "scenarios/histories/model.hpp"
#include "scenarios/histories/workload.hpp"
#include "scenarios/load/diagnostic.hpp"

namespace splitvote::histories {

namespace {

constexpr std::array<std::string_view, 4> types{"invoke", "ok", "fail", "info"};

class MapReader {
 public:
  MapReader(JepsenEvents& events, Mistakes& mistakes) : events_(events), mistakes_(mistakes) {}

  void take(Datum&& map) {
    if (map.kind != DatumKind::map)
      return mistakes_.add(map.offset, fmt::format("{} is no operation", name_of(map.kind)),
                           "an operation is a map with a type, a process, an f and a value");
    event_ = {};
    event_.offset = map.offset;
    is_client_ = true;
    is_nemesis_ = false;
    named_.clear();
    has_type_ = false;
    for (Place& place : places_) place.seen = false;
    for (std::size_t at = 0; at + 1 < map.items.size(); at += 2)
      if (!entry(map.items[at], std::move(map.items[at + 1]))) return;
    if (is_nemesis_) take_nemesis();
    if (!is_client_) return refuse_client();
    if (!has_type_)
      return mistakes_.add(map.offset, "an operation without its type",
                           "a type is invoke, ok, fail or info");
    // Elle's histories may leave out that everything in them is a transaction.
    if (event_.function.empty()) event_.function = "txn";
    events_.clients.push_back(std::move(event_));
  }

 private:
  /// Where it stands among the events of clients, each of which has a position.
  void take_nemesis() {
    NemesisEvent& fault = events_.nemesis.emplace_back();
    fault.function = std::move(event_.function);
    if (event_.value && !event_.value->is_nil()) fault.value = show(*event_.value);
    fault.position = static_cast<consistency::Position>(events_.clients.size());
    fault.time_ns = event_.time_ns;
  }

  /// Who has a name only tells of itself. If it does what clients do, the file has other processes
  /// than ours, and without it a history would be judged of which a part is missing.
  void refuse_client() {
    const bool only_tells = !has_type_ || event_.type == EventType::info;
    if (is_nemesis_ || only_tells) return;
    if (!event_.function.empty() && !is_word_of_a_model(event_.function)) return;
    mistakes_.add(named_offset_, fmt::format("'{}' is no process of a client", named_),
                  "a process is an integer; others only tell, with the type info");
  }

  struct Place {
    std::string_view name;
    bool (MapReader::*read)(Datum&&);
    bool seen = false;
  };

  bool entry(const Datum& key, Datum&& value) {
    if (!key.is_word()) return true;
    for (Place& place : places_) {
      if (key.text != place.name) continue;
      if (place.seen) {
        mistakes_.add(key.offset, fmt::format("this operation has two of '{}'", key.text));
        return false;
      }
      place.seen = true;
      return (this->*place.read)(std::move(value));
    }
    return true;
  }

  bool read_type(Datum&& value) {
    for (std::size_t at = 0; at < types.size(); ++at) {
      if (!value.is_word() || value.text != types[at]) continue;
      event_.type = static_cast<EventType>(at);
      has_type_ = true;
      return true;
    }
    const std::string shown = value.text.empty() ? std::string(name_of(value.kind)) : value.text;
    mistakes_.add(value.offset, fmt::format("'{}' is no type of an operation", shown),
                  load::suggest(value.text, {types.begin(), types.end()}));
    return false;
  }

  bool read_process(Datum&& value) {
    constexpr std::size_t digits_max = 18;
    if (value.is_word()) {
      is_client_ = false;
      is_nemesis_ = value.text == "nemesis";
      named_ = value.text;
      named_offset_ = value.offset;
      return true;
    }
    if (value.kind == DatumKind::integer && value.text.size() <= digits_max) {
      event_.process = std::move(value.text);
      return true;
    }
    mistakes_.add(value.offset, "this is no process",
                  "a process is an integer below 10^18; others, such as :nemesis, are words");
    return false;
  }

  bool read_function(Datum&& value) {
    if (value.is_nil()) return true;
    if (value.is_word() && !value.text.empty()) {
      event_.function = std::move(value.text);
      return true;
    }
    mistakes_.add(value.offset,
                  fmt::format("{} is not what an operation does", name_of(value.kind)),
                  "f is a keyword or a text, such as read");
    return false;
  }

  bool read_time(Datum&& value) {
    std::int64_t time = 0;
    const char* const end = value.text.data() + value.text.size();
    const auto parsed = std::from_chars(value.text.data(), end, time);
    if (value.is_nil()) return true;
    if (value.kind == DatumKind::integer && parsed.ec == std::errc{} && parsed.ptr == end) {
      event_.time_ns = time;
      return true;
    }
    mistakes_.add(value.offset, "this is no time", "times are nanoseconds, integers of 64 bits");
    return false;
  }

  /// Histories that were not numbered have nil, or a number below zero.
  bool read_index(Datum&& value) {
    if (value.is_nil()) return true;
    if (value.kind != DatumKind::integer) {
      mistakes_.add(value.offset, "this is no index", "an index is an integer");
      return false;
    }
    if (value.text.starts_with('-') || indices_.insert(value.text).second) return true;
    mistakes_.add(value.offset, fmt::format("another operation has the index {}", value.text),
                  "invocations and completions have an index of their own each");
    return false;
  }

  bool read_value(Datum&& value) {
    event_.value = std::move(value);
    return true;
  }

  bool read_key(Datum&& value) {
    event_.key = std::move(value);
    return true;
  }

  JepsenEvents& events_;
  Mistakes& mistakes_;
  Event event_;
  bool is_client_ = true;
  bool is_nemesis_ = false;
  std::string named_;  // a process that is no number
  std::size_t named_offset_ = 0;
  bool has_type_ = false;
  std::unordered_set<std::string> indices_;
  std::array<Place, 7> places_{{{"type", &MapReader::read_type},
                                {"process", &MapReader::read_process},
                                {"f", &MapReader::read_function},
                                {"value", &MapReader::read_value},
                                {"key", &MapReader::read_key},
                                {"index", &MapReader::read_index},
                                {"time", &MapReader::read_time}}};
};

}  // namespace

std::string_view name_of(EventType type) { return types[static_cast<std::size_t>(type)]; }

JepsenEvents read_jepsen_edn(std::string_view text, Mistakes& mistakes) {
  JepsenEvents events;
  MapReader maps(events, mistakes);
  EdnReader reader(text);
  for (Datum datum; !mistakes.full();) {
    const Read<bool> more = reader.next(datum);
    if (!more) mistakes.add(more.error());
    if (!more || !*more) break;
    maps.take(std::move(datum));
  }
  return events;
}

JepsenEvents read_jepsen_json(std::string_view text, Mistakes& mistakes) {
  JepsenEvents events;
  MapReader maps(events, mistakes);
  const Read<void> read = read_json(text, [&](Datum datum) {
    maps.take(std::move(datum));
    return !mistakes.full();
  });
  if (!read) mistakes.add(read.error());
  return events;
}

}  // namespace splitvote::histories
