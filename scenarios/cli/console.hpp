// What a command speaks to: standard output, standard error, and files that are whole or not there.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "reports/text.hpp"
#include "sim/base/error.hpp"

namespace splitvote::cli {

class Console {
 public:
  Console(std::FILE* out, std::FILE* err) : out_(out), err_(err) {}

  /// As the terminal, NO_COLOR and `--color` (auto, always, never) say.
  void choose_colours(std::string_view when);

  void print(std::string_view text) const;
  void complain(std::string_view text) const;

  /// One line that is written over on a terminal, and a line of its own now and then elsewhere.
  void progress(std::string_view text);
  void end_progress();

  [[nodiscard]] reports::Palette out_palette() const { return {out_coloured_}; }
  [[nodiscard]] bool err_coloured() const { return err_coloured_; }

 private:
  std::FILE* out_;
  std::FILE* err_;
  bool out_coloured_ = false;
  bool err_coloured_ = false;
  bool line_open_ = false;
  std::string last_progress_;
};

/// Written aside, synced and renamed; `-` is standard output.
[[nodiscard]] sim::Result<void> write_file(const std::string& path, std::string_view content);

}  // namespace splitvote::cli
