// Each message is sized first and written once; whatever arrives is checked before anybody
// relies on it.
#include "models/raft/codec.hpp"

#include "models/wal/format.hpp"
#include "models/wire/frame.hpp"
#include "sim/base/check.hpp"

namespace splitvote::raft {
namespace {

constexpr std::size_t vote_request_size = 3 * 8;
constexpr std::size_t vote_response_size = 8 + 1;
constexpr std::size_t append_entries_size = 5 * 8;  // before the entries
constexpr std::size_t append_response_size = 8 + 1 + 4 * 8;

/// Writes fields one behind the other into room that was made before.
class FieldWriter {
 public:
  explicit FieldWriter(std::byte* target) : target_(target) {}

  template <typename Integer>
  FieldWriter& put(Integer value) {
    std::memcpy(target_, &value, sizeof value);
    target_ += sizeof value;
    return *this;
  }
  void put_bytes(sim::ByteView bytes) {
    if (!bytes.empty()) std::memcpy(target_, bytes.data(), bytes.size());
  }

 private:
  std::byte* target_;
};

FieldWriter begin(sim::Bytes& frame, sim::MessageKind kind, std::size_t body_size) {
  wire::begin_frame(frame, kind);
  frame.resize(wire::header_size + body_size);
  return FieldWriter(frame.data() + wire::header_size);
}

sim::MessageKind kind_of(const VoteRequest& request) {
  return request.ballot == Ballot::vote ? request_vote_kind : pre_vote_kind;
}
sim::MessageKind kind_of(const VoteResponse& response) {
  return response.ballot == Ballot::vote ? vote_response_kind : pre_vote_response_kind;
}
sim::MessageKind kind_of(const AppendEntries& append) {
  return append.entries.empty() ? heartbeat_kind : append_entries_kind;
}
sim::MessageKind kind_of(const AppendResponse& response) {
  return response.heartbeat ? heartbeat_response_kind : append_response_kind;
}

void encode_fields(const VoteRequest& request, sim::Bytes& frame) {
  begin(frame, kind_of(request), vote_request_size)
      .put(request.term)
      .put(request.last.index)
      .put(request.last.term);
}

void encode_fields(const VoteResponse& response, sim::Bytes& frame) {
  begin(frame, kind_of(response), vote_response_size)
      .put(response.term)
      .put(static_cast<std::uint8_t>(response.granted));
}

void encode_fields(const AppendEntries& append, sim::Bytes& frame) {
  begin(frame, kind_of(append), append_entries_size + append.entries.size())
      .put(append.term)
      .put(append.previous.index)
      .put(append.previous.term)
      .put(append.commit)
      .put(append.read_round)
      .put_bytes(append.entries);
}

void encode_fields(const AppendResponse& response, sim::Bytes& frame) {
  begin(frame, kind_of(response), append_response_size)
      .put(response.term)
      .put(static_cast<std::uint8_t>(response.accepted))
      .put(response.match)
      .put(response.hint.index)
      .put(response.hint.term)
      .put(response.read_round);
}

/// A byte that is 0 or 1.
bool read_flag(sim::Reader& reader, bool& flag) {
  const auto byte = reader.integer<std::uint8_t>();
  flag = byte == 1;
  return byte <= 1;
}

bool decode_vote_request(sim::Reader reader, Ballot ballot, Message& message) {
  VoteRequest& request = message.emplace<VoteRequest>();
  request.ballot = ballot;
  request.term = reader.integer<std::uint64_t>();
  request.last.index = reader.integer<std::uint64_t>();
  request.last.term = reader.integer<std::uint64_t>();
  return reader.finished() && request.last.term < request.term;
}

bool decode_vote_response(sim::Reader reader, Ballot ballot, Message& message) {
  VoteResponse& response = message.emplace<VoteResponse>();
  response.ballot = ballot;
  response.term = reader.integer<std::uint64_t>();
  return read_flag(reader, response.granted) && reader.finished();
}

/// What a follower relies on when it takes entries over without looking at them again.
bool valid_entries(const AppendEntries& append) {
  LogPosition before = append.previous;
  for (sim::ByteView rest = append.entries; !rest.empty();) {
    wal::Record record;
    std::size_t size = 0;
    if (wal::decode(rest, record, size) != wal::DecodeStatus::ok) return false;
    if (!wal::is_entry(record.type) || record.index != before.index + 1) return false;
    if (record.term < before.term || record.term > append.term) return false;
    before = {record.index, record.term};
    rest = rest.subspan(size);
  }
  return true;
}

bool decode_append_entries(sim::Reader reader, bool heartbeat, Message& message) {
  AppendEntries& append = message.emplace<AppendEntries>();
  append.term = reader.integer<std::uint64_t>();
  append.previous.index = reader.integer<std::uint64_t>();
  append.previous.term = reader.integer<std::uint64_t>();
  append.commit = reader.integer<std::uint64_t>();
  append.read_round = reader.integer<std::uint64_t>();
  append.entries = reader.rest();
  if (reader.failed() || append.entries.empty() != heartbeat) return false;
  return append.term > 0 && append.previous.term <= append.term && valid_entries(append);
}

bool decode_append_response(sim::Reader reader, bool heartbeat, Message& message) {
  AppendResponse& response = message.emplace<AppendResponse>();
  response.heartbeat = heartbeat;
  response.term = reader.integer<std::uint64_t>();
  const bool flag = read_flag(reader, response.accepted);
  response.match = reader.integer<std::uint64_t>();
  response.hint.index = reader.integer<std::uint64_t>();
  response.hint.term = reader.integer<std::uint64_t>();
  response.read_round = reader.integer<std::uint64_t>();
  return flag && reader.finished();
}

}  // namespace

sim::MessageKind kind_of(const Message& message) {
  return std::visit([](const auto& fields) { return kind_of(fields); }, message);
}

void encode(const Message& message, sim::Bytes& frame) {
  std::visit([&](const auto& fields) { encode_fields(fields, frame); }, message);
  wire::end_frame(frame);
}

bool decode(sim::ByteView frame, Message& message) {
  SPLITVOTE_CHECK(frame.size() >= wire::header_size);
  const sim::MessageKind kind = wire::kind(frame);
  const sim::Reader body(wire::body(frame));
  switch (kind) {
    case request_vote_kind:
      return decode_vote_request(body, Ballot::vote, message);
    case pre_vote_kind:
      return decode_vote_request(body, Ballot::pre_vote, message);
    case vote_response_kind:
      return decode_vote_response(body, Ballot::vote, message);
    case pre_vote_response_kind:
      return decode_vote_response(body, Ballot::pre_vote, message);
    case append_entries_kind:
      return decode_append_entries(body, false, message);
    case heartbeat_kind:
      return decode_append_entries(body, true, message);
    case append_response_kind:
      return decode_append_response(body, false, message);
    case heartbeat_response_kind:
      return decode_append_response(body, true, message);
    default:
      return false;
  }
}

}  // namespace splitvote::raft
