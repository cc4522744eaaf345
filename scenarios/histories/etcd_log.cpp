// The log of one etcd register, line by line.
#include "scenarios/histories/etcd_log.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/histories/edn.hpp"
#include "scenarios/histories/lines.hpp"

namespace splitvote::histories {

namespace {

constexpr std::size_t process_word = 3;
constexpr std::size_t word_count = 7;

std::optional<EventType> type_of(std::string_view word) {
  for (const EventType type : {EventType::invoke, EventType::ok, EventType::fail, EventType::info})
    if (word.starts_with(':') && word.substr(1) == name_of(type)) return type;
  return std::nullopt;
}

Read<Datum> one_datum(const Word& word) {
  // As the only element of a list, because a list alone would be taken for the whole history.
  const std::string list = fmt::format("[{}]", word.text);
  EdnReader reader(list);
  Datum datum;
  Datum second;
  const Read<bool> first_read = reader.next(datum);
  const Read<bool> second_read = reader.next(second);
  const bool is_one = first_read && *first_read && second_read && !*second_read;
  if (!is_one) return mistake(word.offset, fmt::format("'{}' is no value", word.text));
  datum.offset = word.offset;
  for (Datum& item : datum.items) item.offset = word.offset;
  return datum;
}

/// Nothing if the line speaks of no client.
Read<std::optional<Event>> event_of(const Word& line, const std::vector<Word>& words) {
  const bool is_ours =
      words.size() > process_word && words[1].text == "jepsen.util" && words[2].text == "-";
  if (!is_ours)
    return mistake(line.offset, "this is no line of a history",
                   "such a line is: INFO  jepsen.util - 3 :invoke :write 4");
  const Word& process = words[process_word];
  if (process.text.starts_with(':')) return std::nullopt;
  if (!is_integer(process.text) || process.text.size() > 18)
    return mistake(process.offset, fmt::format("'{}' is no process", process.text),
                   "a process is an integer below 10^18");
  if (words.size() != word_count)
    return mistake(line.offset, fmt::format("this line has {} words", words.size()),
                   "behind 'jepsen.util -' stand process, type, what is done, and a value");
  const Word& type = words[process_word + 1];
  const Word& function = words[process_word + 2];
  const Word& value = words[process_word + 3];
  Event event;
  event.offset = process.offset;
  const std::optional<EventType> known = type_of(type.text);
  if (!known)
    return mistake(type.offset, fmt::format("'{}' is no type of an operation", type.text),
                   "known are: :invoke, :ok, :fail, :info");
  event.type = *known;
  event.process = process.text;
  if (!function.text.starts_with(':'))
    return mistake(function.offset,
                   fmt::format("'{}' is not what an operation does", function.text),
                   "known are: :read, :write, :cas");
  event.function = function.text.substr(1);
  // Behind what went wrong stands why.
  if ((event.type == EventType::fail || event.type == EventType::info) &&
      value.text.starts_with(':'))
    return event;
  Read<Datum> datum = one_datum(value);
  if (!datum) return std::unexpected(datum.error());
  event.value = std::move(*datum);
  return event;
}

}  // namespace

std::vector<Event> read_etcd_log(std::string_view text, Mistakes& mistakes) {
  std::vector<Event> events;
  std::vector<Word> words;
  Lines lines(text);
  while (const std::optional<Word> line = lines.next()) {
    if (mistakes.full()) break;
    split(*line, words);
    if (words.empty()) continue;
    Read<std::optional<Event>> event = event_of(*line, words);
    if (!event) {
      mistakes.add(event.error());
    } else if (*event) {
      events.push_back(std::move(**event));
    }
  }
  return events;
}

}  // namespace splitvote::histories
