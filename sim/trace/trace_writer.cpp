// Remembers the first error of the file system and reports it at the end; what is not finished
// stays aside.
#include "sim/trace/trace_writer.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace splitvote::sim {

Result<TraceWriter> TraceWriter::create(std::string path, const TraceHeader& header) {
  const std::string part = path + ".part";
  const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return failure(part + ": cannot be created: " + std::strerror(errno));
  TraceWriter writer(std::move(path), file, header);
  writer.write_out();
  if (!writer.error_.empty()) return failure(writer.error_);
  return writer;
}

TraceWriter::TraceWriter(std::string path, int file, const TraceHeader& header)
    : path_(std::move(path)), file_(file), encoder_(header) {}

TraceWriter::TraceWriter(TraceWriter&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, -1)),
      bytes_(other.bytes_),
      error_(std::move(other.error_)),
      encoder_(std::move(other.encoder_)) {}

TraceWriter::~TraceWriter() {
  if (file_ >= 0) ::close(file_);
}

void TraceWriter::remember(const char* action) {
  if (error_.empty()) error_ = part_path() + ": " + action + ": " + std::strerror(errno);
}

void TraceWriter::write_out() {
  Bytes& output = encoder_.output();
  ByteView rest(output);
  while (!rest.empty() && error_.empty()) {
    const ssize_t written = ::write(file_, rest.data(), rest.size());
    if (written >= 0) {
      rest = rest.subspan(static_cast<std::size_t>(written));
      bytes_ += static_cast<std::uint64_t>(written);
    } else if (errno != EINTR) {
      remember("cannot be written");
    }
  }
  output.clear();
}

bool TraceWriter::sync_directory() {
  const std::size_t slash = path_.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : path_.substr(0, slash + 1);
  const int file = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return false;
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  return synced;
}

Result<void> TraceWriter::finish(const TraceEnd& end) {
  encoder_.finish(end);
  write_out();
  if (error_.empty() && ::fsync(file_) != 0) remember("cannot be synced");
  if (::close(std::exchange(file_, -1)) != 0) remember("cannot be closed");
  if (!error_.empty()) return failure(error_);
  if (std::rename(part_path().c_str(), path_.c_str()) != 0) remember("cannot be renamed");
  if (error_.empty() && !sync_directory()) remember("its directory cannot be synced");
  if (!error_.empty()) return failure(error_);
  return {};
}

}  // namespace splitvote::sim
