#include "scenarios/cli/console.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

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

void Console::print(std::string_view text) const {
  std::fwrite(text.data(), 1, text.size(), out_);
  std::fflush(out_);
}

void Console::complain(std::string_view text) const {
  std::fwrite(text.data(), 1, text.size(), err_);
  std::fflush(err_);
}

void Console::progress(std::string_view text) {
  if (text == last_progress_) return;
  last_progress_ = text;
  if (::isatty(::fileno(err_)) == 1) {
    complain(fmt::format("\r\x1b[K{}", text));
    line_open_ = true;
  } else {
    complain(fmt::format("{}\n", text));
  }
}

void Console::end_progress() {
  if (line_open_) complain("\r\x1b[K");
  line_open_ = false;
}

sim::Result<void> write_file(const std::string& path, std::string_view content) {
  const auto fail = [&](const char* action) {
    return sim::failure(fmt::format("cannot {} {}: {}", action, path, std::strerror(errno)));
  };
  const std::string aside = path + ".part";
  std::FILE* file = path == "-" ? stdout : std::fopen(aside.c_str(), "wb");
  if (file == nullptr) return fail("create");
  const bool written = std::fwrite(content.data(), 1, content.size(), file) == content.size() &&
                       std::fflush(file) == 0;
  if (path == "-") {
    if (!written) return fail("write");
    return {};
  }
  const bool synced = written && ::fsync(::fileno(file)) == 0;
  if (std::fclose(file) != 0 || !synced || std::rename(aside.c_str(), path.c_str()) != 0) {
    const auto failure = fail("write");
    std::remove(aside.c_str());
    return failure;
  }
  return {};
}

}  // namespace splitvote::cli
