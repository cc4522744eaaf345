// How the messages between a primary and its backups are written and read.
#include "models/primary_backup/message.hpp"

#include "models/kv/command.hpp"
#include "models/wire/frame.hpp"

namespace splitvote::primary_backup {

namespace {

/// Whether these are whole commands, one after the other, from behind `previous` on.
bool well_formed(sim::ByteView records, Index previous) {
  while (!records.empty()) {
    wal::Record record;
    kv::Command command;
    std::size_t size = 0;
    if (wal::decode(records, record, size) != wal::DecodeStatus::ok) return false;
    if (!kv::decode(record, command) || record.index != ++previous) return false;
    records = records.subspan(size);
  }
  return true;
}

}  // namespace

void encode(const Replicate& message, sim::Bytes& frame) {
  wire::begin_frame(frame, replicate_kind, message.epoch, message.previous_index,
                    message.previous_epoch, message.end);
  sim::append(frame, message.records);
  wire::end_frame(frame);
}

void encode(const Disagree& message, sim::Bytes& frame) {
  wire::begin_frame(frame, disagree_kind, message.epoch, message.index, message.index_epoch);
  wire::end_frame(frame);
}

bool decode(sim::ByteView frame, Replicate& message) {
  if (frame.size() < wire::header_size || wire::kind(frame) != replicate_kind) return false;
  sim::Reader reader(wire::body(frame));
  message.epoch = reader.integer<std::uint64_t>();
  message.previous_index = reader.integer<std::uint64_t>();
  message.previous_epoch = reader.integer<std::uint64_t>();
  message.end = reader.integer<std::uint64_t>();
  message.records = reader.rest();
  return !reader.failed() && message.epoch > 0 &&
         well_formed(message.records, message.previous_index);
}

bool decode(sim::ByteView frame, Disagree& message) {
  if (frame.size() < wire::header_size || wire::kind(frame) != disagree_kind) return false;
  sim::Reader reader(wire::body(frame));
  message.epoch = reader.integer<std::uint64_t>();
  message.index = reader.integer<std::uint64_t>();
  message.index_epoch = reader.integer<std::uint64_t>();
  return reader.finished() && message.epoch > 0;
}

sim::ByteView take_record(sim::ByteView& records, wal::Record& record) {
  std::size_t size = 0;
  static_cast<void>(wal::decode(records, record, size));
  const sim::ByteView taken = records.first(size);
  records = records.subspan(size);
  return taken;
}

}  // namespace splitvote::primary_backup
