// A host on a directory of real POSIX files: the log's code runs on it unchanged.
#pragma once

#include <string>
#include <vector>

#include "tests/models/wal/file_host.hpp"

namespace splitvote::wal::test {

/// Operations happen at once, their completions wait in `completions`. A failed system call is an
/// io_error, a full device no_space.
class PosixHost : public FileHost {
 public:
  /// The directory must exist.
  explicit PosixHost(std::string directory);
  ~PosixHost() override;

  sim::FileId open(std::string_view name) override;
  void close(sim::FileId file) override;
  bool exists(std::string_view name) const override;
  std::uint64_t size(sim::FileId file) const override;
  sim::DiskStatus write(sim::FileId file, std::uint64_t offset, sim::ByteView content) override;
  sim::DiskStatus truncate(sim::FileId file, std::uint64_t size) override;
  sim::DiskStatus rename(std::string_view source, std::string_view target) override;
  sim::DiskStatus remove(std::string_view name) override;
  void read(sim::FileId file, std::uint64_t offset, std::uint64_t size,
            sim::IoToken token) override;
  void sync(sim::FileId file, sim::IoToken token) override;
  void sync_directory(sim::IoToken token) override;

  /// The process is killed (SIGKILL) once this many bytes were written, in the middle of a write if
  /// need be.
  std::uint64_t bytes_until_death = UINT64_MAX;

 private:
  std::string path(std::string_view name) const;
  int descriptor(sim::FileId file) const;

  std::string directory_;
  std::vector<int> files_;
  sim::Bytes content_;  // of the latest read
};

}  // namespace splitvote::wal::test
