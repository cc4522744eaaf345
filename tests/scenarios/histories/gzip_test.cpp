// Histories that gzip compressed are read as what they were; what is damaged or cut off is refused.
#include "scenarios/histories/gzip.hpp"

#include <isa-l/igzip_lib.h>

#include "tests/scenarios/histories/read_case.hpp"

using namespace splitvote;
using namespace splitvote::histories;

namespace {

const std::string text =
    "{:process 0, :type :invoke, :f :write, :value 1}\n"
    "{:process 0, :type :ok, :f :write, :value 1}\n";

/// The same by gzip -9n.
constexpr char bytes_of_text[] =
    "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xab\xb6\x2a\x28\xca\x4f\x4e\x2d\x2e\x56\x30\xd0\x51"
    "\xb0\x2a\xa9\x2c\x48\x55\xb0\xca\xcc\x2b\xcb\xcf\x4e\x05\x72\xd3\x14\xac\xca\x8b\x32\x4b\x40"
    "\xcc\xb2\xc4\x9c\xd2\x54\x05\xc3\x5a\xae\x6a\x2c\x1a\xf2\xb3\x71\x28\x06\x00\x81\x28\x57\xe8"
    "\x5e\x00\x00\x00";
const std::string compressed(bytes_of_text, sizeof bytes_of_text - 1);
constexpr std::size_t plenty = 1 << 20;

/// By isa-l itself, for texts that are too long to be written down.
std::string gzipped(const std::string& content) {
  std::string made(content.size() + 1'000, '\0');
  isal_zstream stream;
  isal_deflate_init(&stream);
  stream.gzip_flag = IGZIP_GZIP;
  stream.end_of_stream = 1;
  // isa-l's own bytes are unsigned, and it does not write to its input.
  stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(content.data()));
  stream.avail_in = static_cast<std::uint32_t>(content.size());
  stream.next_out = reinterpret_cast<std::uint8_t*>(made.data());
  stream.avail_out = static_cast<std::uint32_t>(made.size());
  REQUIRE(isal_deflate(&stream) == COMP_OK);
  made.resize(stream.total_out);
  return made;
}

std::string message_of(const sim::Result<std::string>& result) {
  return result ? "" : result.error().message;
}

}  // namespace

TEST_CASE("a history that gzip compressed is read as what it was, by its name, too") {
  const Reading reading = read_text(compressed);

  CHECK(reading.format == "jepsen-edn");
  CHECK(reading.operations->operations().size() == 1);
  CHECK(gunzip(compressed, plenty) == text);
  // "[]\n", which no format's beginning tells.
  const std::string empty(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x8b\x8e\xe5\x02\x00\x44\xd2\x68\x70\x03\x00\x00"
      "\x00",
      23);
  CHECK(read_history("h.edn.gz", empty, {})->format == "jepsen-edn");
  CHECK(read_history("h.json.gz", empty, {})->format == "jepsen-json");
}

TEST_CASE("a mistake in what was compressed has its line there") {
  CHECK(complaints(compressed + compressed) == "");
  // "{:process 0 :type :invok}\n"
  const std::string wrong(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\xab\xb6\x2a\x28\xca\x4f\x4e\x2d\x2e\x56\x30\x50\xb0"
      "\x2a\xa9\x2c\x48\x55\xb0\xca\xcc\x2b\xcb\xcf\xae\xe5\x02\x00\x4e\x6d\x55\x3e\x1a\x00\x00"
      "\x00",
      46);
  CHECK(complaints(wrong).starts_with("1:19: error: 'invok' is no type of an operation"));
}

TEST_CASE("the members of a file follow each other, and zeros behind them say nothing") {
  CHECK(gunzip(compressed + compressed, plenty) == text + text);
  CHECK(gunzip(compressed + std::string(100, '\0'), plenty) == text);
  CHECK(message_of(gunzip(compressed + "more", plenty)) ==
        "behind what is compressed stands something else");
}

// What is read at once is a MiB.
TEST_CASE("a text of several blocks, or of just one, is read whole") {
  for (const std::size_t size : {std::size_t{1} << 20, (std::size_t{1} << 20) + 1, 3'333'333UL}) {
    std::string content;
    for (std::size_t line = 0; content.size() < size; ++line)
      content += std::to_string(line * line) + "\n";
    content.resize(size);

    CHECK(gunzip(gzipped(content), size) == content);
    CHECK(message_of(gunzip(gzipped(content), size - 1)).starts_with("this is more than"));
  }
}

TEST_CASE("what is cut off anywhere is refused") {
  for (std::size_t size = gzip_mark.size(); size < compressed.size(); ++size) {
    CAPTURE(size);
    CHECK(message_of(gunzip(compressed.substr(0, size), plenty)) ==
          "what is compressed is cut off");
  }
  CHECK(complaints(compressed.substr(0, 60)) == " error: what is compressed is cut off\n");
}

TEST_CASE("no flipped bit makes another text of a file") {
  std::size_t refused = 0;
  for (std::size_t bit = 0; bit < 8 * compressed.size(); ++bit) {
    CAPTURE(bit);
    std::string damaged = compressed;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
    const sim::Result<std::string> read = gunzip(damaged, plenty);
    if (read) CHECK(*read == text);  // its time, its system, and how well it is compressed
    refused += read ? 0 : 1;
  }
  CHECK(refused > 8 * (compressed.size() - 10));
  std::string damaged = compressed;
  damaged[40] ^= 1;
  CHECK(complaints(damaged) == " error: what is compressed is damaged\n");
}

TEST_CASE("what would be larger than allowed is refused") {
  CHECK(gunzip(compressed, text.size()) == text);
  CHECK(message_of(gunzip(compressed, text.size() - 1)) ==
        "this is more than 93 bytes uncompressed");
}
