// How requests and responses are written; WIRE.md beside this file has both in bytes.
#include "models/client/message.hpp"

#include "models/wire/frame.hpp"

namespace splitvote::client {

void encode(const Request& request, sim::Bytes& frame) {
  wire::begin_frame(frame, request_kind, request.session, request.sequence);
  encode(request.operation, frame);
  wire::end_frame(frame);
}

void encode(const Response& response, sim::Bytes& frame) {
  wire::begin_frame(frame, response_kind, response.session, response.sequence,
                    static_cast<std::uint8_t>(response.status), sim::number(response.leader),
                    response.revision);
  if (!response.value.empty()) sim::append(frame, sim::as_bytes(response.value));
  wire::end_frame(frame);
}

bool decode(sim::ByteView frame, Request& request) {
  if (frame.size() < wire::header_size || wire::kind(frame) != request_kind) return false;
  sim::Reader reader(wire::body(frame));
  request.session = reader.integer<std::uint64_t>();
  request.sequence = reader.integer<std::uint64_t>();
  return !reader.failed() && decode(reader.rest(), request.operation);
}

bool decode(sim::ByteView frame, Response& response) {
  if (frame.size() < wire::header_size || wire::kind(frame) != response_kind) return false;
  sim::Reader reader(wire::body(frame));
  response.session = reader.integer<std::uint64_t>();
  response.sequence = reader.integer<std::uint64_t>();
  const auto status = reader.integer<std::uint8_t>();
  response.status = static_cast<Status>(status);
  response.leader = sim::NodeId{reader.integer<std::uint16_t>()};
  response.revision = reader.integer<std::uint64_t>();
  response.value = sim::as_text(reader.rest());
  return !reader.failed() && status <= static_cast<std::uint8_t>(Status::busy);
}

}  // namespace splitvote::client
