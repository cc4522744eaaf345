// The command: hands its words over and keeps whatever goes wrong from becoming a crash.
#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "reports/summary.hpp"
#include "scenarios/cli/command.hpp"
#include "scenarios/cli/memory.hpp"

int main(int argc, char** argv) {
  splitvote::cli::keep_freed_memory();
  std::signal(SIGPIPE, SIG_IGN);  // `splitvote … | head` ends quietly
  const std::vector<std::string> words(argv + 1, argv + argc);
  splitvote::cli::Console console(stdout, stderr);
  try {
    return splitvote::cli::execute(words, console);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "splitvote: internal error: %s\n", error.what());
  }
  return splitvote::reports::exit_code(splitvote::reports::Verdict::internal_error);
}
