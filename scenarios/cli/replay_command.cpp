// splitvote replay: makes a recorded run again, and says at which event it diverges, if it does.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "models/notes.hpp"
#include "reports/summary.hpp"
#include "scenarios/cli/command.hpp"
#include "scenarios/run/replay.hpp"

namespace splitvote::cli {

namespace {

constexpr std::array options{colour_option};

std::string_view kind_name(sim::RecordKind kind) {
  constexpr std::array names{"start",     "stop",  "pause", "resume", "send",  "deliver", "drop",
                             "duplicate", "timer", "disk",  "note",   "fault", "mark"};
  return names[static_cast<std::size_t>(kind)];
}

std::string record_text(const std::optional<sim::KeptRecord>& kept,
                        const reports::TraceText& names) {
  if (!kept) return "the end";
  const sim::Record record = kept->view();
  std::string text = fmt::format("event {} at {}: {}", number(record.moment.event),
                                 reports::time_text(record.moment.time), kind_name(record.kind));
  if (record.node != sim::no_node) text += " at " + names.node_name(record.node);
  if (record.peer != sim::no_node) text += ", peer " + names.node_name(record.peer);
  const bool note = record.kind == sim::RecordKind::note;
  if (note) {
    for (const models::NoteName& name : models::note_names) {
      if (static_cast<std::uint64_t>(name.type) == record.a) text += fmt::format(", {}", name.name);
    }
    return text + fmt::format(" ({}, {})", record.b, record.c);
  }
  const bool worded = record.kind == sim::RecordKind::fault || record.kind == sim::RecordKind::mark;
  if (worded) return text + ", " + std::string(sim::as_text(record.detail));
  return text + fmt::format(" ({}, {}, {})", record.a, record.b, record.c);
}

int execute_replay(const Arguments& arguments, Console& console) {
  const std::string scratch = (std::filesystem::temp_directory_path() /
                               fmt::format("splitvote-replay-{}.trace", ::getpid()))
                                  .string();
  const sim::Result<run::Replay> replay = run::replay(arguments.files.front(), scratch);
  if (!replay) return refuse(console, {replay.error().message});
  const std::string what =
      fmt::format("{} seed {}{}{}", replay->recorded.scenario, replay->recorded.seed,
                  replay->recorded.variant.empty() ? "" : " ", replay->recorded.variant);
  if (!replay->difference) {
    const std::string_view extent =
        replay->whole ? "identical" : "identical as far as the recording goes";
    console.print(fmt::format("{}: {}, {} records, digest {}\n", what, extent,
                              reports::count_text(replay->records),
                              replay->whole ? sim::to_hex(replay->digest) : "unknown"));
    return 0;
  }
  const sim::Difference& difference = *replay->difference;
  console.print(fmt::format("{}\nDIVERGED after {} equal records\n  recorded  {}\n  now       {}\n",
                            what, reports::count_text(difference.position),
                            record_text(difference.left, replay->recorded),
                            record_text(difference.right, replay->recorded)));
  return reports::exit_code(reports::Verdict::nondeterministic);
}

}  // namespace

Command replay_command() {
  return {.name = "replay",
          .usage = "TRACE",
          .help = "Makes a recorded run again and says at which event it diverges, if it does.",
          .options = options,
          .files_min = 1,
          .files_max = 1,
          .execute = execute_replay};
}

}  // namespace splitvote::cli
