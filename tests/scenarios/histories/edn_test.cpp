// EDN and JSON to data: every kind, every place, and what is refused.
#include "scenarios/histories/edn.hpp"

#include <doctest/doctest.h>

#include <array>

#include "scenarios/histories/json.hpp"

using namespace splitvote;
using namespace splitvote::histories;

namespace {

/// Every datum with its kind, so that two texts mean the same if and only if they are spelled
/// alike.
std::string spell(const Datum& datum) {
  if (datum.is_nil()) return "nil";
  if (datum.kind == DatumKind::sequence || datum.kind >= DatumKind::set) {
    std::string text = std::string(name_of(datum.kind)) + "(";
    for (const Datum& item : datum.items) text += spell(item) + ",";
    return text + ")";
  }
  return std::string(name_of(datum.kind)) + "<" + datum.text + ">";
}

std::string edn(const std::string& text) {
  EdnReader reader(text);
  std::string all;
  for (Datum datum;;) {
    const Read<bool> more = reader.next(datum);
    if (!more) return std::to_string(more.error().offset) + ": " + more.error().message;
    if (!*more) return all;
    all += spell(datum) + " ";
  }
}

std::string json(const std::string& text) {
  std::string all;
  const Read<void> read = read_json(text, [&](const Datum& datum) {
    all += spell(datum) + " ";
    return true;
  });
  return read ? all : std::to_string(read.error().offset) + ": " + read.error().message;
}

}  // namespace

TEST_CASE("EDN: every kind of datum is what it is") {
  CHECK(edn("nil true :a b \"c\" 1 -2 3N 1.5 1/2 \\x \\newline") ==
        "nil a boolean<true> a keyword<a> a symbol<b> a text<c> an integer<1> an integer<-2> "
        "an integer<3> a number that is not whole<1.5> a number that is not whole<1/2> a text<x> "
        "a text<newline> ");
  CHECK(edn("{:a [1 (2)] :b #{3}}") ==
        "a map(a keyword<a>,a sequence(an integer<1>,a sequence(an integer<2>,),),a keyword<b>,"
        "a set(an integer<3>,),) ");
  CHECK(edn("+7 -0 99999999999999999999") ==
        "an integer<7> an integer<0> an integer<99999999999999999999> ");
}

TEST_CASE("EDN: the elements of one vector or list are what the file has") {
  CHECK(edn("[1 2]") == edn("1 2"));
  CHECK(edn(" ; said before\n(1, 2) ; and after\n") == edn("1 2"));
  CHECK(edn("[]") == "");
}

TEST_CASE("EDN: comments, discarded data and tags are left out") {
  CHECK(edn("1 ; 2\n3") == edn("1 3"));
  CHECK(edn("1 #_ [2 3] 4 #_5") == edn("1 4"));
  CHECK(edn("#_ #_ 1 2 3") == edn("3"));
  CHECK(edn("{:a #inst \"2020\" :b #jepsen.Op{:c 1}}") == edn("{:a \"2020\" :b {:c 1}}"));
}

TEST_CASE("EDN: texts have escapes") {
  CHECK(edn(R"("a\"b\\c\n\t\r\b\f")") == "a text<a\"b\\c\n\t\r\b\f> ");
  CHECK(edn(R"("\u0041\u00e9\u20ac")") == "a text<Aé€> ");
}

TEST_CASE("EDN: what is no EDN is refused where it is wrong") {
  CHECK(edn("[1 2") == "4: the text ends before its ']'");
  CHECK(edn("1 {:a 2") == "2: the text ends before the '}' of this");
  CHECK(edn("1 (2]") == "4: ']' closes nothing that is open here");
  CHECK(edn("1 }") == "2: '}' closes nothing that is open here");
  CHECK(edn("[1] 2") == "4: something follows the collection that is the history");
  CHECK(edn("1 {:a}") == "2: a key of this map has no value");
  CHECK(edn("1 \"abc") == "2: this text has no end");
  CHECK(edn(R"("a\q")") == "2: unknown escape");
  CHECK(edn(R"("\u12")") == "1: unknown escape");
  CHECK(edn(R"("\ud800")") == "1: unknown escape");
  CHECK(edn("007") == "0: '007' begins with 0");
  CHECK(edn("1 12ab") == "2: '12ab' is no number");
  CHECK(edn(":") == "0: a keyword has a name");
  CHECK(edn("1 #_") == "2: nothing follows that '#_' could leave out");
  CHECK(edn("1 #tag") == "2: nothing follows the tag #tag");
  CHECK(edn("1 #") == "2: '#' begins neither a set nor a tag");
  CHECK(edn("1 \\") == "2: no character follows '\\'");
}

TEST_CASE("nothing nests so deep that it exhausts the stack") {
  const std::string deep(100'000, '[');

  CHECK(edn("1 " + deep) == "66: this is nested too deep");
  std::string discards;
  for (int count = 0; count < 100'000; ++count) discards += "#_";
  CHECK(edn("1 " + discards).contains("this is nested too deep"));
  std::string tags;
  for (int count = 0; count < 100'000; ++count) tags += "#a ";
  CHECK(edn("1 " + tags).contains("this is nested too deep"));
  CHECK(json(deep).contains("this is nested too deep"));
}

TEST_CASE("JSON: an array's elements and a line's objects are the same data") {
  CHECK(json(R"([{"a":1},{"b":[null,true,"x",-2,1.5]}])") ==
        json("{\"a\":1}\n\n{\"b\":[null,true,\"x\",-2,1.5]}\n"));
  CHECK(json(R"([{"a":1}])") == "a map(a text<a>,an integer<1>,) ");
  CHECK(json("[99999999999999999999]") == "an integer<99999999999999999999> ");
  CHECK(json("[]") == "");
}

TEST_CASE("JSON: each datum knows where it stands") {
  const std::string text = R"([ {"key" : [12, "x" ,null, {"a":3}]}, 4 ])";
  std::vector<Datum> data;
  REQUIRE(read_json(text, [&](Datum datum) { return data.push_back(std::move(datum)), true; }));

  REQUIRE(data.size() == 2);
  const Datum& list = data[0].items[1];
  CHECK(data[0].offset == text.find('{'));
  CHECK(data[0].items[0].offset == text.find("\"key\""));
  CHECK(list.offset == text.find("[12"));
  CHECK(list.items[0].offset == text.find("12"));
  CHECK(list.items[1].offset == text.find("\"x\""));
  CHECK(list.items[2].offset == text.find("null"));
  CHECK(list.items[3].items[1].offset == text.find("3}"));
  CHECK(data[1].offset == text.find("4 ]"));
}

TEST_CASE("JSON: what is no JSON is refused where it is wrong") {
  CHECK(json(R"([{"a":1},)").starts_with("9: syntax error while parsing value"));
  CHECK(json("{\"a\":1}\n{\"a\":x}\n").starts_with("13: syntax error while parsing value"));
  CHECK(json("{\"a\":1} 2").starts_with("8: syntax error"));
}

TEST_CASE("different data have different spellings, and spellings lead back") {
  const std::array<Datum, 6> data{
      Datum{0, "1", {}, DatumKind::integer}, Datum{0, "1", {}, DatumKind::text},
      Datum{0, "a", {}, DatumKind::keyword}, Datum{0, "a", {}, DatumKind::text},
      Datum{0, ":a", {}, DatumKind::text},   Datum{0, "true", {}, DatumKind::boolean}};

  for (const Datum& one : data)
    for (const Datum& other : data) CHECK((spelling(one) == spelling(other)) == (&one == &other));
  for (const Datum& datum : data) CHECK(alike(spelled(spelling(datum)), datum));
}

TEST_CASE("only what EDN has as the name of a keyword is spelled as one") {
  const std::array<std::string, 6> names{":a", ":1", ":a/b", ":a:b", ":-", ":a.b*c+d!e?f"};
  const std::array<std::string, 14> texts{":",    ":a b", ":]",     ":a\"b", ":a,b",
                                          ":a;b", ":a\\", "::a",    ":a:",   ":a::b",
                                          ":/",   ":/a",  ":a/b/c", ":a@b"};

  for (const std::string& name : names) CHECK(edn(spelling(spelled(name))) == edn(name));
  for (const std::string& name : names) CHECK(spelled(name).kind == DatumKind::keyword);
  for (const std::string& text : texts) CHECK(alike(spelled(text), {0, text, {}, DatumKind::text}));
}

TEST_CASE("the text -0 is no integer, because as such it would be 0") {
  CHECK(spelled("-0").kind == DatumKind::text);
  CHECK(spelled("0").kind == DatumKind::integer);
  CHECK(spelled("-10").kind == DatumKind::integer);
}
