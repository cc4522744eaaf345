// Writing, syncing and dropping changes of one file's content.
#include "sim/disk/file_content.hpp"

#include <algorithm>

namespace splitvote::sim {

namespace {

template <typename Vector>
void erase_front(Vector& vector, std::size_t count) {
  vector.erase(vector.begin(), vector.begin() + static_cast<std::ptrdiff_t>(count));
}

}  // namespace

void FileContent::read(std::uint64_t offset, std::uint64_t size, Bytes& target) const {
  target.clear();
  if (offset >= image_.size()) return;
  const std::uint64_t count = std::min<std::uint64_t>(size, image_.size() - offset);
  append(target, ByteView{image_}.subspan(offset, count));
}

void FileContent::write(std::uint64_t offset, ByteView content) {
  if (content.empty()) return;
  const std::uint64_t size = image_.size();
  const std::uint64_t end = offset + content.size();
  if (offset == size) {
    journal_.push_back({offset, end, size, 0});
    // Of what is written, not of what was there: behind a large beginning more will follow.
    if (end > image_.capacity()) image_.reserve(2 * end);
    append(image_, content);
    return;
  }
  save(offset, end, offset < size ? std::min(end, size) - offset : 0);
  if (end > size) image_.resize(end);
  std::memcpy(image_.data() + offset, content.data(), content.size());
}

void FileContent::truncate(std::uint64_t size) {
  const std::uint64_t size_before = image_.size();
  if (size == size_before) return;
  if (size < size_before)
    save(size, size, size_before - size);
  else
    save(size_before, size, 0);
  image_.resize(size);
}

void FileContent::save(std::uint64_t offset, std::uint64_t end, std::uint64_t saved) {
  journal_.push_back({offset, end, image_.size(), saved});
  if (saved != 0) append(saved_, ByteView{image_}.subspan(offset, saved));
}

void FileContent::sync_until(std::uint64_t mark) {
  while (first_number_ < mark) {
    saved_first_ += journal_[first_].saved;
    ++first_;
    ++first_number_;
  }
  if (first_ == journal_.size()) {
    forget_journal();
  } else if (first_ >= 64 && first_ > journal_.size() / 2) {
    // Syncs that always overlap never empty the journal; its front goes when it is the larger half.
    erase_front(journal_, first_);
    erase_front(saved_, saved_first_);
    first_ = 0;
    saved_first_ = 0;
  }
}

void FileContent::drop_until(std::uint64_t mark) {
  if (mark <= first_number_) return;
  const std::size_t kept_from = first_ + static_cast<std::size_t>(mark - first_number_);
  const std::vector<Change> kept(journal_.begin() + static_cast<std::ptrdiff_t>(kept_from),
                                 journal_.end());
  Bytes newest = image_;
  undo_all();
  forget_journal();
  first_number_ = mark;
  // Each kept change is made again, so that its number stays its own. Where a later one wrote over
  // it, it writes the later bytes already, which no one can tell: between the two there was no
  // sync.
  for (const Change& change : kept) {
    if (newest.size() < change.end) newest.resize(change.end);
    if (change.shortens()) {
      if (change.offset == image_.size()) save(change.offset, change.offset, 0);
      truncate(change.offset);
    } else {
      write(change.offset, ByteView{newest}.subspan(change.offset, change.end - change.offset));
    }
  }
}

void FileContent::undo_all() {
  std::size_t saved_end = saved_.size();
  for (std::size_t at = journal_.size(); at-- > first_;) {
    const Change& change = journal_[at];
    image_.resize(change.size_before);
    saved_end -= change.saved;
    if (change.saved != 0)
      std::memcpy(image_.data() + change.offset, saved_.data() + saved_end, change.saved);
  }
}

void FileContent::forget_journal() {
  first_number_ = mark();
  journal_.clear();
  saved_.clear();
  first_ = 0;
  saved_first_ = 0;
}

void FileContent::clear() {
  image_.clear();
  forget_journal();
}

}  // namespace splitvote::sim
