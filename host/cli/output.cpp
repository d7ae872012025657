#include "host/cli/output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "cohort/error.hpp"

namespace cohort::cli {

void print(std::string_view text) {
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size();
  if (!written || std::fflush(stdout) != 0) {
    throw Error(ExitCode::unexpected,
                std::string("standard output cannot be written: ") + std::strerror(errno));
  }
}

void log_line(std::string_view text) {
  std::string line = "cohort: ";
  for (const char character : text) {
    // A name in a file may hold a newline or an escape sequence; a message is one line and commands
    // no terminal.
    const bool control = static_cast<unsigned char>(character) < 0x20 || character == 0x7f;
    line += control ? ' ' : character;
  }
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), stderr);
}

}  // namespace cohort::cli
