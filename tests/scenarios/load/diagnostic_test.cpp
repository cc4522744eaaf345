// How complaints look: place, words, source line, caret, and the guess at what was meant.
#include "scenarios/load/diagnostic.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>

#include "scenarios/load/characters.hpp"

namespace splitvote::load {

TEST_CASE("a diagnostic shows the line and a caret under all that is wrong") {
  const auto source = make_source("a.yaml", "version: 1\nrun: {duration: 10}\n");
  const Diagnostic diagnostic = error_at({source, 2, 17}, "\"10\" needs a unit", "10ms?", 2);

  CHECK(render(diagnostic) ==
        "a.yaml:2:17: error: \"10\" needs a unit; 10ms?\n"
        "  run: {duration: 10}\n"
        "                  ^~\n");
}

TEST_CASE("columns and carets count characters, not bytes") {
  const auto source = make_source("a.yaml", "größe: 5\n");
  CHECK(render(error_at({source, 1, 8}, "x")) == "a.yaml:1:8: error: x\n  größe: 5\n         ^\n");
}

TEST_CASE("what a user wrote cannot steer the terminal") {
  const auto source = make_source("a\x1b[2J", "b\x1b[31m\tc\xff\n");
  const std::string text = render(error_at({source, 1, 1}, "\x07", "\x1b"));
  CHECK(std::ranges::none_of(
      text, [](char c) { return (c < ' ' && c != '\n' && c >= 0) || c == '\x7f'; }));
  CHECK_FALSE(text.contains('\xff'));
}

TEST_CASE("colour is added only on demand, and changes no word") {
  const auto source = make_source("a.yaml", "x\n");
  std::string coloured = render(error_at({source, 1, 1}, "m", "h"), Colour::ansi);
  CHECK(coloured.contains("\x1b[1;31m"));
  for (const char* code : {"\x1b[1;31m", "\x1b[1;32m", "\x1b[1m", "\x1b[0m"})
    for (std::size_t at; (at = coloured.find(code)) != std::string::npos;)
      coloured.erase(at, std::string_view(code).size());
  CHECK(coloured == render(error_at({source, 1, 1}, "m", "h")));
}

TEST_CASE("a long line is shown around its column") {
  const auto source = make_source("a.yaml", std::string(500, 'a') + "X" + std::string(500, 'b'));
  const std::string text = render(error_at({source, 1, 501}, "m"));
  const std::size_t line = text.find('\n') + 1;
  const std::size_t caret = text.find('^') - (text.find('\n', line) + 1);
  CHECK(text.size() < 400);
  // The ellipsis in front is one character of three bytes.
  CHECK(text[line + caret + 2] == 'X');
}

TEST_CASE("a position outside of its source shows no line and breaks nothing") {
  const auto source = make_source("a.yaml", "x\n");
  CHECK(render(error_at({source, 9, 9}, "m")) == "a.yaml:9:9: error: m\n");
  CHECK(render(error_at({source, 0, 0}, "m")) == "a.yaml: error: m\n");
  CHECK(render(error_at({}, "m")) == "error: m\n");
}

TEST_CASE("diagnostics come in the order of positions, each once, files in the order they appear") {
  const auto a = make_source("a", ""), b = make_source("b", "");
  std::vector<Diagnostic> all = {error_at({b, 1, 5}, "3"), error_at({a, 2, 1}, "5"),
                                 error_at({b, 1, 1}, "1"), error_at({b, 1, 1}, "2"),
                                 error_at({a, 1, 9}, "4"), error_at({b, 1, 1}, "1")};
  sort_diagnostics(all);
  std::string order;
  for (const Diagnostic& each : all) order += each.message;
  CHECK(order == "12345");
}

TEST_CASE("edit distance counts insertions, deletions, substitutions and swaps of neighbours") {
  CHECK(edit_distance("", "abc") == 3);
  CHECK(edit_distance("kitten", "sitting") == 3);
  CHECK(edit_distance("ab", "ba") == 1);
  CHECK(edit_distance("ca", "abc") == 3);  // optimal string alignment, not unrestricted
  CHECK(edit_distance("leader", "leader") == 0);
}

TEST_CASE("edit distance agrees with its recursive definition on all short words") {
  const std::function<std::size_t(std::string_view, std::string_view)> naive =
      [&](std::string_view x, std::string_view y) -> std::size_t {
    if (x.empty() || y.empty()) return x.size() + y.size();
    const auto rest = [](std::string_view text, std::size_t n) { return text.substr(n); };
    std::size_t best = std::min({naive(rest(x, 1), y) + 1, naive(x, rest(y, 1)) + 1,
                                 naive(rest(x, 1), rest(y, 1)) + (x[0] == y[0] ? 0 : 1)});
    if (x.size() > 1 && y.size() > 1 && x[0] == y[1] && x[1] == y[0])
      best = std::min(best, naive(rest(x, 2), rest(y, 2)) + 1);
    return best;
  };
  std::mt19937 random(7);
  for (int i = 0; i < 300; ++i) {
    std::string x, y;
    for (std::size_t n = random() % 6; n > 0; --n) x += static_cast<char>('a' + random() % 3);
    for (std::size_t n = random() % 6; n > 0; --n) y += static_cast<char>('a' + random() % 3);
    CHECK(edit_distance(x, y) == naive(x, y));
  }
}

TEST_CASE("only a slip of the finger is taken for another word") {
  const std::vector<std::string_view> known = {"leader", "followers", "minority"};
  CHECK(nearest("laeder", known) == std::vector<std::string_view>{"leader"});
  CHECK(nearest("minorty", known) == std::vector<std::string_view>{"minority"});
  CHECK(nearest("banana", known).empty());
  CHECK(suggest("banana", known) == "known here: leader, followers, minority");
  CHECK(suggest("folowers", known) == "did you mean \"followers\"?");
  CHECK(suggest("x", {}).empty());
}

TEST_CASE("a word that is a part of another is taken for it, whatever family it is put into") {
  CHECK(suggest("staleness", {"commits", "read_staleness"}) == "did you mean \"read_staleness\"?");
  CHECK(suggest("session.read_your_writes", {"causal", "read-your-writes"}) ==
        "did you mean \"read-your-writes\"?");
  CHECK(suggest("stale", {"read_staleness", "term"}) == "known here: read_staleness, term");
}

TEST_CASE("of words that are equally near, the one that goes on is meant, or one of two") {
  CHECK(suggest("see", {"set", "seed", "seeds"}) == "did you mean \"seed\"?");
  CHECK(suggest("sed", {"set", "seed", "seeds"}) == "did you mean \"set\" or \"seed\"?");
  CHECK(suggest("n9", {"n1", "n2", "n3"}) == "known here: n1, n2, n3");
  CHECK(suggest("vk", {"kv", "db"}) == "did you mean \"kv\"?");
}

TEST_CASE("bytes that are not UTF-8 are found by the table of RFC 3629") {
  CHECK_FALSE(find_bad_character("a\tö€𝄞\r\n"));
  for (const std::string_view text :
       {"\xc0\x80", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf8", "\x80", "\xc3",
        "\xe2\x82", "\xf0\x9d\x84"})
    CHECK(find_bad_character(text)->offset == 0);
  CHECK(find_bad_character(std::string_view("ab\0c", 4))->offset == 2);
  CHECK(find_bad_character("ab\rc")->offset == 2);
}

}  // namespace splitvote::load
