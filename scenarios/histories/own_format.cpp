// Reading Splitvote's own histories, strictly: a line a thing that happened, in the order in which
// it happened.
#include "scenarios/histories/own_format.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "scenarios/histories/json.hpp"
#include "scenarios/histories/lines.hpp"
#include "scenarios/histories/own_words.hpp"
#include "scenarios/load/diagnostic.hpp"

namespace splitvote::histories {

namespace {

using consistency::History;
using consistency::nothing;
using consistency::OperationId;
using consistency::OperationKind;
using consistency::Outcome;
using consistency::ValueId;

/// The members of one line's object by name; null where there is none.
class Members {
 public:
  Members(const Datum& object, std::span<const std::string_view> known) : object_(object) {
    for (std::size_t at = 0; at < object.items.size(); at += 2) {
      const Datum& key = object.items[at];
      const auto name = std::ranges::find(known, key.text);
      if (name == known.end()) {
        wrong_ = Mistake{key.offset, fmt::format("unknown member '{}'", key.text),
                         load::suggest(key.text, {known.begin(), known.end()})};
      } else if (find(key.text) != &object.items[at + 1]) {
        wrong_ = Mistake{key.offset, fmt::format("'{}' is here twice", key.text), {}};
      }
    }
  }

  [[nodiscard]] const std::optional<Mistake>& wrong() const { return wrong_; }
  [[nodiscard]] std::size_t offset() const { return object_.offset; }

  [[nodiscard]] const Datum* find(std::string_view name) const { return member_of(object_, name); }

  [[nodiscard]] Read<const Datum*> need(std::string_view name, DatumKind kind) const {
    const Datum* const member = find(name);
    if (member == nullptr)
      return mistake(offset(), fmt::format("the member '{}' is missing", name));
    if (member->kind != kind)
      return mistake(member->offset,
                     fmt::format("'{}' is {}, not {}", name, name_of(member->kind), name_of(kind)));
    return member;
  }

 private:
  const Datum& object_;
  std::optional<Mistake> wrong_;
};

Read<std::int64_t> number_of(const Datum& datum) {
  std::int64_t number = 0;
  const char* const end = datum.text.data() + datum.text.size();
  const auto parsed = std::from_chars(datum.text.data(), end, number);
  if (datum.kind != DatumKind::integer || parsed.ec != std::errc{} || parsed.ptr != end)
    return mistake(datum.offset, "this is no integer of 64 bits");
  return number;
}

template <std::size_t size>
Read<std::size_t> choose(const Datum& datum, const std::array<std::string_view, size>& words) {
  const auto found = std::ranges::find(words, datum.text);
  if (found == words.end())
    return mistake(datum.offset, fmt::format("'{}' is unknown here", datum.text),
                   load::suggest(datum.text, {words.begin(), words.end()}));
  return static_cast<std::size_t>(found - words.begin());
}

class OwnReader {
 public:
  explicit OwnReader(std::vector<reports::HistoryFault>& faults) : faults_(faults) {}

  History read(std::string_view text, Mistakes& mistakes) {
    Lines lines(text);
    while (const std::optional<Word> line = lines.next()) {
      if (mistakes.full()) break;
      if (line->text.find_first_not_of(" \t") == std::string_view::npos) continue;
      const Read<Datum> datum = read_json_line(line->text, line->offset);
      if (!datum) {
        // Nobody knows its number, to which others refer.
        mistakes.add(datum.error());
        break;
      }
      const Read<void> taken = take(*datum);
      if (!taken) mistakes.add(taken.error());
      // Without its first line nothing else can be understood.
      if ((!taken && !begun_) || stopped_) break;
    }
    return std::move(history_);
  }

 private:
  enum class Phase : std::uint8_t { open, returned, given_up, not_understood };

  struct Invoked {
    Phase phase{};
    OperationId operation{};  // if it was understood
  };

  Read<void> take(const Datum& line) {
    if (line.kind != DatumKind::map)
      return mistake(line.offset, fmt::format("{} is no line of a history", name_of(line.kind)));
    if (!begun_) return take(line, header_members, &OwnReader::take_header);
    if (const Datum* const number = member_of(line, "invoke")) {
      const bool is_next = number->text == std::to_string(invoked_.size());
      const Read<void> taken = take(line, invoke_members, &OwnReader::take_invoke);
      // It has its number all the same, to which others refer.
      if (!taken && is_next) invoked_.push_back({Phase::not_understood});
      return taken;
    }
    if (const Datum* const number = member_of(line, "fault")) {
      const bool is_next = number->text == std::to_string(faults_.size());
      const Read<void> taken = take(line, fault_members, &OwnReader::take_fault);
      if (!taken && is_next) faults_.emplace_back();
      return taken;
    }
    if (member_of(line, "healed") != nullptr)
      return take(line, heal_members, &OwnReader::take_heal);
    const Read<void> taken = take(line, return_members, &OwnReader::take_return);
    if (!taken) give_up_on_return(line);
    return taken;
  }

  /// Its session does not wait for it.
  void give_up_on_return(const Datum& line) {
    const Datum* const member = member_of(line, "return");
    const Read<std::int64_t> number = member != nullptr ? number_of(*member) : -1;
    if (number && *number >= 0 && static_cast<std::uint64_t>(*number) < invoked_.size())
      invoked_[static_cast<std::size_t>(*number)].phase = Phase::not_understood;
  }

  Read<void> take(const Datum& datum, std::span<const std::string_view> known,
                  Read<void> (OwnReader::*reader)(const Members&)) {
    const Members members(datum, known);
    if (members.wrong()) return std::unexpected(*members.wrong());
    return (this->*reader)(members);
  }

  Read<void> take_header(const Members& members) {
    const Read<const Datum*> version = members.need(header_members[0], DatumKind::integer);
    if (!version) return std::unexpected(version.error());
    if ((*version)->text != std::to_string(own_version))
      return mistake((*version)->offset,
                     fmt::format("version {} of the format is unknown", (*version)->text),
                     fmt::format("this build reads version {}", own_version));
    if (const Datum* const initial = members.find("initial")) {
      const Read<ValueId> value = own_value(*initial, history_.values());
      if (!value) return std::unexpected(value.error());
      history_.set_initial(*value);
    }
    begun_ = true;
    return {};
  }

  Read<std::optional<sim::Instant>> time_of(const Members& members) {
    const Datum* const time = members.find("time");
    if (!timed_) timed_ = time != nullptr;
    if (*timed_ != (time != nullptr)) {
      stopped_ = true;
      return mistake(members.offset(), "either all invocations and returns have a time or none");
    }
    return fault_time_of(members);
  }

  /// Of a fault it need not be known, and says nothing of operations.
  static Read<std::optional<sim::Instant>> fault_time_of(const Members& members) {
    const Datum* const time = members.find("time");
    if (time == nullptr) return std::nullopt;
    const Read<std::int64_t> number = number_of(*time);
    if (!number) return std::unexpected(number.error());
    return sim::Instant{*number};
  }

  Read<void> take_invoke(const Members& members) {
    const Read<const Datum*> number = members.need("invoke", DatumKind::integer);
    if (!number) return std::unexpected(number.error());
    if ((*number)->text != std::to_string(invoked_.size())) {
      stopped_ = true;
      return mistake((*number)->offset,
                     fmt::format("the next invocation is number {}", invoked_.size()),
                     "invocations are numbered from 0, in their order");
    }
    const Read<const Datum*> session = members.need("session", DatumKind::text);
    if (!session) return std::unexpected(session.error());
    const Read<const Datum*> key = members.need("key", DatumKind::text);
    if (!key) return std::unexpected(key.error());
    const Read<std::optional<sim::Instant>> time = time_of(members);
    if (!time) return std::unexpected(time.error());
    Read<consistency::Request> request = request_of(members);
    if (!request) return std::unexpected(request.error());
    request->key = history_.key((*key)->text);
    request->session = history_.session((*session)->text);
    if (const Read<void> free = occupy(request->session, **session); !free) return free;
    invoked_.push_back(
        {Phase::open, *time ? history_.invoke(*request, **time) : history_.invoke(*request)});
    return {};
  }

  Read<void> occupy(consistency::SessionId session, const Datum& named) {
    const auto at = static_cast<std::size_t>(session);
    if (last_.size() <= at) last_.resize(at + 1);
    const Phase before = last_[at] ? invoked_[*last_[at]].phase : Phase::returned;
    if (before == Phase::open || before == Phase::given_up)
      return mistake(named.offset,
                     fmt::format("session '{}' waits for operation {}", named.text, *last_[at]),
                     "who gives an operation up goes on as another session");
    last_[at] = invoked_.size();
    return {};
  }

  Read<consistency::Request> request_of(const Members& members) {
    const Read<const Datum*> kind_member = members.need("does", DatumKind::text);
    if (!kind_member) return std::unexpected(kind_member.error());
    const Read<std::size_t> kind = choose(**kind_member, kind_words);
    if (!kind) return std::unexpected(kind.error());
    consistency::Request request;
    request.kind = static_cast<OperationKind>(*kind);
    const bool swaps = request.kind == OperationKind::compare_and_swap;
    if (const Read<void> read = value_if(members, "expected", swaps, request.expected); !read)
      return std::unexpected(read.error());
    if (const Read<void> read =
            value_if(members, "argument", has_argument(request.kind), request.argument);
        !read)
      return std::unexpected(read.error());
    const bool is_text =
        request.argument != nothing && !history_.values().is_list(request.argument);
    if (request.kind == OperationKind::append_text && !is_text)
      return mistake(members.find("argument")->offset, "only a text can be appended to a text");
    return request;
  }

  /// A member that is there exactly if `wanted`.
  Read<void> value_if(const Members& members, std::string_view name, bool wanted, ValueId& target) {
    const Datum* const member = members.find(name);
    if (wanted && member == nullptr)
      return mistake(members.offset(), fmt::format("the member '{}' is missing", name));
    if (!wanted && member != nullptr)
      return mistake(member->offset, fmt::format("'{}' says nothing here", name));
    if (member == nullptr) return {};
    const Read<ValueId> value = own_value(*member, history_.values());
    if (!value) return std::unexpected(value.error());
    target = *value;
    return {};
  }

  Read<void> take_return(const Members& members) {
    const Read<const Datum*> number_member = members.need("return", DatumKind::integer);
    if (!number_member) return std::unexpected(number_member.error());
    const Read<std::int64_t> number = number_of(**number_member);
    if (!number) return std::unexpected(number.error());
    if (*number < 0 || static_cast<std::uint64_t>(*number) >= invoked_.size())
      return mistake((*number_member)->offset,
                     fmt::format("operation {} was not invoked", *number));
    Invoked& invoked = invoked_[static_cast<std::size_t>(*number)];
    if (invoked.phase == Phase::not_understood) return {};
    if (invoked.phase != Phase::open)
      return mistake((*number_member)->offset, fmt::format("operation {} has returned", *number));
    const Read<const Datum*> outcome_member = members.need("outcome", DatumKind::text);
    if (!outcome_member) return std::unexpected(outcome_member.error());
    const Read<std::size_t> chosen = choose(**outcome_member, outcome_words);
    if (!chosen) return std::unexpected(chosen.error());
    const auto outcome = static_cast<Outcome>(*chosen);
    const OperationKind kind = history_.operation(invoked.operation).kind;
    if (outcome == Outcome::mismatch && kind != OperationKind::compare_and_swap)
      return mistake((*outcome_member)->offset, "only a compare_and_swap finds a mismatch");
    ValueId result = nothing;
    const bool tells = outcome == Outcome::ok && kind == OperationKind::read;
    if (const Read<void> read = value_if(members, "result", tells, result); !read) return read;
    const Read<std::uint64_t> version = version_of(members, outcome);
    if (!version) return std::unexpected(version.error());
    const Read<std::optional<sim::Instant>> time = time_of(members);
    if (!time) return std::unexpected(time.error());
    const OperationId id = invoked.operation;
    *time ? history_.complete(id, outcome, result, **time) : history_.complete(id, outcome, result);
    if (*version != 0) history_.set_version(id, *version);
    invoked.phase = outcome == Outcome::unknown ? Phase::given_up : Phase::returned;
    return {};
  }

  /// 0 if it is not told.
  static Read<std::uint64_t> version_of(const Members& members, Outcome outcome) {
    const Datum* const member = members.find("version");
    if (member == nullptr) return 0;
    if (outcome != Outcome::ok && outcome != Outcome::mismatch)
      return mistake(member->offset, "'version' says nothing here");
    const Read<std::int64_t> number = number_of(*member);
    if (!number) return std::unexpected(number.error());
    if (*number < 1) return mistake(member->offset, "versions are numbered from 1");
    return static_cast<std::uint64_t>(*number);
  }

  Read<void> take_fault(const Members& members) {
    const Read<const Datum*> number = members.need("fault", DatumKind::integer);
    if (!number) return std::unexpected(number.error());
    if ((*number)->text != std::to_string(faults_.size()))
      return mistake((*number)->offset, fmt::format("the next fault is number {}", faults_.size()),
                     "faults are numbered from 0, in their order");
    const Read<const Datum*> name = members.need("name", DatumKind::text);
    if (!name) return std::unexpected(name.error());
    const Read<std::optional<sim::Instant>> time = fault_time_of(members);
    if (!time) return std::unexpected(time.error());
    faults_.push_back({.name = (*name)->text, .begin = history_.positions(), .began = *time});
    return {};
  }

  Read<void> take_heal(const Members& members) {
    const Read<const Datum*> member = members.need("healed", DatumKind::integer);
    if (!member) return std::unexpected(member.error());
    const Read<std::int64_t> number = number_of(**member);
    if (!number) return std::unexpected(number.error());
    if (*number < 0 || static_cast<std::uint64_t>(*number) >= faults_.size())
      return mistake((*member)->offset, fmt::format("fault {} has not begun", *number));
    reports::HistoryFault& fault = faults_[static_cast<std::size_t>(*number)];
    if (fault.end != consistency::never_returned)
      return mistake((*member)->offset, fmt::format("fault {} has been healed", *number));
    const Read<std::optional<sim::Instant>> time = fault_time_of(members);
    if (!time) return std::unexpected(time.error());
    fault.end = history_.positions();
    fault.healed = *time;
    return {};
  }

  std::vector<reports::HistoryFault>& faults_;
  History history_;
  bool begun_ = false;
  bool stopped_ = false;  // all that comes would only be told for what was wrong before
  std::optional<bool> timed_;
  std::vector<Invoked> invoked_;                  // by number
  std::vector<std::optional<std::size_t>> last_;  // operation, by session
};

}  // namespace

Read<ValueId> own_value(const Datum& datum, consistency::ValueTable& values) {
  if (datum.is_nil()) return nothing;
  if (datum.kind == DatumKind::text) return values.text(datum.text);
  if (!datum.is_sequence())
    return mistake(datum.offset, fmt::format("{} is no value", name_of(datum.kind)),
                   "values are null, texts and arrays of values; a number is a text");
  std::vector<ValueId> elements;
  for (const Datum& item : datum.items) {
    const Read<ValueId> element = own_value(item, values);
    if (!element) return element;
    elements.push_back(*element);
  }
  return values.list(elements);
}

History read_own(std::string_view text, std::vector<reports::HistoryFault>& faults,
                 Mistakes& mistakes) {
  return OwnReader(faults).read(text, mistakes);
}

}  // namespace splitvote::histories
