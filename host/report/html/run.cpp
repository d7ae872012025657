#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/html/context.hpp"
#include "host/report/html/markup.hpp"
#include "host/report/stages.hpp"
#include "host/report/svg/text.hpp"

namespace cohort::report {

Section run_section(const Context& context) {
  Section section{"run", "This run", ""};
  const auto& timings = context.analysis.timings;
  if (!context.options.timings || timings.empty()) return section;
  double total = 0;
  double longest = 0;
  for (const Timing& timing : timings) {
    total += timing.seconds;
    longest = std::max(longest, timing.seconds);
  }
  std::string rows;
  for (const Timing& timing : timings) {
    const double length = longest > 0 ? 160 * timing.seconds / longest : 0;
    rows += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{}</td><td class=\"bar\">"
        "<svg class=\"effect\" viewBox=\"0 0 160 8\" width=\"160\" height=\"8\" "
        "aria-hidden=\"true\"><rect width=\"{}\" height=\"8\" class=\"accent\"/></svg></td></tr>\n",
        escaped(stage_in_words(timing.stage)), shown_name(timing.device), duration(timing.seconds),
        decimal(std::max(length, 0.5)));
  }
  section.body = paragraph(
      fmt::format("Computed on {} in {}. These measurements are all that differs from run to run.",
                  shown_name(context.analysis.device), duration(total)),
      "lead");
  section.body += fmt::format(
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Times\"><table><thead><tr>"
      "<th scope=\"col\">Stage</th><th scope=\"col\">device</th><th scope=\"col\" "
      "class=\"number\">time</th><td "
      "class=\"bar\"></td></tr></thead>\n<tbody>{}</tbody></table></div>\n",
      rows);
  return section;
}

}  // namespace cohort::report
