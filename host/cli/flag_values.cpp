#include "host/cli/flag_values.hpp"

#include <charconv>
#include <limits>

#include <fmt/format.h>

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

}  // namespace cohort::cli
