#include <cctype>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cohort/report.hpp"
#include "cohort/wording.hpp"

#include "host/report/html/context.hpp"
#include "host/report/html/markup.hpp"
#include "host/report/html/style.hpp"
#include "host/report/svg/text.hpp"
#include "host/report/text.hpp"
#include "version.hpp"

namespace cohort {
namespace report {
namespace {

/// Of bytes given in hexadecimal digits.
std::string base64_of(std::string_view hex) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::string_view values = "0123456789abcdef";
  std::string text;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char digit : hex) {
    bits = bits << 4 | static_cast<std::uint32_t>(values.find(digit));
    held += 4;
    if (held < 6) continue;
    held -= 6;
    text += digits[bits >> held & 63];
  }
  if (held > 0) text += digits[bits << (6 - held) & 63];
  while (text.size() % 4 != 0) text += '=';
  return text;
}

std::string head(const Analysis& analysis) {
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
      "style-src 'sha256-{}'; base-uri 'none'; form-action 'none'\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
      "<meta name=\"referrer\" content=\"no-referrer\"/>\n"
      "<title>{} · cohort</title>\n<style>{}</style>\n</head>\n",
      base64_of(style_sheet_sha256()), escaped(truncated(printable(analysis.source), 80)),
      style_sheet());
}

std::string subtitle(const Analysis& analysis) {
  std::string text = fmt::format("{} · {}", counted(analysis.features.kept_rows(), "row"),
                                 counted(std::ssize(analysis.features.features), "feature"));
  if (!analysis.features.weights.empty()) text += " · weighted";
  return text;
}

std::vector<Section> sections_of(const Context& context) {
  std::vector<Section> sections = {segments_section(context),   profile_section(context),
                                   silhouette_section(context), map_section(context),
                                   affinity_section(context),   correlation_section(context),
                                   derivation_section(context), quality_section(context),
                                   reproduce_section(context),  run_section(context)};
  std::erase_if(sections, [](const Section& section) { return section.body.empty(); });
  return sections;
}

}  // namespace
}  // namespace report

std::string html_report(const Analysis& analysis, const HtmlOptions& options, ThreadPool& pool) {
  const report::Context context{analysis, options, pool};
  const std::vector<report::Section> sections = report::sections_of(context);
  std::string page = report::head(analysis);
  page +=
      "<body>\n<a class=\"skip\" href=\"#main\">Skip to the report</a>\n<header "
      "class=\"page\">\n";
  page += report::paragraph("cohort", "brand");
  page += fmt::format("<h1>{}</h1>\n",
                      report::escaped(report::truncated(report::printable(analysis.source), 120)));
  page += report::paragraph(report::subtitle(analysis), "subtitle");
  page +=
      "</header>\n<main id=\"main\" tabindex=\"-1\">\n<section "
      "aria-label=\"Verdict\" class=\"first\">\n";
  page += report::verdict(context) + report::alerts(context);
  page += "</section>\n<nav aria-label=\"Sections\"><ul>\n";
  for (const report::Section& section : sections)
    page += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", section.id, section.title);
  page += "</ul></nav>\n";
  for (const report::Section& section : sections)
    page += fmt::format(
        "<section id=\"{0}\" aria-labelledby=\"{0}-heading\">\n<h2 "
        "id=\"{0}-heading\">{1}</h2>\n{2}</section>\n",
        section.id, section.title, section.body);
  page += fmt::format(
      "</main>\n<footer>Rows are counted from 1 here and from 0 in the files; segments and groups "
      "are numbered as in labels.csv. Made by cohort {}.</footer>\n</body>\n</html>\n",
      kVersion);
  return page;
}

}  // namespace cohort
