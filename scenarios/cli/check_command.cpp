// splitvote check: judges client histories of any system, and writes them in other formats.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>

#include "reports/history_picture.hpp"
#include "scenarios/cli/command.hpp"
#include "scenarios/cli/selection.hpp"
#include "scenarios/histories/edn.hpp"
#include "scenarios/histories/judging.hpp"
#include "scenarios/histories/views.hpp"
#include "scenarios/load/diagnostic.hpp"
#include "scenarios/load/units.hpp"
#include "scenarios/load/vocabulary.hpp"

namespace splitvote::cli {

namespace {

using histories::Judged;
using reports::Verdict;

constexpr std::array options{
    Option{"consistency", "NAME", false,
           "what the history shall keep; default: linearizable, of transactions "
           "strict-serializable, or strong-session-serializable without real time, of workloads "
           "their promise; 'splitvote list consistency'"},
    Option{"model", "NAME", false,
           "what its operations speak to; default: what their words tell; 'splitvote list models'"},
    Option{"format", "NAME", false, "default: by how the file begins; 'splitvote list formats'"},
    Option{"initial", "VALUE", false, "what every key holds at first, as EDN: 0, nil, \"text\""},
    Option{"nil", "MEANING", false,
           "what a read that was told nil saw: absent (nothing) or unknown (it says nothing)"},
    Option{"failed-cas", "MEANING", false,
           "what a cas that failed met: mismatch (another value) or discarded (it never was)"},
    Option{"independent", "", false, "values are [key value], as jepsen.independent writes them"},
    Option{"negative-balances", "", false, "accounts of the model bank may be below zero"},
    Option{"budget", "N", false,
           "configurations a search may go through; default 10000000, for each key"},
    Option{"exact", "", false,
           "of linearizable: the search remembers configurations themselves, not 128 bits that "
           "stand for them; slower"},
    Option{"within", "DURATION", false,
           "of eventual: how long a write may take to be seen once the last fault is healed"},
    Option{"json", "FILE", false,
           "write the verdicts as JSON; - is standard output, and the text goes to standard error"},
    Option{"write", "FORMAT", false, "write the history in this format, to the file of -o"},
    Option{"output", "FILE", false, "where --write writes; - is standard output", 'o'},
    Option{"svg", "FILE", false, "draw what contradicts"},
    Option{"brief", "", false, "only verdicts"},
    colour_option,
};

struct Plan {
  histories::Choices choices;
  histories::Question question;
  const histories::Format* write = nullptr;
  std::optional<std::string> output;
  std::optional<std::string> json;
  std::optional<std::string> svg;
  bool brief = false;

  /// Standard output has nothing but what is written there.
  [[nodiscard]] bool speaks_to_err() const { return json == "-" || output == "-"; }
};

std::string unknown(std::string_view option, const std::string& name,
                    const std::vector<std::string_view>& known) {
  return fmt::format("--{}: unknown '{}'; {}", option, name, load::suggest(name, known));
}

template <typename Entries>
std::vector<std::string_view> names_of(const Entries& entries) {
  std::vector<std::string_view> names;
  for (const auto& entry : entries) names.push_back(entry.name);
  return names;
}

std::optional<histories::Datum> initial_of(const std::string& text, Mistakes& mistakes) {
  const std::string list = fmt::format("[{}\n]", text);  // behind a comment, too
  histories::EdnReader reader(list);
  histories::Datum datum;
  histories::Datum second;
  const auto first_read = reader.next(datum);
  const auto second_read = reader.next(second);
  const bool is_one = first_read && *first_read && second_read && !*second_read;
  consistency::ValueTable values;
  if (is_one && histories::value_of(datum, values)) return datum;
  mistakes.push_back(
      fmt::format("--initial: '{}' is no value; it is nil, an integer, a text in \"quotes\", a "
                  ":keyword or a [sequence] of them",
                  text));
  return std::nullopt;
}

void read_choices(const Arguments& arguments, histories::Choices& choices, Mistakes& mistakes) {
  choices.format = arguments.value("format");
  if (choices.format && histories::find_format(*choices.format) == nullptr)
    mistakes.push_back(unknown("format", *choices.format, names_of(histories::formats())));
  if (const auto model = arguments.value("model")) {
    choices.model = histories::model_named(*model);
    if (!choices.model) mistakes.push_back(unknown("model", *model, names_of(histories::models())));
  }
  if (const auto nil = arguments.value("nil")) {
    if (*nil == "absent") {
      choices.nil_reads = histories::NilReads::absent;
    } else if (*nil == "unknown") {
      choices.nil_reads = histories::NilReads::unknown;
    } else {
      mistakes.push_back(unknown("nil", *nil, {"absent", "unknown"}));
    }
  }
  if (const auto failed = arguments.value("failed-cas")) {
    if (*failed == "mismatch") {
      choices.failed_swaps = histories::FailedSwaps::mismatch;
    } else if (*failed == "discarded") {
      choices.failed_swaps = histories::FailedSwaps::discarded;
    } else {
      mistakes.push_back(unknown("failed-cas", *failed, {"mismatch", "discarded"}));
    }
  }
  if (const auto initial = arguments.value("initial"))
    choices.initial = initial_of(*initial, mistakes);
  choices.independent = arguments.has("independent");
}

void read_writing(const Arguments& arguments, Plan& plan, Mistakes& mistakes) {
  plan.output = arguments.value("output");
  const std::optional<std::string> format = arguments.value("write");
  if (plan.output.has_value() != format.has_value())
    mistakes.emplace_back("--write FORMAT and -o FILE belong together");
  if (!format) return;
  std::vector<std::string_view> writable;
  for (const histories::Format& each : histories::formats())
    if (each.write != nullptr) writable.push_back(each.name);
  plan.write = histories::find_format(*format);
  if (plan.write == nullptr || plan.write->write == nullptr)
    mistakes.push_back(unknown("write", *format, writable));
  if (arguments.files.size() > 1) mistakes.emplace_back("--write takes one history");
  if (plan.output && plan.output == plan.json)
    mistakes.push_back(
        fmt::format("--json {} would overwrite what -o writes", cli::quoted(*plan.json)));
}

void read_within(const Arguments& arguments, histories::Question& question, Mistakes& mistakes) {
  const std::optional<std::string> text = arguments.value("within");
  if (text.has_value() != (question.consistency == "eventual"))
    mistakes.emplace_back("--consistency eventual and --within DURATION belong together");
  if (!text) return;
  const load::Parsed<sim::Duration> within = load::parse_duration(*text);
  if (within && within->ns >= 0) {
    question.settings.eventual.bound = *within;
  } else {
    mistakes.push_back(
        within ? fmt::format("--within: {} is before a write", *text)
               : fmt::format("--within: {}; {}", within.error().message, within.error().hint));
  }
}

Plan read_plan(const Arguments& arguments, Mistakes& mistakes) {
  Plan plan{.json = arguments.value("json"),
            .svg = arguments.value("svg"),
            .brief = arguments.has("brief")};
  if (plan.svg && arguments.files.size() > 1) mistakes.emplace_back("--svg takes one history");
  if (plan.svg == "-") mistakes.emplace_back("--svg needs a file");
  read_choices(arguments, plan.choices, mistakes);
  if (const auto word = arguments.value("consistency")) {
    const std::string name(load::name_meant(load::check_aliases(), *word));
    const std::vector<std::string_view> known = histories::consistency_names();
    if (std::ranges::find(known, name) == known.end())
      mistakes.push_back(
          unknown("consistency", name, load::spellings(known, load::check_aliases())));
    plan.question.consistency = name;
  }
  read_within(arguments, plan.question, mistakes);
  if (arguments.has("exact")) plan.question.settings.memory = consistency::Memory::exact;
  plan.question.negative_balances = arguments.has("negative-balances");
  if (const auto budget = integer(arguments, "budget", 1, INT64_MAX, mistakes))
    plan.question.settings.configurations = *budget;
  read_writing(arguments, plan, mistakes);
  return plan;
}

void check_check(const Arguments& arguments, Mistakes& mistakes) {
  (void)read_plan(arguments, mistakes);
}

sim::Result<std::string> content_of(const std::string& path) {
  const auto fail = [&](const char* why) {
    return sim::failure(fmt::format("cannot read {}: {}", path, why));
  };
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) return fail("it is a folder");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  if (!file) return fail(std::strerror(errno));
  std::string content;
  constexpr std::size_t block = std::size_t{1} << 20;
  for (std::size_t read = block; read == block;) {
    const std::size_t size = content.size();
    content.resize(size + block);
    read = std::fread(content.data() + size, 1, block, file.get());
    content.resize(size + read);
  }
  if (std::ferror(file.get()) != 0) return fail(std::strerror(errno));
  return content;
}

void say(const std::string& text, const Plan& plan, Console& console) {
  if (plan.speaks_to_err()) {
    console.complain(text);
  } else {
    console.print(text);
  }
}

/// The history of a file; what is wrong with it is said.
std::optional<histories::Reading> read_one(const std::string& file, const Plan& plan,
                                           Console& console) {
  const sim::Result<std::string> content = content_of(file);
  if (!content) return refuse(console, {content.error().message}), std::nullopt;
  auto reading = histories::read_history(file, *content, plan.choices);
  if (reading) return std::move(*reading);
  console.complain(load::render(reading.error(),
                                console.err_coloured() ? load::Colour::ansi : load::Colour::none));
  return std::nullopt;
}

/// Transactions as such, if the format has words for them.
sim::Result<histories::Written> written_as(const histories::Format& format,
                                           const histories::Reading& reading) {
  if (reading.transactions && format.write_transactions != nullptr)
    return format.write_transactions(*reading.transactions, reading.faults);
  if (reading.operations) return format.write(*reading.operations, reading.faults);
  return sim::failure(fmt::format("{} has no words for {}", format.name,
                                  reading.workload ? "this model" : "transactions"));
}

bool write_one(const histories::Reading& reading, const Plan& plan, Console& console) {
  const sim::Result<histories::Written> written = written_as(*plan.write, reading);
  if (!written) return refuse(console, {written.error().message}), false;
  const sim::Result<void> saved = console.save(*plan.output, written->text);
  if (!saved) return refuse(console, {saved.error().message}), false;
  if (*plan.output != "-") say(fmt::format("wrote {}\n", *plan.output), plan, console);
  for (const std::string& note : written->notes)
    console.complain(fmt::format("{}: note: {}\n", *plan.output, note));
  return true;
}

/// False if the picture of what contradicts could not be written.
bool draw_one(const Judged& judged, const Plan& plan, Console& console) {
  const auto& contradiction = judged.judgement.contradiction;
  if (!plan.svg) return true;
  if (!contradiction) {
    const bool unknown = judged.judgement.verdict == consistency::Verdict::unknown;
    console.complain(
        fmt::format("{}: note: no picture: {}\n", judged.file,
                    unknown ? "nobody knows whether anything contradicts" : "nothing contradicts"));
    return true;
  }
  if (!reports::can_be_drawn(*contradiction)) {
    console.complain(fmt::format("{}: note: no picture: {} contradict, which is {}\n", judged.file,
                                 contradiction->operations.size(),
                                 contradiction->operations.empty() ? "nobody" : "too many"));
    return true;
  }
  const std::string name = std::filesystem::path(judged.file).filename().string();
  const std::string title = fmt::format("{} is not {}", name, judged.consistency);
  const sim::Result<void> saved = write_file(
      *plan.svg, reports::picture_of(*histories::view_of(judged), title, judged.reading.faults));
  if (!saved) return refuse(console, {saved.error().message}), false;
  say(fmt::format("wrote {}\n", *plan.svg), plan, console);
  return true;
}

int execute_check(const Arguments& arguments, Console& console) {
  Mistakes none;
  const Plan plan = read_plan(arguments, none);
  Verdict worst = Verdict::passed;
  std::vector<Judged> all;
  for (const std::string& file : arguments.files) {
    std::optional<histories::Reading> reading = read_one(file, plan, console);
    if (reading && plan.write != nullptr && !write_one(*reading, plan, console))
      worst = reports::worse(worst, Verdict::usage_error);
    if (!reading) {
      worst = reports::worse(worst, Verdict::usage_error);
      continue;
    }
    sim::Result<Judged> judged = histories::judge(file, std::move(*reading), plan.question);
    if (!judged) {
      refuse(console, {judged.error().message});
      worst = reports::worse(worst, Verdict::usage_error);
      continue;
    }
    say(histories::to_text(*judged, plan.brief), plan, console);
    worst = reports::worse(worst, histories::verdict_of(*judged));
    if (!draw_one(*judged, plan, console)) worst = reports::worse(worst, Verdict::usage_error);
    if (plan.json) all.push_back(std::move(*judged));
  }
  if (plan.json) {
    const sim::Result<void> saved = console.save(*plan.json, histories::to_json(all, worst));
    if (!saved) return refuse(console, {saved.error().message});
  }
  return reports::exit_code(worst);
}

}  // namespace

Command check_command() {
  return {.name = "check",
          .usage = "FILE…",
          .help = "Says whether client histories of any system keep what a store promises.",
          .options = options,
          .files_min = 1,
          .check = check_check,
          .execute = execute_check};
}

}  // namespace splitvote::cli
