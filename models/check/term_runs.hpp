// A replica's log as its terms only: one run per term, however many entries the term has.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace splitvote::check {

/// Indexes start at 1; terms of entries are at least 1, so that 0 says "no such entry".
class TermRuns {
 public:
  struct Run {
    std::uint64_t first = 0;  // the run's first index; it ends before the next run's
    std::uint64_t term = 0;
  };

  void append(std::uint64_t term) { append_at(last_ + 1, term); }

  /// Appends behind a gap; no index in the gap is asked for, but if it is, it has the term before.
  void append_at(std::uint64_t index, std::uint64_t term) {
    if (term != last_term_) [[unlikely]] {
      runs_.push_back({index, term});
      last_term_ = term;
    }
    last_ = index;
  }

  /// Takes over what `other` holds behind this log's end, up to `to`; both agree up to this end.
  void extend_from(const TermRuns& other, std::uint64_t to) {
    while (last_ < to) {
      const std::uint64_t next = other.term_at(last_ + 1);
      append(next);
      last_ = std::min(to, other.run_end(last_));
    }
  }

  /// Removes `first` and everything behind it.
  void truncate(std::uint64_t first) {
    if (first > last_) return;
    last_ = first == 0 ? 0 : first - 1;
    while (!runs_.empty() && runs_.back().first > last_) runs_.pop_back();
    last_term_ = runs_.empty() ? 0 : runs_.back().term;
  }

  void clear() { truncate(1); }

  [[nodiscard]] std::uint64_t last() const { return last_; }
  [[nodiscard]] std::uint64_t last_term() const { return last_term_; }

  /// 0 if the log does not reach the index.
  [[nodiscard]] std::uint64_t term_at(std::uint64_t index) const {
    if (index == 0 || index > last_) return 0;
    if (index >= runs_.back().first) [[likely]]
      return last_term_;
    const auto run = run_of(index);
    return run == runs_.end() ? 0 : run->term;
  }

  /// Whether the index is held and lies in the last run, and that is of this term.
  [[nodiscard]] bool ends_with_run(std::uint64_t index, std::uint64_t term) const {
    return index <= last_ && term == last_term_ && term != 0 && index >= runs_.back().first;
  }

  /// The last index of the run that holds `index`, which the log must hold.
  [[nodiscard]] std::uint64_t run_end(std::uint64_t index) const {
    if (index >= runs_.back().first) return last_;
    const auto run = run_of(index);
    return run == runs_.end() ? index : (run + 1)->first - 1;
  }

  [[nodiscard]] std::span<const Run> runs() const { return runs_; }

 private:
  [[nodiscard]] std::vector<Run>::const_iterator run_of(std::uint64_t index) const {
    const auto behind =
        std::upper_bound(runs_.begin(), runs_.end(), index,
                         [](std::uint64_t value, const Run& run) { return value < run.first; });
    return behind == runs_.begin() ? runs_.end() : behind - 1;
  }

  std::vector<Run> runs_;
  std::uint64_t last_ = 0;
  std::uint64_t last_term_ = 0;
};

}  // namespace splitvote::check
