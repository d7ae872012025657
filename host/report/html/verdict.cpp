#include <string>
#include <vector>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/html/context.hpp"
#include "host/report/html/markup.hpp"

namespace cohort::report {
namespace {

/// Kaufman & Rousseeuw (1990), table 2.4.
std::string_view separation_in_words(double silhouette) {
  if (silhouette > 0.7) return "The segments stand well apart";
  if (silhouette > 0.5) return "The segments are reasonably distinct";
  if (silhouette > 0.25) return "The segments overlap: their separation is weak";
  return "There is hardly any separation between the segments";
}

std::string segments_in_words(const Analysis& analysis) {
  const KMeansReport& report = *analysis.kmeans;
  const auto k = std::ssize(report.result.sizes);
  std::string text =
      fmt::format("{} {} of {}", capitalized(count_in_words(k)), k == 1 ? "segment" : "segments",
                  counted(analysis.features.kept_rows(), "row"));
  if (k <= 8) {
    text += ": ";
    for (std::size_t c = 0; c < report.result.shares.size(); ++c)
      text += fmt::format("{}{}", c == 0 ? "" : "\u00a0· ", shown_percent(report.result.shares[c]));
    if (!analysis.features.weights.empty()) text += " by weight";
  }
  return text + ".";
}

std::string why_in_words(const Analysis& analysis) {
  const KMeansReport& report = *analysis.kmeans;
  std::string text;
  if (report.silhouette)
    text += fmt::format("{} (mean silhouette {:.2f}). ",
                        separation_in_words(report.silhouette->mean), report.silhouette->mean);
  std::vector<std::string> names;
  for (const std::int64_t j : cutting_features(report.profiles))
    names.push_back(analysis.features.features[static_cast<std::size_t>(j)].name);
  if (!names.empty() && report.result.sizes.size() > 1)
    text += fmt::format("They differ most in {}.", names_in_words(names, names.size()));
  return text;
}

}  // namespace

std::string verdict(const Context& context) {
  const Analysis& analysis = context.analysis;
  if (!analysis.kmeans) {
    return paragraph(fmt::format("{} and {}.", counted(analysis.features.kept_rows(), "row"),
                                 counted(std::ssize(analysis.features.features), "feature")),
                     "verdict");
  }
  return paragraph(segments_in_words(analysis), "verdict") +
         paragraph(why_in_words(analysis), "reason");
}

}  // namespace cohort::report
