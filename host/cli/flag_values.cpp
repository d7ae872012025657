#include "host/cli/flag_values.hpp"

#include <charconv>
#include <cmath>
#include <limits>
#include <string_view>

#include <fmt/format.h>

#include "cohort/error.hpp"

namespace cohort::cli {

namespace {

template <class Integer>
CLI::Validator integer() {
  const auto check = [](const std::string& text) -> std::string {
    Integer value = 0;
    const char* const end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, value);
    if (error == std::errc{} && stop == end) return {};
    using Limits = std::numeric_limits<Integer>;
    return fmt::format("takes a whole number from {} to {}, not '{}'", Limits::min(), Limits::max(),
                       text);
  };
  return CLI::Validator(check, "");
}

}  // namespace

CLI::Validator not_empty() {
  const auto check = [](const std::string& text) -> std::string {
    return text.empty() ? "is given without a value" : "";
  };
  return CLI::Validator(check, "");
}

CLI::Validator whole_number() {
  return integer<std::int64_t>();
}

CLI::Validator unsigned_whole_number() {
  return integer<std::uint64_t>();
}

std::int64_t row_count(const std::string& text, std::int64_t least) {
  double value = -1;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  const std::string_view unit(stop, static_cast<std::size_t>(end - stop));
  if (unit == "k") value *= 1e3;
  if (unit == "M") value *= 1e6;
  const bool known = error == std::errc{} && (unit.empty() || unit == "k" || unit == "M");
  constexpr double kMost = 1e10;
  if (!known || !(value >= static_cast<double>(least)) || value > kMost ||
      value != std::floor(value))
    throw UsageError(fmt::format(
        "--rows takes counts from {} to 1e10 such as 1e6, 10M or 250k, not '{}'", least, text));
  return static_cast<std::int64_t>(value);
}

}  // namespace cohort::cli
