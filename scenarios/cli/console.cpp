// Output that notices a full disk, a closed pipe and a missing terminal, and files written aside
// and renamed.
#include "scenarios/cli/console.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace splitvote::cli {

void Console::choose_colours(std::string_view when) {
  const char* no_colour = std::getenv("NO_COLOR");
  const bool allowed = no_colour == nullptr || *no_colour == '\0';
  const auto coloured = [&](std::FILE* stream) {
    if (when == "always") return true;
    return when != "never" && allowed && ::isatty(::fileno(stream)) == 1;
  };
  out_coloured_ = coloured(out_);
  err_coloured_ = coloured(err_);
}

void Console::print(std::string_view text) {
  errno = 0;
  const bool written =
      std::fwrite(text.data(), 1, text.size(), out_) == text.size() && std::fflush(out_) == 0;
  if (!written && print_error_ == 0) print_error_ = errno;
}

sim::Result<void> Console::save(const std::string& path, std::string_view content) {
  if (path != "-") return write_file(path, content);
  print(content);
  return {};
}

std::string Console::shortfall() const {
  if (print_error_ == 0 || print_error_ == EPIPE) return {};
  return fmt::format("cannot write to standard output: {}", std::strerror(print_error_));
}

void Console::complain(std::string_view text) const {
  std::fwrite(text.data(), 1, text.size(), err_);
  std::fflush(err_);
}

bool Console::has_line() const { return ::isatty(::fileno(err_)) == 1; }

void Console::write_line(std::string_view text) {
  line_open_ = has_line();
  complain(line_open_ ? fmt::format("\r\x1b[K{}", text) : fmt::format("{}\n", text));
}

void Console::wipe_line() {
  if (line_open_) complain("\r\x1b[K");
  line_open_ = false;
}

sim::Result<void> write_file(const std::string& path, std::string_view content) {
  const auto fail = [&](const char* action) {
    return sim::failure(fmt::format("cannot {} {}: {}", action, path, std::strerror(errno)));
  };
  // A device or a pipe is written to; putting a file in its place would take it away.
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  const bool in_place =
      std::filesystem::exists(status) && !std::filesystem::is_regular_file(status);
  const std::string target = in_place ? path : path + ".part";
  std::FILE* file = std::fopen(target.c_str(), "wb");
  if (file == nullptr) return fail("create");
  bool good = std::fwrite(content.data(), 1, content.size(), file) == content.size() &&
              std::fflush(file) == 0 && (in_place || ::fsync(::fileno(file)) == 0);
  const int why = errno;
  good = std::fclose(file) == 0 && good;
  if (good && (in_place || std::rename(target.c_str(), path.c_str()) == 0)) return {};
  if (!good && why != 0) errno = why;
  const auto failure = fail("write");
  if (!in_place) std::remove(target.c_str());
  return failure;
}

}  // namespace splitvote::cli
