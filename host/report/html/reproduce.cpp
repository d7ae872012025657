#include <string>
#include <utility>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/html/context.hpp"
#include "host/report/html/markup.hpp"
#include "host/report/svg/text.hpp"
#include "host/report/text.hpp"
#include "version.hpp"

namespace cohort::report {
namespace {

constexpr std::size_t kLongestRecipe = 20000;

/// Lines stay lines; everything else as escaped() has it.
std::string escaped_lines(std::string_view text) {
  std::string lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines += escaped(text.substr(begin, end - begin)) + '\n';
    begin = end + 1;
  }
  return lines;
}

std::string entry(std::string_view name, const std::string& markup) {
  return fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", name, markup);
}

}  // namespace

Section reproduce_section(const Context& context) {
  Section section{"reproduce", "How to reproduce it", ""};
  const Analysis& analysis = context.analysis;
  if (!analysis.command.empty())
    section.body += fmt::format("<pre tabindex=\"0\"><code>{}</code></pre>\n",
                                escaped(truncated(printable(analysis.command), 2000)));
  section.body += "<dl class=\"facts\">\n";
  section.body += entry("Survey", fmt::format("{}, {}", shown_name(analysis.source),
                                              counted(analysis.input_rows, "row")));
  section.body += entry("Recipe", shown_name(analysis.recipe));
  section.body += entry("Seed", fmt::format("{}", analysis.seed));
  section.body += entry("Version", fmt::format("cohort {}", kVersion));
  section.body += "</dl>\n";
  section.body += paragraph(
      "The same command on the same survey gives the same bytes, on any number of threads and on "
      "either device (principal components: to rounding).",
      "note");
  if (!analysis.recipe_text.empty()) {
    const bool cut = analysis.recipe_text.size() > kLongestRecipe;
    section.body += folded(
        "The recipe, as it was read",
        fmt::format("<pre tabindex=\"0\"><code>{}{}</code></pre>",
                    escaped_lines(std::string_view(analysis.recipe_text).substr(0, kLongestRecipe)),
                    cut ? "… and more" : ""));
  }
  return section;
}

}  // namespace cohort::report
