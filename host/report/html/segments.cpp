#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/html/context.hpp"
#include "host/report/html/markup.hpp"
#include "host/report/respondent.hpp"
#include "host/report/svg/scale.hpp"
#include "host/report/svg/text.hpp"

namespace cohort::report {
namespace {

constexpr std::size_t kMostCards = 24;
constexpr std::size_t kMostTelling = 6;
/// Differences from everyone, in standard deviations, at which an effect bar ends.
constexpr double kLongestEffect = 2.5;

/// A bar to the left or the right of everyone's mean.
std::string effect_bar(double difference) {
  constexpr double width = 88, height = 14;
  const Scale place(-kLongestEffect, kLongestEffect, 0, width);
  const double end = place(std::clamp(difference, -kLongestEffect, kLongestEffect));
  return fmt::format(
      "<svg class=\"effect\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
      "aria-hidden=\"true\"><rect x=\"{2}\" y=\"3\" width=\"{3}\" height=\"8\" "
      "class=\"{4}\"/><line x1=\"{5}\" y1=\"0\" x2=\"{5}\" y2=\"{1}\" class=\"axis\"/></svg>",
      width, height, decimal(std::min(end, width / 2)), decimal(std::abs(end - width / 2)),
      difference < 0 ? "less" : "more", width / 2);
}

std::string telling_table(const Analysis& analysis, const ClusterProfile& cluster) {
  const auto& features = analysis.features.features;
  const auto& everyone = analysis.kmeans->profiles.everyone;
  std::string rows;
  for (std::size_t i = 0; i < std::min(cluster.telling.size(), kMostTelling); ++i) {
    const auto j = static_cast<std::size_t>(cluster.telling[i]);
    const FeatureProfile& here = cluster.features[j];
    // Codes have no meaningful mean, and so no difference of means.
    const bool codes = features[j].kind == FeatureKind::codes;
    rows += fmt::format(
        "<tr><th scope=\"row\">{}</th><td class=\"value\">{}</td><td class=\"usual\">{}</td>"
        "<td class=\"bar\">{}</td><td class=\"number\">{}</td></tr>\n",
        shown_name(features[j].name), escaped(center_in_words(features[j], here, everyone[j].mean)),
        escaped(center_in_words(features[j], everyone[j], here.mean)),
        codes ? "" : effect_bar(here.difference), codes ? "" : signed_number(here.difference));
  }
  if (rows.empty()) return paragraph("No feature sets it apart.", "note");
  return fmt::format(
      "<table class=\"telling\"><thead><tr><th scope=\"col\">Answer</th>"
      "<th scope=\"col\">here</th><th scope=\"col\">everyone</th><td class=\"bar\"></td>"
      "<th scope=\"col\" class=\"number\">effect</th></tr></thead>\n<tbody>{}</tbody></table>\n",
      rows);
}

std::string card(const Context& context, std::size_t c) {
  const Analysis& analysis = context.analysis;
  const KMeansReport& report = *analysis.kmeans;
  const ClusterProfile& cluster = report.profiles.clusters[c];
  std::string body = fmt::format(
      "<article class=\"card {}\" aria-labelledby=\"segment-{}\">\n<header><h3 "
      "id=\"segment-{}\">Segment {}</h3><p class=\"share\">{}</p></header>\n<p class=\"size\">{}",
      color_class(static_cast<std::int64_t>(c)), c, c, c, shown_percent(cluster.share),
      counted(cluster.size, "row"));
  if (report.silhouette && c < report.silhouette->cluster_means.size())
    body += fmt::format(" · silhouette {:.2f}", report.silhouette->cluster_means[c]);
  body += "</p>\n";
  body += telling_table(analysis, cluster);
  if (context.options.rows && cluster.medoid >= 0)
    body += folded(fmt::format("Typical: {}",
                               respondent_in_words(analysis.features, cluster.medoid, kWidestIds)),
                   respondent_answers(analysis.features, cluster.medoid));
  return body + "</article>\n";
}

}  // namespace

Section segments_section(const Context& context) {
  Section section{"segments", "Who the segments are", ""};
  const Analysis& analysis = context.analysis;
  if (!analysis.kmeans) return section;
  const std::size_t clusters = analysis.kmeans->profiles.clusters.size();
  const std::size_t shown = clusters <= kMostCards + 1 ? clusters : kMostCards;
  section.body = paragraph(
      fmt::format("K-means segments, largest first, with the answers that set each apart from "
                  "everyone. The effect is the difference of the means in standard deviations of "
                  "all {}: ±0.2 is small, ±0.5 medium, ±0.8 large.",
                  analysis.features.weights.empty() ? "rows" : "rows, weighted"),
      "lead");
  section.body += "<div class=\"cards\">\n";
  for (std::size_t c = 0; c < shown; ++c) section.body += card(context, c);
  section.body += "</div>\n";
  if (shown < clusters)
    section.body += paragraph(fmt::format("and {} smaller segments; profiles.csv has them all",
                                          thousands(static_cast<std::int64_t>(clusters - shown))),
                              "note");
  return section;
}

}  // namespace cohort::report
