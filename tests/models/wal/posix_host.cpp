// How a host's file operations become system calls.
#include "tests/models/wal/posix_host.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <utility>

namespace splitvote::wal::test {
namespace {

using sim::DiskStatus;

DiskStatus status_of_errno() {
  if (errno == ENOSPC || errno == EDQUOT) return DiskStatus::no_space;
  return errno == ENOENT ? DiskStatus::not_found : DiskStatus::io_error;
}

DiskStatus status_of(int result) { return result == 0 ? DiskStatus::ok : status_of_errno(); }

DiskStatus write_all(int file, std::uint64_t offset, sim::ByteView content) {
  while (!content.empty()) {
    const ssize_t written =
        ::pwrite(file, content.data(), content.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return status_of_errno();
    offset += static_cast<std::uint64_t>(written);
    content = content.subspan(static_cast<std::size_t>(written));
  }
  return DiskStatus::ok;
}

}  // namespace

PosixHost::PosixHost(std::string directory) : directory_(std::move(directory)) {}

PosixHost::~PosixHost() {
  for (const int file : files_) {
    if (file >= 0) ::close(file);
  }
}

sim::FileId PosixHost::open(std::string_view name) {
  const int file = ::open(path(name).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  SPLITVOTE_CHECK(file >= 0);
  files_.push_back(file);
  return sim::FileId{static_cast<std::uint16_t>(files_.size() - 1)};
}

void PosixHost::close(sim::FileId file) {
  int& descriptor = files_.at(static_cast<std::size_t>(file));
  if (descriptor >= 0) ::close(descriptor);
  descriptor = -1;
}

bool PosixHost::exists(std::string_view name) const {
  return ::access(path(name).c_str(), F_OK) == 0;
}

std::uint64_t PosixHost::size(sim::FileId file) const {
  struct stat status {};
  SPLITVOTE_CHECK(::fstat(descriptor(file), &status) == 0);
  return static_cast<std::uint64_t>(status.st_size);
}

DiskStatus PosixHost::write(sim::FileId file, std::uint64_t offset, sim::ByteView content) {
  const auto alive = std::min<std::uint64_t>(content.size(), bytes_until_death);
  const DiskStatus status = write_all(descriptor(file), offset, content.first(alive));
  bytes_until_death -= alive;
  if (bytes_until_death == 0) ::raise(SIGKILL);
  return status;
}

DiskStatus PosixHost::truncate(sim::FileId file, std::uint64_t size) {
  return status_of(::ftruncate(descriptor(file), static_cast<off_t>(size)));
}

DiskStatus PosixHost::rename(std::string_view source, std::string_view target) {
  return status_of(std::rename(path(source).c_str(), path(target).c_str()));
}

DiskStatus PosixHost::remove(std::string_view name) {
  return status_of(::unlink(path(name).c_str()));
}

void PosixHost::read(sim::FileId file, std::uint64_t offset, std::uint64_t size,
                     sim::IoToken token) {
  content_.resize(size);
  std::size_t filled = 0;
  while (filled < size) {
    const ssize_t got = ::pread(descriptor(file), content_.data() + filled, size - filled,
                                static_cast<off_t>(offset + filled));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return complete(token, DiskStatus::io_error);
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  completions.push_back({token, DiskStatus::ok, sim::ByteView(content_).first(filled)});
}

void PosixHost::sync(sim::FileId file, sim::IoToken token) {
  complete(token, status_of(::fsync(descriptor(file))));
}

void PosixHost::sync_directory(sim::IoToken token) {
  const int directory = ::open(directory_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const DiskStatus status = directory < 0 ? status_of_errno() : status_of(::fsync(directory));
  if (directory >= 0) ::close(directory);
  complete(token, status);
}

std::string PosixHost::path(std::string_view name) const {
  return directory_ + "/" + std::string(name);
}

int PosixHost::descriptor(sim::FileId file) const {
  return files_.at(static_cast<std::size_t>(file));
}

}  // namespace splitvote::wal::test
