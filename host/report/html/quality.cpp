#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cohort/table.hpp"
#include "cohort/wording.hpp"

#include "host/report/html/context.hpp"
#include "host/report/html/markup.hpp"
#include "host/report/svg/text.hpp"

namespace cohort::report {
namespace {

constexpr std::size_t kMostColumnsListed = 50;
constexpr std::size_t kMostPairsListed = 50;
constexpr std::size_t kMostDecisions = 40;

/// What became of a column.
std::string use_of(const Analysis& analysis, const std::string& column) {
  std::int64_t features = 0;
  std::string derived;
  for (const Feature& feature : analysis.features.features) {
    if (feature.column != column) continue;
    if (feature.kind == FeatureKind::derived)
      derived += fmt::format("{}{}", derived.empty() ? "" : ", ", shown_name(feature.name));
    else
      ++features;
  }
  for (const IdColumn& id : analysis.features.ids)
    if (id.name == column) return "identifier";
  std::string use = features == 1  ? "feature"
                    : features > 1 ? fmt::format("{} features", features)
                                   : "";
  if (!derived.empty()) use += fmt::format("{}for {}", use.empty() ? "" : ", ", derived);
  if (!use.empty()) return use;
  const auto& dropped = analysis.dropped_correlated;
  if (std::find(dropped.begin(), dropped.end(), column) != dropped.end())
    return "left out after correlating";
  return "not clustered";
}

std::string missing_bar(double share) {
  if (share == 0) return "";
  return fmt::format(
      "<svg class=\"effect\" viewBox=\"0 0 60 8\" width=\"60\" height=\"8\" aria-hidden=\"true\">"
      "<rect width=\"60\" height=\"8\" class=\"track\"/><rect width=\"{}\" height=\"8\" "
      "class=\"accent\"/></svg>",
      decimal(std::max(60 * share, 1.0)));
}

std::string columns_table(const Analysis& analysis) {
  if (analysis.columns.empty()) return "";
  std::string rows;
  const std::size_t shown = std::min(analysis.columns.size(), kMostColumnsListed);
  for (std::size_t i = 0; i < shown; ++i) {
    const SurveyColumn& column = analysis.columns[i];
    const double share = analysis.input_rows > 0 ? static_cast<double>(column.missing) /
                                                       static_cast<double>(analysis.input_rows)
                                                 : 0;
    rows += fmt::format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{}</td><td "
        "class=\"bar\">{}</td><td>{}</td></tr>\n",
        shown_name(column.name), column.type ? name_of(*column.type) : "read over",
        column.missing == 0
            ? "none"
            : fmt::format("{} ({})", thousands(column.missing), shown_percent(share)),
        missing_bar(share), use_of(analysis, column.name));
  }
  std::string table = fmt::format(
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Columns\"><table><thead><tr>"
      "<th scope=\"col\">Column</th><th scope=\"col\">read as</th><th scope=\"col\" "
      "class=\"number\">missing</th><td "
      "class=\"bar\"></td>"
      "<th scope=\"col\">used as</th></tr></thead>\n<tbody>{}</tbody></table></div>\n",
      rows);
  if (shown < analysis.columns.size())
    table += paragraph(
        fmt::format(
            "and {}; cohort describe lists them all",
            counted(static_cast<std::int64_t>(analysis.columns.size() - shown), "more column")),
        "note");
  return table;
}

std::string pairs_list(const Context& context) {
  const auto& pairs = context.analysis.near_duplicates;
  if (pairs.empty() || !context.options.rows) return "";
  std::string list;
  const std::size_t shown = std::min(pairs.size(), kMostPairsListed);
  for (std::size_t i = 0; i < shown; ++i)
    list += fmt::format("<li>{} and {}: {}</li>", thousands(pairs[i].i + 1),
                        thousands(pairs[i].j + 1), escaped(short_percent(pairs[i].share)));
  if (shown < pairs.size())
    list += fmt::format("<li>and {}</li>",
                        counted(static_cast<std::int64_t>(pairs.size() - shown), "more pair"));
  return folded(fmt::format("Rows much alike: {}, with the share of equal answers",
                            counted(std::ssize(pairs), "pair")),
                fmt::format("<ul class=\"columns\">{}</ul>", list));
}

std::string decisions_list(const Notices& notices) {
  std::string list;
  std::size_t found = 0;
  for (const Notice& notice : notices) {
    if (notice.level != Notice::Level::decision || ++found > kMostDecisions) continue;
    list += fmt::format("<li>{}</li>\n", shown_text(notice.text));
  }
  if (found == 0) return "";
  if (found > kMostDecisions)
    list += fmt::format("<li>and {} more; report.json has them all</li>\n",
                        thousands(static_cast<std::int64_t>(found - kMostDecisions)));
  return fmt::format("<h3>Decided for you</h3>\n<ul>{}</ul>\n", list);
}

}  // namespace

Section quality_section(const Context& context) {
  Section section{"quality", "How good the data are", ""};
  const Analysis& analysis = context.analysis;
  const std::int64_t kept = analysis.features.kept_rows();
  std::string lead = fmt::format("{} read, {} used", counted(analysis.input_rows, "row"),
                                 kept == analysis.input_rows ? "all" : thousands(kept));
  if (analysis.distinct_rows > 0)
    lead += fmt::format("; {} differ in some feature",
                        analysis.distinct_rows == kept ? "all" : thousands(analysis.distinct_rows));
  lead += ".";
  if (analysis.near_duplicate_threshold && analysis.near_duplicates.empty())
    lead += fmt::format(" No two respondents give the same answer to {} of the columns.",
                        escaped(short_percent(*analysis.near_duplicate_threshold)));
  section.body = paragraph(lead, "lead") + columns_table(analysis) + pairs_list(context) +
                 decisions_list(analysis.notices);
  return section;
}

}  // namespace cohort::report
