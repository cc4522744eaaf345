// EDN by recursive descent, never deeper than a bound; every mistake has its byte.
#include "scenarios/histories/edn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace splitvote::histories {

namespace {

bool is_blank(char c) { return c == ' ' || c == ',' || c == '\n' || c == '\t' || c == '\r'; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool ends_token(char c) {
  return is_blank(c) || std::string_view("()[]{}\";").find(c) != std::string_view::npos;
}

void append_utf8(std::uint32_t point, std::string& target) {
  const auto continuation = [&](unsigned shift) {
    target += static_cast<char>(0x80 | ((point >> shift) & 0x3f));
  };
  if (point < 0x80) {
    target += static_cast<char>(point);
  } else if (point < 0x800) {
    target += static_cast<char>(0xc0 | point >> 6);
    continuation(0);
  } else {
    target += static_cast<char>(0xe0 | point >> 12);
    continuation(6);
    continuation(0);
  }
}

}  // namespace

Read<bool> EdnReader::next(Datum& datum) {
  const Read<bool> more = skip_blanks();
  if (!more) return more;
  if (!begun_ && *more && (text_[at_] == '[' || text_[at_] == '(')) {
    outer_ = at_;
    outer_closing_ = text_[at_++] == '[' ? ']' : ')';
    begun_ = true;
    return next(datum);
  }
  begun_ = true;
  if (outer_closing_ != 0 && *more && text_[at_] == outer_closing_) return end_of_outer();
  if (!*more && outer_closing_ != 0)
    return mistake(text_.size(), fmt::format("the text ends before its '{}'", outer_closing_),
                   "the file is cut off");
  if (!*more) return false;
  Read<Datum> read_datum = read();
  if (!read_datum) return std::unexpected(std::move(read_datum.error()));
  datum = std::move(*read_datum);
  return true;
}

Read<bool> EdnReader::end_of_outer() {
  ++at_;
  outer_closing_ = 0;
  const Read<bool> more = skip_blanks();
  if (!more) return more;
  if (*more) return mistake(at_, "something follows the collection that is the history");
  return false;
}

Read<bool> EdnReader::skip_blanks() {
  while (at_ < text_.size()) {
    if (is_blank(text_[at_])) {
      ++at_;
    } else if (text_[at_] == ';') {
      at_ = std::min(text_.find('\n', at_), text_.size());
    } else if (text_.substr(at_).starts_with("#_")) {
      const std::size_t begin = at_;
      at_ += 2;
      if (++depth_ > depth_max) return mistake(begin, "this is nested too deep");
      const Read<bool> more = skip_blanks();
      if (!more) return more;
      if (!*more) return mistake(begin, "nothing follows that '#_' could leave out");
      const Read<Datum> left_out = read();
      if (!left_out) return std::unexpected(left_out.error());
      --depth_;
    } else {
      return true;
    }
  }
  return false;
}

// Stands at the first byte of a datum.
Read<Datum> EdnReader::read() {
  switch (text_[at_]) {
    case '[':
      return read_items(DatumKind::sequence, ']', 1);
    case '(':
      return read_items(DatumKind::sequence, ')', 1);
    case '{':
      return read_items(DatumKind::map, '}', 1);
    case '"':
      return read_text();
    case '#':
      return read_dispatch();
    case '\\':
      return read_character();
    case ']':
    case ')':
    case '}':
      return mistake(at_, fmt::format("'{}' closes nothing that is open here", text_[at_]));
    default:
      return read_token();
  }
}

Read<Datum> EdnReader::read_items(DatumKind kind, char closing, std::size_t opening_size) {
  Datum datum;
  datum.kind = kind;
  datum.offset = at_;
  if (++depth_ > depth_max) return mistake(at_, "this is nested too deep");
  at_ += opening_size;
  if (kind == DatumKind::map) datum.items.reserve(12);
  while (true) {
    const Read<bool> more = skip_blanks();
    if (!more) return std::unexpected(more.error());
    if (!*more)
      return mistake(datum.offset, fmt::format("the text ends before the '{}' of this", closing),
                     "the file is cut off");
    if (text_[at_] == closing) break;
    Read<Datum> item = read();
    if (!item) return item;
    datum.items.push_back(std::move(*item));
  }
  ++at_;
  --depth_;
  if (kind == DatumKind::map && datum.items.size() % 2 != 0)
    return mistake(datum.offset, "a key of this map has no value");
  return datum;
}

Read<Datum> EdnReader::read_text() {
  Datum datum;
  datum.kind = DatumKind::text;
  datum.offset = at_++;
  while (at_ < text_.size()) {
    const std::size_t end = std::min(text_.find_first_of("\"\\", at_), text_.size());
    datum.text += text_.substr(at_, end - at_);
    at_ = end;
    if (at_ == text_.size()) break;
    if (text_[at_] == '"') return ++at_, datum;
    const Read<bool> escape = read_escape(datum.text);
    if (!escape) return std::unexpected(escape.error());
  }
  return mistake(datum.offset, "this text has no end", "it ends with '\"'");
}

Read<bool> EdnReader::read_escape(std::string& target) {
  constexpr std::string_view letters = "nrtbf\"\\";
  constexpr std::string_view meanings = "\n\r\t\b\f\"\\";
  const char letter = at_ + 1 < text_.size() ? text_[at_ + 1] : 0;
  const std::size_t which = letters.find(letter);
  if (letter != 0 && which != std::string_view::npos) {
    target += meanings[which];
    at_ += 2;
    return true;
  }
  std::uint32_t point = 0;
  const std::string_view digits = text_.substr(std::min(at_ + 2, text_.size()), 4);
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), point, 16);
  const bool whole = error == std::errc{} && end == digits.data() + 4;
  if (letter != 'u' || !whole || (point >= 0xd800 && point < 0xe000))
    return mistake(at_, "unknown escape", R"(known are \n \r \t \b \f \" \\ and \u0000)");
  append_utf8(point, target);
  at_ += 6;
  return true;
}

// `#{…}` is a set; before anything else stands a tag: `#inst "…"`, `#jepsen.history.Op{…}`.
Read<Datum> EdnReader::read_dispatch() {
  if (text_.substr(at_).starts_with("#{")) return read_items(DatumKind::set, '}', 2);
  const std::size_t begin = at_++;
  const std::string_view tag = take_token();
  if (tag.empty()) return mistake(begin, "'#' begins neither a set nor a tag");
  if (++depth_ > depth_max) return mistake(begin, "this is nested too deep");
  const Read<bool> more = skip_blanks();
  if (!more) return std::unexpected(more.error());
  if (!*more) return mistake(begin, fmt::format("nothing follows the tag #{}", tag));
  Read<Datum> datum = read();
  --depth_;
  return datum;
}

Read<Datum> EdnReader::read_character() {
  Datum datum;
  datum.kind = DatumKind::text;
  datum.offset = at_++;
  if (at_ == text_.size()) return mistake(datum.offset, "no character follows '\\'");
  const std::size_t begin = at_++;
  (void)take_token();
  datum.text = text_.substr(begin, at_ - begin);
  return datum;
}

std::string_view EdnReader::take_token() {
  const std::size_t begin = at_;
  while (at_ < text_.size() && !ends_token(text_[at_])) ++at_;
  return text_.substr(begin, at_ - begin);
}

Read<Datum> EdnReader::read_token() {
  const std::size_t begin = at_;
  const std::string_view token = take_token();
  const bool is_signed = token.front() == '-' || token.front() == '+';
  if (is_digit(token.front()) || (is_signed && token.size() > 1 && is_digit(token[1])))
    return read_number(token, begin);
  Datum datum;
  datum.offset = begin;
  if (token == "nil") return datum;
  datum.kind = DatumKind::symbol;
  datum.text = token;
  if (token == "true" || token == "false") datum.kind = DatumKind::boolean;
  if (token.front() != ':') return datum;
  if (token.size() == 1) return mistake(begin, "a keyword has a name");
  datum.kind = DatumKind::keyword;
  datum.text = token.substr(1);
  return datum;
}

// `42N` is 42; a fraction or an exponent makes a number that is not whole.
Read<Datum> EdnReader::read_number(std::string_view token, std::size_t begin) {
  Datum datum;
  datum.offset = begin;
  std::string_view digits = token;
  if (digits.starts_with('+')) digits.remove_prefix(1);
  const bool negative = digits.starts_with('-');
  std::string_view magnitude = digits.substr(negative ? 1 : 0);
  if (magnitude.ends_with('N')) magnitude.remove_suffix(1);
  if (std::ranges::all_of(magnitude, is_digit)) {
    if (magnitude.size() > 1 && magnitude.front() == '0')
      return mistake(begin, fmt::format("'{}' begins with 0", token),
                     "integers are decimal, without leading zeros");
    datum.kind = DatumKind::integer;
    datum.text = magnitude;
    if (negative && magnitude != "0") datum.text.insert(0, 1, '-');
    return datum;
  }
  if (magnitude.find_first_not_of("0123456789.eE+-M/") != std::string_view::npos)
    return mistake(begin, fmt::format("'{}' is no number", token));
  datum.kind = DatumKind::real;
  datum.text = token;
  return datum;
}

}  // namespace splitvote::histories
