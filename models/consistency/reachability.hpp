// Which of many things must come before which others, directly or not.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace splitvote::consistency {

struct Arc {
  std::uint32_t earlier = 0;
  std::uint32_t later = 0;
};

/// Of each thing it is known from where on it reaches each of the chains that the things form; or,
/// if those are many, a bit for each other thing.
class Reachability {
 public:
  static constexpr std::size_t bytes_max = std::size_t{512} << 20;

  explicit Reachability(std::uint32_t size) : size_(size) {}

  /// False if the arcs have a circle; then nothing is known, else the depths. Later calls have all
  /// arcs of earlier ones.
  [[nodiscard]] bool sort(std::span<const Arc> arcs);
  /// Of the arcs that were sorted. False if there is no room for that.
  [[nodiscard]] bool close();

  /// As it was when closed last; also if the two are the same.
  [[nodiscard]] bool reaches(std::uint32_t from, std::uint32_t to) const {
    if (width_ > 0) return firsts_[std::size_t{from} * width_ + chain_[to]] <= place_[to];
    return (bits_[std::size_t{from} * words_ + to / 64] >> (to % 64) & 1) != 0;
  }
  /// By thing: how many arcs the longest way to it has.
  [[nodiscard]] std::span<const std::uint32_t> depths() const { return depths_; }
  /// Words that were joined so far.
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  [[nodiscard]] bool make_room();
  [[nodiscard]] std::uint32_t form_chains();
  void clear(std::uint32_t at);
  void add_itself(std::uint32_t at);
  void join(std::uint32_t into, std::uint32_t from);

  std::uint32_t size_;
  std::vector<std::uint32_t> ends_;  // by thing: of those behind it
  std::vector<std::uint32_t> laters_;
  std::vector<std::uint32_t> order_;
  std::vector<std::uint32_t> depths_;
  std::vector<std::uint32_t> chain_;   // by thing
  std::vector<std::uint32_t> place_;   // by thing, in its chain
  std::size_t width_ = 0;              // how many chains there are; 0 if bits take less room
  std::size_t words_ = 0;              // of the bits of a thing
  std::vector<std::uint32_t> firsts_;  // by thing and chain: the first place that is reached
  std::vector<std::uint64_t> bits_;    // by thing and thing
  std::uint64_t steps_ = 0;
};

}  // namespace splitvote::consistency
