// Eight columns a line: client, operation, key, two arguments, answer, and two times.
#include "scenarios/histories/columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <tuple>

#include "scenarios/histories/lines.hpp"
#include "scenarios/load/diagnostic.hpp"

namespace splitvote::histories {

namespace {

constexpr std::array<std::string_view, 6> operations{"read", "write", "cas",
                                                     "get",  "put",   "append"};

/// A dash is nothing, single quotes make a text.
Read<Datum> datum_of(const Word& word) {
  Datum datum;
  datum.offset = word.offset;
  if (word.text == "-") return datum;
  datum.text = word.text;
  datum.kind = DatumKind::integer;
  if (is_integer(word.text)) return datum;
  datum.kind = DatumKind::text;
  const bool quoted = word.text.size() > 1 && word.text.front() == '\'' &&
                      word.text.find('\'', 1) == word.text.size() - 1;
  if (!quoted || word.text.contains('\\'))
    return mistake(word.offset, fmt::format("'{}' is no value", word.text),
                   "values are integers, texts between single quotes, or - for none");
  datum.text = word.text.substr(1, word.text.size() - 2);
  return datum;
}

Read<std::int64_t> time_of(const Word& word) {
  std::int64_t time = 0;
  const char* const end = word.text.data() + word.text.size();
  const auto parsed = std::from_chars(word.text.data(), end, time);
  if (parsed.ec != std::errc{} || parsed.ptr != end)
    return mistake(word.offset, fmt::format("'{}' is no time", word.text),
                   "times are integers of 64 bits; a return may be inf");
  return time;
}

class LineReader {
 public:
  LineReader(const std::vector<Word>& words, std::vector<Event>& events)
      : words_(words), events_(events) {}

  [[nodiscard]] Read<void> read() {
    const auto& [client, operation, key, a, b, out, call, ret] = std::tie(
        words_[0], words_[1], words_[2], words_[3], words_[4], words_[5], words_[6], words_[7]);
    if (!is_integer(client.text) || client.text.size() > 18)
      return mistake(client.offset, fmt::format("'{}' is no client", client.text),
                     "a client is an integer below 10^18");
    if (std::ranges::find(operations, operation.text) == operations.end())
      return mistake(operation.offset, fmt::format("'{}' is no operation", operation.text),
                     load::suggest(operation.text, {operations.begin(), operations.end()}));
    Read<Datum> key_datum = datum_of(key);
    if (!key_datum) return std::unexpected(key_datum.error());
    const Read<std::int64_t> called = time_of(call);
    if (!called) return std::unexpected(called.error());
    Event event;
    event.offset = client.offset;
    event.process = client.text;
    event.function = operation.text;
    event.key = std::move(*key_datum);
    event.time_ns = *called;
    Read<std::optional<Datum>> argument = argument_of(operation.text, a, b);
    if (!argument) return std::unexpected(argument.error());
    event.value = std::move(*argument);
    events_.push_back(event);
    return read_answer(std::move(event), out, ret);
  }

 private:
  Read<std::optional<Datum>> argument_of(std::string_view operation, const Word& a, const Word& b) {
    const bool reads = operation == "read" || operation == "get";
    const Word& superfluous = a.text != "-" ? a : b;
    if (reads && superfluous.text != "-")
      return mistake(superfluous.offset, fmt::format("a {} has no argument", operation), "write -");
    if (operation != "cas" && b.text != "-")
      return mistake(b.offset, "only a cas has a second argument", "write -");
    if (reads) return std::nullopt;
    Read<Datum> first = datum_of(a);
    if (!first) return std::unexpected(first.error());
    if (operation != "cas") return *first;
    Read<Datum> second = datum_of(b);
    if (!second) return std::unexpected(second.error());
    Datum pair;
    pair.kind = DatumKind::sequence;
    pair.offset = a.offset;
    pair.items = {std::move(*first), std::move(*second)};
    return pair;
  }

  Read<void> read_answer(Event event, const Word& out, const Word& ret) {
    if (ret.text == "inf" && out.text != "?" && out.text != "-")
      return mistake(out.offset, "what never returned has no answer", "write ?");
    if (ret.text == "inf") return {};
    const Read<std::int64_t> returned = time_of(ret);
    if (!returned) return std::unexpected(returned.error());
    if (*returned < *event.time_ns)
      return mistake(ret.offset, "this operation returned before it was called");
    event.offset = out.offset;
    event.time_ns = *returned;
    event.type = out.text == "?" ? EventType::info : EventType::ok;
    if (event.type == EventType::info) {
      event.value.reset();
    } else if (event.function == "read" || event.function == "get") {
      Read<Datum> answer = datum_of(out);
      if (!answer) return std::unexpected(answer.error());
      event.value = std::move(*answer);
    } else if (event.function == "cas" && out.text == "0") {
      event.type = EventType::fail;
    } else if (event.function == "cas" ? out.text != "1" : out.text != "-") {
      return mistake(out.offset, fmt::format("'{}' is no answer", out.text),
                     event.function == "cas" ? "known are: 1 (done), 0 (compared unequal), ?"
                                             : "known are: -, ?");
    }
    events_.push_back(std::move(event));
    return {};
  }

  const std::vector<Word>& words_;
  std::vector<Event>& events_;
};

}  // namespace

std::vector<Event> read_columns(std::string_view text, Mistakes& mistakes) {
  constexpr std::size_t columns = 8;
  std::vector<Event> events;
  std::vector<Word> words;
  Lines lines(text);
  while (const std::optional<Word> line = lines.next()) {
    if (mistakes.full()) break;
    split(*line, words);
    if (words.empty()) continue;
    if (words.size() != columns) {
      mistakes.add(line->offset, fmt::format("this line has {} columns, not 8", words.size()),
                   "the columns are: client op key a b out call ret");
      continue;
    }
    const Read<void> read = LineReader(words, events).read();
    if (!read) mistakes.add(read.error());
  }
  // A total order: of a line come an invocation and a return.
  std::ranges::sort(events, {}, [](const Event& event) {
    return std::tuple(*event.time_ns, event.type != EventType::invoke, event.offset);
  });
  return events;
}

}  // namespace splitvote::histories
