// Writes SVG elements one behind the other, and knows where labels already stand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace splitvote::reports {

struct Point {
  double x = 0;
  double y = 0;
};

struct Box {
  double x = 0;
  double y = 0;
  double width = 0;
  double height = 0;

  [[nodiscard]] bool overlaps(const Box& other) const {
    return x < other.x + other.width && other.x < x + width && y < other.y + other.height &&
           other.y < y + height;
  }
};

/// How wide a text will be: an estimate on the wide side, since the fonts of the reader's machine
/// are unknown.
[[nodiscard]] double text_width(std::string_view text, double font_size);
/// The text, cut with an ellipsis if it would be wider.
[[nodiscard]] std::string fit_text(std::string_view text, double font_size, double width);
/// The words in as few lines as fit; a longer word has a line of its own.
[[nodiscard]] std::vector<std::string> wrap(std::string_view text, double font_size, double width);

class SvgCanvas {
 public:
  // `style` is a class of the style sheet, `title` what a pointer resting on the element shows.
  void rect(const Box& box, std::string_view style, std::string_view title = {}, double radius = 0);
  void line(Point from, Point to, std::string_view style, std::string_view title = {},
            std::string_view marker = {});
  void circle(Point centre, double radius, std::string_view style, std::string_view title = {});
  void path(std::string_view commands, std::string_view style, std::string_view title = {});
  void text(Point base, std::string_view text, std::string_view style);

  /// Elements until `close` are cut off outside the clip path of that id.
  void open_clipped(std::string_view clip_id);
  void close();

  /// Takes the place for a label if it is free.
  [[nodiscard]] bool claim(const Box& box);
  void occupy(const Box& box) { occupied_.push_back(box); }

  [[nodiscard]] const std::string& body() const { return body_; }

 private:
  void end_element(std::string_view name, std::string_view title);

  std::string body_;
  std::vector<Box> occupied_;
};

}  // namespace splitvote::reports
