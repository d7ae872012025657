#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/html/context.hpp"
#include "host/report/html/flow.hpp"
#include "host/report/html/markup.hpp"
#include "host/report/respondent.hpp"
#include "host/report/svg/text.hpp"

namespace cohort::report {
namespace {

constexpr std::size_t kMostGroups = 24;

/// "Effort (100% of its variation lies between them), then Knowledge (68%)"
std::string cuts_in_words(const Analysis& analysis) {
  const Profiles& profiles = analysis.affinity->profiles;
  std::string text;
  for (const std::int64_t j : cutting_features(profiles)) {
    const auto feature = static_cast<std::size_t>(j);
    text += fmt::format("{}{} ({:.0f}%{})", text.empty() ? "" : ", then by ",
                        shown_name(analysis.features.features[feature].name),
                        100 * profiles.power[feature],
                        text.empty() ? " of its variation lies between the groups" : "");
  }
  return text;
}

std::string groups_table(const Context& context) {
  const Analysis& analysis = context.analysis;
  const AffinityReport& report = *analysis.affinity;
  const std::size_t shown = std::min(report.result.sizes.size(), kMostGroups);
  std::string rows;
  for (std::size_t c = 0; c < shown; ++c) {
    rows += fmt::format(
        "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td "
        "class=\"number\">{}</td><td>{}</td>",
        c, thousands(report.result.sizes[c]), shown_percent(report.result.shares[c]),
        shown_text(report.profiles.clusters[c].words));
    if (context.options.rows)
      rows += fmt::format(
          "<td class=\"person\">{}</td>",
          escaped(respondent_in_words(analysis.features, report.result.exemplars[c], kWidestIds)));
    rows += "</tr>\n";
  }
  std::string table = fmt::format(
      "<div class=\"wide\" tabindex=\"0\" role=\"region\" aria-label=\"Affinity groups\"><table>"
      "<thead><tr><th scope=\"col\">Group</th><th scope=\"col\" class=\"number\">rows</th>"
      "<th scope=\"col\" class=\"number\">share</th><th scope=\"col\">who they are</th>{}</tr>"
      "</thead>\n<tbody>{}</tbody></table></div>\n",
      context.options.rows ? "<th scope=\"col\">exemplar</th>" : "", rows);
  if (shown < report.result.sizes.size())
    table +=
        paragraph(fmt::format("and {}; profiles.csv has them all",
                              counted(static_cast<std::int64_t>(report.result.sizes.size() - shown),
                                      "smaller group")),
                  "note");
  return table;
}

std::string exemplars_in_words(const AffinityResult& result) {
  std::string text = fmt::format(
      "{} after {}, with preference {}", result.converged ? "Converged" : "Not converged",
      counted(result.n_iter, "iteration"), with_minus(short_number(result.preference)));
  const auto rows = std::ssize(result.labels);
  if (result.distinct_rows > 0 && result.distinct_rows < rows)
    text += fmt::format(", over {}", counted(result.distinct_rows, "distinct row"));
  if (result.approximation)
    text += fmt::format("; approximate ({}), in {}", result.approximation->mode,
                        counted(result.approximation->parts, "part"));
  if (result.search && !result.search->found)
    text += fmt::format("; no preference tried gave the {} groups asked for",
                        thousands(result.search->wanted));
  return text + ".";
}

}  // namespace

Section affinity_section(const Context& context) {
  Section section{"affinity", "Another view: affinity propagation", ""};
  const Analysis& analysis = context.analysis;
  if (!analysis.affinity) return section;
  const AffinityResult& result = analysis.affinity->result;
  if (result.preference_range) {
    section.body =
        paragraph(fmt::format("Only the range of preferences was asked for: {} to {}.",
                              with_minus(short_number(result.preference_range->least, 6)),
                              with_minus(short_number(result.preference_range->largest, 6))),
                  "lead");
    return section;
  }
  const auto groups = std::ssize(result.sizes);
  if (groups == 0) {
    section.body =
        paragraph("Affinity propagation found no groups. " + exemplars_in_words(result), "lead");
    return section;
  }
  std::string lead =
      fmt::format("Affinity propagation chooses the number of groups itself: here {}, cut by {}.",
                  count_in_words(groups), cuts_in_words(analysis));
  if (analysis.agreement) {
    section.body = paragraph(
        fmt::format("{} {}", lead, escaped(crossing_in_words(analysis.crossing))), "lead");
    const std::string caption = fmt::format(
        "Rows flow from the K-means segments to the affinity groups. Adjusted Rand index {:.2f}, "
        "where 1 is the same and 0 is chance.",
        *analysis.agreement);
    section.body += figure(flow_picture(analysis.crossing), caption);
  } else {
    section.body = paragraph(lead, "lead");
  }
  section.body += groups_table(context) + paragraph(exemplars_in_words(result), "note");
  return section;
}

}  // namespace cohort::report
