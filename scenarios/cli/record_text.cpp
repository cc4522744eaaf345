// A sentence for each kind of record, with the names that the trace's header gives its numbers.
#include "scenarios/cli/record_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "models/notes.hpp"
#include "reports/fate.hpp"
#include "reports/text.hpp"

namespace splitvote::cli {

namespace {

std::string message_text(const sim::Record& record, const reports::TraceText& names,
                         std::string_view verb) {
  std::string what = fmt::format("{} {} message {} {}", verb, names.node_name(record.peer),
                                 record.a, names.message_name(sim::kind_of_send(record.b)));
  if (const auto group = sim::group_of_send(record.b); group)
    what += fmt::format(" of group {}", *group);
  if (record.kind != sim::RecordKind::drop) return what + fmt::format(", {} bytes", record.c);
  if (record.c >= sim::fates) return what + fmt::format(", fate {}", record.c);
  return what + fmt::format(", {}", reports::to_string(static_cast<sim::Fate>(record.c)));
}

std::string note_text(const sim::Record& record) {
  const auto type = static_cast<models::NoteType>(sim::kind_of_note(record.a));
  const auto known = std::ranges::find(models::note_names, type, &models::NoteName::type);
  if (known == models::note_names.end())
    return fmt::format("noted kind {} ({}, {})", record.a, record.b, record.c);
  std::string text = fmt::format("noted {}", known->name);
  if (const auto group = sim::group_of_note(record.a); group != 0)
    text += fmt::format(" of group {}", group);
  // The third argument stands among the bytes of the detail.
  if (!known->arguments[0].empty()) text += fmt::format(" {}={}", known->arguments[0], record.b);
  if (!known->arguments[1].empty()) text += fmt::format(" {}={}", known->arguments[1], record.c);
  return text;
}

std::string what_happened(const sim::Record& record, const reports::TraceText& names) {
  switch (record.kind) {
    case sim::RecordKind::start:
      return fmt::format("began incarnation {}", record.a);
    case sim::RecordKind::stop:
      return fmt::format("ended incarnation {} ({})", record.a,
                         record.b == 0   ? "halted"
                         : record.b == 1 ? "crash"
                                         : "power loss");
    case sim::RecordKind::pause:
      return "was paused";
    case sim::RecordKind::resume:
      return "runs again";
    case sim::RecordKind::send:
      return message_text(record, names, "sent to");
    case sim::RecordKind::deliver:
      return message_text(record, names, "received from");
    case sim::RecordKind::drop:
      return message_text(record, names, "did not receive from");
    case sim::RecordKind::duplicate:
      return fmt::format("will receive message {} from {} again, as {}", record.a,
                         names.node_name(record.peer), record.b);
    case sim::RecordKind::timer:
      return fmt::format("timer {} fired", record.a);
    case sim::RecordKind::disk:
      return fmt::format("disk operation {} ended with status {}", record.a, record.b);
    case sim::RecordKind::note:
      return note_text(record);
    case sim::RecordKind::fault:
      return fmt::format("fault {} {}: {}", record.a, record.b == 1 ? "healed" : "applied",
                         sim::as_text(record.detail));
    case sim::RecordKind::mark:
      return fmt::format("mark: {}", sim::as_text(record.detail));
    case sim::RecordKind::power_loss:
      return fmt::format(
          "lost power: of what was not synced {} sectors lost, {} torn, {} changes of files and "
          "names undone",
          record.a, record.b, record.c);
    case sim::RecordKind::wipe:
      return "has an empty disk";
  }
  return fmt::format("record of kind {}", static_cast<unsigned>(record.kind));
}

}  // namespace

std::string record_text(const sim::Record& record, const reports::TraceText& names) {
  std::string text = fmt::format("event {} at {}", number(record.moment.event),
                                 reports::time_text(record.moment.time));
  if (record.moment.cause != sim::no_event)
    text += fmt::format(", caused by {}", number(record.moment.cause));
  text += ": ";
  if (record.node != sim::no_node) text += names.node_name(record.node) + " ";
  return text + what_happened(record, names);
}

}  // namespace splitvote::cli
