// The client's two messages: the worked examples of WIRE.md, round trips, and any bytes at all.
#include "models/client/message.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "models/wire/frame.hpp"
#include "sim/random/stream.hpp"
#include "tests/models/worked_example.hpp"

using namespace splitvote;
using namespace splitvote::client;

namespace {

const sim::Bytes example_request = models::worked_example("models/client/WIRE.md", "Request");
const sim::Bytes example_response = models::worked_example("models/client/WIRE.md", "Response");

const Request request{.session = (std::uint64_t{5} << 48) + 2,
                      .sequence = 7,
                      .operation = {.kind = OperationKind::compare_and_swap,
                                    .expected_revision = 9,
                                    .key = "k17",
                                    .value = "hi"}};
const Response response{.session = (std::uint64_t{5} << 48) + 2,
                        .sequence = 7,
                        .status = Status::not_leader,
                        .leader = sim::NodeId{1},
                        .value = {}};

sim::Bytes random_bytes(sim::Stream& stream, std::size_t size_max) {
  sim::Bytes bytes(sim::below(stream.draw(), size_max + 1));
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(stream.draw());
  return bytes;
}

}  // namespace

TEST_CASE("a request is written as the worked example shows") {
  sim::Bytes frame;
  encode(request, frame);

  CHECK(frame == example_request);
}

TEST_CASE("a response is written as the worked example shows") {
  sim::Bytes frame;
  encode(response, frame);

  CHECK(frame == example_response);
}

TEST_CASE("a message is written into a used buffer as into a fresh one") {
  sim::Bytes frame(200, std::byte{0xee});
  encode(response, frame);

  CHECK(frame == example_response);
}

TEST_CASE("a request is read as it was written") {
  Request read;
  REQUIRE(decode(example_request, read));

  CHECK(read.session == request.session);
  CHECK(read.sequence == 7);
  CHECK(read.operation.kind == OperationKind::compare_and_swap);
  CHECK(read.operation.expected_revision == 9);
}

TEST_CASE("views point into the bytes they were read from") {
  const sim::Bytes frame = example_request;
  Request read;
  REQUIRE(decode(frame, read));

  CHECK(read.operation.key == "k17");
  CHECK(read.operation.value == "hi");
  CHECK(static_cast<const void*>(read.operation.value.data()) ==
        static_cast<const void*>(frame.data() + frame.size() - 2));
}

TEST_CASE("a response is read as it was written") {
  const sim::Bytes frame = example_response;
  Response read;
  REQUIRE(decode(frame, read));

  CHECK(read.session == response.session);
  CHECK(read.sequence == 7);
  CHECK(read.status == Status::not_leader);
  CHECK(read.leader == sim::NodeId{1});
  CHECK(read.revision == 0);
  CHECK(read.value.empty());
}

TEST_CASE("a frame of one message is not read as the other") {
  Request read_request;
  Response read_response;

  CHECK_FALSE(decode(example_response, read_request));
  CHECK_FALSE(decode(example_request, read_response));
}

TEST_CASE("every frame that ends before its value begins is refused") {
  const sim::Bytes whole_request = example_request;
  const sim::Bytes whole_response = example_response;
  std::size_t accepted = 0;
  for (std::size_t size = 0; size < whole_request.size() - 2; ++size) {
    Request read;
    accepted += decode(sim::ByteView(whole_request).first(size), read) ? 1 : 0;
  }
  for (std::size_t size = 0; size < whole_response.size(); ++size) {
    Response read;
    accepted += decode(sim::ByteView(whole_response).first(size), read) ? 1 : 0;
  }

  CHECK(accepted == 0);
}

TEST_CASE("an operation kind and a status that do not exist are refused") {
  sim::Bytes bad_kind = example_request;
  bad_kind[21] = std::byte{4};
  sim::Bytes bad_status = example_response;
  bad_status[21] = std::byte{4};
  Request read_request;
  Response read_response;

  CHECK_FALSE(decode(bad_kind, read_request));
  CHECK_FALSE(decode(bad_status, read_response));
}

TEST_CASE("a key size beyond the frame is refused, also at the largest number") {
  sim::Bytes frame = example_request;
  for (const std::size_t offset : {30U, 31U, 32U, 33U}) frame[offset] = std::byte{0xff};
  Request read;

  CHECK_FALSE(decode(frame, read));
}

TEST_CASE("whatever bytes are accepted are written back as the same bytes") {
  sim::Stream stream(1, {.purpose = sim::Purpose::first_model_purpose});
  std::size_t accepted = 0;
  std::size_t different = 0;
  for (int round = 0; round < 200'000; ++round) {
    sim::Bytes frame = round % 2 == 0 ? example_request : example_response;
    const sim::Bytes noise = random_bytes(stream, 8);
    const std::size_t at = sim::below(stream.draw(), frame.size());
    for (std::size_t i = 0; i < noise.size() && at + i < frame.size(); ++i)
      frame[at + i] = noise[i];
    for (std::uint64_t cut = sim::below(stream.draw(), 4); cut > 0; --cut) frame.pop_back();
    sim::Bytes again;
    if (Request read; decode(frame, read)) encode(read, again);
    if (Response read; decode(frame, read)) encode(read, again);
    if (again.empty()) continue;
    ++accepted;
    // The checksum is not the decoder's to judge; everything behind it must be the same.
    different += std::equal(frame.begin() + 4, frame.end(), again.begin() + 4, again.end()) ? 0 : 1;
  }

  CHECK(accepted > 50'000);
  CHECK(different == 0);
}

TEST_CASE("bytes from nowhere never lead beyond their end") {
  sim::Stream stream(2, {.purpose = sim::Purpose::first_model_purpose});
  std::size_t outside = 0;
  for (int round = 0; round < 200'000; ++round) {
    sim::Bytes frame = random_bytes(stream, 48);
    if (frame.size() > 4) frame[4] = static_cast<std::byte>(1 + round % 2);
    const char* const end = reinterpret_cast<const char*>(frame.data() + frame.size());
    if (Request read; decode(frame, read)) {
      outside += read.operation.key.data() + read.operation.key.size() > end ? 1 : 0;
      outside += read.operation.value.data() + read.operation.value.size() != end ? 1 : 0;
    }
    if (Response read; decode(frame, read)) {
      outside += read.value.data() + read.value.size() != end ? 1 : 0;
    }
  }

  CHECK(outside == 0);
}
