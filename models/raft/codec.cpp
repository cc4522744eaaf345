// Each message is sized first and written once; whatever arrives is checked before anybody
// relies on it.
#include "models/raft/codec.hpp"

#include "models/raft/configuration.hpp"
#include "models/wal/format.hpp"
#include "models/wire/frame.hpp"
#include "sim/base/check.hpp"

namespace splitvote::raft {
namespace {

sim::MessageKind kind_of(const VoteRequest& request) {
  if (request.ballot == Ballot::transfer) return transfer_vote_kind;
  return request.ballot == Ballot::vote ? request_vote_kind : pre_vote_kind;
}
sim::MessageKind kind_of(const VoteResponse& response) {
  return response.ballot == Ballot::vote ? vote_response_kind : pre_vote_response_kind;
}
sim::MessageKind kind_of(const AppendEntries& append) {
  if (append.quiesce) return quiesce_kind;
  return append.entries.empty() ? heartbeat_kind : append_entries_kind;
}
sim::MessageKind kind_of(const AppendResponse& response) {
  if (response.quiesced) return quiesce_response_kind;
  return response.heartbeat ? heartbeat_response_kind : append_response_kind;
}
sim::MessageKind kind_of(const InstallSnapshot&) { return install_snapshot_kind; }
sim::MessageKind kind_of(const InstallSnapshotResponse&) { return install_snapshot_response_kind; }
sim::MessageKind kind_of(const TimeoutNow&) { return timeout_now_kind; }
sim::MessageKind kind_of(const ReadIndexRequest&) { return read_index_kind; }
sim::MessageKind kind_of(const ReadIndexResponse&) { return read_index_response_kind; }

sim::MessageKind kind_of(const Fortify&) { return fortify_kind; }
sim::MessageKind kind_of(const FortifyResponse&) { return fortify_response_kind; }
sim::MessageKind kind_of(const Defortify&) { return defortify_kind; }

void encode_fields(const VoteRequest& request, sim::Bytes& frame) {
  wire::begin_frame(frame, kind_of(request), request.term, request.last.index, request.last.term);
}

void encode_fields(const VoteResponse& response, sim::Bytes& frame) {
  const auto granted = static_cast<std::uint8_t>(response.granted);
  wire::begin_frame(frame, kind_of(response), response.term, granted);
}

void encode_fields(const AppendEntries& append, sim::Bytes& frame) {
  wire::begin_frame(frame, kind_of(append), append.term, append.previous.index,
                    append.previous.term, append.commit, append.read_round);
  if (!append.entries.empty()) sim::append(frame, append.entries);
}

void encode_fields(const AppendResponse& response, sim::Bytes& frame) {
  const auto accepted = static_cast<std::uint8_t>(response.accepted);
  wire::begin_frame(frame, kind_of(response), response.term, accepted, response.match,
                    response.hint.index, response.hint.term, response.read_round);
}

void encode_fields(const InstallSnapshot& install, sim::Bytes& frame) {
  wire::begin_frame(frame, kind_of(install), install.term, install.last.index, install.last.term,
                    install.size, install.checksum, install.offset,
                    static_cast<std::uint16_t>(install.configuration.size()));
  sim::append(frame, install.configuration);
  sim::append(frame, install.chunk);
}

void encode_fields(const InstallSnapshotResponse& response, sim::Bytes& frame) {
  wire::begin_frame(frame, kind_of(response), response.term, response.last.index,
                    response.last.term, response.offset, response.next_offset);
}

void encode_fields(const TimeoutNow& message, sim::Bytes& frame) {
  wire::begin_frame(frame, kind_of(message), message.term);
}

void encode_fields(const ReadIndexRequest& request, sim::Bytes& frame) {
  wire::begin_frame(frame, kind_of(request), request.term, request.incarnation, request.sequence);
}

void encode_fields(const ReadIndexResponse& response, sim::Bytes& frame) {
  wire::begin_frame(frame, kind_of(response), response.term, response.incarnation,
                    response.sequence, response.index);
}

void encode_fields(const Fortify& message, sim::Bytes& frame) {
  wire::begin_frame(frame, kind_of(message), message.term);
}

void encode_fields(const FortifyResponse& response, sim::Bytes& frame) {
  wire::begin_frame(frame, kind_of(response), response.term, response.epoch, response.commit);
}

void encode_fields(const Defortify& message, sim::Bytes& frame) {
  wire::begin_frame(frame, kind_of(message), message.term);
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

bool is_readable(const wal::Record& record) {
  if (record.type != wal::RecordType::configuration) return true;
  Configuration configuration;
  return record.key.empty() && decode(sim::as_bytes(record.value), configuration);
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
    if (!is_readable(record)) return false;
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

bool decode_quiesce(sim::Reader reader, Message& message) {
  if (!decode_append_entries(reader, true, message)) return false;
  std::get_if<AppendEntries>(&message)->quiesce = true;
  return true;
}

bool decode_quiesce_response(sim::Reader reader, Message& message) {
  if (!decode_append_response(reader, true, message)) return false;
  AppendResponse& response = *std::get_if<AppendResponse>(&message);
  response.quiesced = true;
  return response.accepted;
}

bool decode_install_snapshot(sim::Reader reader, Message& message) {
  InstallSnapshot& install = message.emplace<InstallSnapshot>();
  install.term = reader.integer<std::uint64_t>();
  install.last.index = reader.integer<std::uint64_t>();
  install.last.term = reader.integer<std::uint64_t>();
  install.size = reader.integer<std::uint64_t>();
  install.checksum = reader.integer<std::uint32_t>();
  install.offset = reader.integer<std::uint64_t>();
  install.configuration = reader.bytes(reader.integer<std::uint16_t>());
  install.chunk = reader.rest();
  if (Configuration read; !decode(install.configuration, read)) return false;
  if (reader.failed() || install.last.index == 0 || install.last.term > install.term) return false;
  return install.offset <= install.size && install.chunk.size() <= install.size - install.offset;
}

bool decode_install_snapshot_response(sim::Reader reader, Message& message) {
  InstallSnapshotResponse& response = message.emplace<InstallSnapshotResponse>();
  response.term = reader.integer<std::uint64_t>();
  response.last.index = reader.integer<std::uint64_t>();
  response.last.term = reader.integer<std::uint64_t>();
  response.offset = reader.integer<std::uint64_t>();
  response.next_offset = reader.integer<std::uint64_t>();
  return reader.finished();
}

/// Of a message that says nothing but its sender's term.
template <typename Body>
bool decode_term(sim::Reader reader, Message& message) {
  message.emplace<Body>().term = reader.integer<std::uint64_t>();
  return reader.finished();
}

bool decode_fortify_response(sim::Reader reader, Message& message) {
  FortifyResponse& response = message.emplace<FortifyResponse>();
  response.term = reader.integer<std::uint64_t>();
  response.epoch = reader.integer<std::uint64_t>();
  response.commit = reader.integer<std::uint64_t>();
  return reader.finished();
}

bool decode_read_index(sim::Reader reader, Message& message) {
  ReadIndexRequest& request = message.emplace<ReadIndexRequest>();
  request.term = reader.integer<std::uint64_t>();
  request.incarnation = reader.integer<std::uint64_t>();
  request.sequence = reader.integer<std::uint64_t>();
  return reader.finished();
}

bool decode_read_index_response(sim::Reader reader, Message& message) {
  ReadIndexResponse& response = message.emplace<ReadIndexResponse>();
  response.term = reader.integer<std::uint64_t>();
  response.incarnation = reader.integer<std::uint64_t>();
  response.sequence = reader.integer<std::uint64_t>();
  response.index = reader.integer<std::uint64_t>();
  return reader.finished();
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
    case transfer_vote_kind:
      return decode_vote_request(body, Ballot::transfer, message);
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
    case quiesce_kind:
      return decode_quiesce(body, message);
    case quiesce_response_kind:
      return decode_quiesce_response(body, message);
    case install_snapshot_kind:
      return decode_install_snapshot(body, message);
    case install_snapshot_response_kind:
      return decode_install_snapshot_response(body, message);
    case timeout_now_kind:
      return decode_term<TimeoutNow>(body, message);
    case fortify_kind:
      return decode_term<Fortify>(body, message);
    case fortify_response_kind:
      return decode_fortify_response(body, message);
    case defortify_kind:
      return decode_term<Defortify>(body, message);
    case read_index_kind:
      return decode_read_index(body, message);
    case read_index_response_kind:
      return decode_read_index_response(body, message);
    default:
      return false;
  }
}

}  // namespace splitvote::raft
