// The messages of primary and backup: worked examples, malformed records, any bytes at all.
#include "models/primary_backup/message.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "models/kv/command.hpp"
#include "models/wire/frame.hpp"
#include "sim/random/stream.hpp"
#include "tests/models/worked_example.hpp"

using namespace splitvote;
using namespace splitvote::primary_backup;

namespace {

const sim::Bytes example_replicate =
    models::worked_example("models/primary_backup/WIRE.md", "Replicate");
const sim::Bytes example_disagree =
    models::worked_example("models/primary_backup/WIRE.md", "Disagree");

sim::Bytes record(Epoch epoch, Index index, wal::RecordType type = wal::RecordType::command) {
  sim::Bytes value;
  const client::Operation put{.kind = client::OperationKind::put, .key = "k", .value = "v"};
  kv::encode_value({.session = 5, .sequence = 1, .operation = put}, value);
  sim::Bytes bytes;
  wal::encode({epoch, index, type, "k", sim::as_text(value)}, bytes);
  return bytes;
}

bool accepted(const sim::Bytes& records, Index previous_index) {
  sim::Bytes frame;
  encode(Replicate{.epoch = 4, .previous_index = previous_index, .end = 9, .records = records},
         frame);
  Replicate read;
  return decode(frame, read);
}

}  // namespace

TEST_CASE("a replicate message is written as the worked example shows") {
  const sim::Bytes records = record(4, 2);
  sim::Bytes frame;
  encode(
      Replicate{.epoch = 4, .previous_index = 1, .previous_epoch = 1, .end = 2, .records = records},
      frame);

  CHECK(frame == example_replicate);
}

TEST_CASE("a disagree message is written as the worked example shows") {
  sim::Bytes frame;
  encode(Disagree{4, 1, 1}, frame);

  CHECK(frame == example_disagree);
}

TEST_CASE("a replicate message is read as it was written") {
  Replicate read;
  REQUIRE(decode(example_replicate, read));

  CHECK(read.epoch == 4);
  CHECK(read.previous_index == 1);
  CHECK(read.previous_epoch == 1);
  CHECK(read.end == 2);
  wal::Record found;
  CHECK(take_record(read.records, found).size() == record(4, 2).size());
  CHECK(found.key == "k");
  CHECK(read.records.empty());
}

TEST_CASE("a disagree message is read as it was written, and nothing may follow it") {
  Disagree read;
  REQUIRE(decode(example_disagree, read));
  CHECK(read.epoch == 4);
  CHECK(read.index == 1);
  CHECK(read.index_epoch == 1);

  sim::Bytes longer = example_disagree;
  longer.push_back(std::byte{0});
  CHECK_FALSE(decode(longer, read));
}

TEST_CASE("records out of place, of another type, cut or damaged make the message malformed") {
  CHECK(accepted(record(4, 2), 1));
  CHECK_FALSE(accepted(record(4, 3), 1));
  CHECK_FALSE(accepted(record(4, 2, wal::RecordType::hard_state), 1));
  CHECK_FALSE(accepted(record(4, 2, wal::RecordType::no_op), 1));

  sim::Bytes cut = record(4, 2);
  cut.pop_back();
  CHECK_FALSE(accepted(cut, 1));
  sim::Bytes damaged = record(4, 2);
  damaged[30] ^= std::byte{1};
  CHECK_FALSE(accepted(damaged, 1));
}

TEST_CASE("a command that the store could not read makes the message malformed") {
  sim::Bytes bytes;
  wal::encode({4, 2, wal::RecordType::command, "k", "too short"}, bytes);

  CHECK_FALSE(accepted(bytes, 1));
}

TEST_CASE("epoch 0 is refused") {
  sim::Bytes frame;
  Replicate replicate;
  Disagree disagree;
  encode(Replicate{}, frame);
  CHECK_FALSE(decode(frame, replicate));
  encode(Disagree{}, frame);
  CHECK_FALSE(decode(frame, disagree));
}

TEST_CASE("whatever bytes are accepted are written back as the same bytes") {
  sim::Stream stream(3, {.purpose = sim::Purpose::first_model_purpose});
  int accepted_frames = 0;
  int different = 0;
  for (int round = 0; round < 200'000; ++round) {
    sim::Bytes frame = round % 2 == 0 ? example_replicate : example_disagree;
    const int changes = static_cast<int>(sim::below(stream.draw(), 3));
    for (int i = 0; i < changes; ++i) {
      const std::size_t at = sim::below(stream.draw(), frame.size());
      frame[at] = static_cast<std::byte>(stream.draw());
    }
    if (sim::below(stream.draw(), 4) == 0) frame.resize(sim::below(stream.draw(), frame.size()));
    sim::Bytes again;
    if (Replicate read; decode(frame, read)) encode(read, again);
    if (Disagree read; decode(frame, read)) encode(read, again);
    if (again.empty()) continue;
    ++accepted_frames;
    different += std::equal(frame.begin() + 4, frame.end(), again.begin() + 4, again.end()) ? 0 : 1;
  }

  CHECK(accepted_frames > 50'000);
  CHECK(different == 0);
}
