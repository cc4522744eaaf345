// FORMAT.md's worked example is what the writer writes, byte for byte.
#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

#include "sim/trace/trace_encoder.hpp"

using namespace splitvote::sim;

namespace {

/// The hexadecimal numbers before the bars of the block fenced as `bytes`.
Bytes documented_example() {
  std::ifstream file("sim/trace/FORMAT.md");
  std::string line;
  while (std::getline(file, line) && line != "```bytes") {
  }
  Bytes bytes;
  while (std::getline(file, line) && line != "```") {
    std::istringstream words(line.substr(0, line.find('|')));
    unsigned value;
    while (words >> std::hex >> value) bytes.push_back(static_cast<std::byte>(value));
  }
  return bytes;
}

}  // namespace

TEST_CASE("the example of FORMAT.md is the trace of the run it describes") {
  Bytes third_argument;
  append_integer(third_argument, std::uint64_t{0});
  const Moment first{EventId{1}, {0}, no_event};

  TraceEncoder encoder({.text = "{}", .nodes = 2, .state_notes = {NoteKind{1}}});
  encoder.add({first, RecordKind::start, NodeId{0}, no_node, 1, 0, 0, {}});
  encoder.add({first, RecordKind::note, NodeId{0}, no_node, 1, 3, 7, third_argument});
  encoder.add(
      {{EventId{2}, {500'000}, EventId{1}}, RecordKind::send, NodeId{0}, NodeId{1}, 1, 8, 60, {}});
  encoder.finish({.digest = {.high = 0x0011223344556677, .low = 0x8899aabbccddeeff},
                  .events = 2,
                  .time = {1'000'000},
                  .text = "{}"});

  CHECK(documented_example().size() == 218);
  CHECK(documented_example() == encoder.output());
}
