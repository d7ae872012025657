#pragma once
/// Standard output carries the result, standard error what is said about it.

#include <string>
#include <string_view>

namespace cohort::cli {

/// Writes to standard output and flushes. \throws Error when it cannot be written, with the
/// system's reason
void print(std::string_view text);

/// One line on standard error.
void log_line(std::string_view text);

}  // namespace cohort::cli
