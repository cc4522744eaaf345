// The colours of the diagram, after Okabe and Ito's palette for the colour-blind, and its classes.
#include <fmt/format.h>

#include <array>

#include "reports/svg_drawing.hpp"

namespace splitvote::reports {

namespace {

struct GroupColour {
  MessageGroup group;
  std::string_view colour;
  std::string_view width;
};
constexpr std::array group_colours{GroupColour{MessageGroup::election, "#c2410c", "1.6"},
                                   GroupColour{MessageGroup::heartbeat, "#8a97a8", "0.9"},
                                   GroupColour{MessageGroup::replication, "#3b9fd6", "1.1"},
                                   GroupColour{MessageGroup::client, "#c07aa8", "0.7"},
                                   GroupColour{MessageGroup::other, "#6b7280", "0.9"}};

constexpr std::string_view fixed_classes = R"(
text{font-family:system-ui,-apple-system,"Segoe UI","DejaVu Sans",sans-serif;fill:#1f2933}
.card{fill:#ffffff;stroke:#cbd2d9}
.title{font-size:18px;font-weight:600}
.sub{font-size:12px;fill:#52606d}
.legend{font-size:11.5px;fill:#3e4c59}
.name{font-size:14px;font-weight:600;text-anchor:end}
.tick{font-size:11px;fill:#52606d;text-anchor:middle}
.grid{stroke:#e8ecf0;stroke-width:1}
.axis{stroke:#7b8794;stroke-width:1}
.baseline{stroke:#e4e7eb;stroke-width:1}
.in-span{font-size:11px;text-anchor:start}
.on-dark{font-size:11px;text-anchor:start;fill:#ffffff;font-weight:600}
.follower{fill:#d8e0ea;stroke:#ffffff;stroke-width:1.5}
.idle{fill:#eceff3;stroke:#ffffff;stroke-width:1.5}
.pre_candidate{fill:#f7dfa0;stroke:#e69f00;stroke-width:1}
.candidate{fill:#e69f00;stroke:#ffffff;stroke-width:1}
.leader{fill:#0072b2;stroke:#ffffff;stroke-width:1.5}
.paused{fill:url(#hatch);stroke:#9aa5b1;stroke-width:1}
.down{fill:#ffffff;stroke:#9aa5b1;stroke-width:1;stroke-dasharray:4 3}
.cut{fill:#d55e00;fill-opacity:0.075}
.cut-edge{stroke:#d55e00;stroke-width:1.2;stroke-dasharray:5 4;stroke-opacity:0.75}
.fault-cut{fill:#f6d9c6;stroke:#d55e00;stroke-width:1}
.fault-node{fill:#e6e1ee;stroke:#7d6b99;stroke-width:1}
.fault-text{font-size:11.5px;fill:#3b2415}
.cross{stroke:#3a1a00;stroke-width:1.7;fill:none}
.why{font-size:10px;fill:#7c2d12;font-style:italic}
.commit{stroke:#007a5a;stroke-width:2}
.crash{stroke:#111827;stroke-width:2.4;fill:none}
.start{fill:#111827}
.op-ok{fill:#009e73}
.op-mismatch{fill:#56b4e9}
.op-failed{fill:#b03a00}
.op-unknown{fill:#e69f00;stroke:#8a5a00;stroke-width:0.8}
.op-pending{fill:#ffffff;stroke:#7b8794;stroke-width:1;stroke-dasharray:3 2}
.number{fill:#111827}
.number-text{font-size:10.5px;font-weight:700;fill:#ffffff;text-anchor:middle}
.stem{stroke:#111827;stroke-width:1}
.story{font-size:12.5px}
.story-time{font-size:12.5px;fill:#52606d;text-anchor:end}
.note{font-size:11px;fill:#616e7c;font-style:italic}
)";

}  // namespace

std::string_view style_of(MessageGroup group) { return to_string(group); }

std::string_view style_of(LaneState state) {
  return state == LaneState::pre_candidate ? "pre_candidate" : to_string(state);
}

std::string_view style_of(const ClientOperation& operation) {
  if (!operation.complete || !operation.outcome) return "op-pending";
  switch (*operation.outcome) {
    case client::Outcome::ok:
      return "op-ok";
    case client::Outcome::mismatch:
      return "op-mismatch";
    case client::Outcome::failed:
      return "op-failed";
    case client::Outcome::unknown:
      return "op-unknown";
  }
  return "op-pending";
}

std::string style_sheet() {
  std::string css(fixed_classes);
  std::string heads;
  for (const GroupColour& entry : group_colours) {
    const std::string_view name = style_of(entry.group);
    css += fmt::format(
        ".m-{0}{{stroke:{1};stroke-width:{2};stroke-opacity:0.85}}\n"
        ".l-{0}{{stroke:{1};stroke-width:{2};stroke-opacity:0.6;"
        "stroke-dasharray:4 3}}\n.h-{0}{{fill:{1}}}\n",
        name, entry.colour, entry.width);
    heads += fmt::format(
        "<marker id=\"to-{0}\" viewBox=\"0 0 8 8\" refX=\"7.4\" refY=\"4\" markerWidth=\"7\" "
        "markerHeight=\"7\" markerUnits=\"userSpaceOnUse\" orient=\"auto\">"
        "<path class=\"h-{0}\" d=\"M0 1 L8 4 L0 7 z\"/></marker>\n",
        name);
  }
  return "<style>" + css + "</style>\n<defs>\n" + heads +
         "<pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
         "patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" fill=\"#f5f7fa\"/>"
         "<rect width=\"2\" height=\"6\" fill=\"#b8c2cc\"/></pattern>\n";
}

sim::Duration tick_distance(sim::Duration length, std::int64_t count) {
  std::int64_t distance = 1;
  for (;;) {
    for (const std::int64_t factor : {1, 2, 5})
      if (length.ns / (distance * factor) <= count) return {distance * factor};
    distance *= 10;
  }
}

std::string tick_label(sim::Instant time, sim::Duration distance) {
  const bool in_seconds = distance >= sim::milliseconds(1);
  const std::int64_t unit = in_seconds ? 1'000'000'000 : 1'000'000;
  int decimals = 0;
  for (std::int64_t step = unit; distance.ns % step != 0 && decimals < 9; step /= 10) ++decimals;
  return fmt::format("{:.{}f} {}", static_cast<double>(time.ns) / static_cast<double>(unit),
                     decimals, in_seconds ? "s" : "ms");
}

}  // namespace splitvote::reports
