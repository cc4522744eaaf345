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

  void print(std::string_view text);
  void complain(std::string_view text) const;
  /// To a file, or to standard output if the path is `-`.
  [[nodiscard]] sim::Result<void> save(const std::string& path, std::string_view content);
  /// What kept standard output from being written, or empty. That nobody reads it is no failure.
  [[nodiscard]] std::string shortfall() const;

  /// Whether standard error is a terminal, on which a line can be written over.
  [[nodiscard]] bool has_line() const;
  /// On a terminal instead of the line before it, elsewhere below it.
  void write_line(std::string_view text);
  void wipe_line();

  [[nodiscard]] reports::Palette out_palette() const { return {out_coloured_}; }
  [[nodiscard]] reports::Palette err_palette() const { return {err_coloured_}; }
  [[nodiscard]] bool err_coloured() const { return err_coloured_; }

 private:
  std::FILE* out_;
  std::FILE* err_;
  bool out_coloured_ = false;
  bool err_coloured_ = false;
  bool line_open_ = false;
  int print_error_ = 0;  // errno
};

/// Written aside, synced and renamed; a device or pipe is written to directly.
[[nodiscard]] sim::Result<void> write_file(const std::string& path, std::string_view content);

}  // namespace splitvote::cli
