#include "cohort/wording.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

namespace cohort {
namespace {

/// Commas between the thousands of the whole part of "-1234.5".
std::string grouped(std::string digits) {
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  std::size_t at = std::min(digits.find('.'), digits.size());
  while (at > first + 3) {
    at -= 3;
    digits.insert(at, 1, ',');
  }
  return digits;
}

std::string without_trailing_zeros(std::string digits) {
  if (digits.find('.') == std::string::npos) return digits;
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.ends_with('.')) digits.pop_back();
  return digits;
}

}  // namespace

std::string thousands(std::int64_t value) {
  return grouped(fmt::format("{}", value));
}

std::string counted(std::int64_t n, std::string_view singular, std::string_view plural) {
  if (n == 1) return fmt::format("1 {}", singular);
  if (plural.empty()) return fmt::format("{} {}s", thousands(n), singular);
  return fmt::format("{} {}", thousands(n), plural);
}

std::string short_number(double value, int digits) {
  if (std::isnan(value)) return "–";
  if (value == 0) return "0";
  const double magnitude = std::abs(value);
  if (magnitude >= 1e15 || magnitude < 1e-4) return fmt::format("{:.{}g}", value, digits);
  const int whole_digits = static_cast<int>(std::floor(std::log10(magnitude))) + 1;
  const int decimals = std::max(0, digits - whole_digits);
  return grouped(without_trailing_zeros(fmt::format("{:.{}f}", value, decimals)));
}

std::string percent(double share) {
  if (std::isnan(share)) return "–";
  if (share > 0 && share < 0.0005) return "<0.1%";
  if (share < 1 && share >= 0.9995) return ">99.9%";
  return fmt::format("{:.1f}%", share * 100);
}

std::string duration(double seconds) {
  if (seconds < 0.9995) return fmt::format("{} ms", short_number(seconds * 1e3, 3));
  if (seconds < 99.95) return fmt::format("{} s", short_number(seconds, 3));
  const auto whole = std::llround(seconds);
  if (whole < 3600) return fmt::format("{} min {:02} s", whole / 60, whole % 60);
  return fmt::format("{} h {:02} min", thousands(whole / 3600), whole % 3600 / 60);
}

}  // namespace cohort
