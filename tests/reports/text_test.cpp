// Durations, counts, tables and colours as people read them.
#include "reports/text.hpp"

#include <doctest/doctest.h>

#include "reports/xml.hpp"
#include "tests/reports/xml_check.hpp"

using namespace splitvote;
using namespace splitvote::reports;

TEST_CASE("a duration is printed with four digits and the unit that suits it") {
  CHECK(duration_text({0}) == "0 s");
  CHECK(duration_text({250}) == "250 ns");
  CHECK(duration_text({999}) == "999 ns");
  CHECK(duration_text({1'000}) == "1 µs");
  CHECK(duration_text({1'234'567}) == "1.235 ms");
  CHECK(duration_text({12'345'678}) == "12.35 ms");
  CHECK(duration_text({123'456'789}) == "123.5 ms");
  CHECK(duration_text({250'000'000}) == "250 ms");
  CHECK(duration_text({12'500'000'000}) == "12.5 s");
  CHECK(duration_text({-1'500'000}) == "-1.5 ms");
}

TEST_CASE("a duration that rounds up to the next unit is printed in it") {
  CHECK(duration_text({999'940}) == "999.9 µs");
  CHECK(duration_text({999'960}) == "1 ms");
  CHECK(duration_text({999'999'999}) == "1 s");
}

TEST_CASE("long durations are printed in minutes") {
  CHECK(duration_text({119'999'000'000}) == "120 s");
  CHECK(duration_text({125'000'000'000}) == "2 min 05 s");
  CHECK(duration_text({INT64_MAX}) == "153722867 min 16 s");
  CHECK(duration_text({INT64_MIN}) == "-153722867 min 16 s");
}

TEST_CASE("moments line up to the microsecond") {
  CHECK(time_text({5'012'345'999}) == "5.012345 s");
  CHECK(time_text({0}) == "0.000000 s");
}

TEST_CASE("counts, bytes and shares") {
  CHECK(count_text(0) == "0");
  CHECK(count_text(999) == "999");
  CHECK(count_text(1'000) == "1 000");
  CHECK(count_text(1'234'567) == "1 234 567");
  CHECK(bytes_text(512) == "512 B");
  CHECK(bytes_text(1'536) == "1.5 KiB");
  CHECK(bytes_text(20 * 1024 * 1024) == "20 MiB");
  CHECK(bytes_text(UINT64_MAX) == "16777216 TiB");
  CHECK(share_text(850'000) == "85 %");
  CHECK(share_text(999'500) == "99.95 %");
}

TEST_CASE("numbers are listed in their order, and many are cut short") {
  using Numbers = std::vector<std::uint16_t>;
  CHECK(numbers_text(Numbers{2}) == "2");
  CHECK(numbers_text(Numbers{2, 0}) == "2 and 0");
  CHECK(numbers_text(Numbers{2, 0, 3}) == "2, 0 and 3");
  CHECK(numbers_text(Numbers{8, 7, 6, 5, 4, 3, 2, 1}) == "8, 7, 6, 5, 4, 3, 2 and 1");
  CHECK(numbers_text(Numbers{9, 8, 7, 6, 5, 4, 3, 2, 1, 0}) == "9, 8, 7, 6, 5, 4, 3, 2 and 2 more");
}

TEST_CASE("a table is as wide as its widest cells and leaves nothing at the ends of lines") {
  Table table({Align::left, Align::right, Align::left});
  table.add({"a", "1", "x"});
  table.add({"µµµ", "100", ""});
  table.add({"\x1b[31mred\x1b[0m", "20"});

  CHECK(table.print(2) == "  a      1  x\n  µµµ  100\n  \x1b[31mred\x1b[0m   20\n");
}

TEST_CASE("colours are there only if they were asked for") {
  CHECK(Palette{false}.paint(Colour::red, "no") == "no");
  CHECK(Palette{true}.paint(Colour::red, "no") == "\x1b[31mno\x1b[0m");
  CHECK(Palette{true}.paint(Colour::plain, "no") == "no");
}

TEST_CASE("indented text keeps its lines and ends with one newline") {
  CHECK(indented("one\n\ntwo", 2) == "  one\n\n  two\n");
  CHECK(indented("one\n", 2) == "  one\n");
  CHECK(indented("", 2).empty());
}

TEST_CASE("anything becomes XML that can be read") {
  CHECK(escape_xml("a < b & \"c\" 'd' > e") == "a &lt; b &amp; &quot;c&quot; &#39;d&#39; &gt; e");
  CHECK(escape_xml("n→ü€\U0001F600") == "n→ü€\U0001F600");
  CHECK(escape_xml("\x01") == "\xef\xbf\xbd");
  CHECK(escape_xml("\xff\xfe") == "\xef\xbf\xbd\xef\xbf\xbd");
  CHECK(escape_xml("\xc0\x80") == "\xef\xbf\xbd\xef\xbf\xbd");                  // an overlong zero
  CHECK(escape_xml("\xed\xa0\x80") == "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd");  // a surrogate
  CHECK(escape_xml("\xe2\x82") == "\xef\xbf\xbd\xef\xbf\xbd");                  // cut off
}

TEST_CASE("the XML reader of these tests refuses what is broken") {
  using test::xml_fault;
  CHECK(xml_fault("<a><b x=\"1\"/>text</a>").empty());
  CHECK_FALSE(xml_fault("<a>").empty());
  CHECK_FALSE(xml_fault("<a></b>").empty());
  CHECK_FALSE(xml_fault("<a>&</a>").empty());
  CHECK_FALSE(xml_fault("<a b=\"<\"/>").empty());
}
