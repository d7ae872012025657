#pragma once
/// What a flag's value must look like before it means anything. CLI11 alone takes "" for a flag not
/// given, a negative seed for a large one, and the largest integer for what lies beyond it.

#include <cstdint>
#include <string>

#include <CLI/CLI.hpp>

namespace cohort::cli {

/// An unset shell variable must not silently choose a default.
[[nodiscard]] CLI::Validator not_empty();

/// Decimal digits that fit 64 bits, signed or unsigned.
[[nodiscard]] CLI::Validator whole_number();
[[nodiscard]] CLI::Validator unsigned_whole_number();

/// "1e6", "10M", "250k", "1000" as --rows takes them, from `least` on. \throws UsageError
[[nodiscard]] std::int64_t row_count(const std::string& text, std::int64_t least);

}  // namespace cohort::cli
