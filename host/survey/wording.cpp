#include "host/survey/wording.hpp"

#include <fmt/format.h>

#include "host/survey/nearest.hpp"

namespace cohort {

std::string grouped(std::int64_t number) {
  const std::string digits = std::to_string(number);
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::size_t left = digits.size() - i;
    if (left % 3 == 0 && i > 0 && digits[i - 1] != '-') text += ',';
    text += digits[i];
  }
  return text;
}

std::string counted(std::int64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(number), noun, number == 1 ? "" : "s");
}

std::string listed(std::span<const std::string> names, std::size_t most) {
  const std::size_t shown = names.size() <= most ? names.size() : most;
  std::string text = fmt::format("{}", fmt::join(names.first(shown), ", "));
  if (shown < names.size()) text += fmt::format(" and {} more", grouped(names.size() - shown));
  return text;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> among) {
  const std::string near = nearest(name, among);
  return near.empty() ? std::string() : fmt::format("; did you mean '{}'?", near);
}

}  // namespace cohort
