// splitvote replay: makes a recorded run again, and says at which event it diverges, if it does.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>

#include "reports/summary.hpp"
#include "scenarios/cli/command.hpp"
#include "scenarios/cli/record_text.hpp"
#include "scenarios/run/replay.hpp"
#include "scenarios/run/summary.hpp"

namespace splitvote::cli {

namespace {

constexpr std::array options{colour_option};

std::string kept_text(const std::optional<sim::KeptRecord>& kept, const reports::TraceText& names) {
  return kept ? record_text(kept->view(), names) : "ended";
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
  if (!replay->whole && replay->records == 0) {
    console.print(fmt::format("{}: the recording was cut off before its first record\n", what));
    return reports::exit_code(reports::Verdict::inconclusive);
  }
  if (replay->same()) {
    const std::string_view extent =
        replay->whole ? "identical" : "identical as far as the recording goes";
    console.print(fmt::format("{}: {}, {} records, digest {}\n", what, extent,
                              reports::count_text(replay->records),
                              sim::to_hex(replay->digest_now)));
    return 0;
  }
  std::string text = fmt::format("{}\n\n", what);
  if (replay->difference) {
    const sim::Difference& difference = *replay->difference;
    const auto& side = difference.left ? difference.left : difference.right;
    text += fmt::format("DIVERGED at event {}, after {} equal records\n",
                        reports::count_text(number(side->record.moment.event)),
                        reports::count_text(difference.position));
    text += fmt::format("  recorded  {}\n", kept_text(difference.left, replay->recorded));
    text += fmt::format("  now       {}\n", kept_text(difference.right, replay->recorded));
  } else {
    text += fmt::format("DIVERGED in events that leave no record; the {} records are equal\n",
                        reports::count_text(replay->records));
  }
  if (replay->whole) {
    text += fmt::format("  digest    {}, now {}\n", sim::to_hex(replay->digest),
                        sim::to_hex(replay->digest_now));
  }
  text += fmt::format("  build     {}, now {}\n", replay->recorded.build, run::build_name());
  console.print(text);
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
