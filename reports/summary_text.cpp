// The summary for people: sections in a fixed order, the verdict and what failed at the end.
#include <fmt/format.h>

#include <algorithm>

#include "reports/fate.hpp"
#include "reports/summary_parts.hpp"

namespace splitvote::reports {

namespace {

std::string print_value(std::int64_t value, Unit unit) {
  switch (unit) {
    case Unit::nanoseconds:
      return duration_text(sim::Duration{value});
    case Unit::count:
      return (value < 0 ? "-" : "") + count_text(value < 0 ? 0 - static_cast<std::uint64_t>(value)
                                                           : static_cast<std::uint64_t>(value));
    case Unit::parts_per_million:
      return share_text(value);
    case Unit::bytes:
      return bytes_text(static_cast<std::uint64_t>(std::max<std::int64_t>(value, 0)));
  }
  return {};
}

std::string heading(std::string_view text, const Palette& palette) {
  return "\n" + palette.paint(Colour::bold, text) + "\n";
}

std::string print_title(const RunSummary& summary, const Palette& palette) {
  std::string text = palette.paint(Colour::bold, summary.scenario);
  if (!summary.variant.empty()) text += "  " + summary.variant;
  text += fmt::format("  seed {}", summary.seed);
  if (!summary.file.empty()) text += palette.paint(Colour::dim, "  " + summary.file);
  return text + "\n";
}

std::string print_ledger(const RunSummary& summary, const Palette& palette) {
  Table table({Align::right, Align::left, Align::left, Align::left});
  for (const LedgerLine& line : summary.ledger)
    table.add(
        {time_text(line.time), line.fault, line.healed ? "healed " + time_text(*line.healed) : "",
         line.changed_something ? line.effect : palette.paint(Colour::yellow, "changed nothing")});
  return table.empty() ? "" : heading("faults", palette) + table.print(2);
}

std::string print_messages(const RunSummary& summary, const Palette& palette) {
  std::vector<Align> columns(2 + sim::fates, Align::right);
  columns[0] = Align::left;
  Table table(columns);
  std::vector<std::string> head{"", "sent"};
  for (std::size_t fate = 0; fate < sim::fates; ++fate)
    head.emplace_back(to_string(static_cast<sim::Fate>(fate)));
  for (std::string& cell : head) cell = palette.paint(Colour::dim, cell);
  table.add(std::move(head));
  for (const MessageCount& count : summary.messages) {
    std::vector<std::string> row{count.kind, count_text(count.sent)};
    for (const std::uint64_t value : count.by_fate)
      row.push_back(value == 0 ? "-" : count_text(value));
    table.add(std::move(row));
  }
  return summary.messages.empty() ? "" : heading("messages", palette) + table.print(2);
}

std::string print_verdict(const RunSummary& summary, const Palette& palette) {
  std::string text = palette.paint(colour_of(summary.verdict), to_string(summary.verdict));
  if (!summary.verdict_reason.empty()) text += ": " + summary.verdict_reason;
  text += fmt::format("  {} simulated", duration_text(summary.simulated));
  if (summary.wall_ns > 0) text += " in " + duration_text(sim::Duration{summary.wall_ns});
  text +=
      fmt::format(", {} events, digest {}\n", count_text(summary.events), to_hex(summary.digest));
  return text;
}

std::string print_failures(const RunSummary& summary, const Palette& palette) {
  if (summary.failures.empty()) return {};
  std::string text;
  const auto print_one = [&](const Failure& failure) {
    text += "\n" + palette.paint(Colour::red, fmt::format("FAILED {}", failure.what));
    text += fmt::format("  ({}) at event {}, {}", to_string(failure.kind),
                        count_text(number(failure.event)), time_text(failure.time));
    if (!failure.node.empty()) text += ", node " + failure.node;
    text += "\n" + indented(failure.detail, 2);
    if (!failure.place.empty()) text += "  expected at " + failure.place + "\n";
  };
  // The first failure stands nearest to the end of the output: the others mostly follow from it.
  for (auto failure = summary.failures.rbegin(); failure != summary.failures.rend(); ++failure)
    print_one(*failure);
  if (!summary.replay.empty())
    text += "  replay: " + palette.paint(Colour::bold, summary.replay) + "\n";
  return text;
}

}  // namespace

Colour colour_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return Colour::green;
    case Verdict::inconclusive:
    case Verdict::nothing_selected:
      return Colour::yellow;
    default:
      return Colour::red;
  }
}

std::string print_expectations(const RunSummary& summary, const Palette& palette) {
  Table table({Align::left, Align::left, Align::left});
  for (const ExpectationResult& result : summary.expectations) {
    const Colour colour = result.outcome == ExpectationOutcome::held     ? Colour::green
                          : result.outcome == ExpectationOutcome::broken ? Colour::red
                                                                         : Colour::yellow;
    table.add({palette.paint(colour, to_string(result.outcome)), result.expectation,
               palette.paint(Colour::dim, result.remark)});
  }
  return table.empty() ? "" : heading("expectations", palette) + table.print(2);
}

std::string print_metrics(const RunSummary& summary, const SummaryStyle& style) {
  std::vector<Align> columns(2 + style.quantiles.size(), Align::right);
  columns[0] = Align::left;
  Table table(columns);
  std::vector<std::string> head{"", "n"};
  for (const Quantile quantile : style.quantiles) head.push_back(to_string(quantile));
  for (std::string& cell : head) cell = style.palette.paint(Colour::dim, cell);
  table.add(std::move(head));
  for (const Metric& metric : summary.metrics) {
    std::vector<std::string> row{metric.name, count_text(metric.samples.count())};
    for (const Quantile quantile : style.quantiles) {
      const auto value = metric.samples.at(quantile);
      row.push_back(value ? print_value(*value, metric.unit) : "-");
    }
    table.add(std::move(row));
  }
  return summary.metrics.empty() ? "" : heading("metrics", style.palette) + table.print(2);
}

std::string to_text(const RunSummary& summary, const SummaryStyle& style) {
  std::string text = print_title(summary, style.palette);
  if (!style.brief) {
    text += indented(summary.description, 2);
    text += print_expectations(summary, style.palette);
    text += print_ledger(summary, style.palette);
    text += print_metrics(summary, style);
    text += print_messages(summary, style.palette);
    for (const std::string& artifact : summary.artifacts) text += "\nwrote " + artifact;
    text += summary.artifacts.empty() ? "\n" : "\n\n";
  }
  return text + print_verdict(summary, style.palette) + print_failures(summary, style.palette);
}

}  // namespace splitvote::reports
