// Member by member with isa-l, a block of the output after the other.
#include "scenarios/histories/gzip.hpp"

#include <fmt/format.h>
#include <isa-l/igzip_lib.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <memory>

namespace splitvote::histories {

namespace {

class Gunzip {
 public:
  Gunzip(std::string_view bytes, std::size_t size_max) : bytes_(bytes), size_max_(size_max) {}

  sim::Result<std::string> all() && {
    text_.reserve(std::min<std::size_t>(promised(), size_max_) + at_once);
    while (!bytes_.empty()) {
      if (const sim::Result<void> read = member(); !read) return std::unexpected(read.error());
      const std::size_t behind = bytes_.find_first_not_of('\0');
      if (behind == std::string_view::npos) break;
      if (!bytes_.starts_with(gzip_mark))
        return sim::failure("behind what is compressed stands something else");
    }
    return std::move(text_);
  }

 private:
  static constexpr std::size_t at_once = std::size_t{1} << 20;

  /// What the last member says of its size, which need not be true: a text that grows in steps
  /// takes twice its room.
  [[nodiscard]] std::size_t promised() const {
    std::uint32_t size = 0;
    if (bytes_.size() >= sizeof size)
      std::memcpy(&size, bytes_.data() + bytes_.size() - sizeof size, sizeof size);
    return size;
  }

  sim::Result<void> member() {
    isal_inflate_init(state_.get());
    state_->crc_flag = ISAL_GZIP;
    while (state_->block_state != ISAL_BLOCK_FINISH) {
      if (const sim::Result<void> read = block(); !read) return read;
      if (text_.size() > size_max_)
        return sim::failure(fmt::format("this is more than {} bytes uncompressed", size_max_));
      const bool waits = bytes_.empty() && state_->avail_out != 0;
      if (waits && state_->block_state != ISAL_BLOCK_FINISH)
        return sim::failure("what is compressed is cut off");
    }
    return {};
  }

  sim::Result<void> block() {
    const std::size_t size = text_.size();
    text_.resize(size + at_once);
    const std::size_t taken =
        std::min<std::size_t>(bytes_.size(), std::numeric_limits<std::uint32_t>::max());
    // isa-l's own bytes are unsigned, and it does not write to its input.
    state_->next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(bytes_.data()));
    state_->avail_in = static_cast<std::uint32_t>(taken);
    state_->next_out = reinterpret_cast<std::uint8_t*>(text_.data() + size);
    state_->avail_out = at_once;
    const int result = isal_inflate(state_.get());
    text_.resize(size + at_once - state_->avail_out);
    bytes_.remove_prefix(taken - state_->avail_in);
    if (result < 0 || result == ISAL_NEED_DICT)
      return sim::failure("what is compressed is damaged");
    return {};
  }

  std::string_view bytes_;
  std::size_t size_max_;
  std::string text_;
  std::unique_ptr<inflate_state> state_ = std::make_unique<inflate_state>();
};

}  // namespace

sim::Result<std::string> gunzip(std::string_view bytes, std::size_t size_max) {
  return Gunzip(bytes, size_max).all();
}

}  // namespace splitvote::histories
