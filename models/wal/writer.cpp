// How appended records become batches: one write and one sync at a time.
#include "models/wal/writer.hpp"

#include <algorithm>
#include <cstring>

#include "sim/base/check.hpp"

namespace splitvote::wal {

sim::DiskStatus Writer::open(sim::Host& host, sim::FileId file, const Recovered& recovered,
                             const WriterOptions& options) {
  SPLITVOTE_CHECK(state_ == State::closed && recovered.status != RecoveryStatus::corrupt);
  const bool fresh = recovered.valid_bytes == 0;
  header_ = fresh ? FileHeader{options.alignment, options.salt} : recovered.header;
  file_ = file;
  batches_ = recovered.batches;
  awaited_token_ = next_token_ = options.first_token;
  file_end_ = align_up(fresh ? file_header_size : recovered.valid_bytes, header_.alignment);

  auto status = sim::DiskStatus::ok;
  if (recovered.status == RecoveryStatus::torn_tail)
    status = host.truncate(file, recovered.valid_bytes);
  if (status == sim::DiskStatus::ok && fresh) {
    sim::Bytes content;
    encode(header_, content);
    status = host.write(file, 0, content);
  }
  if (status != sim::DiskStatus::ok) return fail(status);
  host.sync(file, sim::IoToken{next_token_++});
  host.sync_directory(sim::IoToken{next_token_++});
  state_ = State::opening;
  return status;
}

void Writer::append(sim::ByteView records) {
  make_room();
  sim::append(pending_, records);
  ++appended_;
}

void Writer::append_hard_state(std::uint64_t term, std::uint16_t vote) {
  make_room();
  const std::string_view value(reinterpret_cast<const char*>(&vote), sizeof vote);
  encode({term, 0, RecordType::hard_state, {}, value}, pending_);
  ++appended_;
}

void Writer::append_truncation(std::uint64_t first_removed) {
  make_room();
  encode({0, first_removed, RecordType::truncation, {}, {}}, pending_);
  ++appended_;
}

sim::DiskStatus Writer::flush(sim::Host& host) {
  if (state_ == State::failed) return failure_;
  if (state_ != State::ready || pending_.empty()) return sim::DiskStatus::ok;

  const std::size_t size = pending_.size() - batch_record_size;
  SPLITVOTE_CHECK(size <= UINT32_MAX);
  const Batch batch{++batches_, header_.salt, file_end_, static_cast<std::uint32_t>(size)};
  encode(batch, std::span(pending_).first<batch_record_size>());
  const std::uint64_t next_end = align_up(file_end_ + pending_.size(), header_.alignment);
  pending_.resize(next_end - file_end_);

  const sim::DiskStatus status = host.write(file_, file_end_, pending_);
  if (status != sim::DiskStatus::ok) return fail(status);
  host.sync(file_, sim::IoToken{next_token_++});
  file_end_ = next_end;
  flushed_ = appended_;
  pending_.clear();
  state_ = State::syncing;
  return status;
}

sim::DiskStatus Writer::rotate(sim::Host& host, std::string_view name, const Beginning& beginning) {
  SPLITVOTE_CHECK(state_ == State::ready);
  header_.rewritten = true;
  encode_beginning(beginning);
  const sim::DiskStatus status =
      replacement_.begin(host, name, pending_, sim::IoToken{next_token_});
  next_token_ += 2;
  if (status != sim::DiskStatus::ok) return fail(status);
  batches_ = 1;
  file_end_ = pending_.size();
  flushed_ = appended_;
  pending_.clear();
  state_ = State::rotating;
  return status;
}

/// The whole new file: the header and one batch.
void Writer::encode_beginning(const Beginning& beginning) {
  pending_.clear();
  encode(header_, pending_);
  const std::uint64_t offset = align_up(pending_.size(), header_.alignment);
  pending_.resize(offset + batch_record_size);
  const auto [term, index] = beginning.base;
  if (index > 0) encode({term, index, RecordType::base, {}, {}}, pending_);
  const std::string_view vote(reinterpret_cast<const char*>(&beginning.vote),
                              sizeof beginning.vote);
  encode({beginning.term, 0, RecordType::hard_state, {}, vote}, pending_);
  sim::append(pending_, beginning.entries);
  const std::size_t size = pending_.size() - offset - batch_record_size;
  SPLITVOTE_CHECK(size <= UINT32_MAX);
  const Batch batch{1, header_.salt, offset, static_cast<std::uint32_t>(size)};
  encode(batch, std::span(pending_).subspan(offset).first<batch_record_size>());
  pending_.resize(align_up(pending_.size(), header_.alignment));
}

bool Writer::awaits(sim::IoToken token) const {
  return sim::number(token) >= awaited_token_ && sim::number(token) < next_token_;
}

sim::DiskStatus Writer::on_synced(sim::Host& host, const sim::DiskCompletion& completion) {
  SPLITVOTE_CHECK(sim::number(completion.token) == awaited_token_ && awaits(completion.token));
  ++awaited_token_;
  if (state_ == State::failed) return failure_;
  if (state_ == State::rotating) {
    const sim::DiskStatus status = replacement_.on_synced(host, completion);
    if (status != sim::DiskStatus::ok) return fail(status);
    if (replacement_.state() == FileReplacement::State::idle) {
      host.close(file_);
      file_ = replacement_.file();
    }
  } else if (completion.status != sim::DiskStatus::ok) {
    return fail(completion.status);
  }
  if (awaited_token_ != next_token_) return sim::DiskStatus::ok;
  state_ = State::ready;
  durable_ = flushed_;
  return sim::DiskStatus::ok;
}

void Writer::make_room() {
  if (!pending_.empty()) return;
  pending_.reserve(2 * batch_record_size);  // of a new buffer: the batch record and a small one
  pending_.resize(batch_record_size);
}

sim::DiskStatus Writer::fail(sim::DiskStatus status) {
  state_ = State::failed;
  failure_ = status;
  return status;
}

}  // namespace splitvote::wal
