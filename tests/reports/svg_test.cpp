// The diagram: well formed, nothing over anything, honest about what it leaves out.
#include "reports/svg.hpp"

#include <doctest/doctest.h>

#include <map>
#include <regex>

#include "reports/svg_canvas.hpp"
#include "reports/svg_drawing.hpp"
#include "tests/reports/staged_failover.hpp"
#include "tests/reports/xml_check.hpp"

using namespace splitvote;
using namespace splitvote::reports;
using test::StagedFailover;

namespace {

constexpr std::int64_t ms = StagedFailover::ms;

Timeline staged(std::int64_t from = 4'900, std::int64_t to = 5'700) {
  return *read_timeline(StagedFailover().reader(), {{from * ms}, {to * ms}});
}

struct Label {
  Box box;
  std::string text;
};

/// Where the texts stand, with the sizes and anchors of their classes.
std::vector<Label> labels(const std::string& svg) {
  struct Font {
    double size;
    double anchor;  // share of the width left of x
  };
  const std::map<std::string, Font> fonts{
      {"title", {18, 0}},   {"sub", {12, 0}},          {"legend", {11.5, 0}},
      {"name", {14, 1}},    {"tick", {11, 0.5}},       {"in-span", {11, 0}},
      {"on-dark", {11, 0}}, {"fault-text", {11.5, 0}}, {"why", {10, 0}},
      {"story", {12.5, 0}}, {"story-time", {12.5, 1}}, {"number-text", {10.5, 0.5}},
      {"note", {11, 0}},
  };
  std::vector<Label> found;
  const std::regex pattern(
      R"re(<text class="([a-z-]+)" x="([0-9.]+)" y="([0-9.]+)">([^<]*)</text>)re");
  for (std::sregex_iterator match(svg.begin(), svg.end(), pattern), end; match != end; ++match) {
    const Font font = fonts.at((*match)[1]);
    const std::string text = (*match)[4];
    const double wide = text_width(text, font.size);
    found.push_back({{std::stod((*match)[2]) - wide * font.anchor,
                      std::stod((*match)[3]) - font.size * 0.75, wide, font.size * 0.9},
                     text});
  }
  return found;
}

std::string overlap(const std::vector<Label>& all) {
  for (std::size_t i = 0; i < all.size(); ++i)
    for (std::size_t j = i + 1; j < all.size(); ++j)
      if (all[i].box.overlaps(all[j].box)) return all[i].text + " over " + all[j].text;
  return "";
}

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

}  // namespace

TEST_CASE("the diagram is well-formed XML") { CHECK(test::xml_fault(to_svg(staged())) == ""); }

TEST_CASE("names from a hostile trace do not escape into the markup") {
  Timeline timeline = staged();
  timeline.run.scenario = "</text><script>alert(1)</script>";
  timeline.lanes[0].name = "\"n<1>\"&\x01";
  timeline.faults[0].text = "<b>";
  timeline.turning_points[0].text = "&&&";

  const std::string svg = to_svg(timeline);

  CHECK(test::xml_fault(svg) == "");
  CHECK(svg.find("<script") == svg.npos);
}

TEST_CASE("no label stands on another, in any window of the fail-over") {
  CHECK(labels(to_svg(staged())).size() > 50);
  CHECK(overlap(labels(to_svg(staged()))) == "");
  CHECK(overlap(labels(to_svg(staged(4'850, 5'380)))) == "");
  CHECK(overlap(labels(to_svg(staged(5'200, 5'260)))) == "");
  CHECK(overlap(labels(to_svg(staged(0, 6'000)))) == "");
  CHECK(overlap(labels(to_svg(staged(5'230, 5'245)))) == "");
}

TEST_CASE("every label lies within the picture") {
  const std::string svg = to_svg(staged());
  const double height = std::stod(svg.substr(svg.find("height=\"") + 8));
  std::string outside;
  for (const Label& label : labels(svg))
    if (label.box.x < 0 || label.box.x + label.box.width > 1200 || label.box.y < 0 ||
        label.box.y + label.box.height > height)
      outside += label.text + "; ";

  CHECK(outside == "");
}

TEST_CASE("roles, terms, faults and the story are written in") {
  const std::string svg = to_svg(staged());

  CHECK(svg.find(">leader · term 1<") != svg.npos);
  CHECK(svg.find(">leader · term 2<") != svg.npos);
  CHECK(svg.find(">cut: partition minority n1, n2 | majority n3, n4, n5<") != svg.npos);
  CHECK(svg.find(">n4 leads term 2<") != svg.npos);
  CHECK(svg.find(">5.241 s<") != svg.npos);
}

TEST_CASE("the same timeline gives the same picture") {
  CHECK(to_svg(staged()) == to_svg(staged()));
}

TEST_CASE("a few messages are all drawn, and nothing is said of thinning") {
  Timeline timeline = staged(5'205, 5'245);
  std::erase_if(timeline.messages, [](const DrawnMessage& message) {
    return message.group != MessageGroup::election;
  });
  const std::string svg = to_svg(timeline);

  CHECK(thin(timeline, SvgStyle{}.messages).shown.size() == timeline.messages.size());
  CHECK(svg.find("shown on each link") == svg.npos);
}

TEST_CASE("a flood is thinned on every link alike and the picture says how") {
  Timeline timeline = staged();
  timeline.messages.clear();
  // A leader's heartbeats to four followers in turn: every fourth overall would be one follower's.
  for (std::uint64_t i = 0; i < 400; ++i)
    timeline.messages.push_back(
        {.id = i,
         .kind = 13,
         .group = MessageGroup::heartbeat,
         .source = sim::NodeId{0},
         .target = sim::NodeId{static_cast<std::uint16_t>(1 + i % 4)},
         .sent = {5'000 * ms + static_cast<std::int64_t>(i) * ms},
         .ended = sim::Instant{5'004 * ms + static_cast<std::int64_t>(i) * ms},
         .fate = i % 100 < 4 ? sim::Fate::lost : sim::Fate::delivered});

  const Thinning thinning = thin(timeline, {100, 100, 100, 100, 100});
  std::map<sim::NodeId, std::size_t> shown;
  for (const std::size_t place : thinning.shown)
    shown[timeline.messages[place].target] += timeline.messages[place].fate == sim::Fate::delivered;

  CHECK(thinning.notes == std::vector<std::string>{"every 4th of 384 heartbeat messages"});
  CHECK(shown == std::map<sim::NodeId, std::size_t>{{sim::NodeId{1}, 24},
                                                    {sim::NodeId{2}, 24},
                                                    {sim::NodeId{3}, 24},
                                                    {sim::NodeId{4}, 24}});
  CHECK(thinning.shown.size() == 96 + 16);
  CHECK(to_svg(timeline, {.messages = {100, 100, 100, 100, 100}})
            .find("shown on each link: every 4th of 384 heartbeat messages") != std::string::npos);
}

TEST_CASE("a message that never arrived ends in a cross with its reason") {
  Timeline timeline = staged(5'300, 5'400);
  timeline.messages = {{.id = 1,
                        .kind = 13,
                        .group = MessageGroup::heartbeat,
                        .source = sim::NodeId{0},
                        .target = sim::NodeId{1},
                        .sent = {5'310 * ms},
                        .ended = sim::Instant{5'320 * ms},
                        .fate = sim::Fate::node_down}};

  const std::string svg = to_svg(timeline);

  CHECK(count(svg, "class=\"cross\"") == 2);  // one of them in the legend
  CHECK(count(svg, "class=\"why\"") == 1);
  CHECK(svg.find(">down<") != svg.npos);
  CHECK(svg.find("heartbeat 1, n1 to n2, sent 5.310000 s, node_down 5.320000 s") != svg.npos);
}

TEST_CASE("of too many turning points the steps are left out before the faults and the leaders") {
  std::vector<TurningPoint> points;
  for (int i = 0; i < 10; ++i) points.push_back({{i}, {}, Turn::candidacy, "step"});
  points.push_back({{10}, {}, Turn::heal, "healed"});
  points.push_back({{11}, {}, Turn::step_down, "down"});
  points.insert(points.begin() + 5, {{4}, {}, Turn::leadership, "leader"});

  const auto chosen = most_telling(points, 4);

  REQUIRE(chosen.size() == 4);
  CHECK(chosen[0].text == "step");
  CHECK(chosen[1].text == "leader");
  CHECK(chosen[2].text == "healed");
  CHECK(chosen[3].text == "down");
  CHECK(most_telling(points, 99).size() == 13);
}

TEST_CASE("ticks are a round number of seconds or milliseconds apart") {
  CHECK(tick_distance({800 * ms}, 11) == sim::Duration{100 * ms});
  CHECK(tick_distance({530 * ms}, 11) == sim::Duration{50 * ms});
  CHECK(tick_distance({6'000 * ms}, 11) == sim::Duration{1'000 * ms});
  CHECK(tick_label({5'100 * ms}, {100 * ms}) == "5.1 s");
  CHECK(tick_label({5'000 * ms}, {50 * ms}) == "5.00 s");
  CHECK(tick_label({12'000 * ms}, {2'000 * ms}) == "12 s");
  CHECK(tick_label({5'000'250'000}, {50'000}) == "5000.25 ms");
}

TEST_CASE("ordinals are written as they are spoken") {
  CHECK(ordinal(1) == "1st");
  CHECK(ordinal(2) == "2nd");
  CHECK(ordinal(3) == "3rd");
  CHECK(ordinal(4) == "4th");
  CHECK(ordinal(11) == "11th");
  CHECK(ordinal(112) == "112th");
  CHECK(ordinal(123) == "123rd");
}

TEST_CASE("a text that does not fit is cut between characters") {
  CHECK(fit_text("short", 10, 100) == "short");
  CHECK(fit_text("µµµµµµµµµµ", 10, 40) == "µµµµµ…");
  CHECK(fit_text("anything", 10, 5) == "");
}
