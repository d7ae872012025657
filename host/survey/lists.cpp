#include "host/survey/lists.hpp"

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/survey/nearest.hpp"

namespace cohort {

std::string listed(std::span<const std::string> names, std::size_t most) {
  const std::size_t shown = names.size() <= most ? names.size() : most;
  std::string text = fmt::format("{}", fmt::join(names.first(shown), ", "));
  if (shown < names.size()) text += fmt::format(" and {} more", thousands(names.size() - shown));
  return text;
}

std::string did_you_mean(std::string_view name, std::span<const std::string> among) {
  const std::string near = nearest(name, among);
  return near.empty() ? std::string() : fmt::format("; did you mean '{}'?", near);
}

}  // namespace cohort
