// Writes the trace of one run to a file: aside at first, under its name once it is whole.
#pragma once

#include <string>

#include "sim/base/error.hpp"
#include "sim/trace/trace_encoder.hpp"

namespace splitvote::sim {

/// Feed it from a Watcher's `on_record`. The file grows block by block as `<path>.part`, so that a
/// run that is killed leaves a readable beginning; `finish` syncs it and gives it its name. A
/// failing disk is remembered, writes nothing more, and is told by `finish`.
class TraceWriter {
 public:
  [[nodiscard]] static Result<TraceWriter> create(std::string path, const TraceHeader& header);

  TraceWriter(TraceWriter&& other) noexcept;
  TraceWriter& operator=(TraceWriter&&) = delete;
  ~TraceWriter();

  void add(const Record& record) {
    if (encoder_.add(record)) [[unlikely]]
      write_out();
  }

  /// Ends the trace. Nothing may be added afterwards.
  [[nodiscard]] Result<void> finish(const TraceEnd& end);

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::uint64_t records() const { return encoder_.records(); }
  /// What the file holds so far.
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  TraceWriter(std::string path, int file, const TraceHeader& header);

  [[nodiscard]] std::string part_path() const { return path_ + ".part"; }
  void write_out();
  void remember(const char* action);
  [[nodiscard]] bool sync_directory();

  std::string path_;
  int file_ = -1;
  std::uint64_t bytes_ = 0;
  std::string error_;  // the first failure, or empty
  TraceEncoder encoder_;
};

}  // namespace splitvote::sim
