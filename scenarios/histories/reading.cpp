// From a file's content to a history: which format it is, and every mistake at its place.
#include <fmt/format.h>

#include <algorithm>

#include "scenarios/histories/formats.hpp"
#include "scenarios/histories/gzip.hpp"
#include "scenarios/load/characters.hpp"

namespace splitvote::histories {

namespace {

using load::Diagnostic;

/// What a compressed history may be at most, so that a small file does not fill the memory.
constexpr std::size_t uncompressed_max = std::size_t{1} << 30;

Diagnostic about_all(const std::string& name, std::string message, std::string hint) {
  load::SourcePosition position;
  position.source = load::make_source(name, "");
  return load::error_at(std::move(position), std::move(message), std::move(hint));
}

/// Lines are only counted once something is wrong.
std::vector<Diagnostic> located(const std::string& name, std::string_view text,
                                const std::vector<Mistake>& mistakes) {
  const auto source = load::make_source(name, text);
  std::vector<Diagnostic> diagnostics;
  for (const Mistake& mistake : mistakes) {
    // The end of the text is shown behind its last character.
    const std::string_view before = text.substr(0, std::min(mistake.offset, text.size()));
    load::SourcePosition position{source, 1, 1};
    position.line += static_cast<std::uint32_t>(std::ranges::count(before, '\n'));
    const std::size_t line_begin = before.rfind('\n') + 1;
    position.column += static_cast<std::uint32_t>(load::character_count(before.substr(line_begin)));
    diagnostics.push_back(
        load::error_at(std::move(position), mistake.message, mistake.hint, mistake.width));
  }
  load::sort_diagnostics(diagnostics);
  return diagnostics;
}

std::string known_formats() {
  std::string text;
  for (const Format& format : formats()) {
    text += text.empty() ? "" : ", ";
    text += format.name;
  }
  return text;
}

/// Where the first thing stands that is no blank.
std::size_t beginning_of(std::string_view text) {
  const std::size_t at = text.find_first_not_of(" \t\r\n");
  return at == std::string_view::npos ? 0 : at;
}

/// What the first format that it resembles finds wrong first.
Mistake why_none_fits(std::string_view text) {
  const std::string choose = fmt::format("choose one with --format: {}", known_formats());
  for (const Format& format : formats()) {
    if (format.resembles == nullptr || !format.resembles(text)) continue;
    Reading ignored;
    Mistakes mistakes;
    format.read(text, {}, ignored, mistakes);
    if (mistakes.none()) continue;
    Mistake first = mistakes.all().front();
    first.hint += fmt::format("{}if this is another format than {}, {}",
                              first.hint.empty() ? "" : "; ", format.name, choose);
    return first;
  }
  return {beginning_of(text), "this begins like no known format", choose};
}

/// By how it begins, or else by its name.
Read<const Format*> detect(std::string_view name, std::string_view text) {
  if (name.ends_with(".gz")) name.remove_suffix(3);
  std::vector<const Format*> fitting;
  for (const Format& format : formats())
    if (format.fits(text)) fitting.push_back(&format);
  if (fitting.empty())
    for (const Format& format : formats())
      if (!format.extension.empty() && name.ends_with(format.extension)) fitting.push_back(&format);
  if (fitting.size() == 1) return fitting.front();
  if (fitting.empty()) return std::unexpected(why_none_fits(text));
  return mistake(beginning_of(text), "several formats begin like this",
                 fmt::format("choose one with --format: {}", known_formats()));
}

/// What --model and its like say where the format leaves nothing to say.
std::optional<Diagnostic> superfluous(const std::string& name, const Format& format,
                                      const Choices& choices) {
  if (format.takes_model) return std::nullopt;
  const std::string_view option = choices.model                              ? "--model"
                                  : choices.nil_reads                        ? "--nil"
                                  : choices.failed_swaps                     ? "--failed-cas"
                                  : choices.initial && !format.takes_initial ? "--initial"
                                  : choices.independent                      ? "--independent"
                                                                             : "";
  if (option.empty()) return std::nullopt;
  return about_all(name, fmt::format("{} has no meaning for the format {}", option, format.name),
                   "that format says itself what its operations mean");
}

std::string models_where(bool (*has)(const ModelEntry&)) {
  std::string names;
  for (const ModelEntry& entry : models())
    if (has(entry)) names += fmt::format("{}{}", names.empty() ? "" : ", ", entry.name);
  return names;
}

/// What an option says of a model that has no such thing.
std::optional<Diagnostic> superfluous(const std::string& name, const Reading& reading,
                                      const Choices& choices) {
  if (!reading.model) return std::nullopt;
  const ModelEntry& entry = entry_of(*reading.model);
  const auto refusal = [&](std::string_view option, std::string_view things,
                           bool (*has)(const ModelEntry&)) {
    return about_all(name, fmt::format("{} has no meaning for the model {}", option, entry.name),
                     fmt::format("those with {} are: {}", things, models_where(has)));
  };
  if (choices.failed_swaps && !has_cas(entry)) return refusal("--failed-cas", "a cas", has_cas);
  if (choices.initial && !has_values(entry))
    return refusal("--initial", "values that are read", has_values);
  if (choices.nil_reads && !has_values(entry))
    return refusal("--nil", "values that are read", has_values);
  return std::nullopt;
}

}  // namespace

std::expected<Reading, std::vector<Diagnostic>> read_history(const std::string& name,
                                                             std::string_view text,
                                                             const Choices& choices) {
  using Refused = std::unexpected<std::vector<Diagnostic>>;
  const auto refuse = [](Diagnostic diagnostic) {
    std::vector<Diagnostic> one;
    one.push_back(std::move(diagnostic));
    return Refused(std::move(one));
  };
  std::string uncompressed;
  if (text.starts_with(gzip_mark)) {
    sim::Result<std::string> all = gunzip(text, uncompressed_max);
    if (!all) return refuse(about_all(name, all.error().message, ""));
    uncompressed = std::move(*all);
    text = uncompressed;
  }
  // The mark of a text in UTF-8 that some editors leave.
  constexpr std::string_view mark = "\xef\xbb\xbf";
  const bool is_marked = text.starts_with(mark);
  const Format* const chosen = choices.format ? find_format(*choices.format) : nullptr;
  const bool has_marks = chosen == nullptr || chosen->content == Content::text;
  if (is_marked && has_marks) text.remove_prefix(mark.size());
  if (text.empty()) return refuse(about_all(name, "the file is empty", ""));
  const Read<const Format*> found = chosen != nullptr ? chosen : detect(name, text);
  const bool is_text = !found || (*found)->content == Content::text;
  if (const auto bad = is_text ? load::find_bad_character(text) : std::nullopt)
    return Refused(located(
        name, text,
        {Mistake{bad->offset, bad->message, found ? "" : "of a binary file choose the --format"}}));
  if (!found) return Refused(located(name, text, {found.error()}));
  const Format& format = **found;
  if (auto diagnostic = superfluous(name, format, choices)) return refuse(std::move(*diagnostic));
  Reading reading;
  reading.format = format.name;
  Mistakes mistakes;
  format.read(text, choices, reading, mistakes);
  if (auto diagnostic = superfluous(name, reading, choices)) return refuse(std::move(*diagnostic));
  if (mistakes.none()) return reading;
  if (is_text) return Refused(located(name, text, mistakes.all()));
  const Mistake& first = mistakes.all().front();
  return refuse(about_all(name, first.message, first.hint));
}

}  // namespace splitvote::histories
