// JSON by the events of nlohmann's parser, which holds no tree; the places are found by counting
// what it has read.
#include "scenarios/histories/json.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>

namespace splitvote::histories {

namespace {

using Json = nlohmann::json;

/// Tells how far the parser has read.
struct CountingIterator {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* at = nullptr;
  const char** read = nullptr;

  reference operator*() const { return *at; }
  CountingIterator& operator++() {
    *read = ++at;
    return *this;
  }
  bool operator==(const CountingIterator& other) const { return at == other.at; }
};

/// Builds the data below `emit_depth` and hands each over when it is complete.
class Builder : public nlohmann::json_sax<Json> {
 public:
  Builder(std::string_view text, std::size_t offset, std::size_t emit_depth,
          const std::function<bool(Datum)>& take)
      : read(text.data()),
        text_(text),
        offset_(offset),
        emit_depth_(emit_depth),
        end_(text.data()),
        take_(take) {}

  const char* read;
  std::optional<Mistake> mistake;

  bool null() override { return scalar(DatumKind::nil, {}); }
  bool boolean(bool value) override { return scalar(DatumKind::boolean, value ? "true" : "false"); }
  bool number_integer(number_integer_t value) override {
    return scalar(DatumKind::integer, std::to_string(value));
  }
  bool number_unsigned(number_unsigned_t value) override {
    return scalar(DatumKind::integer, std::to_string(value));
  }
  // An integer beyond 64 bits arrives here as well.
  bool number_float(number_float_t, const string_t& spelled) override {
    return scalar(is_integer(spelled) ? DatumKind::integer : DatumKind::real, spelled);
  }
  bool string(string_t& value) override { return scalar(DatumKind::text, std::move(value)); }
  bool binary(binary_t&) override { return false; }
  bool key(string_t& value) override { return scalar(DatumKind::text, std::move(value)); }

  bool start_object(std::size_t) override { return open(DatumKind::map); }
  bool start_array(std::size_t) override { return open(DatumKind::sequence); }
  bool end_object() override { return close(); }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    constexpr int number_overflow = 406;
    if (error.id == number_overflow) {
      mistake = {offset_ + begin(), "this number is too large", {}};
      return false;
    }
    std::string message = error.what();
    const std::size_t sentence = message.find(": ");
    if (sentence != std::string::npos) message.erase(0, sentence + 2);
    const std::size_t last_read = message.find("; last read");  // it quotes half the text
    if (last_read != std::string::npos) {
      const std::size_t expected = message.rfind("; expected ");
      const bool is_behind = expected != std::string::npos && expected > last_read;
      message = message.substr(0, last_read) + (is_behind ? message.substr(expected) : "");
    }
    mistake = {
        offset_ + std::min(position == 0 ? 0 : position - 1, text_.size()), std::move(message), {}};
    return false;
  }

 private:
  // Where the token that was just read begins: behind the last one and what may stand between.
  std::size_t begin() const {
    const char* at = end_;
    const char* const last = text_.data() + text_.size();
    while (at != last && std::string_view(" \t\r\n,:").find(*at) != std::string_view::npos) ++at;
    return static_cast<std::size_t>(at - text_.data());
  }

  bool scalar(DatumKind kind, std::string text) {
    Datum datum;
    datum.kind = kind;
    datum.offset = offset_ + begin();
    datum.text = std::move(text);
    // The character behind a number was read with it.
    const bool is_number = kind == DatumKind::integer || kind == DatumKind::real;
    end_ = is_number && read != text_.data() + text_.size() ? read - 1 : read;
    return put(std::move(datum));
  }

  bool open(DatumKind kind) {
    const std::size_t at = offset_ + begin();
    end_ = read;
    if (open_.size() >= depth_max) {
      mistake = {at, "this is nested too deep", {}};
      return false;
    }
    open_.emplace_back();
    open_.back().kind = kind;
    open_.back().offset = at;
    return true;
  }

  bool close() {
    end_ = read;
    Datum datum = std::move(open_.back());
    open_.pop_back();
    return open_.size() < emit_depth_ ? true : put(std::move(datum));
  }

  bool put(Datum datum) {
    if (open_.size() <= emit_depth_) return take_(std::move(datum));
    open_.back().items.push_back(std::move(datum));
    return true;
  }

  std::string_view text_;
  std::size_t offset_;
  std::size_t emit_depth_;
  const char* end_;  // of the last token
  const std::function<bool(Datum)>& take_;
  std::vector<Datum> open_;
};

// `stopped`: `take` has had enough.
Read<void> parse(std::string_view text, std::size_t offset, std::size_t emit_depth,
                 const std::function<bool(Datum)>& take, bool& stopped) {
  Builder builder(text, offset, emit_depth, take);
  const CountingIterator first{text.data(), &builder.read};
  const CountingIterator last{text.data() + text.size(), &builder.read};
  stopped = !Json::sax_parse(first, last, &builder);
  if (builder.mistake) return std::unexpected(std::move(*builder.mistake));
  return {};
}

}  // namespace

Read<Datum> read_json_line(std::string_view line, std::size_t offset) {
  Datum whole;
  bool stopped = false;
  const Read<void> read = parse(
      line, offset, 0, [&](Datum datum) { return whole = std::move(datum), true; }, stopped);
  if (!read) return std::unexpected(read.error());
  return whole;
}

Read<void> read_json(std::string_view text, const std::function<bool(Datum)>& take) {
  bool stopped = false;
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && text[first] == '[')
    return parse(text, 0, 1, take, stopped);
  for (std::size_t begin = 0; begin < text.size() && !stopped;) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) {
      const Read<void> read = parse(line, begin, 0, take, stopped);
      if (!read) return read;
    }
    begin = end + 1;
  }
  return {};
}

}  // namespace splitvote::histories
