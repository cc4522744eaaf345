// What a keyframe remembers of the records before it.
#include <doctest/doctest.h>

#include "sim/trace/format.hpp"
#include "sim/trace/keyframe.hpp"

using namespace splitvote::sim;

namespace {

constexpr NoteKind role{1};
constexpr NoteKind committed{6};
constexpr NoteKind rare{900};

Keyframe fresh() { return Keyframe(3, {role, committed, rare}); }

Record record(RecordKind kind, unsigned node, std::int64_t time, std::uint64_t a,
              std::uint64_t b = 0, std::uint64_t c = 0) {
  Record made;
  made.kind = kind;
  made.node = NodeId{static_cast<std::uint16_t>(node)};
  made.moment.time = {time};
  made.a = a;
  made.b = b;
  made.c = c;
  return made;
}

Record fault(std::uint64_t id, bool healing, std::string_view text) {
  Record made = record(RecordKind::fault, 0xffff, 70, id, healing ? 1 : 0);
  made.detail = as_bytes(text);
  return made;
}

}  // namespace

TEST_CASE("a node that was never started is down") {
  CHECK(fresh().nodes()[1].life == Life::down);
  CHECK(fresh().nodes()[1].incarnation == Incarnation{0});
}

TEST_CASE("start, pause, resume and stop move a node's life") {
  Keyframe state = fresh();

  state.follow(record(RecordKind::start, 1, 10, 4));
  CHECK(state.nodes()[1] ==
        TracedNode{.life = Life::up, .incarnation = Incarnation{4}, .since = {10}, .notes = {}});
  state.follow(record(RecordKind::pause, 1, 20, 4));
  CHECK(state.nodes()[1].life == Life::paused);
  state.follow(record(RecordKind::resume, 1, 30, 4));
  CHECK(state.nodes()[1].life == Life::up);
  state.follow(record(RecordKind::stop, 1, 40, 4, 2));
  CHECK(state.nodes()[1].life == Life::down);
  CHECK(state.nodes()[1].since == Instant{40});
  CHECK(state.nodes()[0].life == Life::down);
}

TEST_CASE("the latest state note of a kind counts, small kind or large") {
  Keyframe state = fresh();

  state.follow(record(RecordKind::note, 2, 10, 1, 0, 7));
  state.follow(record(RecordKind::note, 2, 20, 1, 3, 8));
  state.follow(record(RecordKind::note, 2, 30, 900, 5, 6));
  state.follow(record(RecordKind::note, 2, 30, 901, 1, 1));

  REQUIRE(state.find(NodeId{2}, role) != nullptr);
  CHECK(*state.find(NodeId{2}, role) == StateNote{true, {20}, 3, 8});
  REQUIRE(state.find(NodeId{2}, rare) != nullptr);
  CHECK(*state.find(NodeId{2}, rare) == StateNote{true, {30}, 5, 6});
  CHECK(state.find(NodeId{2}, committed) == nullptr);
  CHECK(state.find(NodeId{1}, role) == nullptr);
}

TEST_CASE("a pause keeps what a node said, a stop does not") {
  Keyframe state = fresh();
  state.follow(record(RecordKind::start, 0, 1, 1));
  state.follow(record(RecordKind::note, 0, 10, 1, 3, 8));

  state.follow(record(RecordKind::pause, 0, 20, 1));
  CHECK(state.find(NodeId{0}, role) != nullptr);
  state.follow(record(RecordKind::stop, 0, 30, 1, 1));
  CHECK(state.find(NodeId{0}, role) == nullptr);
}

TEST_CASE("a fault is active from its verb to its healing") {
  Keyframe state = fresh();

  state.follow(fault(3, false, "cut: partition"));
  state.follow(fault(5, false, "slow disk"));
  REQUIRE(state.faults().size() == 2);
  CHECK(state.faults()[0].text == "cut: partition");
  CHECK(state.faults()[0].since == Instant{70});
  state.follow(fault(3, true, "healed"));

  REQUIRE(state.faults().size() == 1);
  CHECK(state.faults()[0].id == FaultId{5});
}

TEST_CASE("a keyframe survives its encoding, and no cut-off encoding is accepted") {
  Keyframe state = fresh();
  state.follow(record(RecordKind::start, 0, 1, 1));
  state.follow(record(RecordKind::note, 0, 1'000'000'000'000, 1, 3, UINT64_MAX));
  state.follow(record(RecordKind::start, 2, 5, 9));
  state.follow(record(RecordKind::pause, 2, 6, 9));
  state.follow(fault(3, false, "cut: partition"));
  Bytes bytes;
  state.encode(bytes);

  Keyframe decoded = fresh();
  std::size_t refused = 0;
  for (std::size_t size = 0; size < bytes.size(); ++size)
    refused += !Keyframe(decoded).decode(ByteView(bytes).first(size));

  CHECK(decoded.decode(bytes));
  CHECK(decoded == state);
  CHECK(refused == bytes.size());
}

TEST_CASE("varints hold every 64-bit value and refuse what is longer") {
  using namespace splitvote::sim::trace_format;
  Bytes bytes;
  const std::uint64_t values[] = {0, 1, 127, 128, 16'383, 16'384, UINT64_MAX >> 1, UINT64_MAX};
  for (const std::uint64_t value : values) append_varint(bytes, value);
  VarintReader reader(bytes);
  std::size_t right = 0;
  for (const std::uint64_t value : values) right += reader.varint() == value;
  Bytes overlong(9, std::byte{0xff});
  overlong.push_back(std::byte{0x02});

  VarintReader refusing{ByteView(overlong)};

  CHECK(right == std::size(values));
  CHECK(reader.at_end());
  CHECK_FALSE(reader.failed());
  CHECK(refusing.varint() == 0);
  CHECK(refusing.failed());
  CHECK(unzigzag(zigzag(UINT64_MAX)) == UINT64_MAX);
  CHECK(zigzag(UINT64_MAX) == 1);  // minus one
  CHECK(zigzag(1) == 2);
}
