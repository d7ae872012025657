#pragma once

#include <string>

#include <CLI/CLI.hpp>

namespace cohort::cli {

/// The command line that gives the same results as the one just parsed, quoted for a shell: without
/// the flags that only say where to compute, what to tell and where to write.
[[nodiscard]] std::string repeatable(const CLI::App& command);

}  // namespace cohort::cli
