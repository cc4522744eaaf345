// The elements of SVG as text, with the widths of letters estimated, since nothing here knows a
// font.
#include "reports/svg_canvas.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "reports/text.hpp"
#include "reports/xml.hpp"

namespace splitvote::reports {

namespace {

constexpr double wide_character = 0.6;  // of the font size; DejaVu Sans, one of the widest

}  // namespace

double text_width(std::string_view text, double font_size) {
  return static_cast<double>(width(text)) * font_size * wide_character;
}

std::string fit_text(std::string_view text, double font_size, double width) {
  if (text_width(text, font_size) <= width) return std::string(text);
  std::string shorter(text);
  while (!shorter.empty() && text_width(shorter, font_size) + font_size > width) {
    while (shorter.size() > 1 && (static_cast<unsigned char>(shorter.back()) & 0xc0U) == 0x80)
      shorter.pop_back();
    shorter.pop_back();
  }
  return shorter.empty() ? shorter : shorter + "…";
}

std::vector<std::string> wrap(std::string_view text, double font_size, double width) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find(' ');
    const std::string_view word = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (!lines.empty() && text_width(lines.back() + " " + std::string(word), font_size) <= width) {
      lines.back().append(" ").append(word);
    } else {
      lines.emplace_back(word);
    }
  }
  return lines;
}

void SvgCanvas::end_element(std::string_view name, std::string_view title) {
  if (title.empty())
    body_ += "/>\n";
  else
    fmt::format_to(std::back_inserter(body_), "><title>{}</title></{}>\n", escape_xml(title), name);
}

void SvgCanvas::rect(const Box& box, std::string_view style, std::string_view title,
                     double radius) {
  fmt::format_to(std::back_inserter(body_),
                 R"(<rect class="{}" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}")", style,
                 box.x, box.y, box.width, box.height);
  if (radius > 0) fmt::format_to(std::back_inserter(body_), R"( rx="{:.1f}")", radius);
  end_element("rect", title);
}

void SvgCanvas::line(Point from, Point to, std::string_view style, std::string_view title,
                     std::string_view marker) {
  fmt::format_to(std::back_inserter(body_),
                 R"(<line class="{}" x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}")", style,
                 from.x, from.y, to.x, to.y);
  if (!marker.empty())
    fmt::format_to(std::back_inserter(body_), " marker-end=\"url(#{})\"", marker);
  end_element("line", title);
}

void SvgCanvas::circle(Point centre, double radius, std::string_view style,
                       std::string_view title) {
  fmt::format_to(std::back_inserter(body_),
                 R"(<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="{:.1f}")", style, centre.x,
                 centre.y, radius);
  end_element("circle", title);
}

void SvgCanvas::path(std::string_view commands, std::string_view style, std::string_view title) {
  fmt::format_to(std::back_inserter(body_), R"(<path class="{}" d="{}")", style, commands);
  end_element("path", title);
}

void SvgCanvas::text(Point base, std::string_view text, std::string_view style) {
  fmt::format_to(std::back_inserter(body_),
                 "<text class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n", style, base.x, base.y,
                 escape_xml(text));
}

void SvgCanvas::open_clipped(std::string_view clip_id) {
  fmt::format_to(std::back_inserter(body_), "<g clip-path=\"url(#{})\">\n", clip_id);
}

void SvgCanvas::close() { body_ += "</g>\n"; }

bool SvgCanvas::claim(const Box& box) {
  if (std::ranges::any_of(occupied_, [&](const Box& other) { return box.overlaps(other); }))
    return false;
  occupied_.push_back(box);
  return true;
}

}  // namespace splitvote::reports
