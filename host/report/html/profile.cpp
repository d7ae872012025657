#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cohort/wording.hpp"

#include "host/report/html/context.hpp"
#include "host/report/html/markup.hpp"
#include "host/report/svg/text.hpp"

namespace cohort::report {
namespace {

constexpr std::size_t kMostRows = 30;
constexpr std::size_t kMostColumns = 12;
/// The difference from everyone, in standard deviations, that has the fullest colour.
constexpr double kFullColor = 2;
constexpr double kStrongest = 0.6;  // of the ink below, so that numbers stay legible

struct Layout {
  double name = 132, cell = 58, height = 30, gap = 2, power = 120, top = 40;
};

Drawing profile_heatmap(const Analysis& analysis, const std::vector<std::int64_t>& order,
                        std::size_t columns) {
  const Layout at;
  const Profiles& profiles = analysis.kmeans->profiles;
  const double power_left = at.name + static_cast<double>(columns) * at.cell + 18;
  const double width = power_left + at.power;
  const double height = at.top + static_cast<double>(order.size()) * at.height + 4;
  Drawing picture("profile", width, height, "Profile of the segments",
                  fmt::format("For {} and {}: the mean's difference from everyone in standard "
                              "deviations, and how much of the feature the segments explain.",
                              counted(std::ssize(order), "feature"),
                              counted(static_cast<std::int64_t>(columns), "segment")));
  for (std::size_t c = 0; c < columns; ++c) {
    const double x = at.name + static_cast<double>(c) * at.cell;
    picture.text(x + at.cell / 2, 18, fmt::format("{}", c), "strong", Anchor::middle);
    picture.rect(x + 1, 26, at.cell - at.gap, 3,
                 color_class(static_cast<std::int64_t>(c)) + " fill");
  }
  picture.text(power_left, 18, "explained", "quiet");
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto j = static_cast<std::size_t>(order[i]);
    const Feature& feature = analysis.features.features[j];
    const double y = at.top + static_cast<double>(i) * at.height;
    const double base = y + at.height / 2 + 4;
    picture.text(at.name - 12, base, fitted(feature.name, at.name - 16, 13), {}, Anchor::end);
    for (std::size_t c = 0; c < columns; ++c) {
      const FeatureProfile& here = profiles.clusters[c].features[j];
      const double x = at.name + static_cast<double>(c) * at.cell;
      const double middle = x + at.cell / 2;
      if (feature.kind == FeatureKind::codes) {
        picture.begin(center_in_words(feature, here, 0));
        picture.text(middle, base, fitted(answer_in_words(feature, here.mode), at.cell - 10, 12),
                     "small quiet", Anchor::middle);
        picture.end();
        continue;
      }
      picture.shaded(x + 1, y + 1, at.cell - at.gap, at.height - at.gap,
                     here.difference < 0 ? "less" : "more",
                     std::min(std::abs(here.difference) / kFullColor, 1.0) * kStrongest);
      picture.text(middle, base, signed_number(here.difference), "number", Anchor::middle);
    }
    const double power = profiles.power[j];
    picture.rect(power_left, y + at.height / 2 - 4, 72, 8, "track");
    picture.rect(power_left, y + at.height / 2 - 4, 72 * power, 8, "accent");
    picture.text(power_left + 80, base, fmt::format("{:.0f}%", 100 * power), "quiet");
  }
  return picture;
}

}  // namespace

Section profile_section(const Context& context) {
  Section section{"profile", "What tells them apart", ""};
  const Analysis& analysis = context.analysis;
  if (!analysis.kmeans || analysis.kmeans->profiles.power.empty()) return section;
  const Profiles& profiles = analysis.kmeans->profiles;
  const std::vector<std::int64_t> order = by_power(profiles, kMostRows);
  const std::size_t columns = std::min(profiles.clusters.size(), kMostColumns);
  section.body = paragraph(
      "Features from the most telling down. A cell is the segment’s mean minus everyone’s, in "
      "standard deviations: <span class=\"swatch more\"></span> above, "
      "<span class=\"swatch less\"></span> below.",
      "lead");
  std::string caption =
      "<em>Explained</em> is the share of the feature’s variation that lies between the segments "
      "(η²; of unordered codes Cramér’s V²): 100% means that the segment alone tells the answer.";
  const auto& features = analysis.features.features;
  if (std::any_of(features.begin(), features.end(),
                  [](const Feature& f) { return f.kind == FeatureKind::codes; }))
    caption += " Of unordered codes a cell names the commonest.";
  if (order.size() < profiles.power.size())
    caption +=
        fmt::format(" The other {} of the {} features, which tell less, are in profiles.csv.",
                    thousands(std::ssize(profiles.power) - std::ssize(order)),
                    thousands(std::ssize(profiles.power)));
  if (columns < profiles.clusters.size())
    caption += fmt::format(" The {} largest segments are shown.", columns);
  section.body += figure(profile_heatmap(analysis, order, columns), caption);
  return section;
}

}  // namespace cohort::report
